package import Domain
import GRDB

/// What the audit log tells of one row of the ledger. No code, no prompt, no answer.
package struct AuditEntry: Sendable, Hashable {
    package var sequence: Int64
    package var at: Instant
    package var event: LedgerEvent
    /// The hold that the row belongs to; a `held` row's own.
    package var hold: HoldID?
    package var review: String
    package var change: String
    package var repository: String
    package var category: String
    package var provider: String
    package var model: String
    package var purpose: String
    package var unit: Int
    package var attempt: Int
    /// Host and port the request went to.
    package var destination: String
    package var requestBytes: Int
    package var requestDigest: String
    /// The data policy that allowed it.
    package var allowedBy: String
    package var configurationDigest: String
    package var promptVersion: String
    package var policyVersion: String
    /// What was held; in `held` rows.
    package var amount: Money?
    /// What this row adds to the charge.
    package var charge: Money?
    package var outcome: String?
    package var reason: String?
    package var returnedModel: String?
    package var requestID: String?
    package var httpStatus: Int?
    package var digest: LedgerDigest
}

package struct AuditFilter: Sendable, Hashable {
    package var review: String?
    package var repository: String?
    package var since: Instant?
    /// At most so many, the latest ones.
    package var limit: Int

    package init(review: String? = nil, repository: String? = nil, since: Instant? = nil, limit: Int = 100) {
        self.review = review
        self.repository = repository
        self.since = since
        self.limit = limit
    }
}

/// A request that no money is held for, such as one for a list of models.
package struct FreeRequest: Sendable, Hashable {
    package var review: String
    package var provider: String
    package var purpose: String
    package var destination: String
    package var bytes: Int
    /// SHA-256 in hexadecimal.
    package var digest: String
    package var allowedBy: String

    package init(
        review: String = "", provider: String, purpose: String, destination: String, bytes: Int, digest: String,
        allowedBy: String
    ) {
        self.review = review
        self.provider = provider
        self.purpose = purpose
        self.destination = destination
        self.bytes = bytes
        self.digest = digest
        self.allowedBy = allowedBy
    }
}

extension SQLiteLedger {
    /// Puts a request on record before it leaves.
    package func record(_ request: FreeRequest) async throws {
        try await queue.perform { transaction in
            var row = LedgerRow(.requested)
            row.set(.review, request.review)
            row.set(.provider, request.provider)
            row.set(.purpose, request.purpose)
            row.set(.destination, request.destination)
            row.set(.requestBytes, request.bytes)
            row.set(.requestDigest, request.digest)
            row.set(.allowedBy, request.allowedBy)
            try transaction.append(row)
        }
    }

    /// Rows in the order they were written; each tells of the attempt that its hold was for.
    package func audit(_ filter: AuditFilter) async throws -> [AuditEntry] {
        try await store.read { database in
            var conditions: [String] = []
            var arguments = StatementArguments()
            if let review = filter.review {
                conditions.append("coalesce(held.review, entry.review) = ?")
                arguments += [review]
            }
            if let repository = filter.repository {
                conditions.append("coalesce(held.repository, entry.repository) = ?")
                arguments += [repository]
            }
            if let since = filter.since {
                conditions.append("entry.at >= ?")
                arguments += [since.milliseconds]
            }
            let wanted = conditions.isEmpty ? "1" : conditions.joined(separator: " AND ")
            arguments += [max(0, filter.limit)]
            let attempt = Self.attemptColumns.map { "coalesce(held.\($0), entry.\($0)) AS \($0)" }
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT entry.sequence, entry.at, entry.kind, coalesce(entry.hold, held.sequence) AS hold, entry.amount,
                        entry.charge, entry.outcome, entry.reason, entry.returned_model, entry.request_id, entry.http_status,
                        entry.digest, \(attempt.joined(separator: ", "))
                    FROM ledger AS entry LEFT JOIN ledger AS held
                        ON held.sequence = CASE entry.kind WHEN 'held' THEN entry.sequence ELSE entry.hold END
                    WHERE \(wanted) ORDER BY entry.sequence DESC LIMIT ?
                    """,
                arguments: arguments)
            return rows.reversed().compactMap(AuditEntry.init(row:))
        }
    }

    private static let attemptColumns: [String] = [
        LedgerColumn.review, .change, .repository, .category, .provider, .model, .purpose, .unit, .attempt,
        .destination, .requestBytes, .requestDigest, .allowedBy, .configurationDigest, .promptVersion, .policyVersion,
    ].map(\.rawValue)
}

extension AuditEntry {
    init?(row: Row) {
        guard let event = LedgerEvent(rawValue: row["kind"]), let digest = LedgerDigest(hexadecimal: row["digest"])
        else {
            return nil
        }
        func text(_ column: LedgerColumn) -> String { row[column.rawValue] as String? ?? "" }
        func count(_ column: LedgerColumn) -> Int { row[column.rawValue] as Int? ?? 0 }
        func money(_ column: LedgerColumn) -> Money? {
            (row[column.rawValue] as Int64?).map(Money.init(picodollars:))
        }
        self.init(
            sequence: row["sequence"], at: Instant(milliseconds: row["at"]), event: event,
            hold: (row["hold"] as Int64?).map(HoldID.init(value:)), review: text(.review), change: text(.change),
            repository: text(.repository), category: text(.category), provider: text(.provider), model: text(.model),
            purpose: text(.purpose), unit: count(.unit), attempt: count(.attempt), destination: text(.destination),
            requestBytes: count(.requestBytes), requestDigest: text(.requestDigest), allowedBy: text(.allowedBy),
            configurationDigest: text(.configurationDigest), promptVersion: text(.promptVersion),
            policyVersion: text(.policyVersion), amount: money(.amount), charge: money(.charge),
            outcome: row["outcome"], reason: row["reason"], returnedModel: row["returned_model"],
            requestID: row["request_id"], httpStatus: row["http_status"], digest: digest)
    }
}
