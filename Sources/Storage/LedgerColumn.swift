/// The columns of the ledger, in the order of the table and of the digest's encoding. Only ever added to, at the end.
enum LedgerColumn: String, CaseIterable, Sendable {
    case sequence, at, kind
    /// The sequence of the row that opened the hold.
    case hold
    /// Picodollars set aside, and as they were asked for.
    case amount, asked
    /// Picodollars that this row adds to what is charged; an adjustment may be negative.
    case charge
    case review, change, repository, forge, category, provider, model, tier, purpose, unit, attempt, hunks
    case requestDigest = "request_digest"
    case requestBytes = "request_bytes"
    case destination
    case allowedBy = "allowed_by"
    case prices
    case configurationDigest = "configuration_digest"
    case promptVersion = "prompt_version"
    case policyVersion = "policy_version"
    case baselineCost = "baseline_cost"
    case inputBound = "input_bound"
    case outputBound = "output_bound"
    /// JSON: [[scope, subject, window, limit in picodollars], …].
    case claims
    /// Milliseconds.
    case lease
    case uncachedInput = "uncached_input"
    case cachedInput = "cached_input"
    case cacheWrite = "cache_write"
    case longCacheWrite = "long_cache_write"
    case output, reasoning
    case computedCost = "computed_cost"
    case returnedCost = "returned_cost"
    case returnedModel = "returned_model"
    case requestID = "request_id"
    case httpStatus = "http_status"
    case outcome, reason
    /// Microseconds.
    case timeToFirstToken = "time_to_first_token"
    case duration
    /// By how much usage passed its bound, in thousandths; only then.
    case overrun
    /// How the caller said the call ended; null where its lease ended it.
    case settlement

    var index: Int { Self.indexes[self] ?? 0 }
    var isText: Bool { Self.texts.contains(self) }

    private static let indexes = Dictionary(
        uniqueKeysWithValues: allCases.enumerated().map { ($0.element, $0.offset) })
    private static let texts: Set<LedgerColumn> = [
        .kind, .review, .change, .repository, .forge, .category, .provider, .model, .tier, .purpose, .requestDigest,
        .destination, .allowedBy, .prices, .configurationDigest, .promptVersion, .policyVersion, .claims,
        .returnedModel,
        .requestID, .outcome, .reason, .settlement,
    ]
}

/// What a row of the ledger records.
package enum LedgerEvent: String, CaseIterable, Sendable {
    /// Money was set aside for an attempt: the row carries the attempt.
    case held
    /// The request was about to leave.
    case sent
    /// The provider said what was used; that is charged.
    case settled
    /// A complete error answer: nothing is charged.
    case refused
    /// Nothing had left: nothing is charged.
    case released
    /// Nobody said what was used: the bound is charged.
    case bounded
    /// Figures that came after the hold had been ended by its lease. They are charged only as far as they pass the bound.
    case late
    /// The provider's figure took the place of the charge; the row carries the difference.
    case adjusted
    /// A request that costs nothing left, e.g. for a list of models.
    case requested
    /// The operator says that an endpoint's overruns had a cause that is gone.
    case forgiven
}
