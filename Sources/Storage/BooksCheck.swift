import Domain
import GRDB

/// A figure kept beside the ledger that differs from what the ledger gives.
package struct BooksDifference: Sendable, Hashable, CustomStringConvertible {
    /// For example "repository acme/shop month:2026-11: spent".
    package var what: String
    package var kept: String
    package var computed: String

    package var description: String { "\(what) is kept as \(kept), but the ledger gives \(computed)." }
}

extension SQLiteLedger {
    /// Computes budgets' totals, open holds and what is known of endpoints from the ledger alone.
    ///
    /// - Returns: Where what is kept differs; empty for sound books.
    package func checkBooks() async throws -> [BooksDifference] {
        try await store.read { database in
            try Self.budgetDifferences(database) + Self.holdDifferences(database)
                + Self.endpointDifferences(database)
        }
    }

    /// Per hold: what its rows charge, and whether one of them has ended it.
    static let outcomes = """
        outcomes AS (
            SELECT hold, sum(coalesce(charge, 0)) AS charge,
                max(kind IN ('settled', 'refused', 'released', 'bounded')) AS has_ended
            FROM ledger WHERE hold IS NOT NULL GROUP BY hold
        )
        """

    private static func budgetDifferences(_ database: Database) throws -> [BooksDifference] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                WITH \(outcomes),
                computed AS (
                    SELECT claim.value ->> 0 AS scope, claim.value ->> 1 AS subject, claim.value ->> 2 AS window,
                        sum(coalesce(outcomes.charge, 0)) AS spent,
                        sum(CASE WHEN coalesce(outcomes.has_ended, 0) THEN 0 ELSE held.amount END) AS held
                    FROM ledger AS held, json_each(held.claims) AS claim
                    LEFT JOIN outcomes ON outcomes.hold = held.sequence
                    WHERE held.kind = 'held'
                    GROUP BY 1, 2, 3
                )
                SELECT scope, subject, window, budgets.spent AS kept_spent, budgets.held AS kept_held,
                    computed.spent AS spent, computed.held AS held
                FROM budgets FULL JOIN computed USING (scope, subject, window)
                WHERE budgets.spent IS NOT computed.spent OR budgets.held IS NOT computed.held
                ORDER BY scope, subject, window
                """)
        var found: [BooksDifference] = []
        while let row = try rows.next() {
            let scope: String = row["scope"]
            let subject: String = row["subject"]
            let window: String = row["window"]
            for figure in ["spent", "held"] {
                let kept: Int64? = row["kept_\(figure)"]
                let computed: Int64? = row[figure]
                if kept == computed { continue }
                found.append(
                    BooksDifference(
                        what: "\(scope) \(subject) \(window): \(figure)", kept: text(kept), computed: text(computed)))
            }
        }
        return found
    }

    private static func text(_ picodollars: Int64?) -> String {
        picodollars.map { "$" + Money(picodollars: $0).usd } ?? "nothing"
    }

    private static func holdDifferences(_ database: Database) throws -> [BooksDifference] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                WITH \(outcomes),
                computed AS (
                    SELECT sequence AS id, ledger.amount AS amount,
                        EXISTS (SELECT 1 FROM ledger AS s WHERE s.hold = ledger.sequence AND s.kind = 'sent') AS sent
                    FROM ledger LEFT JOIN outcomes ON outcomes.hold = ledger.sequence
                    WHERE kind = 'held' AND NOT coalesce(outcomes.has_ended, 0)
                )
                SELECT id, holds.amount AS kept, computed.amount AS amount, holds.sent AS kept_sent, computed.sent AS sent
                FROM holds FULL JOIN computed USING (id)
                WHERE holds.amount IS NOT computed.amount OR holds.sent IS NOT computed.sent
                ORDER BY id
                """)
        var found: [BooksDifference] = []
        while let row = try rows.next() {
            let id: Int64 = row["id"]
            let kept = text(row["kept"]) + ((row["kept_sent"] as Bool?) == true ? ", sent" : "")
            let computed = text(row["amount"]) + ((row["sent"] as Bool?) == true ? ", sent" : "")
            found.append(BooksDifference(what: "open hold \(id)", kept: kept, computed: computed))
        }
        return found
    }

    private static func endpointDifferences(_ database: Database) throws -> [BooksDifference] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT entry.kind AS kind, coalesce(held.provider, entry.provider) AS provider,
                    coalesce(held.model, entry.model) AS model, held.request_bytes AS bytes, entry.overrun AS overrun,
                    entry.uncached_input + entry.cached_input + entry.cache_write + entry.long_cache_write AS tokens
                FROM ledger AS entry LEFT JOIN ledger AS held ON held.sequence = entry.hold
                WHERE entry.kind IN ('settled', 'forgiven') OR (entry.kind = 'late' AND entry.settlement = 'exact')
                ORDER BY entry.sequence
                """)
        var computed: [Endpoint: EndpointRecord] = [:]
        while let row = try rows.next() {
            let endpoint = Endpoint(provider: row["provider"], model: row["model"])
            if row["kind"] == LedgerEvent.forgiven.rawValue {
                computed[endpoint, default: EndpointRecord()].forgive()
                continue
            }
            computed[endpoint, default: EndpointRecord()].learn(
                overrun: row["overrun"], bytes: row["bytes"], tokens: row["tokens"])
        }
        var found: [BooksDifference] = []
        for (endpoint, record) in computed.sorted(by: {
            ($0.key.provider, $0.key.model) < ($1.key.provider, $1.key.model)
        }) {
            let kept = try EndpointRecord.fetch(database, endpoint)
            if kept == record { continue }
            found.append(
                BooksDifference(
                    what: "endpoint \(endpoint.provider) \(endpoint.model)", kept: "\(kept)", computed: "\(record)"))
        }
        return found
    }
}
