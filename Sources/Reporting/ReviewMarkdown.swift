import Diffs
package import Domain

/// `review --format markdown`, and the bodies of comments on a forge: a summary, then each finding, then what the
/// review cost in a fold.
package enum ReviewMarkdown {
    /// What the forges take in one body.
    package static let limit = 65_536

    /// The whole review in one text of at most `limit` UTF-16 units; what does not fit is counted in its last line.
    package static func document(_ report: ReviewReport) -> String {
        var blocks = summaryBlocks(report)
        let fold = self.fold(report)
        var details = report.findings.map { Block(finding($0), isFinding: true) }
        if !report.folded.isEmpty {
            let rows = report.folded.prefix(100).map { item($0) }.joined(separator: "\n")
            details.append(
                Block(
                    "<details><summary>\(Wording.plural(report.folded.count, "more finding")) below the floors or over "
                        + "the cap</summary>\n\n" + rows + more(than: 100, of: report.folded.count) + "\n\n</details>",
                    isFinding: false))
        }
        if !details.isEmpty { blocks.append(Block("---", isFinding: false)) }
        return assemble(blocks + details, last: fold)
    }

    /// The summary comment alone: headline, a line for each finding, the fold.
    ///
    /// - Parameters:
    ///   - showsCost: Whether the fold tells what the review cost.
    ///   - remarks: Lines of our own that stand below the findings.
    package static func summary(_ report: ReviewReport, showsCost: Bool = true, remarks: [String] = []) -> String {
        let remarks = remarks.map { Block(MarkdownText.inline($0), isFinding: false) }
        return assemble(summaryBlocks(report) + remarks, last: fold(report, showsCost: showsCost))
    }

    /// What a review says in one line of plain text: a check's title.
    package static func title(_ report: ReviewReport) -> String {
        report.findings.isEmpty && report.notReviewed.isEmpty ? "Nothing to report" : Wording.headline(report)
    }

    /// What one finding says in one line of plain text.
    package static func message(_ finding: Finding) -> String { Wording.message(finding) }

    /// One inline comment; `suggestionBlock` puts the replacement into a block that the forge can commit.
    package static func comment(_ finding: Finding, suggestionBlock: Bool = true) -> String {
        var text = head(finding)
        if suggestionBlock, let suggestion = finding.suggestion {
            text += "\n\n" + MarkdownText.block(suggestion.replacement, language: "suggestion")
        }
        return text + "\n\n<sub>" + facts(finding) + " · wrong? `/hunkwise ignore`</sub>"
    }

    private struct Block {
        let text: String
        let isFinding: Bool
        let units: Int

        init(_ text: String, isFinding: Bool) {
            self.text = text
            self.isFinding = isFinding
            units = text.utf16.count
        }
    }

    /// Joins blocks by blank lines while they fit; `last` always does, because it is bounded.
    private static func assemble(_ blocks: [Block], last: String) -> String {
        let reserve = last.utf16.count + 200
        var used = 0
        var kept: [String] = []
        var left = 0
        for block in blocks {
            if left == 0, used + block.units + 2 + reserve <= limit {
                used += block.units + 2
                kept.append(block.text)
            } else {
                left += 1
            }
        }
        if left > 0 {
            kept.append("*Cut to \(limit) characters: \(Wording.plural(left, "more part")) not shown.*")
        }
        return (kept + [last]).filter { !$0.isEmpty }.joined(separator: "\n\n") + "\n"
    }

    private static func summaryBlocks(_ report: ReviewReport) -> [Block] {
        guard !report.findings.isEmpty || !report.notReviewed.isEmpty else {
            return [Block("**Hunkwise: nothing to report** in \(size(report.change)).", isFinding: false)]
        }
        var blocks = [Block("**Hunkwise: \(MarkdownText.inline(Wording.headline(report))).**", isFinding: false)]
        if !report.findings.isEmpty {
            let rows = report.findings.prefix(100).map { item($0) }.joined(separator: "\n")
            blocks.append(Block(rows + more(than: 100, of: report.findings.count), isFinding: false))
        }
        return blocks
    }

    private static func more(than most: Int, of count: Int) -> String {
        count > most ? "\n- … and \(count - most) more" : ""
    }

    private static func size(_ change: ChangeSummary) -> String {
        Wording.plural(change.hunks, "hunk") + " of " + Wording.plural(change.files, "file")
    }

    /// The line of a finding in the summary.
    package static func item(_ finding: Finding) -> String {
        "- \(Wording.capitalised(finding.severity.rawValue)) · \(place(finding)) \(MarkdownText.inline(finding.title))"
    }

    private static func place(_ finding: Finding) -> String {
        let lines = Wording.lines(finding).map { ":" + $0 } ?? ""
        return MarkdownText.code(bounded(finding.path.display, 300) + lines)
            + (finding.side == .old ? " (before the change)" : "")
    }

    private static func head(_ finding: Finding) -> String {
        let title = "\(Wording.capitalised(finding.severity.rawValue)): \(MarkdownText.inline(finding.title))"
        // A rule may have no more to say than its title.
        let explanation =
            Self.isSaid(finding.explanation, by: finding.title)
            ? "" : MarkdownText.inline(bounded(finding.explanation, 2_000))
        let stop = title.last.map { ".?!".contains($0) } ?? false ? "" : "."
        return "**\(title)\(stop)**" + (explanation.isEmpty ? "" : " " + explanation)
    }

    private static func isSaid(_ explanation: String, by title: String) -> Bool {
        func words(_ text: String) -> [Substring] { text.lowercased().split { " .".contains($0) } }
        return words(explanation) == words(title)
    }

    private static func finding(_ finding: Finding) -> String {
        var text = place(finding) + "\n\n" + head(finding)
        if let suggestion = finding.suggestion {
            let lines =
                suggestion.startLine == suggestion.line
                ? "line \(suggestion.line)" : "lines \(suggestion.startLine)-\(suggestion.line)"
            if suggestion.replacement.isEmpty {
                text += "\n\nSuggestion: delete \(lines)."
            } else {
                text += "\n\nSuggestion for \(lines):\n\n"
                text += MarkdownText.block(bounded(suggestion.replacement, 8_000), language: "suggestion")
            }
        }
        return text + "\n\n<sub>" + facts(finding) + "</sub>"
    }

    private static func facts(_ finding: Finding) -> String {
        var facts = [MarkdownText.code(bounded(finding.rule, 100))]
        if let cwe = finding.cwe { facts.append(MarkdownText.inline(bounded(cwe, 20))) }
        facts.append("confidence " + Wording.probability(finding.confidence))
        facts.append(finding.model == "builtin" ? "static rules" : MarkdownText.code(bounded(finding.model, 100)))
        return facts.joined(separator: " · ")
    }

    private static func bounded(_ text: String, _ most: Int) -> String {
        text.utf16.count <= most ? text : String(text.unicodeScalars.prefix(most / 2)) + "…"
    }
}
