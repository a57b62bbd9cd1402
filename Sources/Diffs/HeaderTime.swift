/// Times and revisions behind the names of plain diffs.
enum HeaderTime {
    /// Where " 2001-02-03 04:05:06…" starts, in the output of tools that put a space instead of a tab before it.
    static func start(in text: ArraySlice<UInt8>) -> Int? {
        let shape = Array(" 0000-00-00 00:00:00".utf8)
        guard text.count > shape.count else { return nil }
        for start in text.indices.dropLast(shape.count - 1) where text[start] == UInt8(ascii: " ") {
            if matches(text[start..<(start + shape.count)], shape) { return start == text.startIndex ? nil : start }
        }
        return nil
    }

    private static func matches(_ text: ArraySlice<UInt8>, _ shape: [UInt8]) -> Bool {
        zip(text, shape).allSatisfy { byte, wanted in
            wanted == UInt8(ascii: "0") ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
        }
    }

    /// `diff -N` gives an absent file the epoch as its time; Subversion says so in brackets.
    static func saysAbsent(_ note: ArraySlice<UInt8>) -> Bool {
        if note.isEmpty { return false }
        if note.first == UInt8(ascii: "(") {
            return note.elementsEqual("(revision 0)".utf8) || note.elementsEqual("(nonexistent)".utf8)
        }
        return isEpoch(note)
    }

    /// "1970-01-01 00:00:00.000000000 +0000", in any time zone.
    private static func isEpoch(_ note: ArraySlice<UInt8>) -> Bool {
        let text = Array(note)
        let shape = Array("0000-00-00 00:00:00".utf8)
        guard text.count > shape.count, matches(text[..<shape.count], shape) else { return false }
        var rest = text[shape.count...]
        if rest.first == UInt8(ascii: ".") {
            rest = rest.dropFirst().drop(while: { $0 == UInt8(ascii: "0") })
        }
        guard rest.count == 6, matches(rest, Array(" +0000".utf8)) || matches(rest, Array(" -0000".utf8)) else {
            return false
        }
        func number(_ range: Range<Int>) -> Int { text[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } }
        let zone = rest.dropFirst(2).reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        let offset = (zone / 100 * 60 + zone % 100) * (rest[rest.startIndex + 1] == UInt8(ascii: "-") ? -1 : 1)
        guard number(17..<19) == 0 else { return false }
        let minutes = number(11..<13) * 60 + number(14..<16)
        switch String(decoding: text[..<10], as: UTF8.self) {
        case "1970-01-01": return minutes - offset == 0
        case "1969-12-31": return minutes - 24 * 60 - offset == 0
        default: return false
        }
    }
}
