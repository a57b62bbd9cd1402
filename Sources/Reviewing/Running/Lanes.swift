import Domain

/// Lets so many calls run at once, in all and for each provider entry, in the order in which they ask.
actor Lanes {
    private struct Waiter {
        let id: Int
        let provider: String
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let total: Int
    private let limits: [String: Int]
    /// Seconds between two calls of a provider entry with `requests_per_minute`.
    private let spacing: [String: Double]
    private var running = 0
    private var runningOf: [String: Int] = [:]
    private var nextStart: [String: Instant] = [:]
    private var waiting: [Waiter] = []
    private var nextID = 0

    /// - Parameters:
    ///   - total: Calls at once, whatever the provider.
    ///   - limits: `max_concurrency` by provider entry.
    ///   - perMinute: `requests_per_minute` by provider entry.
    init(total: Int, limits: [String: Int], perMinute: [String: Int]) {
        self.total = max(1, total)
        self.limits = limits.mapValues { max(1, $0) }
        spacing = perMinute.mapValues { 60 / Double(max(1, $0)) }
    }

    /// Waits for a lane.
    ///
    /// - Returns: False when the task was cancelled while it waited; no lane is taken then.
    func enter(_ provider: String) async -> Bool {
        if Task.isCancelled { return false }
        if hasRoom(provider), !waiting.contains(where: { $0.provider == provider }) {
            take(provider)
            return true
        }
        let id = nextID
        nextID += 1
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // Cancelled between the check above and here: the handler has run already and found nobody.
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiting.append(Waiter(id: id, provider: provider, continuation: continuation))
                }
            }
        } onCancel: {
            Task { await self.giveUp(id) }
        }
    }

    func leave(_ provider: String) {
        running -= 1
        runningOf[provider, default: 1] -= 1
        var index = 0
        while index < waiting.count, running < total {
            if hasRoom(waiting[index].provider) {
                let next = waiting.remove(at: index)
                take(next.provider)
                next.continuation.resume(returning: true)
            } else {
                index += 1
            }
        }
    }

    /// How long a call that has its lane must still wait for its turn by `requests_per_minute`, in seconds; nil, and no
    /// turn is taken, when that would not come before the deadline.
    func turn(of provider: String, now: Instant, before deadline: Instant) -> Double? {
        guard let seconds = spacing[provider] else { return 0 }
        let start = max(now, nextStart[provider] ?? now)
        guard start < deadline else { return nil }
        nextStart[provider] = start.advanced(bySeconds: seconds)
        return start.seconds(since: now)
    }

    /// How many stand in line.
    var waitingCount: Int { waiting.count }

    private func hasRoom(_ provider: String) -> Bool {
        running < total && runningOf[provider, default: 0] < limits[provider] ?? .max
    }

    private func take(_ provider: String) {
        running += 1
        runningOf[provider, default: 0] += 1
    }

    private func giveUp(_ id: Int) {
        guard let index = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: index).continuation.resume(returning: false)
    }
}
