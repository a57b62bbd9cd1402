import Diffs
import Domain
import Testing

@testable import Reporting

/// A small review with something of everything, and its parts.
enum Sample {
    static let session = Path("auth/session.py")
    static let query = Path("db/query.py")
    static let strange = Path(bytes: [UInt8]("caf".utf8) + [0xE9] + [UInt8](".py".utf8))

    static let high = Finding(
        path: session, side: .old, startLine: 42, line: 42, severity: .high, category: .review, rule: "removed-guard",
        cwe: "CWE-862", title: "owner check removed",
        explanation: "Any signed-in user can delete any account: `delete_account` no longer calls `require_owner`.",
        confidence: 0.85, model: "builtin", quotedLine: Array("    require_owner(user, account)".utf8),
        symbol: "delete_account", identity: "id-1")

    static let medium = Finding(
        path: query, side: .new, startLine: 16, line: 17, severity: .medium, category: .review,
        rule: "python-sql-injection", cwe: "CWE-89", title: "query built from user input",
        explanation: "The name goes into the statement as it is. Bind it as a parameter instead.",
        suggestion: Suggestion(
            startLine: 17, line: 17, replacement: "    return db.execute(\"SELECT * FROM t WHERE name = ?\", (name,))"),
        confidence: 0.9, model: "builtin",
        quotedLine: Array("    return db.execute(\"SELECT * FROM t WHERE name = '\" + name + \"'\")".utf8),
        symbol: "find", identity: "id-2")

    static let low = Finding(
        path: strange, side: .new, startLine: nil, line: nil, severity: .low, category: .architecture,
        rule: "lockfile-drift", cwe: nil, title: "lock file does not follow", explanation: "", confidence: 0.61,
        model: "builtin", quotedLine: [], identity: "id-3")

    static let cost = CostReport(
        spent: .zero, held: .zero,
        budgets: [BudgetLine(name: "change", limit: Money(picodollars: 500_000_000_000), spent: nil)], hunksSkipped: 24,
        hunksStatic: 14, hunksWithoutModel: 3, calls: 0)

    static let report = ReviewReport(
        change: ChangeSummary(
            title: "HEAD~1..HEAD in shop", repository: "shop", base: "aa11", head: "bb22", files: 9, hunks: 41,
            added: 310, removed: 57),
        findings: [high, medium], folded: [low],
        notReviewed: [
            NotReviewed(path: Path("web/app.js"), hunkIndex: 0, reason: "budget"),
            NotReviewed(path: Path("web/app.js"), hunkIndex: 1, reason: "budget"),
            NotReviewed(path: strange, hunkIndex: nil, reason: "binary"),
        ],
        gates: [
            GateCount(verdict: GateVerdict(.anchor, .accepted), count: 3),
            GateCount(verdict: GateVerdict(.applies, .skipped, reason: "no suggestion"), count: 2),
            GateCount(verdict: GateVerdict(.grounding, .demoted, reason: "unknown name"), count: 1),
        ],
        cost: cost, notes: [Note(kind: "no-grammar", text: "1 file has no grammar: its syntax was not looked at.")])

    /// A review in which two models looked: one call was cut and is charged at its bound.
    static var paid: ReviewReport {
        var report = report
        var cheap = CostRow(category: .boilerplate, model: "small", tier: .cheap)
        cheap.hunks = 15
        cheap.calls = 2
        cheap.reused = 1
        cheap.usage = Usage(uncachedInput: 5_200, cachedInput: 1_024, output: 310)
        cheap.held = Money(picodollars: 9_000_000_000)
        cheap.exact = Money(picodollars: 1_200_000_000)
        cheap.baseline = Money(picodollars: 21_000_000_000)
        var strong = CostRow(category: .review, model: "thinker", tier: .strong)
        strong.returnedModel = "thinker-2026-10"
        strong.hunks = 2
        strong.calls = 2
        strong.usage = Usage(uncachedInput: 1_900, cacheWrite: 400, output: 700)
        strong.reasoningTokens = 512
        strong.held = Money(picodollars: 80_000_000_000)
        strong.exact = Money(picodollars: 7_000_000_000)
        strong.bounded = Money(picodollars: 5_000_000_000)
        strong.baseline = Money(picodollars: 9_000_000_000)
        report.cost = CostReport(
            spent: cheap.spent + strong.spent, held: cheap.held + strong.held,
            budgets: [
                BudgetLine(
                    name: "repository change", limit: Money(picodollars: 500_000_000_000),
                    spent: Money(picodollars: 40_200_000_000)),
                BudgetLine(
                    name: "global month", limit: Money(picodollars: 200_000_000_000_000),
                    spent: Money(picodollars: 12_340_000_000_000)),
            ], hunksSkipped: 24, hunksStatic: 0, hunksWithoutModel: 0, calls: 4)
        report.cost.rows = [cheap, strong]
        report.cost.hunksByTier = [.cheap: 15, .strong: 2]
        report.cost.bounded = strong.bounded
        report.cost.spentOnChange = Money(picodollars: 40_200_000_000)
        report.cost.baselineModel = "thinker"
        report.cost.baseline = cheap.baseline + strong.baseline
        report.cost.maskedSecrets = 1
        return report
    }

