import SyntaxTrees

/// Lines git leaves where two versions could not be joined.
enum ConflictMarkers {
    private static let opening = Array("<<<<<<< ".utf8)
    private static let middle = Array("=======".utf8)
    private static let closing = Array(">>>>>>> ".utf8)

    static func isMarker(_ line: ArraySlice<UInt8>) -> Bool {
        line.starts(with: opening)
    }

    /// Whether the other marks follow: seven signs alone also stand in texts.
    static func isConfirmed(_ row: Int, in source: ParsedSource) -> Bool {
        var hasMiddle = false
        for other in (row + 1)..<max(row + 1, min(row + 1000, source.rowCount)) {
            let text = source.rowText(other)
            if text.elementsEqual(middle) { hasMiddle = true }
            if text.starts(with: closing) { return hasMiddle }
        }
        return hasMiddle && !source.isComplete
    }
}
