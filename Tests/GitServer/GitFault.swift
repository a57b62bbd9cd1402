import Synchronization

/// What is done to a request instead of, or beside, answering it.
package enum GitFault: Sendable {
    case none
    case status(Int)
    /// Sends the client elsewhere: the same path and query behind another origin.
    case redirect(origin: String)
    /// The connection ends after so many bytes of the body.
    case cut(after: Int)
    /// Nothing is answered until the gate opens.
    case hold(GitGate)
    /// The head of the answer leaves, then the gate is waited for.
    case holdBody(GitGate)
    /// The body comes a byte at a time and never ends.
    case drip
}

/// A point where requests wait until a test lets them on.
package final class GitGate: Sendable {
    private let arrivals: AsyncStream<Void>
    private let announce: AsyncStream<Void>.Continuation
    private let state = Mutex<(isOpen: Bool, waiting: [AsyncStream<Void>.Continuation])>((false, []))

    package init() {
        (arrivals, announce) = AsyncStream<Void>.makeStream()
    }

    /// Returns when the next request stands at the gate. Asked by one task at a time.
    package func arrival() async {
        for await _ in arrivals { return }
    }

    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            return state.waiting
        }
        waiting.forEach { $0.finish() }
    }

    /// Waits until the gate is open or the task is cancelled.
    func pass() async {
        let (stream, end) = AsyncStream<Void>.makeStream()
        let isOpen = state.withLock { state in
            if !state.isOpen { state.waiting.append(end) }
            return state.isOpen
        }
        announce.yield()
        if !isOpen { for await _ in stream {} }
    }
}

/// A request that reached the server, as a test looks at it.
package struct SeenRequest: Sendable {
    package let method: String
    package let path: String
    package let query: String
    package let authorization: String?
    package let gitProtocol: String?
    package let userAgent: String?
}
