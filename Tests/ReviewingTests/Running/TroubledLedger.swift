import Domain
import Storage

/// Books with trouble at the one moment that matters.
struct TroubledLedger: Ledger {
    struct DiskFull: Error {}

    private let books: SQLiteLedger
    private let beforeSent: @Sendable (HoldID) async throws -> Void

    /// - Parameter beforeSent: What happens before a call is written down as sent.
    init(_ books: SQLiteLedger, beforeSent: @escaping @Sendable (HoldID) async throws -> Void) {
        self.books = books
        self.beforeSent = beforeSent
    }

    func markSent(_ hold: HoldID) async throws {
        try await beforeSent(hold)
        try await books.markSent(hold)
    }

    func hold(_ request: HoldRequest, until deadline: Instant) async throws -> HoldDecision {
        try await books.hold(request, until: deadline)
    }
    func renew(_ hold: HoldID, lease: Double) async throws { try await books.renew(hold, lease: lease) }
    @discardableResult
    func settle(_ hold: HoldID, _ settlement: Settlement, answer: StoredAnswer?) async throws -> Money {
        try await books.settle(hold, settlement, answer: answer)
    }
    func settle(
        _ hold: HoldID, _ settlement: Settlement, thenHold repair: HoldRequest
    ) async throws -> (charged: Money, repair: HoldDecision) {
        try await books.settle(hold, settlement, thenHold: repair)
    }
    func recoverExpired() async throws -> (released: Int, bounded: Int) { try await books.recoverExpired() }
    func answer(toRequest digest: String, repository: String) async throws -> StoredAnswer? {
        try await books.answer(toRequest: digest, repository: repository)
    }
    func standings(of claims: [BudgetClaim]) async throws -> [BudgetStanding] { try await books.standings(of: claims) }
    func calibration(provider: String, model: String) async throws -> Calibration {
        try await books.calibration(provider: provider, model: model)
    }
}
