import Domain
import GRDB

extension SQLiteLedger {
    /// Sums over the ledger.
    package func spend(by grouping: SpendGrouping, _ filter: SpendFilter = SpendFilter()) async throws -> SpendReport {
        try await store.read { database in
            let total = try SpendQuery(key: "''", filter: filter).rows(database).first ?? SpendRow(key: "")
            return SpendReport(
                rows: try SpendQuery(key: grouping.expression, filter: filter).rows(database), total: total)
        }
    }

    package func total(_ filter: SpendFilter) async throws -> SpendRow {
        try await store.read { try SpendQuery(key: "''", filter: filter).rows($0).first ?? SpendRow(key: "") }
    }
}

extension SpendGrouping {
    /// In SQL, over the columns of `calls`.
    fileprivate var expression: String {
        switch self {
        case .repository: "repository"
        case .forge: "forge"
        case .organisation:
            "CASE instr(repository, '/') WHEN 0 THEN repository ELSE substr(repository, 1, instr(repository, '/') - 1) END"
        case .model: "provider || '/' || model"
        case .category: "category"
        case .day: "strftime('%Y-%m-%d', held_at / 1000, 'unixepoch')"
        }
    }
}

/// One line of SQL a call, made from the ledger's rows.
struct CallsTable {
    var sql: String
    var arguments: StatementArguments

    init(_ filter: SpendFilter) {
        var conditions = ["held.kind = 'held'"]
        arguments = StatementArguments()
        if let since = filter.since {
            conditions.append("held.at >= ?")
            arguments += [since.milliseconds]
        }
        if let before = filter.before {
            conditions.append("held.at < ?")
            arguments += [before.milliseconds]
        }
        for (column, value) in [
            ("repository", filter.repository), ("change", filter.change), ("review", filter.review),
        ] {
            guard let value else { continue }
            conditions.append("held.\(column) = ?")
            arguments += [value]
        }
        sql = """
            calls AS (
                SELECT held.sequence AS hold, held.at AS held_at, held.amount AS amount, held.review AS review,
                    held.change AS change, held.repository AS repository, held.forge AS forge,
                    held.category AS category, held.provider AS provider, held.model AS model,
                    held.purpose AS purpose, held.unit AS unit, held.baseline_cost AS baseline_cost,
                    held.prices AS prices,
                    sum(coalesce(entry.charge, 0)) AS charge,
                    coalesce(max(entry.kind IN ('settled', 'refused', 'released', 'bounded')), 0) AS has_ended,
                    coalesce(max(entry.kind = 'released'), 0) AS is_released,
                    coalesce(max(entry.kind = 'sent'), 0) AS is_sent,
                    coalesce(max(entry.kind = 'bounded') AND NOT max(entry.kind = 'adjusted'), 0) AS is_bounded,
                    coalesce(
                        max(CASE WHEN entry.kind = 'late' THEN entry.outcome END),
                        max(CASE WHEN entry.kind NOT IN ('late', 'adjusted') THEN entry.outcome END)) AS outcome,
                    max(entry.uncached_input) AS uncached_input, max(entry.cached_input) AS cached_input,
                    max(entry.cache_write) AS cache_write, max(entry.long_cache_write) AS long_cache_write,
                    max(entry.output) AS output, max(entry.reasoning) AS reasoning,
                    max(entry.computed_cost) AS computed_cost,
                    max(CASE WHEN entry.kind <> 'adjusted' THEN entry.returned_cost END) AS returned_cost,
                    max(entry.overrun) AS overrun,
                    max(entry.time_to_first_token) AS time_to_first_token, max(entry.duration) AS duration
                FROM ledger AS held LEFT JOIN ledger AS entry ON entry.hold = held.sequence
                WHERE \(conditions.joined(separator: " AND "))
                GROUP BY held.sequence
            )
            """
    }
}

/// The sums of a report, by one way of grouping.
private struct SpendQuery {
    let key: String
    let filter: SpendFilter

    func rows(_ database: Database) throws -> [SpendRow] {
        var rows: [String: SpendRow] = [:]
        try addSums(to: &rows, database)
        try addFailures(to: &rows, database)
        for (column, field) in [("duration", \SpendRow.duration), ("time_to_first_token", \.firstToken)] {
            for (key, percentiles) in try percentiles(of: column, database) { rows[key]?[keyPath: field] = percentiles }
        }
        return rows.values.sorted { $0.key < $1.key }
    }

