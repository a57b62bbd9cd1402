import Diffs
package import Domain

/// A line of source shown around a finding.
package struct FrameLine: Sendable {
    /// From 1, on the finding's side.
    package let number: Int
    /// Without its line end.
    package let text: [UInt8]
    /// True for the lines the finding is about.
    package let isTarget: Bool

    package init(number: Int, text: [UInt8], isTarget: Bool) {
        self.number = number
        self.text = text
        self.isTarget = isTarget
    }
}

/// `review --format text`: findings grouped by file with the code they are about, then what was and was not done.
package struct ReviewText {
    private let report: ReviewReport
    private let style: Style
    private let frame: (Finding) -> [FrameLine]
    private var out = ""

    /// - Parameter frame: the lines to show around a finding, with no secret in them; none shows no code.
    package static func document(
        _ report: ReviewReport, style: Style = Style(), frame: (Finding) -> [FrameLine] = { _ in [] }
    ) -> String {
        withoutActuallyEscaping(frame) { frame in
            var text = ReviewText(report: report, style: style, frame: frame)
            text.write()
            return text.out
        }
    }

    private init(report: ReviewReport, style: Style, frame: @escaping (Finding) -> [FrameLine]) {
        self.report = report
        self.style = style
        self.frame = frame
    }

    private mutating func write() {
        var files: [Path] = []
        var byFile: [Path: [Finding]] = [:]
        for finding in report.findings {
            if byFile[finding.path] == nil { files.append(finding.path) }
            byFile[finding.path, default: []].append(finding)
        }
        for file in files {
            line(style(.bold, TerminalText.line(file.display, columns: style.width)))
            for finding in byFile[file] ?? [] { write(finding) }
        }
        writeFolded()
        writeSummary()
    }

    private mutating func write(_ finding: Finding) {
        let label = finding.severity.rawValue
        let indent = String(repeating: " ", count: label.count + 4)
        let title = TerminalText.wrap(finding.title, columns: style.width - indent.count)
        line("  " + style(Self.ink(of: finding.severity), label) + "  " + style(.bold, title.first ?? finding.rule))
        for rest in title.dropFirst() { line(indent + style(.bold, rest)) }
        line()
        writeFrame(of: finding)
        for text in TerminalText.wrap(finding.explanation, columns: style.width - 4) { line("    " + text) }
        writeSuggestion(of: finding)
        // The form that terminals and editors make a link of.
        var facts = [Wording.place(finding, path: finding.path.display), finding.rule]
        if let cwe = finding.cwe { facts.append(cwe) }
        facts.append("confidence " + Wording.probability(finding.confidence))
        if finding.model != "builtin" { facts.append(finding.model) }
        for text in TerminalText.wrap(facts.joined(separator: " · "), columns: style.width - 4) {
            line("    " + style(.dim, text))
        }
        line()
    }

    private mutating func writeFrame(of finding: Finding) {
        let lines = frame(finding)
        guard !lines.isEmpty else { return }
        let gutter = lines.reduce(2) { max($0, String($1.number).count) }
        var before: Int?
        for item in lines {
            if let before, item.number > before &+ 1 {
                line(String(repeating: " ", count: gutter + 4) + style(.dim, "…"))
            }
            before = item.number
            let number = String(item.number)
            let padded = String(repeating: " ", count: gutter - number.count) + number
            var bytes = item.text[...]
            if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
            let text = TerminalText.line(bytes, columns: style.width - gutter - 7)
            let row = text.isEmpty ? "\(padded) │" : "\(padded) │ \(text)"
            line("  " + (item.isTarget ? style(Self.ink(of: finding.severity), "> ") + row : "  " + style(.dim, row)))
        }
        if finding.side == .old { line("    " + style(.dim, "(as it was before the change)")) }
        line()
    }

    private mutating func writeSuggestion(of finding: Finding) {
        guard let suggestion = finding.suggestion else { return }
        let lines =
            suggestion.startLine == suggestion.line
            ? "line \(suggestion.line)" : "lines \(suggestion.startLine)-\(suggestion.line)"
        guard !suggestion.replacement.isEmpty else {
            line("    " + style(.cyan, "suggestion:") + " delete " + lines)
            return
        }
        line("    " + style(.cyan, "suggestion") + " for \(lines):")
        let rows = suggestion.replacement.split(separator: "\n", omittingEmptySubsequences: false)
        for row in rows.prefix(40) {
            let text = TerminalText.line(Array(row.utf8), columns: style.width - 8)
            line("      " + style(.green, text.isEmpty ? "+" : "+ " + text))
        }
        if rows.count > 40 { line("      " + style(.dim, "… \(rows.count - 40) more lines")) }
    }

    /// Findings that are not shown whole get a line each.
    private mutating func writeFolded() {
        guard !report.folded.isEmpty else { return }
        paragraph(Wording.plural(report.folded.count, "finding") + " below the floors or over the cap:", ink: .dim)
        for finding in report.folded.prefix(50) {
            let place = Wording.place(finding, path: finding.path.display)
            line(
                style(
                    .dim,
                    TerminalText.line(
                        "  \(finding.severity.rawValue)  \(place)  \(finding.title)", columns: style.width)))
        }
        if report.folded.count > 50 { line(style(.dim, "  … and \(report.folded.count - 50) more")) }
        line()
    }

    private mutating func writeSummary() {
        let change = report.change
        let size =
            Wording.plural(change.hunks, "hunk") + " in " + Wording.plural(change.files, "file")
            + " (+\(change.added) -\(change.removed))"
        let findings = report.findings.isEmpty ? "Nothing to report" : Wording.findings(report.findings)
        paragraph("\(findings) in \(change.title): \(size).", ink: .bold)
        if let gap = Wording.notReviewed(report) { paragraph(Wording.capitalised(gap) + ".", ink: .yellow) }
        paragraph("Cost: " + Wording.cost(report) + ".", ink: nil)
        for row in report.cost.rows.prefix(20) { writeRow(row) }
        if let baseline = report.cost.baselineModel {
            paragraph(
                "  everything at \(baseline): \(Wording.dollars(report.cost.baseline)); saved "
                    + Wording.dollars(report.cost.saved), ink: .dim)
        }
        for note in report.notes { paragraph("Note: " + note.text, ink: .dim) }
    }

    private mutating func writeRow(_ row: CostRow) {
        var text =
            "  \(row.category.rawValue) at \(row.model): \(Wording.plural(row.hunks, "hunk")), "
            + Wording.plural(row.calls, "call")
        if row.reused > 0 { text += " and \(row.reused) kept from before" }
        text += ", \(row.usage.totalInput) tokens in, \(row.usage.output) out, \(Wording.dollars(row.spent))"
        if row.bounded > .zero { text += " (\(Wording.dollars(row.bounded)) at the bound)" }
        paragraph(text, ink: .dim)
    }

    private mutating func paragraph(_ text: String, ink: Style.Ink?) {
        for text in TerminalText.wrap(text, columns: style.width) {
            line(ink.map { style($0, text) } ?? text)
        }
    }

    private mutating func line(_ text: String = "") {
        out += text
        out += "\n"
    }

    private static func ink(of severity: Severity) -> Style.Ink {
        switch severity {
        case .critical: .boldMagenta
        case .high: .boldRed
        case .medium: .yellow
        case .low: .blue
        }
    }
}
