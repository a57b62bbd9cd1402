import Domain
package import Routing

/// The breakers that all calls of a process share.
package actor BreakerBoard {
    private struct Waiter {
        let key: Breakers.Key
        let continuation: CheckedContinuation<Void, Never>
    }

    private var breakers: Breakers
    private var failures: [Breakers.Key: CallFailure] = [:]
    private var waiting: [Int: Waiter] = [:]
    private var nextID = 0

    package init(_ breakers: Breakers) {
        self.breakers = breakers
    }

    func admit(_ key: Breakers.Key, at now: Instant) -> Breaker.Admission { breakers.admit(key, at: now) }

    func report(_ key: Breakers.Key, _ ticket: Breaker.Ticket, _ failure: CallFailure?, at now: Instant) {
        if let failure {
            failures[key] = failure
            breakers.failed(key, ticket, with: failure, at: now)
        } else {
            breakers.succeeded(key, ticket)
        }
        wake(key)
    }

    func abandon(_ key: Breakers.Key, _ ticket: Breaker.Ticket, at now: Instant) {
        breakers.abandoned(key, ticket, at: now)
        wake(key)
    }

    /// A copy to look at.
    package var current: Breakers { breakers }

    /// Why the last call that failed there did.
    func lastFailure(of key: Breakers.Key) -> CallFailure? { failures[key] }

    /// Waits for what becomes of a probe that is under way, at most so many seconds.
    func probe(of key: Breakers.Key, within seconds: Double, _ timing: Timing) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.endOfProbe(key) }
            group.addTask { try? await timing.sleep(seconds) }
            await group.next()
            group.cancelAll()
        }
    }

    private func endOfProbe(_ key: Breakers.Key) async {
        let id = nextID
        nextID += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if !Task.isCancelled, case .probing = breakers.state(of: key) {
                    waiting[id] = Waiter(key: key, continuation: continuation)
                } else {
                    continuation.resume()
                }
            }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    private func wake(_ key: Breakers.Key) {
        if case .probing = breakers.state(of: key) { return }
        for (id, waiter) in waiting where waiter.key == key {
            waiting[id] = nil
            waiter.continuation.resume()
        }
    }

    private func giveUp(_ id: Int) {
        waiting.removeValue(forKey: id)?.continuation.resume()
    }
}
