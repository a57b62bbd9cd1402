package import Domain
import FoundationEssentials
import GRDB

extension Job {
    init(_ row: Row) throws {
        guard let kind = JobKind(rawValue: row["kind"]), let state = JobState(rawValue: row["state"]),
            let priority = JobPriority(rawValue: row["priority"])
        else { throw StoreDamage(what: "job \(row["id"] as Int64) is of an unknown kind") }
        let request = JobRequest(
            kind: kind, change: row["change"], repository: row["repository"], label: row["label"], head: row["head"],
            priority: priority, notBefore: Instant(milliseconds: row["not_before"]), supersedes: row["supersedes"],
            payload: Array(row["payload"] as Data))
        self.init(
            id: row["id"], request: request, state: state, attempts: row["attempts"],
            createdAt: Instant(milliseconds: row["created_at"]), changedAt: Instant(milliseconds: row["changed_at"]),
            leaseEndsAt: (row["lease_ends_at"] as Int64?).map(Instant.init(milliseconds:)), reason: row["reason"])
    }
}

/// A delivery and what became of it.
package struct DeliveryRecord: Sendable, Hashable {
    package var delivery: Delivery
    package var job: Int64?
    /// Its job's state; `ignored` where there is none.
    package var outcome: JobState
    package var reason: String?

    init(_ row: Row) throws {
        guard let outcome = JobState(rawValue: row["outcome"]) else {
            throw StoreDamage(what: "a delivery has an unknown outcome")
        }
        delivery = Delivery(
            id: row["id"], event: row["event"], action: row["action"],
            receivedAt: Instant(milliseconds: row["received_at"]))
        job = row["job"]
        self.outcome = outcome
        reason = row["reason"]
    }
}

extension SQLiteJobQueue {
    /// Latest first.
    package func jobs(_ filter: JobFilter) async throws -> [Job] {
        var conditions: [String] = []
        var arguments = StatementArguments()
        if let states = filter.states {
            let marks = [String](repeating: "?", count: states.count).joined(separator: ", ")
            conditions.append("state IN (\(marks))")
            // Said once more for the indexes, which hold either open or ended jobs.
            if states.allSatisfy(\.isEnded) { conditions.append("ended_at IS NOT NULL") }
            if !states.contains(where: \.isEnded) { conditions.append("ended_at IS NULL") }
            arguments += StatementArguments(states.map(\.rawValue).sorted())
        }
        if let change = filter.change {
            conditions.append("change = ?")
            arguments += [change]
        }
        if let repository = filter.repository {
            conditions.append("repository = ?")
            arguments += [repository]
        }
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        arguments += [min(max(0, filter.limit), 10_000)]
        return try await store.read { [arguments] database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM jobs \(condition) ORDER BY id DESC LIMIT ?", arguments: arguments
            ).map(Job.init)
        }
    }

    package func job(_ id: Int64) async throws -> Job? {
        try await store.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM jobs WHERE id = ?", arguments: [id]).map(Job.init)
        }
    }

    /// States without jobs are left out.
    package func counts() async throws -> [JobState: Int] {
        try await store.read { database in
            try Self.tally(
                database,
                """
                SELECT state, count(*) AS count FROM jobs WHERE ended_at IS NULL GROUP BY state
                UNION ALL SELECT state, count(*) FROM jobs WHERE ended_at IS NOT NULL GROUP BY state
                """, [])
        }
    }

    /// Not later than now when a job can be leased at once. A job that is due but cannot be, as its repository is paused or
    /// its change has one running, is passed over: ending that one or resuming changes the answer.
    package func nextDue() async throws -> Instant? {
        try await store.read { database in
            if try Row.fetchOne(database, sql: "SELECT 1 FROM pauses WHERE repository = ''") != nil { return nil }
            let due = try Int64.fetchOne(
                database,
                sql: """
                    SELECT not_before FROM jobs WHERE front = 1
                        AND NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.repository = jobs.repository) LIMIT 1
                    """)
            if let due { return Instant(milliseconds: due) }
            let next = try Int64.fetchOne(
                database,
                sql: """
                    SELECT wakes_at FROM jobs WHERE wakes_at IS NOT NULL AND due = 0
                        AND NOT EXISTS (SELECT 1 FROM pauses WHERE pauses.repository = jobs.repository)
                    ORDER BY wakes_at LIMIT 1
                    """)
            return next.map(Instant.init(milliseconds:))
        }
    }

    package func pauses() async throws -> [Pause] {
        try await store.read { database in
            try Row.fetchAll(database, sql: "SELECT * FROM pauses ORDER BY repository").map { row in
                let repository: String = row["repository"]
                return Pause(
                    repository: repository.isEmpty ? nil : repository, label: row["label"],
                    since: Instant(milliseconds: row["since"]), by: row["paused_by"])
            }
        }
    }

    // MARK: Deliveries

    /// How many deliveries came to what; a delivery's outcome is its job's state, `ignored` where there is no job.
    package func deliveries(since: Instant? = nil) async throws -> [JobState: Int] {
        try await store.read { database in
            try Self.tally(
                database,
                """
                SELECT outcome AS state, count(*) AS count FROM delivery_outcomes WHERE accepted_at >= ? GROUP BY outcome
                """, [since?.milliseconds ?? .min])
        }
    }

    package func delivery(_ id: String) async throws -> DeliveryRecord? {
        try await store.read { database in
            try Row.fetchOne(database, sql: "SELECT * FROM delivery_outcomes WHERE id = ?", arguments: [id])
                .map(DeliveryRecord.init)
        }
    }

    private static func tally(
        _ database: Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> [JobState: Int] {
        var counts: [JobState: Int] = [:]
        for row in try Row.fetchAll(database, sql: sql, arguments: arguments) {
            guard let state = JobState(rawValue: row["state"]) else { continue }
            counts[state] = row["count"]
        }
        return counts
    }
}
