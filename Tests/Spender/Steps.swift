import Domain
import Glibc
import Synchronization

/// Where a call is on its way. Each step is told to whoever started this program; at a chosen one it dies, as by a crash.
final class Steps: Sendable {
    private let count = Mutex(0)
    private let last: Int?
    private let areTold: Bool

    /// - Parameter last: The number of the step, from 1, at which the process kills itself; nil: never.
    init(dyingAt last: Int?, areTold: Bool) {
        self.last = last
        self.areTold = areTold
    }

    func take(_ name: String) {
        count.withLock { count in
            count += 1
            if areTold {
                let line = Array("\(count) \(name)\n".utf8)
                _ = write(STDOUT_FILENO, line, line.count)
            }
            if count == last { kill(getpid(), SIGKILL) }
        }
    }
}

/// A ledger whose every step can be the last.
struct SteppingLedger: Ledger {
    let ledger: any Ledger
    let steps: Steps

    func hold(_ request: HoldRequest, until deadline: Instant) async throws -> HoldDecision {
        steps.take("asking")
        let decision = try await ledger.hold(request, until: deadline)
        if case .granted = decision { steps.take("held") }
        return decision
    }

    func markSent(_ hold: HoldID) async throws {
        steps.take("marking")
        try await ledger.markSent(hold)
        steps.take("marked")
    }

    func settle(_ hold: HoldID, _ settlement: Settlement, answer: StoredAnswer?) async throws -> Money {
        steps.take("settling")
        let charged = try await ledger.settle(hold, settlement, answer: answer)
        steps.take("settled")
        return charged
    }

    func settle(
        _ hold: HoldID, _ settlement: Settlement, thenHold repair: HoldRequest
    ) async throws -> (charged: Money, repair: HoldDecision) {
        try await ledger.settle(hold, settlement, thenHold: repair)
    }

    func renew(_ hold: HoldID, lease: Double) async throws { try await ledger.renew(hold, lease: lease) }

    func recoverExpired() async throws -> (released: Int, bounded: Int) { try await ledger.recoverExpired() }

    func answer(toRequest digest: String, repository: String) async throws -> StoredAnswer? {
        try await ledger.answer(toRequest: digest, repository: repository)
    }

    func standings(of claims: [BudgetClaim]) async throws -> [BudgetStanding] { try await ledger.standings(of: claims) }

    func calibration(provider: String, model: String) async throws -> Calibration {
        try await ledger.calibration(provider: provider, model: model)
    }
}

/// An endpoint whose every step can be the last, and whose calls end in time whatever the deadline of the review.
struct SteppingProvider: Provider {
    let provider: any Provider
    let steps: Steps
    /// Seconds.
    let callLimit: Double

    func prepare(_ request: ModelRequest) throws(CallFailure) -> PreparedCall { try provider.prepare(request) }

    func send(_ call: PreparedCall, deadline: Double) async -> CallOutcome {
        steps.take("sending")
        let outcome = await provider.send(call, deadline: min(deadline, callLimit))
        steps.take("answered")
        return outcome
    }
}
