/// What kind of thinking a piece of a change asks of its reviewer.
package enum Category: String, CaseIterable, Sendable, Codable {
    /// Generated, repeated or mechanical code: nothing to find that a compiler would not.
    case boilerplate
    /// Fixes, error handling, logging, tests: is the cause cured?
    case debugging
    /// Logic with states, bounds, arithmetic, concurrency or data structures.
    case algorithm
    /// Security- or performance-sensitive.
    case review
    /// Interfaces, dependencies, schemas, build and deployment: what others will stand on.
    case architecture
}

/// How much a finding matters. Style is not a finding.
package enum Severity: String, CaseIterable, Sendable, Codable, Comparable {
    case low, medium, high, critical

    package static func < (left: Severity, right: Severity) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }
}
