import SyntaxTrees

/// Lines git leaves where two versions could not be joined.
enum ConflictMarkers {
    private static let opening = Array("<<<<<<< ".utf8)
    private static let middle = Array("=======".utf8)
    private static let closing = Array(">>>>>>> ".utf8)

    static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
        line.starts(with: opening) || line.starts(with: closing)
    }

    /// Whether the other marks stand around it: seven signs alone also underline headings.
    static func isConfirmed(_ row: Int, in source: ParsedSource) -> Bool {
        let isOpening = source.rowText(row).starts(with: opening)
        let rows = isOpening ? (row + 1)..<min(row + 500, source.rowCount) : max(0, row - 500)..<row
        var hasMiddle = false
        var hasOther = false
        for other in rows where other >= 0 {
            let text = source.rowText(other)
            if text.elementsEqual(middle) { hasMiddle = true }
            if text.starts(with: isOpening ? closing : opening) { hasOther = true }
        }
        return hasMiddle && (hasOther || !source.isComplete)
    }
}
