package import Domain
import GRDB

/// What is remembered of changes: what was looked at, what was said, and what people asked for. It is kept for ninety days
/// after it was last written to (`Store.sweep`).
///
/// Everything is on the disk when a function returns. Errors are `StoreError`, and `MemoryProblem` for what is too large.
package final class ChangeMemory: Sendable {
    private let store: Store
    private let clock: any WallClock

    package init(store: Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
    }

    private func step<Value: Sendable>(
        _ step: @escaping @Sendable (MemoryTransaction) throws -> Value
    ) async throws -> Value {
        let now = clock.now()
        return try await store.write { try step(MemoryTransaction(database: $0, now: now)) }
    }

    // MARK: Changes

    /// - Parameter key: `ChangeAddress.key`.
    package func change(_ key: String) async throws -> RememberedChange? {
        try await store.read { database in
            let row = try Row.fetchOne(database, sql: "SELECT * FROM changes WHERE key = ?", arguments: [key])
            return try row.flatMap { try Self.change($0, database) }
        }
    }

    /// By the repository's name as last seen, for what people type.
    package func changes(named repository: RepositoryName, number: Int) async throws -> [RememberedChange] {
        try await store.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM changes WHERE repository = ? AND number = ? ORDER BY touched_at DESC",
                arguments: [repository.description, number]
            ).compactMap { try Self.change($0, database) }
        }
    }

    private static func change(_ row: Row, _ database: Database) throws -> RememberedChange? {
        let categories = try Row.fetchAll(
            database, sql: "SELECT subject, category FROM category_overrides WHERE change = ?",
            arguments: [row["id"] as Int64])
        return RememberedChange(row, categories: categories)
    }

    /// Keeps what a review leaves behind; see also `SQLiteJobQueue.finish`.
    package func keep(_ update: ChangeUpdate) async throws {
        try update.check()
        try await step { try $0.apply(update) }
    }

    /// - Parameter by: Who paused it; nil: go on.
    package func pause(_ address: ChangeAddress, by: String?) async throws {
        try await step { transaction in
            try transaction.execute(
                "UPDATE changes SET paused_by = ? WHERE id = ?",
                [by.map { printableLine($0, atMost: 100) }, transaction.touch(address)])
        }
    }

    /// - Parameters:
    ///   - subject: A path, or a hunk's fingerprint.
    ///   - category: Nil: as it is judged.
    package func setCategory(_ category: Category?, of subject: String, in address: ChangeAddress) async throws {
        try await step { transaction in
            let change = try transaction.touch(address)
            if let category {
                try transaction.execute(
                    "INSERT OR REPLACE INTO category_overrides (change, subject, category) VALUES (?, ?, ?)",
                    [change, subject, category.rawValue])
            } else {
                try transaction.execute(
                    "DELETE FROM category_overrides WHERE change = ? AND subject = ?", [change, subject])
            }
        }
    }

    /// - Parameter budget: Nil: as configured.
    package func setBudget(_ budget: Money?, of address: ChangeAddress) async throws {
        try await step { transaction in
            try transaction.execute(
                "UPDATE changes SET budget = ? WHERE id = ?", [budget?.picodollars, transaction.touch(address)])
        }
    }

    /// Forgets what a review of a head left behind that was never published: which hunks it looked at, and the findings that
    /// have no comment.
    package func forget(head: String, of address: ChangeAddress) async throws {
        try await step { transaction in
            let change = try transaction.touch(address)
            try transaction.execute(
                "DELETE FROM reviewed_hunks WHERE change = ? AND head = ?", [change, head])
            try transaction.execute(
                "DELETE FROM reported_findings WHERE change = ? AND head = ? AND comment IS NULL AND state <> 'ignored'",
                [change, head])
        }
    }

    // MARK: Hunks

    /// All hunks of a change that were looked at, by their keys.
    package func reviewedHunks(of key: String) async throws -> [String: ReviewedHunk] {
        try await store.read { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT reviewed_hunks.key AS key, reviewed_hunks.head AS head, by_model FROM reviewed_hunks
                    JOIN changes ON changes.id = reviewed_hunks.change WHERE changes.key = ?
                    """, arguments: [key])
            var found: [String: ReviewedHunk] = [:]
            while let row = try rows.next() {
                let hunk = ReviewedHunk(key: row["key"], head: row["head"], isByModel: row["by_model"])
                found[hunk.key] = hunk
            }
            return found
        }
    }

    // MARK: Findings

    /// All findings of a change that were reported, oldest first.
    package func findings(of key: String) async throws -> [ReportedFinding] {
        try await found("changes.key = ?", [key]).map(\.finding)
    }

    /// - Parameter forge: The forge's host, as ids are its own.
    package func finding(withComment comment: Int64, forge: String) async throws -> FoundFinding? {
        try await found("reported_findings.comment = ? AND changes.forge = ?", [comment, forge]).first
    }

    /// Findings of any change whose identity begins so, for what people type; nothing for less than six characters.
    package func findings(withIdentity beginning: String, limit: Int = 20) async throws -> [FoundFinding] {
        if beginning.utf8.count < 6 { return [] }
        return Array(
            try await found(
                "reported_findings.identity >= ?1 AND reported_findings.identity < ?1 || char(1114111)", [beginning]
            ).prefix(max(0, limit)))
    }

    /// False when there is no such finding.
    package func setState(
        of identity: String, in address: ChangeAddress, to state: ReportedFinding.State, by: String
    ) async throws -> Bool {
        try await step { transaction in
            let change = try transaction.touch(address)
            try transaction.set(identity, of: change, to: state, by: by)
            let statement = try transaction.database.cachedStatement(
                sql: "SELECT 1 FROM reported_findings WHERE change = ? AND identity = ?")
            return try Row.fetchOne(statement, arguments: [change, identity]) != nil
        }
    }

    private func found(_ condition: String, _ arguments: StatementArguments) async throws -> [FoundFinding] {
        try await store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT reported_findings.*, changes.forge AS forge, changes.repository_id AS repository_id,
                        changes.repository AS repository, changes.number AS number
                    FROM reported_findings JOIN changes ON changes.id = reported_findings.change
                    WHERE \(condition) ORDER BY reported_findings.id LIMIT 10000
                    """, arguments: arguments
            ).compactMap { row in
                guard let repository = RepositoryName(row["repository"] as String) else { return nil }
                let address = ChangeAddress(
                    forge: row["forge"], repositoryID: row["repository_id"], repository: repository,
                    number: row["number"])
                return FoundFinding(address: address, finding: try ReportedFinding(row))
            }
        }
    }
}
