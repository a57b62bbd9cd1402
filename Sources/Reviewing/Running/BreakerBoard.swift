import Domain
package import Routing

/// The breakers that all calls of a process share.
package actor BreakerBoard {
    private var breakers: Breakers

    package init(_ breakers: Breakers) {
        self.breakers = breakers
    }

    func admit(_ key: Breakers.Key, at now: Instant) -> Breaker.Admission { breakers.admit(key, at: now) }

    func report(_ key: Breakers.Key, _ ticket: Breaker.Ticket, _ failure: CallFailure?, at now: Instant) {
        if let failure {
            breakers.failed(key, ticket, with: failure, at: now)
        } else {
            breakers.succeeded(key, ticket)
        }
    }

    func abandon(_ key: Breakers.Key, _ ticket: Breaker.Ticket, at now: Instant) {
        breakers.abandoned(key, ticket, at: now)
    }

    /// A copy to look at.
    package var current: Breakers { breakers }
}
