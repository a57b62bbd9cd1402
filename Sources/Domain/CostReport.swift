/// What one model did for one category of a review.
package struct CostRow: Sendable, Equatable {
    package var category: Category
    /// The provider entry's name.
    package var model: String
    /// What the endpoint says it is, where that differs.
    package var returnedModel: String?
    package var tier: Tier?
    package var hunks = 0
    /// Calls that were sent, repairs and failed ones included.
    package var calls = 0
    /// Requests answered from what was kept of an earlier run: not sent, not charged.
    package var reused = 0
    /// Sums over the calls whose usage came back.
    package var usage = Usage(uncachedInput: 0, output: 0)
    /// Within `usage.output`.
    package var reasoningTokens = 0
    /// The time of the calls whose usage came back, added up, in seconds.
    package var seconds = 0.0
    /// The sum of what was set aside before each call.
    package var held = Money.zero
    /// Charges by returned usage.
    package var exact = Money.zero
    /// Charges at the bound, for calls nobody told the usage of.
    package var bounded = Money.zero
    /// What the reviewed hunks were predicted to cost at the baseline model.
    package var baseline = Money.zero

    package init(category: Category, model: String, tier: Tier?) {
        self.category = category
        self.model = model
        self.tier = tier
    }

    package var spent: Money { exact + bounded }
}

/// What the review cost, and how the hunks were divided.
package struct CostReport: Sendable {
    package var spent: Money
    /// What was set aside before the calls, in all.
    package var held: Money
    package var budgets: [BudgetLine]
    package var hunksSkipped: Int
    package var hunksStatic: Int
    /// Hunks that merited a model which was not called, e.g. because none is configured.
    package var hunksWithoutModel: Int
    package var calls: Int
    /// By category, then model.
    package var rows: [CostRow] = []
    /// Hunks that a model looked at, by the tier of the dearest one.
    package var hunksByTier: [Tier: Int] = [:]
    /// The part of `spent` that is charged at a bound.
    package var bounded = Money.zero
    /// What all reviews of this change have cost together, this one included; nil where nothing keeps account.
    package var spentOnChange: Money?
    /// The one model everything is compared with; nil when no model was called.
    package var baselineModel: String?
    /// What the reviewed hunks were predicted to cost there.
    package var baseline = Money.zero
    /// Secrets that were masked in what was sent.
    package var maskedSecrets = 0

    package init(
        spent: Money, held: Money, budgets: [BudgetLine], hunksSkipped: Int, hunksStatic: Int, hunksWithoutModel: Int,
        calls: Int
    ) {
        self.spent = spent
        self.held = held
        self.budgets = budgets
        self.hunksSkipped = hunksSkipped
        self.hunksStatic = hunksStatic
        self.hunksWithoutModel = hunksWithoutModel
        self.calls = calls
    }

    /// What the baseline would have cost beyond what was spent; negative when it would have been cheaper.
    package var saved: Money { baseline - spent }
}

extension Usage {
    package static func + (left: Usage, right: Usage) -> Usage {
        func sum(_ path: KeyPath<Usage, Int>) -> Int {
            let (total, overflow) = left[keyPath: path].addingReportingOverflow(right[keyPath: path])
            return overflow ? .max : total
        }
        return Usage(
            uncachedInput: sum(\.uncachedInput), cachedInput: sum(\.cachedInput), cacheWrite: sum(\.cacheWrite),
            longCacheWrite: sum(\.longCacheWrite), output: sum(\.output))
    }
}
