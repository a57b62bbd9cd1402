import Diffs
import Domain

extension ReviewMarkdown {
    /// The fold at the end: cost, what was not reviewed, gates and notes. Bounded whatever the report holds.
    static func fold(_ report: ReviewReport, showsCost: Bool = true) -> String {
        var blocks: [String] = []
        if showsCost {
            if !report.cost.rows.isEmpty { blocks.append(modelTable(report.cost)) }
            blocks.append(costTable(report.cost))
        }
        if !report.notReviewed.isEmpty { blocks.append(notReviewed(report.notReviewed)) }
        // That a gate of suggestions had none to judge tells nobody anything.
        let gates = report.gates.filter { $0.verdict.outcome != .accepted && $0.verdict.reason != "no suggestion" }
        if !gates.isEmpty { blocks.append(gateTable(gates)) }
        if !report.notes.isEmpty {
            blocks.append(
                report.notes.prefix(20).map { "- " + MarkdownText.inline(String($0.text.prefix(400))) }
                    .joined(separator: "\n"))
        }
        // The page shows a heading as HTML, where the escapes of Markdown would be seen.
        if blocks.isEmpty { return "" }
        return "<details><summary>" + (showsCost ? html(Wording.cost(report)) : "Details") + "</summary>\n\n"
            + blocks.joined(separator: "\n\n") + "\n\n</details>"
    }

    private static func modelTable(_ cost: CostReport) -> String {
        var rows = cost.rows.prefix(40).map { row in
            let returned =
                row.returnedModel.map { " (answered as \(MarkdownText.inline(String($0.prefix(80)))))" } ?? ""
            return [
                row.category.rawValue, MarkdownText.inline(String(row.model.prefix(80))) + returned, "\(row.hunks)",
                "\(row.calls)" + (row.reused > 0 ? " + \(row.reused) kept" : ""),
                "\(row.usage.uncachedInput + row.usage.cacheWrite + row.usage.longCacheWrite) / "
                    + "\(row.usage.cachedInput) / \(row.usage.output)",
                Wording.dollars(row.held), Wording.dollars(row.spent),
            ]
        }
        if cost.rows.count > 40 { rows.append(["… and \(cost.rows.count - 40) more"] + Array(repeating: "", count: 6)) }
        return table(["category", "model", "hunks", "calls", "tokens in / cached / out", "held", "spent"], rows)
    }

    private static func costTable(_ cost: CostReport) -> String {
        var rows = [("Spent", Wording.dollars(cost.spent)), ("Model calls", "\(cost.calls)")]
        if cost.held > .zero { rows.append(("Held", Wording.dollars(cost.held))) }
        let hunks = [
            ("Hunks skipped by rule", cost.hunksSkipped), ("Hunks seen by the static rules only", cost.hunksStatic),
            (
                cost.calls == 0 ? "Hunks that merit a model, none called" : "Hunks without the model they merit",
                cost.hunksWithoutModel
            ),
        ]
        rows += hunks.filter { $0.1 > 0 }.map { ($0.0, "\($0.1)") }
        if cost.bounded > .zero {
            rows.insert(("Charged at the bound, usage unknown", Wording.dollars(cost.bounded)), at: 1)
        }
        if let baseline = cost.baselineModel {
            rows.append(
                ("Everything at \(MarkdownText.inline(String(baseline.prefix(80))))", Wording.dollars(cost.baseline)))
            rows.append(("Saved against it", Wording.dollars(cost.saved)))
        }
        if cost.maskedSecrets > 0 { rows.append(("Secrets masked before sending", "\(cost.maskedSecrets)")) }
        if cost.calls > 0 { rows.append(("Suggestions", "not executed")) }
        for budget in cost.budgets.prefix(12) {
            let left = budget.spent.map { Wording.dollars(max(.zero, budget.limit - $0)) + " left of " } ?? ""
            rows.append(("Budget: \(MarkdownText.inline(budget.name))", left + Wording.dollars(budget.limit)))
        }
        return table(["cost", "figure"], rows.map { [$0.0, $0.1] })
    }

    private static func notReviewed(_ items: [NotReviewed]) -> String {
        var rows = items.prefix(50).map { item in
            let place = MarkdownText.code(String(item.path.display.prefix(200)))
            let hunk = item.hunkIndex.map { "\($0 + 1)" } ?? "all"
            return [place.replacingPipes, hunk, MarkdownText.inline(String(item.reason.prefix(200)))]
        }
        if items.count > 50 { rows.append(["… and \(items.count - 50) more", "", ""]) }
        return table(["not reviewed", "hunk", "why"], rows)
    }

    private static func gateTable(_ gates: [GateCount]) -> String {
        table(
            ["gate", "outcome", "why", "times"],
            gates.prefix(50).map { item in
                [
                    item.verdict.gate.rawValue, item.verdict.outcome.rawValue,
                    MarkdownText.inline(item.verdict.reason ?? ""), "\(item.count)",
                ]
            })
    }

    private static func table(_ head: [String], _ rows: [[String]]) -> String {
        ([head, head.map { _ in "---" }] + rows).map { "| " + $0.joined(separator: " | ") + " |" }
            .joined(separator: "\n")
    }

    private static func html(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "\n", "\r": out += " "
            default: if !scalar.isHidden { out.unicodeScalars.append(scalar) }
            }
        }
        return out
    }
}

extension String {
    /// Inside a table a pipe ends the cell even in a code span.
    fileprivate var replacingPipes: String {
        split(separator: "|", omittingEmptySubsequences: false).joined(separator: "\\|")
    }
}
