import Domain

/// What is known of the forge's limits: when whom it will listen to again, and how fast we may write.
actor LimitBook {
    private let perSecond: Double
    private let burst: Double
    private var closedUntil: [String: Instant] = [:]
    private var tokens: Double
    private var filledAt: Instant?

    init(creationsPerSecond: Double, burst: Double) {
        perSecond = max(creationsPerSecond, 0.01)
        self.burst = max(burst, 1)
        tokens = max(burst, 1)
    }

    /// - Parameter scope: whose limit it is, e.g. an installation's.
    func close(_ scope: String, until moment: Instant) {
        if closedUntil.count > 1000 { closedUntil.removeAll() }
        closedUntil[scope] = max(moment, closedUntil[scope] ?? moment)
    }

    /// Nil when it listens.
    func closed(_ scope: String, at now: Instant) -> Instant? {
        guard let until = closedUntil[scope] else { return nil }
        // No limit of GitHub's lasts longer than an hour: a later moment comes from a clock that was moved.
        guard until > now, until.seconds(since: now) <= 3700 else {
            closedUntil[scope] = nil
            return nil
        }
        return until
    }

    /// Seconds to wait before something is written; the place is taken.
    func reserveCreation(at now: Instant) -> Double {
        // A clock that was set back gives nothing and takes nothing.
        let passed = filledAt.map { max(0, now.seconds(since: $0)) } ?? 0
        filledAt = now
        tokens = min(burst, tokens + passed * perSecond) - 1
        return tokens >= 0 ? 0 : -tokens / perSecond
    }
}
