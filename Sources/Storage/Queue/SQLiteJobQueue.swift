package import Domain
import GRDB

/// The queue in the embedded database, for any number of tasks and processes on one file.
///
/// - A delivery and its job are kept in one transaction: there is no delivery without its work. A delivery ends as its job
///   does. Its id is known for thirty days (`Store.sweep`).
/// - Who comes next: the best class first (priority; ten minutes' waiting betters it by one), then the repository that was
///   served longest ago, then the oldest job. One job of a change runs at a time.
/// - A newer request that supersedes takes the place of queued ones of its change and kind. Its quiet period starts anew,
///   but ends at most four quiet periods after the first of those it followed began to wait.
/// - The order in which deliveries arrive matters little: a job says which change to look at, and its worker asks the
///   forge for that change's present state.
/// - A lease is lost when its job was given to somebody else or has ended, not by time alone. A lease that is over is
///   taken up by the next `lease`; after `maxAttempts` the job is dead. What was asked to stop ends so, too, when its
///   worker is lost.
/// - The wall clock may jump: see `QueueTransaction.mendTimes`. A worker should ask for a lease at least every few
///   seconds, also while `nextDue` is later: another process may have added, resumed or lost something.
package final class SQLiteJobQueue: JobQueue {
    let store: Store
    let maxAttempts: Int
    private let queue: CommitQueue
    private let watch: ClockWatch
    private let clock: any WallClock

    /// The longest a lease lasts, in seconds: a day.
    private static let longestLease = 86_400.0
    private static let largestPayload = 65_536

    /// - Parameters:
    ///   - elapsed: `.system` in a service; `.following(clock)` where a test moves the clock.
    ///   - maxAttempts: Times a job is begun before it is given up.
    package init(store: Store, clock: any WallClock, elapsed: ElapsedTime, maxAttempts: Int = 5) {
        self.store = store
        self.maxAttempts = max(1, maxAttempts)
        self.clock = clock
        queue = CommitQueue(store: store, clock: clock)
        watch = ClockWatch(elapsed)
    }

    private func step<Value: Sendable>(
        _ step: @escaping @Sendable (QueueTransaction) throws -> Value
    ) async throws -> Value {
        try await queue.commit { [watch] commit in
            watch.note(commit.now)
            return try step(QueueTransaction(commit))
        }
    }

    // MARK: Intake

    /// Throws `JobProblem` for an id or a payload beyond its bounds, else `StoreError`.
    package func accept(_ delivery: Delivery, _ intake: Intake) async throws -> Acceptance {
        if delivery.id.isEmpty || delivery.id.utf8.count > 200 { throw JobProblem.badDeliveryID }
        if case .job(let request) = intake { try Self.check(request) }
        let asked = clock.now()
        return try await step { try $0.accept(delivery, intake, asked: asked) }
    }

    /// Throws `JobProblem` for a payload that is too large, else `StoreError`.
    package func add(_ request: JobRequest) async throws -> Int64 {
        try Self.check(request)
        let asked = clock.now()
        return try await step { try $0.insert(request, asked: asked) }
    }

    private static func check(_ request: JobRequest) throws {
        let bytes = request.payload.count
        if bytes > largestPayload { throw JobProblem.payloadTooLarge(bytes: bytes) }
    }

    // MARK: Work

    package func lease(for seconds: Double) async throws -> (Job, JobLease)? {
        let (length, attempts) = (Self.length(seconds), maxAttempts)
        let (leased, look) = try await step { [watch] transaction in
            let look = watch.look(at: transaction.now)
            let leased = try transaction.lease(
                for: length, token: Self.newToken(), maxAttempts: attempts, jump: watch.jump(to: look),
                isClockBehind: watch.isBehind(at: look))
            return (leased, look)
        }
        watch.remember(look)
        return leased
    }

    package func heartbeat(_ lease: JobLease, for seconds: Double) async throws -> JobSignal {
        let length = Self.length(seconds)
        return try await step { try $0.heartbeat(lease, for: length) }
    }

    /// Throws `JobProblem` when `state` is not an end.
    package func end(_ lease: JobLease, as state: JobState, reason: String?) async throws -> Bool {
        guard state.isEnded else { throw JobProblem.notAnEnd(state.rawValue) }
        return try await step { try $0.end(lease, as: state, reason: reason) }
    }

    /// Ends a job and keeps what it leaves behind, in one step. False when the lease was lost: nothing was kept.
    ///
    /// Throws `JobProblem` when `state` is not an end, `MemoryProblem` for what is too large.
    package func finish(
        _ lease: JobLease, as state: JobState, reason: String?, memory: ChangeUpdate
    ) async throws -> Bool {
        guard state.isEnded else { throw JobProblem.notAnEnd(state.rawValue) }
        try memory.check()
        return try await step { transaction in
            guard try transaction.end(lease, as: state, reason: reason) else { return false }
            try MemoryTransaction(database: transaction.database, now: transaction.now).apply(memory)
            return true
        }
    }

    /// A job that was asked to stop ends as it was asked instead.
    package func giveBack(_ lease: JobLease, until: Instant, reason: String, counts: Bool) async throws -> Bool {
        let (attempts, asked) = (maxAttempts, clock.now())
        return try await step {
            let until = $0.moved(until, since: asked)
            return try $0.giveBack(lease, until: until, reason: reason, counts: counts, maxAttempts: attempts)
        }
    }

    private static func length(_ seconds: Double) -> Double {
        seconds.isFinite ? min(max(seconds, 0.001), longestLease) : longestLease
    }

    /// 128 random bits, in hexadecimal.
    private static func newToken() -> String {
        var generator = SystemRandomNumberGenerator()
        return [generator.next(), generator.next()].map { (bits: UInt64) in
            let digits = String(bits, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    // MARK: The operator

    /// Its attempts are counted from the start.
    package func retry(_ id: Int64) async throws -> Bool {
        try await step { try $0.retry(id) }
    }

    package func cancel(_ id: Int64) async throws -> Bool {
        try await step { try $0.cancel(id) }
    }

    /// What is paused already stays as it is.
    package func pause(_ repository: String?, label: String?, by: String) async throws {
        try await step { transaction in
            try transaction.execute(
                "INSERT OR IGNORE INTO pauses (repository, label, since, paused_by) VALUES (?, ?, ?, ?)",
                [
                    repository ?? "", repository == nil ? nil : label.map { printableLine($0, atMost: 250) },
                    transaction.now.milliseconds, printableLine(by, atMost: 100),
                ])
        }
    }

    /// Repositories that were paused by themselves stay so when everything is resumed.
    package func resume(_ repository: String?) async throws -> Bool {
        try await step { transaction in
            try transaction.execute("DELETE FROM pauses WHERE repository = ?", [repository ?? ""])
            return transaction.database.changesCount > 0
        }
    }
}
