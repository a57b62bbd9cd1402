import GRDB

/// What a service's ledger says of its calls to models.
struct ServiceBooks {
    /// Requests that were about to leave.
    let sent: Int
    /// Answers that were stored, each with its bill.
    let answered: Int
    /// Digests of requests that were sent although their answer had been stored before.
    let repeatedThoughStored: [String]

    init(reading path: String) throws {
        let ledger = """
            WITH sent AS (
                SELECT held.repository, held.request_digest, sent.sequence AS at FROM ledger AS sent
                JOIN ledger AS held ON held.sequence = sent.hold WHERE sent.kind = 'sent'
            ), answered AS (
                SELECT held.repository, held.request_digest, ended.sequence AS at FROM ledger AS ended
                JOIN ledger AS held ON held.sequence = ended.hold
                WHERE ended.kind IN ('settled', 'late') AND ended.outcome = 'answered'
            )
            """
        let file = try DatabaseQueue(path: path)
        func count(_ rows: String) throws -> Int {
            try file.read { try Int.fetchOne($0, sql: "\(ledger) SELECT count(*) FROM \(rows)") ?? 0 }
        }
        sent = try count("sent")
        answered = try count("answered")
        repeatedThoughStored = try file.read { database in
            try String.fetchAll(
                database,
                sql: """
                    \(ledger) SELECT sent.request_digest FROM sent JOIN answered USING (repository, request_digest)
                    WHERE sent.at > answered.at
                    """)
        }
    }
}