    private func fetch(_ database: Database, _ select: String) throws -> RowCursor {
        let calls = CallsTable(filter)
        return try Row.fetchCursor(database, sql: "WITH \(calls.sql)\n\(select)", arguments: calls.arguments)
    }

    private func addSums(to rows: inout [String: SpendRow], _ database: Database) throws {
        // A unit's hunks are saved for once, however many calls it took: with the first that was answered.
        let found = try fetch(
            database,
            """
            , firsts AS (
                SELECT min(hold) AS hold FROM calls WHERE outcome = 'answered' AND purpose = 'review'
                GROUP BY review, unit
            )
            SELECT \(key) AS key,
                sum(NOT is_released AND (is_sent OR has_ended)) AS calls, sum(coalesce(outcome = 'answered', 0)) AS answered,
                sum(is_released) AS unsent, count(DISTINCT change) AS changes, count(DISTINCT review) AS reviews,
                sum(coalesce(uncached_input, 0)) AS uncached_input, sum(coalesce(cached_input, 0)) AS cached_input,
                sum(coalesce(cache_write, 0) + coalesce(long_cache_write, 0)) AS cache_write,
                sum(coalesce(output, 0)) AS output, sum(coalesce(reasoning, 0)) AS reasoning,
                sum(CASE WHEN is_bounded THEN 0 ELSE charge END) AS exact,
                sum(CASE WHEN is_bounded THEN charge ELSE 0 END) AS bounded,
                sum(CASE WHEN has_ended THEN 0 ELSE amount END) AS held,
                sum(CASE WHEN hold IN (SELECT hold FROM firsts) THEN baseline_cost ELSE 0 END) AS baseline,
                sum(overrun IS NOT NULL) AS overruns,
                sum(coalesce(returned_cost <> computed_cost, 0)) AS differing,
                sum(coalesce(returned_cost - computed_cost, 0)) AS difference
            FROM calls GROUP BY 1
            """)
        while let row = try found.next() {
            var sums = SpendRow(key: row["key"] ?? "")
            sums.calls = row["calls"]
            sums.answered = row["answered"]
            sums.unsent = row["unsent"]
            sums.changes = row["changes"]
            sums.reviews = row["reviews"]
            sums.uncachedInput = row["uncached_input"]
            sums.cachedInput = row["cached_input"]
            sums.cacheWrite = row["cache_write"]
            sums.output = row["output"]
            sums.reasoning = row["reasoning"]
            sums.chargedExact = Money(picodollars: row["exact"])
            sums.chargedBounded = Money(picodollars: row["bounded"])
            sums.held = Money(picodollars: row["held"])
            sums.baseline = Money(picodollars: row["baseline"])
            sums.overruns = row["overruns"]
            sums.differingCosts = row["differing"]
            sums.costDifference = Money(picodollars: row["difference"])
            rows[sums.key] = sums
        }
    }

    private func addFailures(to rows: inout [String: SpendRow], _ database: Database) throws {
        let found = try fetch(
            database,
            """
            SELECT \(key) AS key, outcome, count(*) AS count FROM calls
            WHERE has_ended AND outcome IS NOT NULL AND outcome <> 'answered' GROUP BY 1, 2
            """)
        while let row = try found.next() {
            let key: String = row["key"] ?? ""
            rows[key]?.failures[row["outcome"], default: 0] += row["count"]
        }
    }

    private func percentiles(of column: String, _ database: Database) throws -> [String: LatencyPercentiles] {
        let found = try fetch(
            database,
            """
            , ranked AS (
                SELECT \(key) AS key, \(column) AS value,
                    row_number() OVER (PARTITION BY \(key) ORDER BY \(column)) AS place,
                    count(*) OVER (PARTITION BY \(key)) AS size
                FROM calls WHERE outcome = 'answered' AND \(column) IS NOT NULL
            )
            SELECT key,
                max(CASE WHEN place = (size * 50 + 99) / 100 THEN value END) AS p50,
                max(CASE WHEN place = (size * 95 + 99) / 100 THEN value END) AS p95,
                max(CASE WHEN place = (size * 99 + 99) / 100 THEN value END) AS p99
            FROM ranked GROUP BY key
            """)
        func seconds(_ microseconds: Int64) -> Double { Double(microseconds) / 1e6 }
        var percentiles: [String: LatencyPercentiles] = [:]
        while let row = try found.next() {
            percentiles[row["key"] ?? ""] = LatencyPercentiles(
                p50: seconds(row["p50"]), p95: seconds(row["p95"]), p99: seconds(row["p99"]))
        }
        return percentiles
    }
}
