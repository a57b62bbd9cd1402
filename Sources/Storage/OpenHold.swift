import Domain
import GRDB

/// Money set aside for a call that has not ended.
struct OpenHold: Hashable, Sendable {
    /// The sequence of the ledger's row.
    var id: Int64
    var amount: Money
    /// Before it was multiplied by the endpoint's factor.
    var asked: Money
    /// Thousandths.
    var factor: Int64
    /// The rows of the budgets it lies in, in the windows of the moment it was granted.
    var budgets: [Int64]
    var endpoint: Endpoint
    var repository: String
    var requestDigest: String
    var requestBytes: Int64
    var inputBound: Int64
    var outputBound: Int64
    var isSent = false
    var expiresAt: Instant

    static func budgets(_ text: String) -> [Int64] {
        text.split(separator: " ").compactMap { Int64($0) }
    }

    func insert(_ database: Database) throws {
        try database.cachedStatement(
            sql: """
                INSERT INTO holds (id, amount, asked, factor, budgets, provider, model, repository, request_digest,
                    request_bytes, input_bound, output_bound, sent, expires_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(
            arguments: [
                id, amount.picodollars, asked.picodollars, factor,
                budgets.map { String($0) }.joined(separator: " "), endpoint.provider, endpoint.model, repository,
                requestDigest, requestBytes, inputBound, outputBound, isSent, expiresAt.milliseconds,
            ])
    }

    static func fetch(_ database: Database, id: Int64) throws -> OpenHold? {
        try Row.fetchOne(database.cachedStatement(sql: "SELECT * FROM holds WHERE id = ?"), arguments: [id])
            .map(OpenHold.init(row:))
    }

    static func fetchExpired(_ database: Database, at instant: Instant) throws -> [OpenHold] {
        try Row.fetchAll(
            database.cachedStatement(sql: "SELECT * FROM holds WHERE expires_at <= ? ORDER BY id"),
            arguments: [instant.milliseconds]
        ).map(OpenHold.init(row:))
    }
}

extension OpenHold {
    private init(row: Row) {
        id = row["id"]
        amount = Money(picodollars: row["amount"])
        asked = Money(picodollars: row["asked"])
        factor = row["factor"]
        budgets = Self.budgets(row["budgets"])
        endpoint = Endpoint(provider: row["provider"], model: row["model"])
        repository = row["repository"]
        requestDigest = row["request_digest"]
        requestBytes = row["request_bytes"]
        inputBound = row["input_bound"]
        outputBound = row["output_bound"]
        isSent = row["sent"]
        expiresAt = Instant(milliseconds: row["expires_at"])
    }
}
