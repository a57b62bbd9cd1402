package import Domain
import GRDB

/// A call of the past, enough to price it anew.
package struct PastCall: Sendable, Hashable {
    package var heldAt: Instant
    package var provider: String
    package var model: String
    package var category: String
    package var usage: Usage
    package var charged: Money
    /// The prices it was charged by, as JSON.
    package var prices: String
}

extension SQLiteLedger {
    /// Calls whose usage the provider told, oldest first.
    ///
    /// - Parameters:
    ///   - provider: nil: of all.
    ///   - model: as sent; nil: of all.
    package func pastCalls(
        provider: String? = nil, model: String? = nil, since: Instant, before: Instant? = nil
    ) async throws -> [PastCall] {
        try await store.read { database in
            let calls = CallsTable(SpendFilter(since: since, before: before))
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    WITH \(calls.sql)
                    SELECT * FROM calls
                    WHERE output IS NOT NULL AND provider = coalesce(?, provider) AND model = coalesce(?, model)
                    ORDER BY hold
                    """,
                arguments: calls.arguments + [provider, model])
            var found: [PastCall] = []
            while let row = try rows.next() {
                found.append(
                    PastCall(
                        heldAt: Instant(milliseconds: row["held_at"]), provider: row["provider"], model: row["model"],
                        category: row["category"],
                        usage: Usage(
                            uncachedInput: row["uncached_input"] ?? 0, cachedInput: row["cached_input"] ?? 0,
                            cacheWrite: row["cache_write"] ?? 0, longCacheWrite: row["long_cache_write"] ?? 0,
                            output: row["output"]),
                        charged: Money(picodollars: row["charge"]), prices: row["prices"] ?? ""))
            }
            return found
        }
    }
}
