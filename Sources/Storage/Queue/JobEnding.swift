import Domain
import GRDB

extension QueueTransaction {
    /// The running job of a lease; nil when the lease was lost.
    private func held(_ lease: JobLease) throws -> Row? {
        try row(
            """
            SELECT id, change, repository, attempts, stop_state, stop_reason FROM jobs
            WHERE id = ? AND state = 'running' AND token = ?
            """, [lease.job, lease.token])
    }

    /// A lease that is over but whose job nobody has taken up goes on: its worker was slow, not lost.
    func heartbeat(_ lease: JobLease, for length: Double) throws -> JobSignal {
        guard let job = try held(lease) else { return .lost }
        var lease = lease
        lease.endsAt = now.advanced(bySeconds: length)
        try execute(
            "UPDATE jobs SET leased_at = ?, lease_ends_at = ? WHERE id = ?",
            [now.milliseconds, lease.endsAt.milliseconds, lease.job])
        if let state = (job["stop_state"] as String?).flatMap(JobState.init(rawValue:)) {
            return .stop(state, reason: job["stop_reason"] ?? "")
        }
        let pause = try row(
            "SELECT label, paused_by FROM pauses WHERE repository IN ('', ?) ORDER BY repository LIMIT 1",
            [job["repository"] as String])
        if let pause {
            let label: String? = pause["label"]
            return .pause(reason: "\(label ?? "everything") was paused by \(pause["paused_by"] as String)")
        }
        return .goOn(lease)
    }

    func end(_ lease: JobLease, as state: JobState, reason: String?) throws -> Bool {
        guard let job = try held(lease) else { return false }
        try end(lease.job, as: state, reason: reason.map { printableLine($0) })
        try nominate(job["change"])
        return true
    }

    func giveBack(
        _ lease: JobLease, until: Instant, reason: String, counts: Bool, maxAttempts: Int
    ) throws -> Bool {
        guard let job = try held(lease) else { return false }
        let attempts: Int = job["attempts"]
        if counts {
            try leave(job, until: until, attempts: attempts, maxAttempts: maxAttempts, reason: reason)
        } else {
            try leave(job, until: until, attempts: attempts - 1, maxAttempts: .max, reason: reason)
        }
        return true
    }

    func retry(_ job: Int64) throws -> Bool {
        guard try row("SELECT 1 FROM jobs WHERE id = ? AND ended_at IS NOT NULL", [job]) != nil else { return false }
        try enqueue(job, at: now, attempts: 0, reason: "asked for again")
        return true
    }

    func cancel(_ job: Int64) throws -> Bool {
        guard let found = try row("SELECT id, state, change FROM jobs WHERE id = ? AND ended_at IS NULL", [job]) else {
            return false
        }
        try endOpen([found], as: .cancelled, reason: "cancelled by the operator")
        try nominate(found["change"])
        return true
    }
}
