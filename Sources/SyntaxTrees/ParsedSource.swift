package import Diffs

/// One version of a file, parsed where a grammar is at hand.
///
/// Rows count from 0 in `bytes`; lines count from 1 in the real file. They differ by more than one only for a source
/// that was put together from the hunks of a patch.
package struct ParsedSource: Sendable {
    package let path: Path
    /// Nil: not one of the known languages.
    package let language: Language?
    package let bytes: [UInt8]
    /// Nil: no language, no grammar, or the parse was refused.
    package let tree: SyntaxTree?
    /// False: only the lines of some hunks, one after the other.
    package let isComplete: Bool
    /// The byte offset at which each row starts. What follows the last line end is a row only if it is not empty.
    package let lineStarts: [Int]
    /// The real line of each row of an incomplete source, rising.
    let lineNumbers: [Int]

    /// A whole file.
    ///
    /// - Parameter language: Nil: found out from path and contents.
    package init(path: Path, bytes: [UInt8], grammars: Grammars?, language: Language? = nil) {
        let language = language ?? Language(path: path, contents: bytes[...])
        self.init(path: path, language: language, bytes: bytes, grammars: grammars, lineNumbers: nil)
    }

    init(path: Path, language: Language?, bytes: [UInt8], grammars: Grammars?, lineNumbers: [Int]?) {
        self.path = path
        self.language = language
        self.bytes = bytes
        self.tree = language.flatMap { grammars?.parse(bytes, as: $0) }
        self.isComplete = lineNumbers == nil
        self.lineStarts = Self.lineStarts(of: bytes)
        self.lineNumbers = lineNumbers ?? []
    }

    package var rowCount: Int { lineStarts.count }

    /// The real file's line, from 1, of a row; rows past the end continue the count.
    package func lineNumber(ofRow row: Int) -> Int {
        if isComplete { return row &+ 1 }
        if row < lineNumbers.count { return row < 0 ? 0 : lineNumbers[row] }
        return (lineNumbers.last ?? 0) &+ (row &- lineNumbers.count) &+ 1
    }

    /// The row of a real line, nil if the source does not have it.
    package func row(ofLine line: Int) -> Int? {
        if isComplete { return line >= 1 && line <= rowCount ? line - 1 : nil }
        var low = 0
        var high = lineNumbers.count
        while low < high {
            let middle = (low + high) / 2
            if lineNumbers[middle] < line { low = middle + 1 } else { high = middle }
        }
        return low < lineNumbers.count && lineNumbers[low] == line ? low : nil
    }

    /// A real line without its line end ("\n" or "\r\n"), nil if the source does not have it.
    package func line(_ number: Int) -> ArraySlice<UInt8>? {
        row(ofLine: number).map { rowText($0) }
    }

    /// A row without its line end; empty for a row that is not there.
    package func rowText(_ row: Int) -> ArraySlice<UInt8> {
        let range = byteRange(ofRows: row..<(row &+ 1))
        var text = bytes[range]
        if text.last == 0x0A { text.removeLast() }
        if text.last == 0x0D { text.removeLast() }
        return text
    }

    /// The bytes of some rows with their line ends, cut to the source.
    package func byteRange(ofRows rows: Range<Int>) -> Range<Int> {
        let start = byteOffset(ofRow: rows.lowerBound)
        return start..<max(start, byteOffset(ofRow: rows.upperBound))
    }

    private func byteOffset(ofRow row: Int) -> Int {
        if row <= 0 { return 0 }
        return row < rowCount ? lineStarts[row] : bytes.count
    }

    private static func lineStarts(of bytes: [UInt8]) -> [Int] {
        guard !bytes.isEmpty else { return [] }
        var starts = [0]
        bytes.withUnsafeBufferPointer { buffer in
            // Counted first: a buffer that doubles as it grows is twice too large at the worst moment.
            starts.reserveCapacity(1 &+ buffer.count { $0 == 0x0A })
            for index in buffer.indices.dropLast() where buffer[index] == 0x0A { starts.append(index + 1) }
        }
        return starts
    }
}

/// The versions of a file before and after a change.
package struct ChangedSource: Sendable {
    package let file: FileDiff
    /// Nil: the file did not exist, or its text is not at hand.
    package let base: ParsedSource?
    /// Nil: the file does not exist any more, or its text is not at hand.
    package let head: ParsedSource?

    package init(file: FileDiff, base: ParsedSource?, head: ParsedSource?) {
        self.file = file
        self.base = base
        self.head = head
    }

    package subscript(side: Side) -> ParsedSource? {
        side == .old ? base : head
    }
}
