import Domain
import GRDB
import Synchronization

/// Brings the callers of this process together: what is asked while a commit is on its way to the disk goes into the next
/// one, so that many callers share one wait for the disk. Each caller hears of it only after its commit, and a step that
/// fails is undone alone.
///
/// Requests for money that must wait stand in line, in the order of their asking, and are looked at again in each commit
/// of this process, and every few milliseconds in case another process has set money free.
final class CommitQueue: Sendable {
    /// Something to do in the next commit.
    struct Job: Sendable {
        /// Gives what is to be done when the commit is on the disk. Run again when the first try was undone.
        let run: @Sendable (inout Commit) throws -> @Sendable () -> Void
        let fail: @Sendable (any Error) -> Void
    }

    private struct Waiter: Sendable {
        let id: UInt64
        let request: HoldRequest
        let deadline: Instant
        let answer: CheckedContinuation<HoldDecision, any Error>
    }

    private enum Verdict {
        case decided(HoldDecision)
        case failed(any Error)
        case waits
    }

    private struct State {
        var jobs: [Job] = []
        /// In the order of their asking.
        var line: [Waiter] = []
        var nextID: UInt64 = 0
        var isCommitting = false
        var isWatching = false
        /// The waiters that the running commit looks at, and those of them whose tasks were cancelled meanwhile.
        var beingServed: Set<UInt64> = []
        var cancelled: Set<UInt64> = []
        /// Somebody has joined the line.
        var isLookDue = false
        /// It is time to see whether another process has set money free.
        var isPollDue = false
    }

    /// When the line was last looked at. Only the writer's queue touches it.
    private struct Watch {
        /// SQLite's data version, which changes when another process commits.
        var version: Int64 = -1
        var skipped = 0
    }

    private let store: Store
    private let clock: any WallClock
    private let state = Mutex(State())
    private let watch = Mutex(Watch())

    init(store: Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    /// How many requests for money stand in line.
    var waiting: Int { state.withLock { $0.line.count + $0.beingServed.count } }

    // MARK: Asking

    /// Runs a step on the books in the next commit, and returns when it is on the disk.
    func perform<Value: Sendable>(
        _ step: @escaping @Sendable (inout LedgerTransaction) throws -> Value
    ) async throws -> Value {
        try await commit { try $0.withBooks(step) }
    }

    /// Runs a step in the next commit, and returns when it is on the disk.
    func commit<Value: Sendable>(_ step: @escaping @Sendable (inout Commit) throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let job = Job(
                run: { commit in
                    let value = try step(&commit)
                    return { continuation.resume(returning: value) }
                },
                fail: { continuation.resume(throwing: $0) })
            state.withLock { $0.jobs.append(job) }
            startCommitting()
        }
    }

    func hold(_ request: HoldRequest, until deadline: Instant) async throws -> HoldDecision {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        defer { state.withLock { _ = $0.cancelled.remove(id) } }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(id: id, request: request, deadline: deadline, answer: continuation)
                let hasJoined = state.withLock { state in
                    // Cancelled before it joined: it would not be told again.
                    if state.cancelled.contains(id) { return false }
                    state.line.append(waiter)
                    state.isLookDue = true
                    return true
                }
                if hasJoined { startCommitting() } else { continuation.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            leave(id)
        }
    }

    private func leave(_ id: UInt64) {
        let waiter: Waiter? = state.withLock { state in
            if let index = state.line.firstIndex(where: { $0.id == id }) { return state.line.remove(at: index) }
            // Not in line yet, or being served. What has been granted stays granted; the caller settles it.
            state.cancelled.insert(id)
            return nil
        }
        waiter?.answer.resume(throwing: CancellationError())
    }

    // MARK: Committing

    private struct Batch {
        var jobs: [Job]
        var waiters: [Waiter]
        var isPoll: Bool
    }

    private func startCommitting() {
        let mustStart = state.withLock { state in
            if state.isCommitting { return false }
            state.isCommitting = true
            return true
        }
        if mustStart { store.pool.asyncWriteWithoutTransaction { self.commitNext($0) } }
    }

    private func commitNext(_ database: Database) {
        let batch: Batch? = state.withLock { state in
            guard !state.jobs.isEmpty || state.isLookDue || state.isPollDue else {
                state.isCommitting = false
                return nil
            }
            let batch = Batch(
                jobs: state.jobs, waiters: state.line, isPoll: state.jobs.isEmpty && !state.isLookDue)
            state.jobs = []
            state.line = []
            state.beingServed = Set(batch.waiters.map(\.id))
            state.isLookDue = false
            state.isPollDue = false
            return batch
        }
        guard let batch else { return }
        commit(batch, database)
        // By way of the queue, so that others who write come to their turn.
        store.pool.asyncWriteWithoutTransaction { self.commitNext($0) }
    }

    private func commit(_ batch: Batch, _ database: Database) {
        let outcome: Outcome
        do {
            if batch.isPoll, try !isWorthALook(batch.waiters, database) {
                finish(batch.waiters, [Verdict](repeating: .waits, count: batch.waiters.count))
                return
            }
            store.turnstile?.enter()
            defer { store.turnstile?.leave() }
            do {
                outcome = try transaction(batch, database, isUndoneAsAWhole: true)
            } catch is StepFailure {
                outcome = try transaction(batch, database, isUndoneAsAWhole: false)
            }
        } catch {
            let error = explained(error)
            for job in batch.jobs { job.fail(error) }
            finish(batch.waiters, [Verdict](repeating: .failed(error), count: batch.waiters.count))
            return
        }
        for action in outcome.afterwards { action() }
        finish(batch.waiters, outcome.verdicts)
    }

