import Domain
import GRDB

/// What one step of the queue reads and writes.
///
/// A queued job sleeps until it is *due*. Of the due jobs of a change, the first by class and age is its *front*, unless
/// one of the change is running. A *lane* counts the fronts of a repository by class; the next job is the oldest front
/// of the best class in the lane that was served longest ago. Each of these is found through an index, and kept by
/// `wake` and `nominate` alone, so that no step looks at more than a few rows however many are queued.
struct QueueTransaction {
    let database: Database
    let now: Instant

    init(_ commit: Commit) {
        database = commit.database
        now = commit.now
    }

    /// Waiting for so long betters a due job's class by one: a batch is as urgent as a push after ten minutes, and as a
    /// command after twenty, so that none waits for ever.
    static let ageingSeconds = 600.0

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    func row(_ sql: String, _ arguments: StatementArguments) throws -> Row? {
        try Row.fetchOne(database.cachedStatement(sql: sql), arguments: arguments)
    }

    func rows(_ sql: String, _ arguments: StatementArguments) throws -> [Row] {
        try Row.fetchAll(database.cachedStatement(sql: sql), arguments: arguments)
    }

    // MARK: Whose turn it is

    /// Makes the first due job of a change its front, unless one of the change is running.
    func nominate(_ change: String) throws {
        let isRunning = try row("SELECT 1 FROM jobs WHERE change = ? AND state = 'running'", [change]) != nil
        let current: Int64? = try row("SELECT id FROM jobs WHERE change = ? AND front = 1", [change])?["id"]
        var best: Int64?
        if !isRunning {
            best = try row("SELECT id FROM jobs WHERE change = ? AND due = 1 ORDER BY class, id LIMIT 1", [change])?[
                "id"]
        }
        if current == best { return }
        if let current { try execute("UPDATE jobs SET front = 0 WHERE id = ?", [current]) }
        if let best { try execute("UPDATE jobs SET front = 1 WHERE id = ?", [best]) }
    }

    /// How many jobs one step wakes at most; the rest come with the next.
    private static let wakingLimit = 256

    /// Makes due what is, and betters the class of what has waited long.
    func wake() throws {
        let rows =
            try rows(
                """
                SELECT id, change, due, class FROM jobs WHERE wakes_at IS NOT NULL AND due = 0 AND wakes_at <= ?
                ORDER BY wakes_at, id LIMIT \(Self.wakingLimit)
                """, [now.milliseconds])
            + rows(
                """
                SELECT id, change, due, class FROM jobs WHERE wakes_at IS NOT NULL AND due = 1 AND wakes_at <= ?
                ORDER BY wakes_at, id LIMIT \(Self.wakingLimit)
                """, [now.milliseconds])
        var changes: Set<String> = []
        let next = now.advanced(bySeconds: Self.ageingSeconds).milliseconds
        for row in rows {
            let isDue: Bool = row["due"]
            let former: Int = row["class"]
            let better = isDue ? max(0, former - 1) : former
            try execute(
                "UPDATE jobs SET due = 1, class = ?, wakes_at = ?, wake_set_at = ? WHERE id = ?",
                [better, better > 0 ? next : nil, now.milliseconds, row["id"] as Int64])
            changes.insert(row["change"])
        }
        for change in changes { try nominate(change) }
    }

    // MARK: Changes of state

    /// A time that somebody asked for, in milliseconds, within a year of now.
    func due(_ time: Instant) -> Int64 {
        let year: Int64 = 31_622_400_000
        return min(max(time.milliseconds, now.milliseconds - year), now.milliseconds + year)
    }

    /// A time that was reckoned when the step was asked for: if the clock was put right before the step's turn came, it is
    /// still as far away.
    func moved(_ time: Instant, since asked: Instant) -> Instant {
        let (jump, isFar) = now.milliseconds.subtractingReportingOverflow(asked.milliseconds)
        guard !isFar, jump.magnitude > 2000 else { return time }
        let (moved, isBeyond) = time.milliseconds.addingReportingOverflow(jump)
        return isBeyond ? time : Instant(milliseconds: moved)
    }

    /// Puts a job that runs or has ended into the queue again.
    func enqueue(_ job: Int64, at time: Instant, attempts: Int, reason: String?) throws {
        try execute(
            """
            UPDATE jobs SET state = 'queued', attempts = ?, reason = ?, changed_at = ?, ended_at = NULL, not_before = ?,
                waiting_since = ?, class = priority, due = 0, front = 0, wakes_at = ?, wake_set_at = ?, token = NULL,
                leased_at = NULL, lease_ends_at = NULL, stop_state = NULL, stop_reason = NULL
            WHERE id = ?
            """,
            [
                attempts, reason, now.milliseconds, due(time), now.milliseconds, due(time), now.milliseconds, job,
            ])
    }

    func end(_ job: Int64, as state: JobState, reason: String?) throws {
        try execute(
            """
            UPDATE jobs SET state = ?, reason = ?, changed_at = ?, ended_at = ?, due = 0, front = 0, wakes_at = NULL,
                token = NULL, leased_at = NULL, lease_ends_at = NULL, stop_state = NULL, stop_reason = NULL
            WHERE id = ?
            """, [state.rawValue, reason, now.milliseconds, now.milliseconds, job])
    }

    /// Ends open jobs of a change: what is queued at once, what is running is asked to stop. The first thing that a
    /// running job is asked holds.
    func endOpen(_ rows: [Row], as state: JobState, reason: String) throws {
        for row in rows {
            let id: Int64 = row["id"]
            if row["state"] == JobState.running.rawValue {
                try execute(
                    "UPDATE jobs SET stop_state = ?, stop_reason = ? WHERE id = ? AND stop_state IS NULL",
                    [state.rawValue, reason, id])
            } else {
                try endQueued(id, as: state, reason: reason)
            }
        }
    }

    /// What is queued has no lease: fewer indexes are touched than by `end`.
    private func endQueued(_ job: Int64, as state: JobState, reason: String) throws {
        try execute(
            """
            UPDATE jobs SET state = ?, reason = ?, changed_at = ?, ended_at = ?, due = 0, front = 0, wakes_at = NULL
            WHERE id = ?
            """, [state.rawValue, reason, now.milliseconds, now.milliseconds, job])
    }
}
