package import Domain

/// `plan --compare`: the policies side by side, for people and for programs.
package enum PlanComparisonText {
    package static func document(_ comparison: PlanComparison, style: Style = Style()) -> String {
        let header = ["", "cost", "held", "worth", "segments", "cheap", "standard", "strong", "calls"]
        let table = comparison.rows.map { row in
            [
                (row.isChosen ? "* " : "  ") + row.name
                    + (row.model.map { " (\(TerminalText.line($0, columns: 30)))" } ?? ""),
                Wording.dollars(row.expectedCost), Wording.dollars(row.heldCost), Wording.dollars(row.value),
                "\(row.segments)",
            ] + Tier.allCases.map { "\(row.byTier[$0] ?? 0)" } + ["\(row.calls)"]
        }
        let widths = header.indices.map { column in
            ([header] + table).map { TerminalText.columnsOf($0[column]) }.max() ?? 0
        }
        func line(_ cells: [String]) -> String {
            cells.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - TerminalText.columnsOf(cells[column]))
                return column == 0 ? cells[column] + gap : gap + cells[column]
            }.joined(separator: "  ") + "\n"
        }
        var out = style(.dim, line(header))
        for (cells, row) in zip(table, comparison.rows) {
            out += row.isChosen ? style(.bold, line(cells)) : line(cells)
        }
        let notes = [
            "* the configured policy. Worth: what is expected to be found, at the configured value of a finding.",
            "Token estimate: \(comparison.plan.estimate).",
        ]
        for note in notes {
            for text in TerminalText.wrap(note, columns: style.width) { out += style(.dim, text) + "\n" }
        }
        for warning in comparison.plan.warnings {
            for text in TerminalText.wrap("Warning: " + warning, columns: style.width) {
                out += style(.yellow, text) + "\n"
            }
        }
        return out
    }
}

extension PlanJSON {
    package static func document(_ comparison: PlanComparison) -> [UInt8] {
        var writer = JSONWriter(indented: true)
        writer.object { json in
            json.field("version", 1)
            json.field("policy", comparison.plan.policy)
            json.field("estimate", comparison.plan.estimate)
            json.array("comparison", comparison.rows) { json, row in
                json.object { json in
                    json.field("name", row.name)
                    json.field("model", row.model)
                    json.field("configured", row.isChosen)
                    json.field("segments", row.segments)
                    json.object("tiers") { json in
                        json.field("cheap", row.byTier[.cheap] ?? 0)
                        json.field("standard", row.byTier[.standard] ?? 0)
                        json.field("strong", row.byTier[.strong] ?? 0)
                    }
                    json.field("calls", row.calls)
                    json.field("expected_cost_usd", row.expectedCost.usd)
                    json.field("held_cost_usd", row.heldCost.usd)
                    json.field("expected_value_usd", row.value.usd)
                }
            }
            json.budget(comparison.plan.budgets)
            json.strings("warnings", comparison.plan.warnings)
        }
        writer.endLine()
        return writer.bytes
    }
}