    static var quiet: ReviewReport {
        var report = report
        report.findings = []
        report.folded = []
        report.notReviewed = []
        report.gates = []
        report.notes = []
        return report
    }

    static func frame(_ finding: Finding) -> [FrameLine] {
        guard finding == medium else { return quoted(finding) }
        return [
            FrameLine(number: 15, text: Array("def find(db, name):".utf8), isTarget: false),
            FrameLine(number: 16, text: Array("\tlog(name)\r".utf8), isTarget: true),
            FrameLine(number: 17, text: finding.quotedLine, isTarget: true),
        ]
    }

    /// A frame of the finding's line alone.
    static func quoted(_ finding: Finding) -> [FrameLine] {
        guard let line = finding.line else { return [] }
        return [FrameLine(number: line, text: finding.quotedLine, isTarget: true)]
    }

    static func diff() throws -> Diff {
        let text = """
            diff --git a/auth/session.py b/auth/session.py
            --- a/auth/session.py
            +++ b/auth/session.py
            @@ -40,4 +40,3 @@ def delete_account(user, account):
             def delete_account(user, account):
                 log(user)
            -    require_owner(user, account)
                 account.delete()
            diff --git a/old.txt b/new.txt
            similarity index 100%
            rename from old.txt
            rename to new.txt

            """
        return try Diff(parsing: Array(text.utf8))
    }

    static func hunks() throws -> [AssessedHunk] {
        let files = try diff().files
        let risky = Segment(
            ranges: LineRanges(oldStart: 40, oldLines: 4, newStart: 40, newLines: 3), lines: 0..<4, added: 0,
            removed: 1,
            category: .review, confidence: 0.9123456, risk: 0.62, skip: nil,
            reasons: [Reason("guard-removed", 1.8), Reason("auth-path", 0.7), Reason("short", -0.2)])
        let moved = Segment(
            ranges: LineRanges(oldStart: 0, oldLines: 0, newStart: 0, newLines: 0), lines: 0..<0, added: 0, removed: 0,
            category: .boilerplate, confidence: 1, risk: 0.00004, skip: "rename-only", reasons: [])
        return [
            AssessedHunk(file: files[0], hunkIndex: 0, fingerprint: "f1", assessment: assessment(risky)),
            AssessedHunk(file: files[1], hunkIndex: nil, fingerprint: "f2", assessment: assessment(moved)),
        ]
    }

    static func plan() throws -> Plan {
        let hunks = try hunks()
        func money(_ text: String) -> Money { Money(usd: text) ?? .zero }
        let first = PlannedSegment(
            segment: hunks[0].assessment.segments[0], decision: .model, model: "deepseek-r1", tier: .strong, unit: 0,
            callable: false, expectedCost: money("0.00123"), heldCost: money("0.0081"), expectedValue: money("0.52"),
            why: "worth 0.52 at a price of 0.0013: nothing else finds as much for its price",
            alternatives: [
                Alternative(option: "static", expectedCost: .zero, expectedValue: money("0.1"), why: "finds less")
            ])
        let second = PlannedSegment(
            segment: hunks[1].assessment.segments[0], decision: .skip, model: nil, tier: nil, unit: nil, callable: nil,
            expectedCost: .zero, heldCost: .zero, expectedValue: .zero, why: "rename-only", alternatives: [])
        return Plan(
            hunks: [PlannedHunk(hunk: hunks[0], segments: [first]), PlannedHunk(hunk: hunks[1], segments: [second])],
            totals: Plan.Totals(
                expectedCost: money("0.00123"), heldCost: money("0.0081"), allDearestCost: money("0.02"),
                allCheapestCost: money("0.0001"), baselineCost: money("0.004")),
            budgets: [BudgetLine(name: "request", limit: money("5"), spent: nil)], policy: "balanced",
            baselineModel: "deepseek-r1", estimate: "bytes/3.2",
            warnings: ["deepseek-r1 has no key: set DEEPSEEK_API_KEY"])
    }

    private static func assessment(_ segment: Segment) -> Assessment {
        Assessment(
            category: segment.category, confidence: segment.confidence, risk: segment.risk, skip: segment.skip,
            reasons: segment.reasons, segments: [segment])
    }
}
