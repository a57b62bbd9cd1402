package import Diffs
package import Domain

/// What an allocation decides on.
package struct AllocationRequest: Sendable {
    package var hunks: [AssessedHunk]
    package var models: [RoutableModel]
    package var settings: RoutingSettings
    package var bounds: [BudgetBound]
    package var estimate: any TokenEstimating
    /// Where the code of a path may be sent.
    package var residency: @Sendable (Path) -> AllowedResidency
    /// When the calls would be made; nil for regular prices.
    package var moment: WeekMoment?
    /// Names of the only models to use; nil for all.
    package var onlyModels: Set<String>?
    /// Names of models whose breaker is open, with the reason in words: see `Breakers.closedTo`.
    package var resting: [String: String]
    /// Windows of which the change may draw only its share.
    package var paces: [PacedWindow]

    package init(
        hunks: [AssessedHunk], models: [RoutableModel], settings: RoutingSettings, bounds: [BudgetBound],
        estimate: any TokenEstimating, residency: @escaping @Sendable (Path) -> AllowedResidency = { _ in .anywhere },
        moment: WeekMoment? = nil, onlyModels: Set<String>? = nil, resting: [String: String] = [:],
        paces: [PacedWindow] = []
    ) {
        self.hunks = hunks
        self.models = models
        self.settings = settings
        self.bounds = bounds
        self.estimate = estimate
        self.residency = residency
        self.moment = moment
        self.onlyModels = onlyModels
        self.resting = resting
        self.paces = paces
    }

    /// The tightest limit on everything; nil when nothing limits.
    var totalLimit: Money? {
        bounds.filter { $0.model == nil }.map(\.free).min()
    }

    /// The tightest limit on what one call holds. Paces do not count: they are for what is spent.
    func callLimit(of model: String) -> Money? {
        bounds.filter { !$0.isPace && ($0.model == nil || $0.model == model) }.map(\.room).min()
    }
}
