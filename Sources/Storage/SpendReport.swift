package import Domain

package enum SpendGrouping: String, CaseIterable, Sendable {
    case repository, forge, organisation, model, category, day
}

/// Which calls a report is about; a call's moment is that of its hold.
package struct SpendFilter: Sendable, Hashable {
    package var since: Instant?
    /// Up to, not including.
    package var before: Instant?
    package var repository: String?
    package var change: String?
    package var review: String?

    package init(
        since: Instant? = nil, before: Instant? = nil, repository: String? = nil, change: String? = nil,
        review: String? = nil
    ) {
        self.since = since
        self.before = before
        self.repository = repository
        self.change = change
        self.review = review
    }
}

/// By nearest rank, in seconds.
package struct LatencyPercentiles: Sendable, Hashable {
    package var p50: Double
    package var p95: Double
    package var p99: Double
}

/// Sums over the calls of one group.
package struct SpendRow: Sendable, Hashable {
    /// The repository, host, organisation, "entry/model", category or "2026-11-21"; empty for the total.
    package var key: String
    /// Calls whose request may have left.
    package var calls = 0
    package var answered = 0
    /// Calls that ended otherwise, by how.
    package var failures: [String: Int] = [:]
    /// Holds given back because nothing left.
    package var unsent = 0
    package var changes = 0
    package var reviews = 0
    package var uncachedInput = 0
    package var cachedInput = 0
    package var cacheWrite = 0
    /// Reasoning included.
    package var output = 0
    package var reasoning = 0
    /// From figures of the provider.
    package var chargedExact = Money.zero
    /// At the bound, as nobody said what was used.
    package var chargedBounded = Money.zero
    /// Set aside for calls that have not ended.
    package var held = Money.zero
    /// What the answered hunks would have cost at the baseline model, as predicted, each unit once.
    package var baseline = Money.zero
    /// Calls that passed their bound.
    package var overruns = 0
    /// Calls whose cost by the provider differs from ours, and by how much in all (theirs less ours).
    package var differingCosts = 0
    package var costDifference = Money.zero
    /// Of answered calls.
    package var duration: LatencyPercentiles?
    package var firstToken: LatencyPercentiles?

    package init(key: String) {
        self.key = key
    }

    package var charged: Money { chargedExact + chargedBounded }
    /// Nil without a baseline to compare with.
    package var savings: Money? { baseline > .zero ? baseline - charged : nil }
    package var costPerChange: Money? {
        changes > 0 ? Money(picodollars: charged.picodollars / Int64(changes)) : nil
    }
}

package struct SpendReport: Sendable, Hashable {
    /// In the order of their keys.
    package var rows: [SpendRow]
    package var total: SpendRow
}
