import Domain
import GRDB

/// A budget that a hold lies in, as its row in the ledger says.
struct RecordedClaim: Hashable, Sendable {
    var key: BudgetKey
    var limit: Money

    /// JSON: [["repository","acme/shop","month:2026-11",20000000000000], …].
    static func text(of claims: [RecordedClaim]) -> String {
        let parts = claims.map { claim in
            "[\(quoted(claim.key.scope.rawValue)),\(quoted(claim.key.subject)),\(quoted(claim.key.window)),"
                + "\(claim.limit.picodollars)]"
        }
        return "[" + parts.joined(separator: ",") + "]"
    }

    private static func quoted(_ text: String) -> String {
        var output = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": output += "\\\""
            case "\\": output += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output + "\""
    }

    static func ofHold(_ hold: Int64, in database: Database) throws -> [RecordedClaim] {
        let rows = try Row.fetchAll(
            database.cachedStatement(
                sql: """
                    SELECT claim.value ->> 0 AS scope, claim.value ->> 1 AS subject, claim.value ->> 2 AS window,
                        claim.value ->> 3 AS "limit"
                    FROM ledger, json_each(ledger.claims) AS claim WHERE ledger.sequence = ? ORDER BY claim.key
                    """),
            arguments: [hold])
        return try rows.map { row in
            guard let scope = BudgetScope(rawValue: row["scope"]) else {
                throw StoreDamage(what: "hold \(hold) names an unknown budget")
            }
            let key = BudgetKey(scope: scope, subject: row["subject"], window: row["window"])
            return RecordedClaim(key: key, limit: Money(picodollars: row["limit"]))
        }
    }
}
