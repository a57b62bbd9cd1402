/// The hunks of one file, with the places on which comments can stand.
struct Patch: Sendable {
    struct Line: Sendable {
        enum Kind: Sendable { case context, added, removed }
        var kind: Kind
        /// Its number in the old file; nil for added lines.
        var old: Int?
        /// Its number in the new file; nil for removed lines.
        var new: Int?
        /// Lines below the first hunk header of the file, later headers counted.
        var position: Int
        /// Its index among the lines of `text`.
        var index: Int
    }

    struct Hunk: Sendable {
        /// The index of its header among the lines of `text`.
        var header: Int
        var lines: [Line]
    }

    enum Side: String, Sendable { case left = "LEFT", right = "RIGHT" }

    struct Place: Sendable {
        var hunk: Int
        var line: Line
    }

    /// Without the line end that closes it, as the API shows it.
    let text: String
    let size: Int
    let hunks: [Hunk]
    private let rows: [Substring]

    /// Reads what git wrote after the headers of one file.
    init(_ bytes: ArraySlice<UInt8>) {
        var body = bytes
        if body.last == 0x0A { body = body.dropLast() }
        text = String(decoding: body, as: UTF8.self)
        size = body.count
        rows = Patch.rows(of: text)
        hunks = Patch.hunks(of: rows)
    }

    var lineCount: Int { rows.count }

    func place(of number: Int, on side: Side) -> Place? {
        for (index, hunk) in hunks.enumerated() {
            let line = hunk.lines.first { side == .left ? $0.old == number : $0.new == number }
            if let line { return Place(hunk: index, line: line) }
        }
        return nil
    }

    func place(at position: Int) -> Place? {
        for (index, hunk) in hunks.enumerated() {
            if let line = hunk.lines.first(where: { $0.position == position }) {
                return Place(hunk: index, line: line)
            }
        }
        return nil
    }

    /// The hunk from its header down to a place, as comments quote it.
    func excerpt(to place: Place) -> String {
        rows[hunks[place.hunk].header...place.line.index].joined(separator: "\n")
    }

    /// Only the line feed ends a row: Swift takes a carriage return before it for part of the same character.
    private static func rows(of text: String) -> [Substring] {
        var rows: [Substring] = []
        var start = text.startIndex
        for index in text.utf8.indices where text.utf8[index] == 0x0A {
            rows.append(Substring(text.utf8[start..<index]))
            start = text.utf8.index(after: index)
        }
        rows.append(Substring(text.utf8[start...]))
        return rows
    }

    private static func hunks(of rows: [Substring]) -> [Hunk] {
        var hunks: [Hunk] = []
        var old = 0
        var new = 0
        for (index, row) in rows.enumerated() {
            switch row.utf8.first {
            case UInt8(ascii: "@"):
                guard let start = starts(of: row) else { return hunks }
                (old, new) = start
                hunks.append(Hunk(header: index, lines: []))
            case UInt8(ascii: "+"):
                hunks.append(Line(kind: .added, old: nil, new: new, position: index, index: index))
                new += 1
            case UInt8(ascii: "-"):
                hunks.append(Line(kind: .removed, old: old, new: nil, position: index, index: index))
                old += 1
            case UInt8(ascii: " "):
                hunks.append(Line(kind: .context, old: old, new: new, position: index, index: index))
                old += 1
                new += 1
            default: break
            }
        }
        return hunks
    }

    /// The first old and new line of `@@ -a,b +c,d @@`.
    private static func starts(of header: Substring) -> (Int, Int)? {
        let words = header.split(separator: " ", maxSplits: 3)
        guard words.count >= 3, words[1].first == "-", words[2].first == "+",
            let old = words[1].dropFirst().split(separator: ",").first.flatMap({ Int($0) }),
            let new = words[2].dropFirst().split(separator: ",").first.flatMap({ Int($0) })
        else { return nil }
        return (old, new)
    }
}

extension [Patch.Hunk] {
    fileprivate mutating func append(_ line: Patch.Line) {
        if !isEmpty { self[count - 1].lines.append(line) }
    }
}
