import Domain
import Reporting
import Testing

@Suite struct PriceImportTests {
    private func report(destination: String?) -> PriceImportReport {
        PriceImportReport(
            file: "prices\u{1B}[31m.json", day: "2027-01-15", models: 4240, usable: 873,
            changed: [
                PriceImportReport.Change(
                    model: "openai/gpt-5.4", oldDay: "2026-11-21", newDay: "2027-01-15", isLeftOut: false,
                    figures: [PriceImportReport.Figure(name: "input", old: "2.5", new: "2")]),
                PriceImportReport.Change(
                    model: "xai/grok-4.7", oldDay: "2026-11-21", newDay: "2027-01-15", isLeftOut: true,
                    figures: [PriceImportReport.Figure(name: "output", old: "6", new: "6000000")]),
            ], added: ["openai/gpt-6"], gone: (0..<20).map { "openai/old-\($0)" }, unchanged: 80, unpriced: 25,
            refused: [PriceImportReport.Refusal(model: "bad\nname", reason: "input_cost_per_token is no number")],
            bill: [
                PriceImportReport.BillRow(
                    provider: "main", model: "gpt-5.4", calls: 120, charged: Money(usd: "1.41") ?? .zero,
                    before: Money(usd: "1.4") ?? .zero, after: Money(usd: "1.25") ?? .zero)
            ], unknownCalls: 3, destination: destination)
    }

    @Test func `An import says what changes, what it would have cost, and where it was written`() {
        let lines = PriceImportText.document(report(destination: "/etc/hunkwise/hunkwise.prices.tsv"))
            .split(separator: "\n").map(String.init)
        #expect(lines.contains("openai/gpt-5.4  2026-11-21 → 2027-01-15"))
        #expect(lines.contains("  input: 2.5 → 2"))
        #expect(lines.contains("  left out: it moves more than tenfold; --accept-leaps takes it all the same"))
        #expect(lines.contains("Last 30 days, the same tokens: $1.40 → $1.25 for what changes"))
        #expect(lines.contains("  main (gpt-5.4), 120 calls: $1.40 → $1.25, charged $1.41"))
        #expect(lines.contains("  3 calls of models no longer configured left out"))
        #expect(lines.joined(separator: " ").contains("(20 in all)"))
        #expect(lines.last == "Written to /etc/hunkwise/hunkwise.prices.tsv; delete it to go back.")
        #expect(!lines.joined().unicodeScalars.contains("\u{1B}"))
        #expect(lines.contains { $0.hasPrefix("  bad␊name: ") })
    }

    @Test func `A dry run says that nothing was written`() {
        #expect(PriceImportText.document(report(destination: nil)).hasSuffix("Nothing was written.\n"))
    }

    @Test func `Policies are compared in one table, the configured one marked`() {
        func row(_ name: String, _ model: String?, isChosen: Bool) -> PlanComparison.Row {
            PlanComparison.Row(
                name: name, model: model, isChosen: isChosen, segments: 7, byTier: [.cheap: 5, .strong: 2], calls: 3,
                expectedCost: Money(usd: "0.0132") ?? .zero, heldCost: Money(usd: "0.2") ?? .zero,
                value: Money(usd: "1.5") ?? .zero)
        }
        let plan = Plan(
            hunks: [],
            totals: Plan.Totals(
                expectedCost: .zero, heldCost: .zero, allDearestCost: .zero, allCheapestCost: .zero, baselineCost: .zero
            ),
            budgets: [], policy: "balanced", baselineModel: nil, estimate: "bytes-v1", warnings: ["assumed prices"])
        let comparison = PlanComparison(
            plan: plan, rows: [row("balanced", nil, isChosen: true), row("all dearest", "opus", isChosen: false)])
        let lines = PlanComparisonText.document(comparison).split(separator: "\n").map(String.init)
        #expect(lines[1].hasPrefix("* balanced") && lines[1].contains("$0.0132"))
        #expect(lines[2].hasPrefix("  all dearest (opus)"))
        #expect(lines[1].count == lines[2].count)
        #expect(lines.contains("Warning: assumed prices"))
        let json = String(decoding: PlanJSON.document(comparison), as: UTF8.self)
        #expect(json.contains("\"expected_cost_usd\": \"0.0132\""))
        #expect(json.contains("\"configured\": true"))
    }
}
