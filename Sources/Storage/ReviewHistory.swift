package import Domain
import GRDB

/// How a review stands.
package enum ReviewState: String, CaseIterable, Sendable {
    /// Begun; after a crash, to be resumed.
    case running
    /// All that was planned was reviewed.
    case complete
    case partial
    case failed
    case cancelled
    /// A newer push took its place.
    case superseded
}

/// A review of a change, from its beginning on.
package struct ReviewRun: Sendable, Hashable {
    package var id: String
    /// The change's key, as in `CallAttempt`.
    package var change: String
    package var repository: String
    package var forge: String
    /// The head's object id, or a digest of what was reviewed.
    package var head: String
    package var policyVersion: String
    package var startedAt: Instant
    package var endedAt: Instant?
    package var state: ReviewState
    /// The sum of its segments' values, what pacing shares the budget by.
    package var expectedValue: Money

    package init(
        id: String, change: String, repository: String, forge: String, head: String, policyVersion: String,
        startedAt: Instant, endedAt: Instant? = nil, state: ReviewState = .running, expectedValue: Money
    ) {
        self.id = id
        self.change = change
        self.repository = repository
        self.forge = forge
        self.head = head
        self.policyVersion = policyVersion
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.state = state
        self.expectedValue = expectedValue
    }
}

/// The expected value of a day's reviews.
package struct DailyValue: Sendable, Hashable {
    /// "2026-11-21".
    package var day: String
    package var value: Money
    package var changes: Int
}

/// What has been reviewed, and what became of it.
package final class ReviewHistory: Sendable {
    let store: Store

    package init(store: Store) {
        self.store = store
    }

    /// Puts a review on record, or takes it up again: a known one is running again, and keeps its beginning.
    package func begin(_ run: ReviewRun) async throws(StoreError) {
        try await store.write { database in
            try database.cachedStatement(
                sql: """
                    INSERT INTO reviews (id, change, repository, forge, head, policy_version, started_at, ended_at, state,
                        expected_value)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = excluded.ended_at,
                        expected_value = excluded.expected_value
                    """
            ).execute(
                arguments: [
                    run.id, run.change, run.repository, run.forge, run.head, run.policyVersion,
                    run.startedAt.milliseconds, run.endedAt?.milliseconds, run.state.rawValue,
                    run.expectedValue.picodollars,
                ])
        }
    }

    package func end(_ id: String, as state: ReviewState, at instant: Instant) async throws(StoreError) {
        try await store.write { database in
            try database.cachedStatement(sql: "UPDATE reviews SET state = ?, ended_at = ? WHERE id = ?")
                .execute(arguments: [state.rawValue, instant.milliseconds, id])
        }
    }

    package func review(_ id: String) async throws(StoreError) -> ReviewRun? {
        try await store.read { try Self.runs($0, "id = ?", [id]).first }
    }

    /// Latest first.
    package func reviews(
        ofChange change: String? = nil, since: Instant? = nil, limit: Int = 100
    ) async throws(StoreError) -> [ReviewRun] {
        try await store.read { database in
            try Self.runs(
                database, "change = coalesce(?, change) AND started_at >= ? ORDER BY started_at DESC, id LIMIT ?",
                [change, since?.milliseconds ?? .min, max(0, limit)])
        }
    }

    /// What the reviews of each day were expected to be worth: a change once a day, at its latest review's value.
    ///
    /// - Parameters:
    ///   - repository: nil: all of them.
    ///   - organisation: the repositories' owner; nil: all of them.
    package func expectedValues(
        since: Instant, repository: String? = nil, organisation: String? = nil
    ) async throws(StoreError) -> [DailyValue] {
        try await store.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    WITH latest AS (
                        SELECT strftime('%Y-%m-%d', started_at / 1000, 'unixepoch') AS day, change, expected_value,
                            row_number() OVER (
                                PARTITION BY strftime('%Y-%m-%d', started_at / 1000, 'unixepoch'), repository, change
                                ORDER BY started_at DESC, id) AS place
                        FROM reviews
                        WHERE started_at >= ? AND repository = coalesce(?, repository)
                            AND (? IS NULL OR substr(repository, 1, length(?) + 1) = ? || '/')
                    )
                    SELECT day, sum(expected_value) AS value, count(*) AS changes
                    FROM latest WHERE place = 1 GROUP BY day ORDER BY day
                    """,
                arguments: [since.milliseconds, repository, organisation, organisation, organisation]
            ).map {
                DailyValue(day: $0["day"], value: Money(picodollars: $0["value"]), changes: $0["changes"])
            }
        }
    }

    private static func runs(
        _ database: Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [ReviewRun] {
        try Row.fetchAll(database, sql: "SELECT * FROM reviews WHERE \(condition)", arguments: arguments)
            .compactMap { row in
                guard let state = ReviewState(rawValue: row["state"]) else { return nil }
                return ReviewRun(
                    id: row["id"], change: row["change"], repository: row["repository"], forge: row["forge"],
                    head: row["head"], policyVersion: row["policy_version"],
                    startedAt: Instant(milliseconds: row["started_at"]),
                    endedAt: (row["ended_at"] as Int64?).map(Instant.init(milliseconds:)), state: state,
                    expectedValue: Money(picodollars: row["expected_value"]))
            }
    }
}
