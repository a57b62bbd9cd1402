import Synchronization

/// A door that a test opens: whoever came before waits at it, whoever comes later walks through.
package final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var last = 0
        var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// Lets all through, now and later.
    package func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// How many stand before it.
    package var count: Int { state.withLock { $0.waiting.count } }

    /// Returns when so many stand before it.
    package func waitForArrivals(_ count: Int = 1) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.waiting.count >= count || state.isOpen { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    /// Waits for the opening, or until the server is stopped.
    func pass() async {
        let number = state.withLock { state in
            state.last += 1
            return state.last
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { wait($0, as: number) }
        } onCancel: {
            state.withLock { $0.waiting.removeValue(forKey: number) }?.resume()
        }
    }

    private func wait(_ continuation: CheckedContinuation<Void, Never>, as number: Int) {
        let ready: [CheckedContinuation<Void, Never>]? = state.withLock { state in
            // Cancelled before it came to wait: nobody would wake it.
            if state.isOpen || Task.isCancelled { return nil }
            state.waiting[number] = continuation
            let ready = state.watchers.filter { $0.count <= state.waiting.count }.map(\.continuation)
            state.watchers.removeAll { $0.count <= state.waiting.count }
            return ready
        }
        guard let ready else { return continuation.resume() }
        for watcher in ready { watcher.resume() }
    }
}
