import Synchronization

/// Waits, in a task or on a thread, until something has happened.
final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiters: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiters = state.withLock { state in
            defer { state.waiters = [] }
            state.isOpen = true
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
            if !state.isOpen { state.waiters.append(act) }
            return state.isOpen
        }
        if isOpen { act() }
    }
}
