import Domain
import Testing

@testable import Storage

@Suite("What was spent")
struct SpendTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let ledger: SQLiteLedger

    init() throws {
        directory = try TemporaryDirectory()
        ledger = SQLiteLedger(store: try Store(path: directory.path + "/books.db"), clock: clock)
    }

    @discardableResult
    private func call(_ attempt: CallAttempt, _ settlement: Settlement?, isSent: Bool = true) async throws -> HoldID {
        let request = HoldRequest.sample(.mills(9), [], attempt: attempt, lease: 1e6)
        let hold = try #require(try await ledger.hold(request, until: clock.now()).hold)
        if isSent { try await ledger.markSent(hold) }
        if let settlement { try await ledger.settle(hold, settlement, answer: nil) }
        return hold
    }

    /// Two days, two repositories, three models.
    private func fill() async throws {
        var returned = Settlement.exact(.mills(3), input: 100, output: 20)
        returned.returnedCost = .mills(4)
        returned.reasoningTokens = 15
        returned.usage?.cachedInput = 7
        returned.usage?.cacheWrite = 5
        returned.usage?.longCacheWrite = 1
        try await call(.sample(unit: 0, baseline: .mills(20)), .failed(.refused, "rateLimited"))
        try await call(.sample(unit: 0, attempt: 1, baseline: .mills(20)), returned)
        try await call(.sample(purpose: "confirmation", unit: 0, attempt: 2, baseline: .mills(20)), .exact(.mills(2)))
        try await call(.sample(review: "r2", model: "small", unit: 0, baseline: .mills(10)), .failed(.bounded, "cut"))
        try await call(.sample(review: "r2", model: "small", unit: 1, baseline: .mills(10)), nil)
        clock.advance(bySeconds: 86_400)
        try await call(
            .sample(
                review: "r3", change: "other/tool#1", repository: "other/tool", category: .algorithm, provider: "near",
                model: "local"),
            .exact(.zero, input: 50, output: 10))
        try await call(
            .sample(review: "r3", change: "other/tool#1", repository: "other/tool", provider: "near"),
            .failed(.unsent, "transport"))
    }

    @Test("sums over all calls")
    func total() async throws {
        try await fill()
        let total = try await ledger.total(SpendFilter())
        var expected = SpendRow(key: "")
        expected.calls = 6
        expected.answered = 3
        expected.failures = ["rateLimited": 1, "cut": 1, "transport": 1]
        expected.unsent = 1
        expected.changes = 2
        expected.reviews = 3
        expected.uncachedInput = 550
        expected.cachedInput = 7
        expected.cacheWrite = 6
        expected.output = 80
        expected.reasoning = 15
        expected.chargedExact = .mills(6)
        expected.chargedBounded = .mills(9)
        expected.held = .mills(9)
        expected.baseline = .mills(20)
        expected.differingCosts = 1
        expected.costDifference = .mills(1)
        expected.duration = LatencyPercentiles(p50: 1.5, p95: 1.5, p99: 1.5)
        expected.firstToken = LatencyPercentiles(p50: 0.25, p95: 0.25, p99: 0.25)
        #expect(total == expected)
        #expect(total.charged == .mills(15))
        #expect(total.savings == .mills(5))
        #expect(total.costPerChange == Money(picodollars: 7_500_000_000))
    }

    @Test(
        "grouped, the same sums come out",
        arguments: [
            (SpendGrouping.repository, ["acme/shop": Money.mills(15), "other/tool": .zero]),
            (.organisation, ["acme": .mills(15), "other": .zero]),
            (.forge, ["github.example.com": .mills(15)]),
            (
                .model,
                ["cloud/large-1": .mills(6), "cloud/small": .mills(9), "near/local": .zero, "near/large-1": .zero]
            ),
            (.category, ["review": .mills(15), "algorithm": .zero]),
            (.day, ["2026-11-21": .mills(15), "2026-11-22": .zero]),
        ])
    func groups(grouping: SpendGrouping, charges: [String: Money]) async throws {
        try await fill()
        let report = try await ledger.spend(by: grouping)
        #expect(Dictionary(uniqueKeysWithValues: report.rows.map { ($0.key, $0.charged) }) == charges)
        #expect(report.rows.map(\.key) == report.rows.map(\.key).sorted())
        #expect(report.rows.reduce(0) { $0 + $1.calls } == report.total.calls)
        #expect(report.rows.reduce(0) { $0 + $1.output } == report.total.output)
        #expect(report.rows.reduce(Money.zero) { $0 + $1.held } == report.total.held)
        #expect(report.rows.reduce(Money.zero) { $0 + $1.baseline } == report.total.baseline)
        #expect(report.rows.reduce(0) { $0 + $1.failures.values.reduce(0, +) } == 3)
    }

    @Test("a filter keeps to its time, repository, change and review")
    func filters() async throws {
        try await fill()
        let evening = Instant(milliseconds: ManualClock.noon.milliseconds + 3_600_000)
        #expect(try await ledger.total(SpendFilter(since: evening)).calls == 1)
        #expect(try await ledger.total(SpendFilter(before: evening)).calls == 5)
        #expect(try await ledger.total(SpendFilter(repository: "other/tool")).calls == 1)
        #expect(try await ledger.total(SpendFilter(change: "acme/shop#12")).charged == .mills(15))
        #expect(try await ledger.total(SpendFilter(review: "r2")).charged == .mills(9))
        #expect(try await ledger.total(SpendFilter(review: "none")) == SpendRow(key: ""))
        #expect(try await ledger.spend(by: .day, SpendFilter(review: "none")).rows == [])
    }

    @Test("percentiles are by nearest rank over answered calls")
    func percentiles() async throws {
        for number in 1...100 {
            var settlement = Settlement.exact(.zero)
            settlement.duration = Double(101 - number)
            settlement.timeToFirstToken = number <= 10 ? Double(number) : nil
            try await call(.sample(unit: number), settlement)
        }
        try await call(.sample(), .failed(.bounded))
        let total = try await ledger.total(SpendFilter())
        #expect(total.duration == LatencyPercentiles(p50: 50, p95: 95, p99: 99))
        #expect(total.firstToken == LatencyPercentiles(p50: 5, p95: 10, p99: 10))
    }

    @Test("past calls can be priced anew")
    func pastCalls() async throws {
        try await fill()
        let calls = try await ledger.pastCalls(provider: "cloud", model: "large-1", since: ManualClock.noon)
        #expect(calls.map(\.charged) == [.mills(4), .mills(2)])
        #expect(
            calls.first?.usage
                == Usage(uncachedInput: 100, cachedInput: 7, cacheWrite: 5, longCacheWrite: 1, output: 20))
        #expect(calls.first?.prices == #"{"input":"0.000001"}"#)
        #expect(try await ledger.pastCalls(since: ManualClock.noon).count == 3)
        #expect(try await ledger.pastCalls(since: clock.now()).count == 1)
        #expect(try await ledger.pastCalls(provider: "none", since: ManualClock.noon) == [])
    }

    @Test("the audit log tells of every request and of what became of it, by review and from a moment on")
    func audit() async throws {
        try await fill()
        try await ledger.record(
            FreeRequest(
                provider: "cloud", purpose: "models", destination: "api.example.com:443", bytes: 0, digest: "e3b0",
                allowedBy: "default: any"))
        let all = try await ledger.audit(AuditFilter(limit: 1000))
        #expect(all.map(\.sequence) == Array(1...Int64(all.count)))
        let second = all.filter { $0.review == "r2" && $0.unit == 0 }
        #expect(second.map(\.event) == [.held, .sent, .bounded])
        for entry in second {
            #expect(entry.hold?.value == second.first?.sequence)
            #expect(entry.destination == "api.example.com:443")
            #expect(entry.requestBytes == 1000 && entry.requestDigest == "d1" && entry.allowedBy == "default: any")
            #expect(entry.model == "small" && entry.repository == "acme/shop")
        }
        #expect(second.map(\.charge) == [nil, nil, .mills(9)])
        #expect(second.last?.outcome == "cut" && second.last?.reason == "no answer within 30 s")
        #expect(all.last?.event == .requested && all.last?.purpose == "models" && all.last?.hold == nil)
        #expect(try await ledger.audit(AuditFilter(review: "r2")).count == 5)
        #expect(try await ledger.audit(AuditFilter(repository: "other/tool")).count == 6)
        #expect(try await ledger.audit(AuditFilter(since: clock.now())).count == 7)
        #expect(try await ledger.audit(AuditFilter(limit: 2)).map(\.event) == [.released, .requested])
        #expect(try await ledger.verify().rows == Int64(all.count))
    }
}
