import Domain
import GRDB

extension SQLiteLedger {
    /// Sums over the ledger.
    package func spend(by grouping: SpendGrouping, _ filter: SpendFilter = SpendFilter()) async throws -> SpendReport {
        try await store.read { try SpendSums.report($0, key: grouping.expression, filter) }
    }

    package func total(_ filter: SpendFilter) async throws -> SpendRow {
        try await store.read { try SpendSums.report($0, key: "''", filter).total }
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
