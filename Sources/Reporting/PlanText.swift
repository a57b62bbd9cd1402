import Diffs
package import Domain

/// `plan --format text`: who would look at each segment, what it would cost and why, then the sums.
package struct PlanText {
    private let style: Style
    private var out = ""

    package static func document(_ plan: Plan, style: Style = Style()) -> String {
        var text = PlanText(style: style)
        text.write(plan)
        return text.out
    }

    private init(style: Style) {
        self.style = style
    }

    private mutating func write(_ plan: Plan) {
        var file: Path?
        for planned in plan.hunks {
            if planned.hunk.file.path != file {
                if file != nil { out += "\n" }
                file = planned.hunk.file.path
                line(ClassifyText.heading(planned.hunk.file, style))
            }
            for segment in planned.segments { write(segment) }
        }
        if !plan.hunks.isEmpty { line() }
        write(plan.totals, baseline: plan.baselineModel)
        writeDecisions(plan)
        for budget in plan.budgets {
            let spent = budget.spent.map { ", " + Wording.dollars($0) + " spent" } ?? ""
            paragraph("Budget (\(budget.name)): " + Wording.dollars(budget.limit) + spent)
        }
        paragraph("Policy: \(plan.policy). Token estimate: \(plan.estimate).")
        for warning in plan.warnings {
            for text in TerminalText.wrap("Warning: " + warning, columns: style.width) { line(style(.yellow, text)) }
        }
    }

    private mutating func write(_ planned: PlannedSegment) {
        let place = TerminalText.padded("  " + ClassifyText.ranges(planned.segment.ranges), to: 24)
        let kind = TerminalText.padded(planned.segment.category.rawValue, to: 13)
        let risk = style(ClassifyText.ink(of: planned.segment.risk), Wording.probability(planned.segment.risk))
        line(place + "  " + kind + risk + "  " + decision(planned))
        var why = planned.why
        if planned.decision == .model {
            why =
                Wording.dollars(planned.expectedCost) + ", worth " + Wording.dollars(planned.expectedValue) + ": " + why
        }
        for text in TerminalText.wrap(why, columns: style.width - 6) { line("      " + style(.dim, text)) }
    }

    private func decision(_ planned: PlannedSegment) -> String {
        switch planned.decision {
        case .skip: return style(.dim, "skip")
        case .static: return style(.cyan, "static rules")
        case .model:
            let name = TerminalText.line(planned.model ?? "?", columns: 24)
            let tier = planned.tier.map { " (\($0.rawValue))" } ?? ""
            return style(.magenta, name) + (planned.callable == false ? style(.yellow, tier + ", not callable") : tier)
        }
    }

    private mutating func write(_ totals: Plan.Totals, baseline: String?) {
        row("Expected cost", totals.expectedCost)
        row("Held at most", totals.heldCost)
        row("All to the dearest model", totals.allDearestCost)
        row("All to the cheapest model", totals.allCheapestCost)
        row("All to the baseline" + (baseline.map { " (\($0))" } ?? ""), totals.baselineCost)
    }

    private mutating func row(_ name: String, _ amount: Money) {
        line(TerminalText.padded(TerminalText.line(name, columns: 50), to: 50) + "  " + Wording.dollars(amount))
    }

    private mutating func writeDecisions(_ plan: Plan) {
        let segments = plan.hunks.flatMap(\.segments)
        let skipped = segments.count { $0.decision == .skip }
        let examined = segments.count { $0.decision == .static }
        var text = Wording.plural(segments.count, "segment") + ": \(skipped) skipped, \(examined) static only"
        var models: [String: Int] = [:]
        for segment in segments { if let model = segment.model { models[model, default: 0] += 1 } }
        for (model, count) in models.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            text += ", \(count) \(model)"
        }
        paragraph(text + ".")
    }

    private mutating func paragraph(_ text: String) {
        for text in TerminalText.wrap(text, columns: style.width) { line(text) }
    }

    private mutating func line(_ text: String = "") {
        out += text
        out += "\n"
    }
}