    private struct Outcome {
        var afterwards: [@Sendable () -> Void] = []
        var verdicts: [Verdict] = []
    }

    /// A step failed in a transaction that can only be undone as a whole.
    private struct StepFailure: Error {}

    /// - Parameter isUndoneAsAWhole: A step that fails undoes all. To be able to undo one step alone, SQLite copies every
    ///   page that it touches; as hardly any fails, that is left for a second try.
    private func transaction(_ batch: Batch, _ database: Database, isUndoneAsAWhole: Bool) throws -> Outcome {
        var outcome = Outcome()
        try database.inTransaction(.immediate) {
            var commit = Commit(database, now: clock.now())
            for job in batch.jobs {
                do {
                    outcome.afterwards.append(
                        isUndoneAsAWhole
                            ? try job.run(&commit) : try Self.isolated(&commit) { try job.run(&$0) })
                } catch {
                    // SQLite has undone everything, as with a full disk: nobody's step has been done.
                    guard database.isInsideTransaction else { throw error }
                    if isUndoneAsAWhole { throw StepFailure() }
                    let error = explained(error)
                    outcome.afterwards.append { job.fail(error) }
                }
            }
            outcome.verdicts = try serve(batch.waiters, &commit)
            try commit.flush()
            return .commit
        }
        return outcome
    }

    /// Looks at the waiters in order. One that needs what an earlier one waits for waits behind it; others pass.
    private func serve(_ waiters: [Waiter], _ commit: inout Commit) throws -> [Verdict] {
        if waiters.isEmpty { return [] }
        // A dead process must not starve others.
        _ = try commit.withBooks { try $0.endExpired() }
        var bottlenecks: Set<Bottleneck> = []
        return try waiters.map { waiter in
            do {
                let decision = try Self.isolated(&commit) { commit in
                    try commit.withBooks {
                        try $0.decide(waiter.request, until: waiter.deadline, bottlenecks: &bottlenecks)
                    }
                }
                return decision.map { .decided($0) } ?? .waits
            } catch {
                guard commit.database.isInsideTransaction else { throw error }
                return .failed(explained(error))
            }
        }
    }

    /// Runs a step so that it leaves nothing behind if it fails.
    private static func isolated<Value>(
        _ commit: inout Commit, _ step: (inout Commit) throws -> Value
    ) throws -> Value {
        let database = commit.database
        let before = commit
        try database.cachedStatement(sql: "SAVEPOINT step").execute()
        do {
            let value = try step(&commit)
            try database.cachedStatement(sql: "RELEASE step").execute()
            return value
        } catch {
            commit = before
            // Where SQLite has undone the whole transaction, as with a full disk, the commit as a whole fails.
            guard database.isInsideTransaction else { throw error }
            try database.cachedStatement(sql: "ROLLBACK TO step").execute()
            try database.cachedStatement(sql: "RELEASE step").execute()
            throw error
        }
    }

    /// Tells the waiters, and puts those that still wait before those who came meanwhile.
    private func finish(_ waiters: [Waiter], _ verdicts: [Verdict]) {
        var waiting: [Waiter] = []
        for (waiter, verdict) in zip(waiters, verdicts) {
            switch verdict {
            case .decided(let decision): waiter.answer.resume(returning: decision)
            case .failed(let error): waiter.answer.resume(throwing: error)
            case .waits: waiting.append(waiter)
            }
        }
        let (left, mustWatch) = state.withLock { state in
            let left = waiting.filter { state.cancelled.contains($0.id) }
            waiting.removeAll { state.cancelled.contains($0.id) }
            state.line.insert(contentsOf: waiting, at: 0)
            state.beingServed = []
            let mustWatch = !state.line.isEmpty && !state.isWatching
            if mustWatch { state.isWatching = true }
            return (left, mustWatch)
        }
        for waiter in left { waiter.answer.resume(throwing: CancellationError()) }
        if mustWatch { watchForOthers() }
    }

    private func explained(_ error: any Error) -> any Error {
        error is HoldProblem ? error : store.explained(error)
    }

    // MARK: Other processes

    /// How long a waiting request trusts that no other process has set money free, in milliseconds; drawn anew each time,
    /// so that processes do not march in step.
    private static let pollInterval = 4...12

    private func watchForOthers() {
        Task {
            repeat {
                try? await Task.sleep(for: .milliseconds(Int.random(in: Self.pollInterval)))
            } while poll()
        }
    }

    /// - Returns: false when nobody waits any more.
    private func poll() -> Bool {
        let isNeeded = state.withLock { state in
            if state.line.isEmpty, state.beingServed.isEmpty {
                state.isWatching = false
                return false
            }
            state.isPollDue = true
            return true
        }
        if isNeeded { startCommitting() }
        return isNeeded
    }

    /// Whether anything can have changed: another process has committed, a deadline is over, or it has been long enough
    /// that a lease or a window may have ended.
    private func isWorthALook(_ waiters: [Waiter], _ database: Database) throws -> Bool {
        let version = try Int64.fetchOne(database.cachedStatement(sql: "PRAGMA data_version")) ?? -1
        let now = clock.now()
        return watch.withLock { watch in
            defer { watch.version = version }
            if version != watch.version || watch.skipped >= 15 || waiters.contains(where: { now >= $0.deadline }) {
                watch.skipped = 0
                return true
            }
            watch.skipped += 1
            return false
        }
    }
}
