import Synchronization

/// Waits, in a task or on a thread, until something has happened so many times.
final class Latch: Sendable {
    private struct State {
        var left: Int
        var waiters: [@Sendable () -> Void] = []
    }

    private let state: Mutex<State>

    init(count: Int = 1) {
        state = Mutex(State(left: count))
    }

    /// It happened once more.
    func open() {
        let waiters = state.withLock { state -> [@Sendable () -> Void] in
            state.left -= 1
            guard state.left <= 0 else { return [] }
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter() }
    }

    func wait() async {
        await withCheckedContinuation { continuation in
            whenOpen { continuation.resume() }
        }
    }

    func waitOnThread() {
        let semaphore = ThreadSemaphore()
        whenOpen { semaphore.signal() }
        semaphore.wait()
    }

    private func whenOpen(_ act: @escaping @Sendable () -> Void) {
        let isOpen = state.withLock { state in
            if state.left > 0 { state.waiters.append(act) }
            return state.left <= 0
        }
        if isOpen { act() }
    }
}
