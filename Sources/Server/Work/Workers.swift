package import Domain
import Synchronization

/// Wakes workers that wait for something to do.
package final class WakeUp: Sendable {
    private struct State {
        var sleepers: [Int: CheckedContinuation<Void, Never>] = [:]
        var next = 0
        /// Somebody rang while nobody slept.
        var hasRung = false
    }

    private let state = Mutex(State())

    package init() {}

    /// There is something to do.
    package func ring() {
        let sleepers = state.withLock { state in
            let all = Array(state.sleepers.values)
            state.sleepers = [:]
            if all.isEmpty { state.hasRung = true }
            return all
        }
        for sleeper in sleepers { sleeper.resume() }
    }

    /// Waits for a ring, or as long as `sleep` takes, or until the task is cancelled.
    func wait(_ sleep: @escaping @Sendable () async throws -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await sleep() }
            group.addTask { await self.waitForRing() }
            await group.next()
            group.cancelAll()
        }
    }

    private func waitForRing() async {
        let id = state.withLock { state in
            state.next += 1
            return state.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.hasRung || Task.isCancelled {
                        state.hasRung = false
                        return true
                    }
                    state.sleepers[id] = continuation
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.sleepers.removeValue(forKey: id) }?.resume()
        }
    }
}

/// Works on the queue's jobs, so many at once, until it is told to shut down.
package final class Workers: Sendable {
    private struct State {
        var isShuttingDown = false
        var running: [Int64: JobControl] = [:]
    }

    private let queue: any JobQueue
    private let doer: any JobDoer
    private let clock: any WallClock
    private let wakeUp: WakeUp
    private let leaseSeconds: Double
    private let pollSeconds: Double
    private let sleep: @Sendable (Double) async throws -> Void
    private let report: @Sendable (Event) -> Void
    private let executor = WorkExecutor()
    private let state = Mutex(State())

    /// What happened, for logs and metrics.
    package enum Event: Sendable {
        case began(Job)
        case ended(Job, JobEnd, seconds: Double)
        /// The store does not answer; the worker tries again.
        case storeFailed(String)
    }

    /// - Parameters:
    ///   - leaseSeconds: A job whose worker is silent for so long is somebody else's.
    ///   - pollSeconds: How long a worker trusts that nobody else has queued anything.
    package init(
        queue: any JobQueue, doer: any JobDoer, clock: any WallClock, wakeUp: WakeUp, leaseSeconds: Double = 20,
        pollSeconds: Double = 2, sleep: @escaping @Sendable (Double) async throws -> Void,
        report: @escaping @Sendable (Event) -> Void
    ) {
        self.queue = queue
        self.doer = doer
        self.clock = clock
        self.wakeUp = wakeUp
        self.leaseSeconds = leaseSeconds
        self.pollSeconds = pollSeconds
        self.sleep = sleep
        self.report = report
    }

    /// Jobs under way.
    package var runningCount: Int { state.withLock { $0.running.count } }

    /// Returns when a shutdown has been asked for and the last job is given back or done.
    package func run(atOnce count: Int) async {
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<max(1, count) { group.addTask { await self.work() } }
        }
    }

    /// No new job is begun. Those under way go on until `stopWork`.
    package func shutDown() {
        state.withLock { $0.isShuttingDown = true }
        wakeUp.ring()
    }

    /// Jobs under way stop before their next costly step and are given back.
    package func stopWork() {
        for control in state.withLock({ Array($0.running.values) }) { control.shutDown() }
    }

    private var isShuttingDown: Bool { state.withLock { $0.isShuttingDown } }

    private func work() async {
        while !isShuttingDown, !Task.isCancelled {
            do {
                if let (job, lease) = try await queue.lease(for: leaseSeconds) {
                    try await work(on: job, lease)
                    continue
                }
                let due = try await queue.nextDue()
                let wait = due.map { min(pollSeconds, max(0.02, $0.seconds(since: clock.now()))) } ?? pollSeconds
                if !isShuttingDown { await wakeUp.wait { try await self.sleep(wait) } }
            } catch {
                report(.storeFailed("\(error)"))
                try? await sleep(pollSeconds)
            }
        }
        // The ring of the shutdown wakes one sleeper at a time if others were not asleep yet.
        wakeUp.ring()
    }

    private func work(on job: Job, _ lease: JobLease) async throws {
        let control = JobControl(queue: queue, lease: lease, seconds: leaseSeconds)
        state.withLock { $0.running[job.id] = control }
        defer { _ = state.withLock { $0.running.removeValue(forKey: job.id) } }
        report(.began(job))
        let start = clock.now()
        let end = await withTaskGroup(of: Void.self) { group in
            group.addTask { await control.keepAlive(sleep: self.sleep) }
            let end = await withTaskExecutorPreference(executor) { await doer.run(job, control) }
            group.cancelAll()
            return end
        }
        switch end {
        case .ended(let state, let reason):
            _ = try await queue.end(control.lease, as: state, reason: reason)
        case .later(let seconds, let reason, let counts):
            _ = try await queue.giveBack(
                control.lease, until: clock.now().advanced(bySeconds: seconds), reason: reason, counts: counts)
        }
        report(.ended(job, end, seconds: clock.now().seconds(since: start)))
        wakeUp.ring()
    }
}
