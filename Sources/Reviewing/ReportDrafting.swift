import Diffs
package import Domain

extension ReviewReport {
    /// Puts together what a reader sees of a static review.
    ///
    /// - Parameters:
    ///   - notes: What is to be said beside what the review itself noted.
    ///   - plan: Who would look at each segment, if models are configured. This version calls none of them, so what
    ///     they would have looked at is listed as not reviewed by a model.
    package init(
        _ result: StaticReviewResult, of input: ChangeInput, notes: [Note], plan: Plan?, policy: FindingPolicy
    ) {
        let (shown, folded) = policy.divide(result.findings)
        var notReviewed = result.notReviewed
        var withoutModel = 0
        for hunk in plan?.hunks ?? [] where hunk.segments.contains(where: { $0.decision == .model }) {
            withoutModel += 1
            notReviewed.append(
                NotReviewed(
                    path: hunk.hunk.file.path, hunkIndex: hunk.hunk.hunkIndex,
                    reason: "static rules only: this version calls no models"))
        }
        let skipped = result.hunks.count { $0.assessment.skip != nil }
        self.init(
            change: input.summary, findings: shown, folded: folded, notReviewed: notReviewed, gates: result.gates,
            cost: CostReport(
                spent: .zero, held: .zero, budgets: plan?.budgets ?? [], hunksSkipped: skipped,
                hunksStatic: result.hunks.count - skipped - withoutModel, hunksWithoutModel: withoutModel, calls: 0),
            notes: result.notes + notes)
    }
}
