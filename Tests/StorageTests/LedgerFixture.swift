import Domain
import Storage
import Synchronization

/// A clock that stands still until it is moved.
final class ManualClock: WallClock {
    private let time: Mutex<Instant>
    private let step: Double

    /// 2026-11-21 12:00 UTC, a Saturday of week 47.
    static let noon = Instant(milliseconds: 1_795_262_400_000)

    /// - Parameter step: Seconds by which each look at the clock moves it.
    init(_ start: Instant = noon, step: Double = 0) {
        time = Mutex(start)
        self.step = step
    }

    func now() -> Instant {
        time.withLock { time in
            defer { time = time.advanced(bySeconds: step) }
            return time
        }
    }

    func advance(bySeconds seconds: Double) { time.withLock { $0 = $0.advanced(bySeconds: seconds) } }
}

extension Money {
    /// Thousandths of a dollar.
    static func mills(_ number: Int) -> Money { Money(picodollars: Int64(number) * 1_000_000_000) }
}

extension CallAttempt {
    static func sample(
        review: String = "r1", change: String = "acme/shop#12", repository: String = "acme/shop",
        category: Category = .review, provider: String = "cloud", model: String = "large-1", purpose: String = "review",
        unit: Int = 0, attempt: Int = 0, digest: String = "d1", bytes: Int = 1000, baseline: Money = .zero
    ) -> CallAttempt {
        CallAttempt(
            review: review, change: change, repository: repository, forge: "github.example.com", category: category,
            provider: provider, model: model, tier: .strong, purpose: purpose, unit: unit, attempt: attempt, hunks: 2,
            requestDigest: digest, requestBytes: bytes, destination: "api.example.com:443", allowedBy: "default: any",
            prices: #"{"input":"0.000001"}"#, configurationDigest: "c1", promptVersion: "3", policyVersion: "7",
            baselineCost: baseline)
    }
}

extension BudgetClaim {
    static func global(_ limit: Money, _ window: BudgetWindow = .day) -> BudgetClaim {
        BudgetClaim(scope: .global, subject: "", window: window, limit: limit)
    }

    static func repository(_ name: String, _ limit: Money, _ window: BudgetWindow = .month) -> BudgetClaim {
        BudgetClaim(scope: .repository, subject: name, window: window, limit: limit)
    }
}

extension HoldRequest {
    static func sample(
        _ amount: Money, _ claims: [BudgetClaim], attempt: CallAttempt = .sample(), lease: Double = 60
    ) -> HoldRequest {
        HoldRequest(
            attempt: attempt, claims: claims, amount: amount, inputTokenBound: 1000, outputTokenBound: 500, lease: lease
        )
    }
}

extension Settlement {
    static func exact(_ cost: Money, input: Int = 400, output: Int = 50, requestID: String? = nil) -> Settlement {
        Settlement(
            kind: .exact, usage: Usage(uncachedInput: input, output: output), computedCost: cost,
            requestID: requestID, httpStatus: 200, outcome: "answered", timeToFirstToken: 0.25, duration: 1.5)
    }

    static func failed(_ kind: SettlementKind, _ outcome: String = "timeout") -> Settlement {
        Settlement(kind: kind, outcome: outcome, reason: "no answer within 30 s", duration: 30)
    }
}

extension HoldDecision {
    var hold: HoldID? { if case .granted(let id, _) = self { id } else { nil } }
    var amount: Money? { if case .granted(_, let amount) = self { amount } else { nil } }
    var refusal: BudgetStanding? { if case .refused(let standing) = self { standing } else { nil } }
    var timeout: BudgetStanding? { if case .timedOut(let standing) = self { standing } else { nil } }
}

extension Ledger {
    /// Makes an endpoint one that keeps its bounds, so that its calls may run side by side.
    func trust(
        provider: String = "cloud", model: String = "large-1", settlements: Int = 3, clock: ManualClock
    ) async throws {
        for _ in 0..<settlements {
            let request = HoldRequest.sample(
                .mills(1), [], attempt: .sample(review: "earlier", provider: provider, model: model))
            guard let hold = try await hold(request, until: clock.now()).hold else { continue }
            try await markSent(hold)
            try await settle(hold, .exact(.zero), answer: nil)
        }
    }
}
