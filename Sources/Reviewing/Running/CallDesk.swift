package import Domain
package import Routing

/// Everything that calls of one review share.
package struct CallDesk: Sendable {
    /// What the ledger notes of every call of the review.
    package struct Notes: Sendable {
        package var review: String
        package var change: String
        package var repository: String
        package var forge: String
        package var configurationDigest: String
        package var promptVersion: String
        package var policyVersion: String

        package init(
            review: String, change: String, repository: String, forge: String = "", configurationDigest: String,
            promptVersion: String, policyVersion: String
        ) {
            self.review = review
            self.change = change
            self.repository = repository
            self.forge = forge
            self.configurationDigest = configurationDigest
            self.promptVersion = promptVersion
            self.policyVersion = policyVersion
        }
    }

    let notes: Notes
    let allocation: AllocationRequest
    let models: [String: RoutableModel]
    let providers: [String: any Provider]
    let ledger: any Ledger
    let runner: CallRunner
    let lanes: Lanes
    let breakers: BreakerBoard
    let timing: Timing
    let deadline: Instant
    let claims: @Sendable (String) -> [BudgetClaim]
    let effort: @Sendable (String, Category) -> ReasoningEffort?
    let mayCall: @Sendable () async -> Bool
    private let digest: @Sendable ([UInt8]) -> String
    private let tiers: TierRule

    /// Calls at once, whatever the provider.
    package static let callsAtOnce = 32

    /// - Parameters:
    ///   - allocation: What the plan was made from.
    ///   - providers: By the name of the entry; an entry without one is never called.
    ///   - claims: The limits that calls of a provider entry have to keep.
    ///   - effort: What `reasoning` says for a provider entry and a category.
    ///   - mayCall: Asked before each call; false ends the review without another.
    ///   - digest: SHA-256 in hexadecimal.
    package init(
        notes: Notes, allocation: AllocationRequest, providers: [String: any Provider], ledger: any Ledger,
        breakers: BreakerBoard, timing: Timing = Timing(), deadline: Instant,
        claims: @escaping @Sendable (String) -> [BudgetClaim],
        effort: @escaping @Sendable (String, Category) -> ReasoningEffort?,
        mayCall: @escaping @Sendable () async -> Bool = { true },
        digest: @escaping @Sendable ([UInt8]) -> String
    ) {
        self.notes = notes
        self.allocation = allocation
        models = Dictionary(allocation.models.map { ($0.name, $0) }) { first, _ in first }
        self.providers = providers
        self.ledger = ledger
        runner = CallRunner(ledger: ledger, timing: timing)
        lanes = Lanes(
            total: Self.callsAtOnce, limits: models.compactMapValues(\.maxConcurrency),
            perMinute: models.compactMapValues(\.requestsPerMinute))
        self.breakers = breakers
        self.timing = timing
        self.deadline = deadline
        self.claims = claims
        self.effort = effort
        self.mayCall = mayCall
        self.digest = digest
        tiers = TierRule(models: allocation.models)
    }

    func tier(of model: String, for category: Category) -> Tier? {
        models[model].map { tiers.tier(of: $0, for: category) }
    }

    /// Names a request by where it goes and what it says: two deployments of one model are not each other's answers.
    func digest(of call: PreparedCall) -> String { digest(Array(call.url.utf8) + [0x0A] + call.body) }

    /// How long one call may take: leaves time for another while there is much.
    func callDeadline(now: Instant) -> Instant {
        let left = deadline.seconds(since: now)
        return left > 120 ? now.advanced(bySeconds: left * 0.6) : deadline
    }
}
