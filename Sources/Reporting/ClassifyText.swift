import Diffs
package import Domain

/// `classify --format text`: a table of hunks by file.
package enum ClassifyText {
    package static func document(_ hunks: [AssessedHunk], style: Style = Style()) -> String {
        guard !hunks.isEmpty else { return "Nothing changed.\n" }
        var out = ""
        var file: Path?
        for hunk in hunks {
            if hunk.file.path != file {
                if file != nil { out += "\n" }
                file = hunk.file.path
                out += heading(hunk.file, style) + "\n"
            }
            out += row(hunk, style) + "\n"
            if hunk.assessment.segments.count > 1 {
                for segment in hunk.assessment.segments { out += row(segment, style) + "\n" }
            }
        }
        return out + "\n" + summary(hunks) + "\n"
    }

    static func heading(_ file: FileDiff, _ style: Style) -> String {
        var text = file.path.display
        if let old = file.oldPath, old != file.path { text = old.display + " → " + text }
        let tail = "  \(file.status.rawValue) +\(file.added) -\(file.removed)"
        return style(.bold, TerminalText.line(text, columns: max(20, style.width - tail.count))) + style(.dim, tail)
    }

    /// "-40,7 +40,5", as in a hunk header.
    static func ranges(_ ranges: LineRanges) -> String {
        "-\(ranges.oldStart),\(ranges.oldLines) +\(ranges.newStart),\(ranges.newLines)"
    }

    private static func row(_ hunk: AssessedHunk, _ style: Style) -> String {
        let place: String
        if let hunk = hunk.hunk {
            place = "-\(hunk.oldStart),\(hunk.oldLines) +\(hunk.newStart),\(hunk.newLines)"
        } else {
            place = "(whole file)"
        }
        let judged = hunk.assessment
        return row(place, indent: 2, judged.category, judged.risk, judged.skip, judged.reasons, style)
    }

    private static func row(_ segment: Segment, _ style: Style) -> String {
        row(
            ranges(segment.ranges), indent: 4, segment.category, segment.risk, segment.skip, segment.reasons, style)
    }

    private static func row(
        _ place: String, indent: Int, _ category: Category, _ risk: Double, _ skip: String?, _ reasons: [Reason],
        _ style: Style
    ) -> String {
        let left = TerminalText.padded(String(repeating: " ", count: indent) + place, to: 26)
        let kind = TerminalText.padded(category.rawValue, to: 13)
        let why =
            skip.map { "skip: " + $0 }
            ?? reasons.sorted { abs($0.weight) > abs($1.weight) }.prefix(4).map(reason).joined(separator: ", ")
        let room = max(12, style.width - 26 - 15 - 6)
        return left + "  " + kind + style(ink(of: risk), Wording.probability(risk)) + "  "
            + style(.dim, TerminalText.line(why, columns: room))
    }

    private static func reason(_ reason: Reason) -> String {
        reason.weight < 0 ? "-" + reason.name : reason.name
    }

    static func ink(of risk: Double) -> Style.Ink {
        risk >= 0.5 ? .boldRed : risk >= 0.25 ? .yellow : .green
    }

    private static func summary(_ hunks: [AssessedHunk]) -> String {
        let parts = Category.allCases.compactMap { category -> String? in
            let count = hunks.count { $0.assessment.category == category }
            return count > 0 ? "\(count) \(category.rawValue)" : nil
        }
        let skipped = hunks.count { $0.assessment.skip != nil }
        return Wording.plural(hunks.count, "hunk") + ": " + parts.joined(separator: ", ")
            + "; \(skipped) skipped by rule"
    }
}
