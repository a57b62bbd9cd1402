package import Domain
import GRDB

extension Store {
    /// Thirty-two hexadecimal digits, drawn when the database was made and told to nobody.
    package func installationID() throws(StoreError) -> String {
        do {
            return try pool.read { try String.fetchOne($0, sql: "SELECT installation_id FROM meta WHERE id = 1") ?? "" }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension SQLiteLedger {
    /// All that calls of one review were charged so far.
    package func charged(toReview review: String) async throws -> Money {
        try await charged("review = ?", review)
    }

    /// All that calls of every review of one change were charged so far.
    package func charged(toChange change: String) async throws -> Money {
        try await charged("change = ?", change)
    }

    private func charged(_ condition: String, _ value: String) async throws -> Money {
        let sum = try await store.read { database in
            try Int64.fetchOne(
                database,
                sql: """
                    SELECT coalesce(sum(charge), 0) FROM ledger
                    WHERE hold IN (SELECT sequence FROM ledger WHERE \(condition) AND kind = 'held')
                    """, arguments: [value])
        }
        return Money(picodollars: sum ?? 0)
    }
}
