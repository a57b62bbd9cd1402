import Synchronization

/// A request that was refused, and why.
package struct RefusedRequest: Sendable {
    package var operation: String
    package var method: String
    package var path: String
    package var status: Int
    package var message: String
    package var requestBody: String
}

/// What reached the server: counts per operation, and what it refused by its own rules. Injected faults are not here.
package final class Traffic: Sendable {
    private struct State {
        var requests: [String: Int] = [:]
        var refused: [RefusedRequest] = []
        var notModified = 0
    }

    private let state = Mutex(State())

    /// Requests per operation, faults included.
    package var requests: [String: Int] { state.withLock { $0.requests } }

    package var refused: [RefusedRequest] { state.withLock { $0.refused } }

    /// Answers that said "as before" (304) and were not counted by the rate limit.
    package var notModified: Int { state.withLock { $0.notModified } }

    package func count(of operation: String) -> Int { state.withLock { $0.requests[operation] ?? 0 } }

    package func reset() { state.withLock { $0 = State() } }

    func count(_ operation: String) { state.withLock { $0.requests[operation, default: 0] += 1 } }

    func countNotModified() { state.withLock { $0.notModified += 1 } }

    func note(_ refused: RefusedRequest) { state.withLock { $0.refused.append(refused) } }
}
