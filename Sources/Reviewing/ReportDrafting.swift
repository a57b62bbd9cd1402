import Diffs
package import Domain

/// What the books say around a review.
package struct ReviewAccount: Sendable {
    /// Budgets with what is spent of them now.
    package var budgets: [BudgetLine]
    package var baselineModel: String?
    /// All reviews of the change together; nil where nothing keeps account.
    package var spentOnChange: Money?

    package init(budgets: [BudgetLine], baselineModel: String? = nil, spentOnChange: Money? = nil) {
        self.budgets = budgets
        self.baselineModel = baselineModel
        self.spentOnChange = spentOnChange
    }
}

extension ReviewReport {
    /// Puts together what a reader sees.
    ///
    /// - Parameters:
    ///   - plan: Who should look at each segment, if models are configured.
    ///   - models: What models brought; nil when none was asked, `whyNoModel` then says why.
    ///   - notes: What is to be said beside what the review itself noted.
    package init(
        _ result: StaticReviewResult, of input: ChangeInput, notes: [Note], plan: Plan?, models: ModelReviewResult?,
        whyNoModel: String = "", account: ReviewAccount?, policy: FindingPolicy
    ) {
        let findings = Self.merged(result.findings, models?.findings ?? [])
        let (shown, folded) = policy.divide(findings)
        var notReviewed = result.notReviewed + (models?.notReviewed ?? [])
        var withoutModel = Set((models?.notReviewed ?? []).map(Place.init)).count
        for hunk in plan?.hunks ?? [] {
            if models == nil, hunk.segments.contains(where: { $0.decision == .model }) {
                withoutModel += 1
                notReviewed.append(
                    NotReviewed(
                        path: hunk.hunk.file.path, hunkIndex: hunk.hunk.hunkIndex,
                        reason: "static rules only: \(whyNoModel)"))
            } else if let reason = hunk.segments.lazy.compactMap(\.shortfall).first {
                let isPart = hunk.segments.contains { $0.decision == .model }
                if !isPart { withoutModel += 1 }
                notReviewed.append(
                    NotReviewed(
                        path: hunk.hunk.file.path, hunkIndex: hunk.hunk.hunkIndex,
                        reason: isPart ? "\(reason) (a part of it)" : reason))
            }
        }
        let skipped = result.hunks.count { $0.assessment.skip != nil }
        let rows = models?.rows ?? []
        let spent = rows.reduce(Money.zero) { $0 + $1.spent }
        var cost = CostReport(
            spent: spent, held: rows.reduce(.zero) { $0 + $1.held }, budgets: account?.budgets ?? plan?.budgets ?? [],
            hunksSkipped: skipped,
            hunksStatic: max(
                0, result.hunks.count - skipped - withoutModel - (models?.reviewedHunks.count ?? 0)),
            hunksWithoutModel: withoutModel, calls: rows.reduce(0) { $0 + $1.calls })
        cost.rows = rows
        cost.hunksByTier = models?.hunksByTier ?? [:]
        cost.bounded = rows.reduce(.zero) { $0 + $1.bounded }
        cost.spentOnChange = account?.spentOnChange
        if rows.contains(where: { $0.baseline > .zero }) {
            cost.baselineModel = account?.baselineModel
            cost.baseline = rows.reduce(.zero) { $0 + $1.baseline }
        }
        cost.maskedSecrets = models?.maskedSecrets ?? 0
        self.init(
            change: input.summary, findings: shown, folded: folded, notReviewed: notReviewed,
            gates: GateCount.sum(result.gates, models?.gates ?? []), cost: cost,
            notes: result.notes + (models?.notes ?? []) + notes)
    }

    private struct Place: Hashable {
        let path: Path
        let hunkIndex: Int?

        init(_ item: NotReviewed) {
            path = item.path
            hunkIndex = item.hunkIndex
        }
    }

    /// All findings by weight, without those of a model that repeat another finding.
    private static func merged(_ builtin: [Finding], _ models: [Finding]) -> [Finding] {
        var result = builtin
        for finding in models.sorted(by: Finding.isGraver) {
            let isKnown = result.contains { other in
                other.identity == finding.identity
                    || other.path == finding.path && other.side == finding.side && other.line == finding.line
                        && (other.cwe == finding.cwe || other.cwe == nil || finding.cwe == nil)
            }
            if !isKnown { result.append(finding) }
        }
        return result.sorted(by: Finding.isGraver)
    }
}

extension PlannedSegment {
    /// Why no model looks although one would be worth its price; nil when that is not so.
    fileprivate var shortfall: String? {
        guard decision == .static else { return nil }
        if isTooLarge { return "too large for every permitted context window" }
        if why.hasPrefix("budget") { return "budget" }
        if why.hasPrefix("capacity") { return "no time left before the deadline" }
        let barred = "no model may look: "
        return why.hasPrefix(barred) ? String(why.dropFirst(barred.count)) : nil
    }
}

extension GateCount {
    /// Both lists as one, equal verdicts added up.
    static func sum(_ left: [GateCount], _ right: [GateCount]) -> [GateCount] {
        right.reduce(into: left) { sums, count in
            if let index = sums.firstIndex(where: { $0.verdict == count.verdict }) {
                sums[index] = GateCount(verdict: count.verdict, count: sums[index].count + count.count)
            } else {
                sums.append(count)
            }
        }
    }
}
