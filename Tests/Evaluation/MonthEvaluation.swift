import Diffs
import Domain
import Routing

/// Forty uneven changes on a budget of $20 a month: what is left for the dangerous hunks of the last week.
struct MonthEvaluation {
    private struct Week {
        var spent = Money.zero
        var dangerous = 0
        var strong = 0
        var examined = 0
    }

    private let bench: (settings: RoutingSettings, models: [RoutableModel])
    private let limit = Money(usd: "20") ?? .zero
    private let days = 30.0

    init() throws {
        var bench = try Bench.models(Bench.usualModels)
        bench.settings.policy = .thorough
        self.bench = bench
    }

    /// Most changes are small, every seventh is a flood; a sixth of the hunks is dangerous.
    private func changes() throws -> [[AssessedHunk]] {
        var random = Seeded(40)
        return try (0..<40).map { number in
            let size =
                number % 7 == 3 ? Int.random(in: 250...500, using: &random) : Int.random(in: 10...90, using: &random)
            return try (0..<size).map { _ in
                let risk =
                    Int.random(in: 0..<6, using: &random) == 0 ? 0.7 : Double.random(in: 0.01...0.3, using: &random)
                return try hunk(lines: Int.random(in: 10...40, using: &random), risk: risk)
            }
        }
    }

    private func hunk(lines: Int, risk: Double) throws -> AssessedHunk {
        var text = "--- a/src/service.py\n+++ b/src/service.py\n@@ -1,0 +1,\(lines) @@\n"
        for line in 0..<lines { text += "+    total = compute_total(order, rate=\(line), currency=account.currency)\n" }
        guard let file = try Diff(parsing: Array(text.utf8)).files.first else {
            throw EvaluationError(description: "the made diff has no file")
        }
        let category: Domain.Category = risk > 0.5 ? .review : .debugging
        let segment = Segment(
            ranges: LineRanges(oldStart: 1, oldLines: 0, newStart: 1, newLines: lines), lines: 0..<lines, added: lines,
            removed: 0, category: category, confidence: 0.9, risk: risk, skip: nil, reasons: [])
        return AssessedHunk(
            file: file, hunkIndex: 0, fingerprint: "",
            assessment: Assessment(
                category: category, confidence: 0.9, risk: risk, skip: nil, reasons: [], segments: [segment]))
    }

    /// - Parameter past: What the 28 days before merited; nil for a first month.
    private func run(_ changes: [[AssessedHunk]], isPaced: Bool, past: Money?) -> [Week] {
        var weeks = [Week](repeating: Week(), count: 4)
        var spent = Money.zero
        var seen = Money.zero
        for (number, hunks) in changes.enumerated() {
            let now = days * Double(number) / Double(changes.count)
            var request = Bench.request(hunks, bench)
            request.bounds = [BudgetBound(name: "repository month", limit: limit, spent: spent, held: .zero)]
            if isPaced {
                // The last 28 days: so many of this month, the rest of the one before.
                let own = min(28, now)
                let record: PacedWindow.Record? =
                    past.map { past in
                        PacedWindow.Record(
                            days: 28,
                            value: seen + Money(picodollars: Int64(Double(past.picodollars) * (28 - own) / 28)))
                    } ?? (now > 0 ? PacedWindow.Record(days: own, value: seen) : nil)
                request.paces = [
                    PacedWindow(
                        name: "repository month", limit: limit, spent: spent, held: .zero,
                        secondsLeft: (days - now) * 86_400, record: record)
                ]
            }
            let plan = Allocator().plan(request)
            spent += plan.totals.expectedCost
            seen += plan.meritedValue
            let week = min(3, Int(now / 7.5))
            weeks[week].spent += plan.totals.expectedCost
            for planned in plan.hunks.flatMap(\.segments) {
                if planned.decision == .model { weeks[week].examined += 1 }
                guard planned.segment.risk >= Merit.highRisk else { continue }
                weeks[week].dangerous += 1
                if planned.tier == .strong { weeks[week].strong += 1 }
            }
        }
        return weeks
    }

    func report() throws -> String {
        let changes = try changes()
        let merit = changes.reduce(Money.zero) { $0 + Allocator().plan(Bench.request($1, bench)).meritedValue }
        let wanted = changes.reduce(Money.zero) { $0 + Allocator().plan(Bench.request($1, bench)).totals.expectedCost }
        var lines = [
            "40 changes in 30 days, \(changes.reduce(0) { $0 + $1.count }) hunks; money no object: \(dollars(wanted)); budget "
                + "$\(limit.usd) a month; predicted costs; policy thorough."
        ]
        for (title, isPaced, past) in [
            ("pace: smooth, first month (nothing known of earlier changes)", true, nil as Money?),
            ("pace: smooth, with 28 days like these on record", true, merit), ("pace: none", false, nil),
        ] {
            lines.append("\n" + title)
            for (index, week) in run(changes, isPaced: isPaced, past: past).enumerated() {
                lines.append(
                    "  quarter \(index + 1) of the month: spent " + column(dollars(week.spent), 9, right: true)
                        + ", hunks at a model " + column("\(week.examined)", 5, right: true)
                        + ", dangerous hunks on the strong tier "
                        + Share(count: week.strong, total: week.dangerous).text)
            }
        }
        return lines.joined(separator: "\n")
    }
}
