import Domain
import GRDB

/// What one step reads and writes of the memory of changes.
struct MemoryTransaction {
    let database: Database
    let now: Instant

    func execute(_ sql: String, _ arguments: StatementArguments) throws {
        try database.cachedStatement(sql: sql).execute(arguments: arguments)
    }

    /// The row of a change, made when there is none; its repository may have been renamed.
    func touch(_ address: ChangeAddress) throws -> Int64 {
        try execute(
            """
            INSERT INTO changes (key, forge, repository_id, repository, number, touched_at) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (key) DO UPDATE SET repository = excluded.repository, touched_at = excluded.touched_at
            """,
            [
                address.key, address.forge, address.repositoryID, address.repository.description, address.number,
                now.milliseconds,
            ])
        let statement = try database.cachedStatement(sql: "SELECT id FROM changes WHERE key = ?")
        guard let id = try Int64.fetchOne(statement, arguments: [address.key]) else {
            throw StoreDamage(what: "a change was not kept")
        }
        return id
    }

    func apply(_ update: ChangeUpdate) throws {
        let change = try touch(update.address)
        if let review = update.review {
            try execute(
                "UPDATE changes SET head = ?, policy_version = ?, reviewed_at = ? WHERE id = ?",
                [review.head, review.policyVersion, now.milliseconds, change])
        }
        for hunk in update.reviewed {
            try execute(
                """
                INSERT INTO reviewed_hunks (change, key, head, by_model) VALUES (?, ?, ?, ?)
                ON CONFLICT (change, key) DO UPDATE SET head = excluded.head, by_model = by_model OR excluded.by_model
                """, [change, hunk.key, hunk.head, hunk.isByModel])
        }
        for finding in update.findings { try keep(finding, of: change) }
        for (identity, state) in update.states {
            try set(identity, of: change, to: state, by: update.by)
        }
    }

    private func keep(_ finding: ReportedFinding, of change: Int64) throws {
        try execute(
            """
            INSERT INTO reported_findings (change, identity, severity, title, path, line, on_old_side, head, reported_at,
                comment, state, changed_by, facts)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (change, identity) DO UPDATE SET severity = excluded.severity, title = excluded.title,
                path = excluded.path, line = excluded.line, on_old_side = excluded.on_old_side,
                comment = coalesce(excluded.comment, comment), facts = excluded.facts
            """,
            [
                change, finding.identity, finding.severity.rawValue, printableLine(finding.title, atMost: 200),
                finding.path, finding.line, finding.isOnOldSide, finding.head, now.milliseconds, finding.comment,
                finding.state.rawValue, finding.changedBy, finding.facts,
            ])
    }

    func set(_ identity: String, of change: Int64, to state: ReportedFinding.State, by: String?) throws {
        try execute(
            "UPDATE reported_findings SET state = ?, changed_by = ? WHERE change = ? AND identity = ? AND state <> ?",
            [state.rawValue, by.map { printableLine($0, atMost: 100) }, change, identity, state.rawValue])
    }

    /// Where findings now stand, by identity.
    func place(_ comments: [String: Int64], change key: String) throws {
        for (identity, comment) in comments {
            try execute(
                """
                UPDATE reported_findings SET comment = ?
                WHERE identity = ? AND change = (SELECT id FROM changes WHERE key = ?)
                """, [comment, identity, key])
        }
    }
}
