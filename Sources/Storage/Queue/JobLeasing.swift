import Domain
import GRDB

extension QueueTransaction {
    /// - Parameters:
    ///   - length: Of the lease, in seconds.
    ///   - jump: By how many milliseconds the wall clock was put forward since this process looked last.
    ///   - isClockBehind: Jobs may have been put to wait at a time that is yet to come.
    func lease(
        for length: Double, token: String, maxAttempts: Int, jump: Int64, isClockBehind: Bool
    ) throws -> (Job, JobLease)? {
        try mendTimes(after: jump, isClockBehind: isClockBehind)
        try endLeases(maxAttempts: maxAttempts)
        try wake()
        guard let found = try next() else { return nil }
        let id: Int64 = found["id"]
        let end = now.advanced(bySeconds: length)
        try execute(
            """
            UPDATE jobs SET state = 'running', attempts = attempts + 1, changed_at = ?, due = 0, front = 0,
                wakes_at = NULL, token = ?, leased_at = ?, lease_ends_at = ?
            WHERE id = ?
            """, [now.milliseconds, token, now.milliseconds, end.milliseconds, id])
        try execute(
            "UPDATE lanes SET served = (SELECT max(served) FROM lanes) + 1 WHERE repository = ?",
            [found["repository"] as String])
        guard let row = try row("SELECT * FROM jobs WHERE id = ?", [id]) else { return nil }
        return (try Job(row), JobLease(job: id, token: token, endsAt: end))
    }

    private func next() throws -> Row? {
        if try row("SELECT 1 FROM pauses WHERE repository = ''", []) != nil { return nil }
        for rank in 0...2 {
            let lane = try row(
                """
                SELECT repository FROM lanes WHERE fronts_\(rank) > 0
                    AND NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.repository = lanes.repository)
                ORDER BY served, id LIMIT 1
                """, [])
            guard let lane else { continue }
            return try row(
                """
                SELECT id, repository FROM jobs WHERE front = 1 AND repository = ? AND class = ? ORDER BY id LIMIT 1
                """, [lane["repository"] as String, rank])
        }
        return nil
    }

    /// Takes up again what a lost worker left, or gives it up; ends what was asked to stop.
    private func endLeases(maxAttempts: Int) throws {
        let lost = try rows(
            """
            SELECT id, change, attempts, stop_state, stop_reason FROM jobs
            WHERE state = 'running' AND lease_ends_at <= ? ORDER BY lease_ends_at, id
            """, [now.milliseconds])
        for row in lost {
            let attempts: Int = row["attempts"]
            try leave(
                row, until: now, attempts: attempts, maxAttempts: maxAttempts,
                reason: "its worker was lost in attempt \(attempts)")
        }
    }

    /// What becomes of a running job that its worker does not end.
    func leave(_ job: Row, until: Instant, attempts: Int, maxAttempts: Int, reason: String) throws {
        let id: Int64 = job["id"]
        if let state = (job["stop_state"] as String?).flatMap(JobState.init(rawValue:)) {
            try end(id, as: state, reason: job["stop_reason"])
        } else if attempts >= maxAttempts {
            try end(id, as: .dead, reason: printableLine("given up after \(attempts) attempts: \(reason)"))
        } else {
            try enqueue(id, at: until, attempts: attempts, reason: printableLine(reason))
        }
        try nominate(job["change"])
    }

    /// Leases and waits are lengths of time; a clock that is put right must not change them.
    ///
    /// Put forward, as this process notices by the time that really passed: running jobs keep what was left of their
    /// leases, none is taken from its worker; waiting jobs may come early. Put back: whatever was begun in what is now
    /// the future begins now.
    private func mendTimes(after jump: Int64, isClockBehind: Bool) throws {
        if jump > 0 {
            try execute(
                "UPDATE jobs SET leased_at = leased_at + ?, lease_ends_at = lease_ends_at + ? WHERE state = 'running'",
                [jump, jump])
        }
        try execute(
            """
            UPDATE jobs SET lease_ends_at = lease_ends_at - (leased_at - ?1), leased_at = ?1
            WHERE state = 'running' AND leased_at > ?1
            """, [now.milliseconds])
        // Looks at all that wait, which may be many.
        guard isClockBehind else { return }
        try execute(
            """
            UPDATE jobs SET not_before = CASE due WHEN 0 THEN not_before - (wake_set_at - ?1) ELSE not_before END,
                wakes_at = wakes_at - (wake_set_at - ?1), wake_set_at = ?1
            WHERE wakes_at IS NOT NULL AND wake_set_at > ?1
            """, [now.milliseconds])
    }
}
