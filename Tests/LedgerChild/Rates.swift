import Domain
import Glibc
import Storage

/// Holds and settles as fast as it goes, and tells how many pairs a second.
func rate(path: String, callers: Int, seconds: Int) async throws {
    let ledger = SQLiteLedger(store: try Store(path: path), clock: SystemClock())
    let wide = Money(picodollars: .max / 4)
    let name = "rate \(getpid())"
    let claims = [
        BudgetClaim(scope: .change, subject: "acme/shop#1", window: .none, limit: wide),
        BudgetClaim(scope: .repository, subject: "acme/shop", window: .month, limit: wide),
        BudgetClaim(scope: .organisation, subject: "acme", window: .month, limit: wide),
        BudgetClaim(scope: .provider, subject: "cloud", window: .month, limit: wide),
        BudgetClaim(scope: .global, subject: "", window: .day, limit: wide),
        BudgetClaim(scope: .global, subject: "", window: .month, limit: wide),
    ]
    for unit in 0..<3 {
        _ = try await call(ledger, request(name, unit: unit, amount: Money(picodollars: 1_000_000), claims: claims))
    }
    let clock = ContinuousClock()
    let start = clock.now
    let end = start.advanced(by: .seconds(seconds))
    let usedBefore = processorSeconds()
    let pairs = try await withThrowingTaskGroup(of: Int.self) { group in
        for caller in 0..<callers {
            group.addTask {
                var count = 0
                while clock.now < end {
                    let unit = 3 + caller + callers * count
                    if try await call(
                        ledger, request(name, unit: unit, amount: Money(picodollars: 1_000_000), claims: claims))
                    {
                        count += 1
                    }
                }
                return count
            }
        }
        return try await group.reduce(0, +)
    }
    let elapsed = (clock.now - start) / .seconds(1)
    let used = processorSeconds() - usedBefore
    say(
        "pairs \(pairs) seconds \(elapsed) rate \(Int(Double(pairs) / elapsed)) processor_us \(Int(used / Double(max(1, pairs)) * 1e6))"
    )
}

private func call(_ ledger: SQLiteLedger, _ request: HoldRequest) async throws -> Bool {
    let decision = try await ledger.hold(request, until: SystemClock().now().advanced(bySeconds: 60))
    guard case .granted(let hold, _) = decision else { return false }
    try await ledger.settle(hold, settlement(Money(picodollars: 1000)), answer: nil)
    return true
}

private func processorSeconds() -> Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
    return seconds(usage.ru_utime) + seconds(usage.ru_stime)
}

/// How long looking at the books takes.
func readRates(path: String) async throws {
    let ledger = SQLiteLedger(store: try Store(path: path), clock: SystemClock())
    let clock = ContinuousClock()
    func time(_ name: String, _ work: () async throws -> String) async throws {
        let start = clock.now
        let result = try await work()
        say("\(name) milliseconds \(Int((clock.now - start) / .milliseconds(1))) \(result)")
    }
    try await time("verify") { "rows \(try await ledger.verify().rows)" }
    try await time("check") { "differences \(try await ledger.checkBooks().count)" }
    try await time("spend") { "calls \(try await ledger.spend(by: .model).total.calls)" }
    try await time("change") { "calls \(try await ledger.total(SpendFilter(change: "acme/shop#2")).calls)" }
}
