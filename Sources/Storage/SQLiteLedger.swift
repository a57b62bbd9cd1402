package import Domain
import GRDB

/// The books in the embedded database, for any number of threads and processes on one file.
///
/// Every step is on the disk when it returns. Callers of one process share commits (`CommitQueue`); processes take turns
/// by SQLite's lock. Each change of the money is a row of an append-only ledger, chained by digests from the first on;
/// budgets' totals and open holds are kept beside it in the same transaction, and can be computed from it again.
///
/// An endpoint (provider entry and model) that does not keep its bounds: until three exact settlements in a row have
/// kept them, its calls go one at a time in each budget, so that at most one call's excess can pass a limit. A call is
/// over its bound when its charge passes its hold or its tokens their bound; the endpoint's later holds are multiplied
/// by the worst such ratio seen, until the operator forgives it.
package final class SQLiteLedger: Ledger {
    let store: Store
    let clock: any WallClock
    let queue: CommitQueue

    /// How long an answer is kept, in seconds: thirty days.
    package static let answerRetention = 2_592_000.0

    package init(store: Store, clock: any WallClock) {
        self.store = store
        self.clock = clock
        queue = CommitQueue(store: store, clock: clock)
    }

    /// When the task is cancelled while waiting, the request leaves the line. A hold granted at that very moment is
    /// returned and is the caller's to settle.
    package func hold(_ request: HoldRequest, until deadline: Instant) async throws -> HoldDecision {
        try await queue.hold(request, until: deadline)
    }

    /// Throws `HoldProblem` when the hold has ended, as by its lease: the request must not leave then.
    package func markSent(_ hold: HoldID) async throws {
        try await queue.perform { try $0.markSent(hold) }
    }

    /// Throws `HoldProblem` when the hold has ended.
    package func renew(_ hold: HoldID, lease: Double) async throws {
        try await queue.perform { try $0.renew(hold, lease: lease) }
    }

    /// A hold that has been settled stays as it is, and what its call was charged is returned. One that its lease has
    /// ended keeps its charge, or is charged up to the exact figure where that is more; the figures are kept for
    /// reconciling, and the answer for later.
    ///
    /// `unsent` gives the money back even though the hold is marked as sent, as the mark is written before the first
    /// byte leaves: it is the caller's word that none did.
    @discardableResult
    package func settle(
        _ hold: HoldID, _ settlement: Settlement, answer: StoredAnswer?
    ) async throws -> Money {
        try await queue.perform { try $0.settle(hold, settlement, answer: answer).charged }
    }

    /// The repair is held in the budgets and windows of the first call. It is refused when it needs more than the first
    /// call left, or when the first hold had ended before.
    package func settle(
        _ hold: HoldID, _ settlement: Settlement, thenHold repair: HoldRequest
    ) async throws -> (charged: Money, repair: HoldDecision) {
        try await queue.perform { transaction in
            let (charged, ended) = try transaction.settle(hold, settlement, answer: nil)
            guard let ended else {
                return (charged, .refused(try transaction.tightest(repair, amount: repair.amount)))
            }
            let left = max(.zero, ended.amount - charged)
            return (charged, try transaction.keep(repair, of: ended, left: left))
        }
    }

    /// Also forgets answers that are past their retention.
    package func recoverExpired() async throws -> (released: Int, bounded: Int) {
        let oldest = clock.now().advanced(bySeconds: -Self.answerRetention)
        return try await queue.perform { transaction in
            try transaction.database.execute(
                sql: "DELETE FROM answers WHERE stored_at < ?", arguments: [oldest.milliseconds])
            return try transaction.endExpired()
        }
    }

    package func answer(toRequest digest: String, repository: String) async throws -> StoredAnswer? {
        let oldest = clock.now().advanced(bySeconds: -Self.answerRetention)
        return try await store.read { database in
            let row = try Row.fetchOne(
                database.cachedStatement(
                    sql: """
                        SELECT text, finish, returned_model FROM answers
                        WHERE repository = ? AND request_digest = ? AND stored_at >= ?
                        """),
                arguments: [repository, digest, oldest.milliseconds])
            guard let row, let finish = FinishReason(rawValue: row["finish"]) else { return nil }
            return StoredAnswer(text: row["text"], finish: finish, returnedModel: row["returned_model"])
        }
    }

    package func standings(of claims: [BudgetClaim]) async throws -> [BudgetStanding] {
        let now = clock.now()
        return try await store.read { database in
            var transaction = try LedgerTransaction(database, now: now)
            return try claims.map { try transaction.standing(of: $0) }
        }
    }

    /// Bytes per token are told after twenty exact settlements in a row within their bound, and a quarter lower than the
    /// lowest seen.
    package func calibration(provider: String, model: String) async throws -> Calibration {
        try await store.read { try EndpointRecord.fetch($0, Endpoint(provider: provider, model: model)).calibration }
    }

    /// Lifts what an endpoint's overruns have brought upon it, as when a wrong price was their cause and has been put
    /// right. Its calls go one at a time again until three have kept their bounds.
    ///
    /// - Parameter reason: for the audit log.
    package func forgive(provider: String, model: String, reason: String) async throws {
        try await queue.perform { transaction in
            let endpoint = Endpoint(provider: provider, model: model)
            var row = LedgerRow(.forgiven)
            row.set(.provider, provider)
            row.set(.model, model)
            row.set(.reason, reason, atMost: 500)
            try transaction.append(row)
            var record = try transaction.record(of: endpoint)
            record.forgive()
            try transaction.store(record, of: endpoint)
        }
    }
}
