import Domain
import Glibc
import Storage

struct SystemClock: WallClock {
    func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}

func number(_ text: String) -> Int { Int(text) ?? 0 }

/// A line that is out when this returns.
func say(_ line: String) {
    let bytes = Array((line + "\n").utf8)
    _ = write(1, bytes, bytes.count)
}

private func attempt(_ name: String, unit: Int, model: String) -> CallAttempt {
    CallAttempt(
        review: name, change: "acme/shop#1", repository: "acme/shop", category: .review, provider: "cloud",
        model: model,
        tier: .cheap, purpose: "review", unit: unit, attempt: 0, hunks: 1, requestDigest: "\(name)-\(unit)",
        requestBytes: 2000, destination: "api.example.com:443", allowedBy: "default: any", prices: "{}",
        configurationDigest: "c", promptVersion: "1", policyVersion: "1")
}

func request(
    _ name: String, unit: Int, amount: Money, claims: [BudgetClaim], lease: Double = 60, model: String = "m"
) -> HoldRequest {
    HoldRequest(
        attempt: attempt(name, unit: unit, model: model), claims: claims, amount: amount, inputTokenBound: 2000,
        outputTokenBound: 500, lease: lease)
}

func settlement(_ cost: Money) -> Settlement {
    Settlement(
        kind: .exact, usage: Usage(uncachedInput: 700, output: 100), computedCost: cost, httpStatus: 200,
        outcome: "answered", timeToFirstToken: 0.01, duration: 0.02)
}

/// Many calls at once on one budget. Each costs a tenth of what it holds.
func race(path: String, name: String, tasks: Int, limit: String, amount: String) async throws {
    let ledger = SQLiteLedger(store: try Store(path: path), clock: SystemClock())
    guard let limit = Money(usd: limit), let amount = Money(usd: amount) else { exit(2) }
    let cost = Money(picodollars: amount.picodollars / 10)
    let claim = BudgetClaim(scope: .repository, subject: "acme/shop", window: .none, limit: limit)
    let counts = try await withThrowingTaskGroup(of: String.self) { group in
        for unit in 0..<tasks {
            group.addTask {
                let deadline = SystemClock().now().advanced(bySeconds: 120)
                switch try await ledger.hold(
                    request(name, unit: unit, amount: amount, claims: [claim]), until: deadline)
                {
                case .granted(let hold, _):
                    try await ledger.markSent(hold)
                    try await ledger.settle(hold, settlement(cost), answer: nil)
                    return "granted"
                case .refused: return "refused"
                case .timedOut: return "timedOut"
                }
            }
        }
        return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
    }
    say("granted \(counts["granted"] ?? 0) refused \(counts["refused"] ?? 0) timedOut \(counts["timedOut"] ?? 0)")
}

/// Calls without end, each step told once it is acknowledged. Whoever starts this kills it.
func work(path: String, name: String, tasks: Int) async throws {
    let ledger = SQLiteLedger(store: try Store(path: path), clock: SystemClock())
    let claims = [
        BudgetClaim(scope: .repository, subject: "acme/shop", window: .none, limit: Money(picodollars: .max / 4)),
        BudgetClaim(scope: .global, subject: "", window: .month, limit: Money(picodollars: .max / 4)),
    ]
    say("ready")
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<tasks {
            group.addTask {
                var unit = task
                while true {
                    let amount = Money(picodollars: 1_000_000 + Int64(unit))
                    // Each task its own endpoint, so that all are in flight from the start and none waits for the dead.
                    let request = request(
                        name, unit: unit, amount: amount, claims: claims, lease: 60, model: "\(name) \(task)")
                    let decision = try await ledger.hold(request, until: SystemClock().now().advanced(bySeconds: 60))
                    guard case .granted(let hold, _) = decision else { continue }
                    say("held \(hold.value) \(amount.picodollars)")
                    try await ledger.markSent(hold)
                    say("sent \(hold.value)")
                    let answer = StoredAnswer(text: "answer \(unit)", finish: .complete, returnedModel: nil)
                    let charged = try await ledger.settle(
                        hold, settlement(Money(picodollars: 1000 + Int64(unit))), answer: answer)
                    say("settled \(hold.value) \(charged.picodollars) \(name)-\(unit)")
                    unit += tasks
                }
            }
        }
        try await group.waitForAll()
    }
}
