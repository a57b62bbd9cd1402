/// Deliveries and the work they make, kept so that an acknowledged delivery ends exactly once whatever crashes.
///
/// Everything is durable when a function returns, and each function is one transaction. All clocks are the implementation's
/// own `WallClock`.
package protocol JobQueue: Sendable {
    /// Takes a delivery in, once for its id: a repetition is a `duplicate`, unless its work is dead, which is queued again.
    func accept(_ delivery: Delivery, _ intake: Intake) async throws -> Acceptance
    /// Work that no delivery asked for.
    func add(_ request: JobRequest) async throws -> Int64

    /// The next job that is due: by priority, then the repository that was served longest ago, then age. Skips paused
    /// repositories and changes that have a running job. Jobs whose lease has ended are taken up again, or given up
    /// (`dead`) after `maxAttempts`.
    func lease(for seconds: Double) async throws -> (Job, JobLease)?
    /// When the next queued job is due, for the worker's sleep; nil when none is queued.
    func nextDue() async throws -> Instant?
    func heartbeat(_ lease: JobLease, for seconds: Double) async throws -> JobSignal
    /// Ends a job. False when the lease was lost: nothing was changed.
    func end(_ lease: JobLease, as state: JobState, reason: String?) async throws -> Bool
    /// Gives a job back for later. False when the lease was lost. After `maxAttempts` it is dead instead.
    ///
    /// - Parameter counts: False where the job is not to blame (a pause, a shutdown): the attempt is not counted.
    func giveBack(_ lease: JobLease, until: Instant, reason: String, counts: Bool) async throws -> Bool

    func jobs(_ filter: JobFilter) async throws -> [Job]
    func job(_ id: Int64) async throws -> Job?
    func counts() async throws -> [JobState: Int]
    /// Queues an ended job again. False when it has not ended or is not there.
    func retry(_ id: Int64) async throws -> Bool
    /// A queued job ends as cancelled; a running one is asked to stop. False when it has ended or is not there.
    func cancel(_ id: Int64) async throws -> Bool

    /// - Parameter repository: nil: everything.
    func pause(_ repository: String?, label: String?, by: String) async throws
    /// False when nothing was paused.
    func resume(_ repository: String?) async throws -> Bool
    func pauses() async throws -> [Pause]
}
