/// Who looks at a segment.
package enum Decision: String, Sendable, Codable {
    /// Nobody but the static rules: a skip rule applies.
    case skip
    /// The static reviewer only: no model is worth its price here, or none may be used.
    case `static`
    case model
}

/// Price class of a model among the configured ones.
package enum Tier: String, CaseIterable, Sendable, Codable {
    case cheap, standard, strong
}

/// Another option the allocator weighed for a segment.
package struct Alternative: Sendable, Equatable {
    /// A model's name, or "static".
    package let option: String
    package let expectedCost: Money
    package let expectedValue: Money
    /// Why it was not taken.
    package let why: String

    package init(option: String, expectedCost: Money, expectedValue: Money, why: String) {
        self.option = option
        self.expectedCost = expectedCost
        self.expectedValue = expectedValue
        self.why = why
    }
}

/// The decision for one segment, with what it costs and why.
package struct PlannedSegment: Sendable {
    package let segment: Segment
    package let decision: Decision
    package let model: String?
    package let tier: Tier?
    /// Segments with the same unit are sent in one request; nil unless a model looks.
    package let unit: Int?
    /// False when the chosen model has no endpoint or key configured; nil unless a model looks.
    package let callable: Bool?
    package let expectedCost: Money
    /// What would be held before the call: the worst case.
    package let heldCost: Money
    package let expectedValue: Money
    package let why: String
    package let alternatives: [Alternative]
    /// Set where the segment is one of the parts of a segment too large for any permitted context window.
    package var part: SegmentPart?
    /// No permitted context window holds it, even cut: nobody but the static rules looks.
    package var isTooLarge = false

    package init(
        segment: Segment, decision: Decision, model: String?, tier: Tier?, unit: Int?, callable: Bool?,
        expectedCost: Money, heldCost: Money, expectedValue: Money, why: String, alternatives: [Alternative]
    ) {
        self.segment = segment
        self.decision = decision
        self.model = model
        self.tier = tier
        self.unit = unit
        self.callable = callable
        self.expectedCost = expectedCost
        self.heldCost = heldCost
        self.expectedValue = expectedValue
        self.why = why
        self.alternatives = alternatives
    }
}

/// A part of a segment that was cut to fit a context window; the parts of a segment cover its lines in order.
package struct SegmentPart: Sendable, Hashable {
    /// From 0.
    package let index: Int
    package let count: Int
    /// So many lines before the part's own are sent again with it, with their numbers, so that nothing hides in a cut.
    package let overlap: Int

    package init(index: Int, count: Int, overlap: Int) {
        self.index = index
        self.count = count
        self.overlap = overlap
    }
}

package struct PlannedHunk: Sendable {
    package let hunk: AssessedHunk
    package let segments: [PlannedSegment]

    package init(hunk: AssessedHunk, segments: [PlannedSegment]) {
        self.hunk = hunk
        self.segments = segments
    }
}

/// One budget that bounds the plan.
package struct BudgetLine: Sendable {
    /// For example "request", "change", "repository month".
    package let name: String
    package let limit: Money
    /// Nil where nothing keeps account yet.
    package let spent: Money?
    /// What open holds keep of it.
    package let held: Money?

    package init(name: String, limit: Money, spent: Money?, held: Money? = nil) {
        self.name = name
        self.limit = limit
        self.spent = spent
        self.held = held
    }
}

/// Who looks at each segment of a change, what that is expected to cost and to be worth, before a cent is spent.
package struct Plan: Sendable {
    package struct Totals: Sendable {
        package var expectedCost: Money
        package var heldCost: Money
        /// Every segment that is not skipped sent to the dearest routable model.
        package var allDearestCost: Money
        package var allCheapestCost: Money
        /// Every segment that is not skipped sent to `baseline_model`.
        package var baselineCost: Money

        package init(
            expectedCost: Money, heldCost: Money, allDearestCost: Money, allCheapestCost: Money, baselineCost: Money
        ) {
            self.expectedCost = expectedCost
            self.heldCost = heldCost
            self.allDearestCost = allDearestCost
            self.allCheapestCost = allCheapestCost
            self.baselineCost = baselineCost
        }
    }

    package var hunks: [PlannedHunk]
    package var totals: Totals
    package var budgets: [BudgetLine]
    /// economy, balanced or thorough.
    package var policy: String
    package var baselineModel: String?
    /// Names the token estimate used.
    package var estimate: String
    /// What the reader must know: assumed prices, models that cannot be called, options that were removed.
    package var warnings: [String]
    /// What models would find in the change beyond the static rules if money were no object, net of nothing; the measure
    /// by which budgets are paced, to be kept with the review.
    package var meritedValue = Money.zero
    /// A segment merited a model, and no call of one was affordable.
    package var unaffordable = false

    package init(
        hunks: [PlannedHunk], totals: Totals, budgets: [BudgetLine], policy: String, baselineModel: String?,
        estimate: String, warnings: [String]
    ) {
        self.hunks = hunks
        self.totals = totals
        self.budgets = budgets
        self.policy = policy
        self.baselineModel = baselineModel
        self.estimate = estimate
        self.warnings = warnings
    }
}
