import Domain
import FoundationEssentials
import GRDB

extension QueueTransaction {
    /// Pushes one after another put a review off for at most so many quiet periods after the first of them.
    static let mostQuietPeriods: Int64 = 4

    /// - Parameter asked: When, by the clock that the intake's times are reckoned by.
    func accept(_ delivery: Delivery, _ intake: Intake, asked: Instant) throws -> Acceptance {
        if try isThere("SELECT 1 FROM deliveries WHERE id = ?", [delivery.id]) { return try again(delivery) }
        switch intake {
        case .job(let request):
            let job = try insert(request, asked: asked)
            try keep(delivery, job: job, ignored: nil)
            return .queued(job: job)
        case .withdraw(let change, let reason):
            let reason = printableLine(reason)
            try withdraw(change, reason: reason)
            try keep(delivery, job: nil, ignored: reason)
            return .ignored(reason: reason)
        case .ignored(let reason):
            let reason = printableLine(reason)
            try keep(delivery, job: nil, ignored: reason)
            return .ignored(reason: reason)
        }
    }

    /// Cheaper than to fetch a row.
    private func isThere(_ sql: String, _ arguments: StatementArguments) throws -> Bool {
        try Int64.fetchOne(database.cachedStatement(sql: sql), arguments: arguments) != nil
    }

    /// A delivery whose id is known.
    private func again(_ delivery: Delivery) throws -> Acceptance {
        let known = try row(
            """
            SELECT jobs.id AS job FROM deliveries JOIN jobs ON jobs.id = deliveries.job
            WHERE deliveries.id = ? AND jobs.state = ?
            """, [delivery.id, JobState.dead.rawValue])
        guard let job: Int64 = known?["job"] else { return .duplicate }
        try enqueue(job, at: now, attempts: 0, reason: "delivered again")
        return .requeued(job: job)
    }

    private func keep(_ delivery: Delivery, job: Int64?, ignored: String?) throws {
        try execute(
            """
            INSERT INTO deliveries (id, event, action, received_at, accepted_at, job, ignored)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """,
            [
                delivery.id, printableLine(delivery.event, atMost: 100),
                delivery.action.map { printableLine($0, atMost: 100) }, delivery.receivedAt.milliseconds,
                now.milliseconds, job, ignored,
            ])
    }

    /// - Returns: The new job's id.
    func insert(_ request: JobRequest, asked: Instant) throws -> Int64 {
        var notBefore = due(moved(request.notBefore, since: asked))
        var waitingSince = now.milliseconds
        var former: [Row] = []
        if request.supersedes,
            try isThere(
                "SELECT 1 FROM jobs WHERE change = ? AND kind = ? AND ended_at IS NULL LIMIT 1",
                [request.change, request.kind.rawValue])
        {
            former = try rows(
                """
                SELECT id, state, front, waiting_since FROM jobs WHERE change = ? AND kind = ? AND ended_at IS NULL
                    AND (state = 'queued' OR head IS NULL OR head IS NOT ?)
                """, [request.change, request.kind.rawValue, request.head])
            let quiet = max(0, notBefore - now.milliseconds)
            for row in former where row["state"] == JobState.queued.rawValue {
                waitingSince = min(waitingSince, row["waiting_since"])
            }
            notBefore = min(notBefore, waitingSince + Self.mostQuietPeriods * quiet)
        }
        try execute(
            """
            INSERT INTO jobs (kind, change, repository, label, head, priority, supersedes, state, created_at, changed_at,
                not_before, waiting_since, class, wakes_at, wake_set_at, payload)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                request.kind.rawValue, request.change, request.repository, printableLine(request.label), request.head,
                request.priority.rawValue, request.supersedes, now.milliseconds, now.milliseconds, notBefore,
                waitingSince, request.priority.rawValue, notBefore, now.milliseconds, Data(request.payload),
            ])
        let job = database.lastInsertedRowID
        try endOpen(former, as: .superseded, reason: "job \(job) took its place")
        if former.contains(where: { $0["front"] }) { try nominate(request.change) }
        return job
    }

    private func withdraw(_ change: String, reason: String) throws {
        let reviews = try rows(
            "SELECT id, state, front FROM jobs WHERE change = ? AND kind = 'review' AND ended_at IS NULL", [change])
        try endOpen(reviews, as: .ignored, reason: reason)
        if reviews.contains(where: { $0["front"] }) { try nominate(change) }
    }
}
