import Synchronization

/// Between the event thread, which fills it, and the one task that reads a body. It holds little: when nobody reads,
/// the event thread is told to hold the transfer. No continuation is resumed under its lock.
final class StreamChannel: Sendable {
    typealias Piece = Result<[UInt8]?, HTTPError>
    typealias HeadResult = Result<HTTPHead, HTTPError>

    /// Bytes kept for a reader who is busy before the transfer is held.
    static let capacity = 256 << 10

    private struct State {
        var headWaiter: CheckedContinuation<HeadResult, Never>?
        var waiter: CheckedContinuation<Piece, Never>?
        var buffer: [UInt8] = []
        /// Nil in success: the body is whole.
        var end: HTTPError??
        var isHeld = false
        var isTaken = false
        var startedAt = monotonicSeconds()
        var timings = HTTPTimings()
    }

    private let state = Mutex(State())

    // MARK: The event thread's side

    func deliver(_ head: HTTPHead, _ timings: HTTPTimings) {
        let waiter = state.withLock { state in
            state.timings = timings
            return take(&state.headWaiter)
        }
        waiter?.resume(returning: .success(head))
    }

    /// False: not taken, because the reader is behind; the transfer is to be held until the reader asks for it.
    func deliver(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (isTaken, waiter) = state.withLock { state -> (Bool, CheckedContinuation<Piece, Never>?) in
            if let waiter = take(&state.waiter) { return (true, waiter) }
            if state.buffer.count >= Self.capacity {
                state.isHeld = true
                return (false, nil)
            }
            state.buffer.append(contentsOf: bytes)
            return (true, nil)
        }
        waiter?.resume(returning: .success(Array(bytes)))
        return isTaken
    }

    func finish(_ error: HTTPError?, _ timings: HTTPTimings) {
        let (headWaiter, waiter) = state.withLock { state in
            if state.end == nil { state.end = .some(error) }
            state.timings = timings
            return (take(&state.headWaiter), take(&state.waiter))
        }
        let failure = error ?? HTTPError(.protocolError, wasSent: true, "the answer has no head")
        headWaiter?.resume(returning: .failure(failure))
        waiter?.resume(returning: error.map { .failure($0) } ?? .success(nil))
    }

    // MARK: The reader's side

    /// Called once, before the transfer starts.
    func expectHead(_ continuation: CheckedContinuation<HeadResult, Never>) {
        state.withLock { $0.headWaiter = continuation }
    }

    /// True for the first caller only: a body has one reader.
    func takeReading() -> Bool {
        state.withLock { state in
            defer { state.isTaken = true }
            return !state.isTaken
        }
    }

    var isEnded: Bool { state.withLock { $0.end != nil } }

    var timings: HTTPTimings {
        state.withLock { state in
            var timings = state.timings
            if state.end == nil { timings.total = monotonicSeconds() - state.startedAt }
            return timings
        }
    }

    /// The bytes that are there, or the next to come; nil after the last.
    ///
    /// - Parameter release: Called when the transfer was held and may go on.
    func next(
        isolation actor: isolated (any Actor)? = #isolation, release: () -> Void
    ) async throws(HTTPError) -> [UInt8]? {
        switch takeReady() {
        case .piece(let piece, let wasHeld):
            if wasHeld { release() }
            return try piece.get()
        case .nothing: break
        }
        let piece: Piece = await withCheckedContinuation { continuation in
            // Something may have come since.
            let ready = state.withLock { state -> Ready in
                let ready = Self.ready(&state)
                if case .nothing = ready { state.waiter = continuation }
                return ready
            }
            guard case .piece(let piece, let wasHeld) = ready else { return }
            if wasHeld { release() }
            continuation.resume(returning: piece)
        }
        return try piece.get()
    }

    private enum Ready {
        case nothing
        case piece(Piece, wasHeld: Bool)
    }

    private func takeReady() -> Ready { state.withLock { Self.ready(&$0) } }

    private static func ready(_ state: inout State) -> Ready {
        if !state.buffer.isEmpty {
            var bytes: [UInt8] = []
            swap(&bytes, &state.buffer)
            defer { state.isHeld = false }
            return .piece(.success(bytes), wasHeld: state.isHeld)
        }
        guard let end = state.end else { return .nothing }
        return .piece(end.map { .failure($0) } ?? .success(nil), wasHeld: false)
    }
}

private func take<Value>(_ value: inout Value?) -> Value? {
    defer { value = nil }
    return value
}
