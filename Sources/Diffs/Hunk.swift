/// One hunk: a header with line ranges, and a body of context, removed and added lines.
package struct Hunk: Sendable {
    /// First line on the old side, counted from 1; 0 when `oldLines` is 0 at the start of a file.
    package let oldStart: Int
    package let oldLines: Int
    package let newStart: Int
    package let newLines: Int
    package let added: Int
    package let removed: Int

    /// The buffer of the diff; shared, never copied.
    package let buffer: [UInt8]
    /// Where the header line stands in `buffer`, without its line end.
    package let headerRange: Range<Int>
    /// Where the body stands in `buffer`: whole lines with their line ends and "\ No newline at end of file" notes.
    package let bodyRange: Range<Int>

    package init(
        oldStart: Int, oldLines: Int, newStart: Int, newLines: Int, added: Int, removed: Int,
        buffer: [UInt8], headerRange: Range<Int>, bodyRange: Range<Int>
    ) {
        self.oldStart = oldStart
        self.oldLines = oldLines
        self.newStart = newStart
        self.newLines = newLines
        self.added = added
        self.removed = removed
        self.buffer = buffer
        self.headerRange = headerRange
        self.bodyRange = bodyRange
    }

    /// The header line, invalid UTF-8 replaced.
    package var header: String {
        String(decoding: buffer[headerRange], as: UTF8.self)
    }

    package var body: ArraySlice<UInt8> { buffer[bodyRange] }
}

/// Which version of a file a line belongs to.
package enum Side: String, Sendable, Codable {
    case old, new
}

/// One line of a hunk.
package struct DiffLine: Sendable {
    package enum Kind: UInt8, Sendable {
        case context = 0x20  // " "
        case added = 0x2B  // "+"
        case removed = 0x2D  // "-"
    }

    package let kind: Kind
    /// Line number on the old side, from 1; nil for an added line.
    package let oldNumber: Int?
    /// Line number on the new side, from 1; nil for a removed line.
    package let newNumber: Int?
    /// The text without its sign and without its "\n"; a "\r" before it stays.
    package let content: ArraySlice<UInt8>
    /// False when "\ No newline at end of file" follows.
    package let hasNewline: Bool

    package init(kind: Kind, oldNumber: Int?, newNumber: Int?, content: ArraySlice<UInt8>, hasNewline: Bool) {
        self.kind = kind
        self.oldNumber = oldNumber
        self.newNumber = newNumber
        self.content = content
        self.hasNewline = hasNewline
    }
}
