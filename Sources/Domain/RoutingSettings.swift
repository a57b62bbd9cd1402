/// How dear the reader's attention is against money: it scales the value of a finding and nothing else.
package enum RoutingPolicy: String, CaseIterable, Sendable, Codable {
    case economy, balanced, thorough

    /// The value of a finding is divided by four, taken as written, or multiplied by four.
    package var valueScale: Double {
        switch self {
        case .economy: 0.25
        case .balanced: 1
        case .thorough: 4
        }
    }
}

/// The `routing` block.
package struct RoutingSettings: Sendable {
    /// Bounds what one call may hold and what all calls of one command may be expected to cost.
    package var requestLimit: Money?
    /// Visible answer of one unit, in tokens.
    package var maxOutputTokens: [Category: Int] = RoutingSettings.defaultMaxOutputTokens
    package var policy = RoutingPolicy.balanced
    package var valueOfFinding = Money(picodollars: 1_000_000_000_000)
    /// 0 to 1; models below the floor do not look at the category.
    package var qualityFloor = PerCategory<Double>()
    /// Names in the order in which they are tried after the first choice failed.
    package var fallback: [Category: [String]] = [:]
    package var baselineModel: String?
    /// All calls of a review together, in seconds.
    package var deadlineSeconds = 600
    package var providers: [ProviderSettings] = []

    package static let defaultMaxOutputTokens: [Category: Int] = [
        .boilerplate: 500, .debugging: 800, .algorithm: 1500, .review: 1200, .architecture: 2000,
    ]

    package init() {}
}
