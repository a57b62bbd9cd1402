import Domain
import SyntaxTrees

/// What a suggestion makes of a file: exactly the bytes its author would get.
struct Edit {
    /// The whole file with the suggestion applied.
    let bytes: [UInt8]
    /// What was replaced, with its line ends, in the file as it is.
    let replaced: Range<Int>
    /// What stands there now, in `bytes`.
    let inserted: Range<Int>
    /// The lines that stand there now, from 1; empty after a deletion.
    let lines: Range<Int>

    /// Nil if the file has no such lines.
    init?(_ suggestion: Suggestion, to source: ParsedSource) {
        guard source.isComplete, suggestion.startLine >= 1, suggestion.startLine <= suggestion.line,
            let first = source.row(ofLine: suggestion.startLine), let last = source.row(ofLine: suggestion.line)
        else { return nil }
        replaced = source.byteRange(ofRows: first..<(last + 1))
        var text: [UInt8] = []
        var count = 0
        if !suggestion.replacement.isEmpty {
            let end = LineEnd(of: source, rows: first...last)
            let rows = suggestion.replacement.utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
            for (index, row) in rows.enumerated() {
                text += row
                if index < rows.count - 1 { text += end.bytes }
            }
            count = rows.count
            if source.bytes[replaced].last == 0x0A { text += end.bytes }
        }
        bytes = source.bytes[..<replaced.lowerBound] + text + source.bytes[replaced.upperBound...]
        inserted = replaced.lowerBound..<(replaced.lowerBound + text.count)
        lines = suggestion.startLine..<(suggestion.startLine + count)
    }
}

/// How the lines of a file end.
enum LineEnd {
    case lineFeed, carriageReturnLineFeed

    var bytes: [UInt8] { self == .lineFeed ? [0x0A] : [0x0D, 0x0A] }

    /// As most of these rows end; where none ends, as the row before them.
    init(of source: ParsedSource, rows: ClosedRange<Int>) {
        var balance = 0
        for row in rows { balance += Self.weight(source, row) }
        if balance == 0 { balance = Self.weight(source, rows.lowerBound - 1) }
        self = balance > 0 ? .carriageReturnLineFeed : .lineFeed
    }

    private static func weight(_ source: ParsedSource, _ row: Int) -> Int {
        guard row >= 0 else { return 0 }
        let text = source.bytes[source.byteRange(ofRows: row..<(row + 1))]
        guard text.last == 0x0A else { return 0 }
        return text.dropLast().last == 0x0D ? 1 : -1
    }
}
