import Diffs
import Domain

extension UnitPiece {
    /// What came of cutting a piece to size.
    package struct Split: Sendable {
        /// In order; each begins with the last lines of the one before it, under their own numbers.
        package let pieces: [UnitPiece]
        /// What none of the pieces holds, to be told as not reviewed.
        package let rest: UnitPiece?
    }

    /// Bytes of the lines as a prompt shows them, before masking.
    package var shownBytes: Int { widths.reduce(0, +) }

    /// Cuts the piece so that no part shows more than so many bytes: best at an empty line, else where it is full.
    ///
    /// - Parameters:
    ///   - limit: bytes of the lines as printed; at least one line stands in every part.
    ///   - overlap: lines that two parts share, fewer where parts are short.
    ///   - most: parts made at most.
    package func split(bytes limit: Int, overlap: Int = 6, most: Int = 64) -> Split {
        let widths = widths
        guard widths.reduce(0, +) > limit, !widths.isEmpty, most > 0 else { return Split(pieces: [self], rest: nil) }
        var pieces: [UnitPiece] = []
        var start = 0
        while start < widths.count, pieces.count < most {
            var end = start
            var taken = 0
            var lastEmpty: Int?
            while end < widths.count, end == start || taken + widths[end] <= limit {
                taken += widths[end]
                end += 1
                // Number, sign and line end alone: six bytes of the lines of most files.
                if end < widths.count, widths[end - 1] <= 7, taken > limit * 3 / 4 { lastEmpty = end }
            }
            if end < widths.count, let lastEmpty { end = lastEmpty }
            pieces.append(part(start..<end))
            if end == widths.count { return Split(pieces: pieces, rest: nil) }
            start = max(end - min(overlap, (end - start) / 3), start + 1)
        }
        let shown = (pieces.last?.lines.upperBound ?? lines.lowerBound) - lines.lowerBound
        return Split(pieces: pieces, rest: part(shown..<widths.count))
    }

    private func part(_ range: Range<Int>) -> UnitPiece {
        UnitPiece(
            hunk: hunk, segment: segment,
            lines: (lines.lowerBound + range.lowerBound)..<(lines.lowerBound + range.upperBound))
    }

    private var widths: [Int] {
        guard let hunk = hunk.hunk else { return [] }
        return MaterialWriter.lines(of: hunk, in: lines).map { line in
            let number = line.kind == .removed ? line.oldNumber : line.newNumber
            let text = line.range.count > ShownText.lineLimit ? ShownText.lineLimit + 8 : line.range.count
            return String(number).utf8.count + 2 + text
        }
    }
}
