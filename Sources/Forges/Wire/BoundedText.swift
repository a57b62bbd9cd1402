extension String {
    /// The beginning that fits in so many bytes of UTF-8, cut between characters' scalars.
    func bounded(to bytes: Int) -> String {
        guard utf8.count > bytes else { return self }
        var end = utf8.index(utf8.startIndex, offsetBy: bytes)
        while end > utf8.startIndex, end.samePosition(in: unicodeScalars) == nil { end = utf8.index(before: end) }
        return String(self[..<end])
    }

    /// For messages: one line of printable ASCII, at most so many characters. Anything else becomes "?".
    func printable(atMost count: Int) -> String {
        var text = ""
        for scalar in unicodeScalars.prefix(count) {
            text.unicodeScalars.append((0x20..<0x7F).contains(scalar.value) ? scalar : "?")
        }
        return text
    }

    /// Whether this can stand in a message or a log as it is: lower-case letters, digits, `_`, `-` and `.`.
    var isPlainWord: Bool {
        !isEmpty && utf8.count <= 64
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
                    UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }

    /// An object id: 40 or 64 hexadecimal digits, in lower case; nil for anything else.
    var objectID: String? {
        guard utf8.count == 40 || utf8.count == 64 else { return nil }
        let isHexadecimal = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                true
            default: false
            }
        }
        return isHexadecimal ? lowercased() : nil
    }
}
