import Domain
import GRDB

/// A hold as the ledger remembers it, with what its call has been charged so far.
struct PastHold {
    /// As it was granted.
    var hold: OpenHold
    /// The sum of its rows' charges.
    var charged: Money
    /// Its lease ended it.
    var wasAbandoned: Bool
    var isBounded: Bool
    var wasSettledLate: Bool
    /// The provider's figure has taken the place of the charge.
    var isAdjusted: Bool

    /// - Returns: nil where there is no such hold.
    static func fetch(_ database: Database, id: Int64) throws -> PastHold? {
        let found = try Row.fetchOne(
            database.cachedStatement(
                sql: """
                    SELECT amount, asked, provider, model, repository, request_digest, request_bytes, input_bound,
                        output_bound
                    FROM ledger WHERE sequence = ? AND kind = 'held'
                    """),
            arguments: [id])
        guard let found else { return nil }
        let amount: Int64 = found["amount"]
        let asked: Int64 = found["asked"]
        var past = PastHold(
            hold: OpenHold(
                id: id, amount: Money(picodollars: amount), asked: Money(picodollars: asked),
                factor: asked > 0 && amount > asked ? Charge.thousandths(amount, of: asked) : 1000,
                budgets: [], endpoint: Endpoint(provider: found["provider"], model: found["model"]),
                repository: found["repository"], requestDigest: found["request_digest"],
                requestBytes: found["request_bytes"], inputBound: found["input_bound"],
                outputBound: found["output_bound"], expiresAt: Instant(milliseconds: 0)),
            charged: .zero, wasAbandoned: false, isBounded: false, wasSettledLate: false, isAdjusted: false)
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT kind, charge, outcome FROM ledger WHERE hold = ? ORDER BY sequence"),
            arguments: [id])
        while let row = try rows.next() {
            if let charge = row["charge"] as Int64? { past.charged += Money(picodollars: charge) }
            let kind = LedgerEvent(rawValue: row["kind"])
            if kind == .bounded || kind == .released {
                past.isBounded = kind == .bounded
                past.wasAbandoned = row["outcome"] == LedgerTransaction.abandoned
            }
            if kind == .late { past.wasSettledLate = true }
            if kind == .adjusted { past.isAdjusted = true }
        }
        return past
    }

    func budgets(in transaction: inout LedgerTransaction) throws -> [Int64] {
        try RecordedClaim.ofHold(hold.id, in: transaction.database).map { try transaction.makeID(of: $0.key) }
    }
}
