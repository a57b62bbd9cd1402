/// Texts as a forge takes them: within its limit, cut on a line, the mark kept.
enum BodyText {
    /// Characters of a comment or a review. GitHub says characters; counted as UTF-16, which is never fewer.
    static let maxUnits = 65_536
    private static let note = "\n\n*Cut here: the forge takes no longer text.*"

    /// - Parameters:
    ///   - text: cut when there is too much.
    ///   - tail: kept whole where it has at most half of the room.
    ///   - mark: always kept, at the end.
    static func fit(_ text: String, tail: String = "", mark: String, within limit: Int = maxUnits) -> String {
        let end = mark.isEmpty ? "" : "\n\n" + mark
        let room = max(0, limit - end.utf16.count)
        let tail = cut(tail, to: room / 2, measure: \.utf16.count)
        return cut(text, to: room - tail.utf16.count, measure: \.utf16.count) + tail + end
    }

    /// For limits in bytes of UTF-8.
    static func fit(_ text: String, bytes: Int) -> String {
        cut(text, to: bytes, measure: \.utf8.count)
    }

    /// One line of at most so many characters.
    static func line(_ text: String, atMost count: Int) -> String {
        let line = String(text.prefix { !$0.isNewline })
        return line.unicodeScalars.count <= count
            ? line : String(String.UnicodeScalarView(line.unicodeScalars.prefix(max(0, count - 1)))) + "…"
    }

    private static func cut(_ text: String, to limit: Int, measure: (String) -> Int) -> String {
        guard measure(text) > limit else { return text }
        // Room for what has to be closed behind the cut.
        let room = limit - measure(note) - 100
        guard room > 0 else { return "" }
        var kept = ""
        var size = 0
        var open = OpenBlocks()
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let piece = String(line) + "\n"
            size += measure(piece)
            guard size <= room else { break }
            kept += piece
            open.read(line)
        }
        return kept + open.closing + note
    }

    /// Blocks of Markdown that would swallow what stands behind the cut.
    private struct OpenBlocks {
        var fence: Substring?
        var folds = 0

        mutating func read(_ line: Substring) {
            let start = line.drop { $0 == " " }
            let mark = start.prefix { $0 == "`" || $0 == "~" }
            if let fence {
                if mark.count >= fence.count, mark.first == fence.first { self.fence = nil }
            } else if mark.count >= 3 {
                fence = mark
            } else {
                if start.hasPrefix("<details") { folds = min(folds + 1, 5) }
                if line.contains("</details>") { folds = max(folds - 1, 0) }
            }
        }

        var closing: String {
            (fence.map { "\($0.prefix(20))\n" } ?? "") + String(repeating: "\n</details>\n", count: min(folds, 5))
        }
    }
}
