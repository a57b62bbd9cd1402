import Domain
import Storage
import Testing

@Suite("Endpoints that are not trusted yet, or that passed their bound")
struct TrustTests {
    private let clock = ManualClock()
    private var soon: Instant { clock.now().advanced(bySeconds: 10) }
    private let budget = BudgetClaim.global(.mills(1000))

    @Test("until three exact settlements, one call at a time is in flight in a budget", arguments: LedgerKind.all)
    func oneAtATime(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        for settled in 0..<3 {
            let first = try #require(try await ledger.hold(.sample(.mills(5), [budget]), until: soon).hold)
            #expect(try await ledger.hold(.sample(.mills(5), [budget]), until: clock.now()).timeout != nil)
            try await ledger.settle(first, .exact(.mills(1)), answer: nil)
            #expect(try await ledger.calibration(provider: "cloud", model: "large-1").exactWithinBound == settled + 1)
        }
        for _ in 0..<4 { #expect(try await ledger.hold(.sample(.mills(5), [budget]), until: soon).hold != nil) }
    }

    @Test(
        "other endpoints, other budgets, calls without a budget and calls that cost nothing are not kept waiting",
        arguments: LedgerKind.all)
    func othersPass(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        func isLet(_ request: HoldRequest) async throws -> Bool {
            try await ledger.hold(request, until: clock.now()).hold != nil
        }
        #expect(try await isLet(.sample(.mills(5), [budget])))
        #expect(try await !isLet(.sample(.mills(5), [budget])))
        #expect(try await isLet(.sample(.mills(5), [budget], attempt: .sample(model: "large-2"))))
        #expect(try await isLet(.sample(.mills(5), [budget], attempt: .sample(provider: "other"))))
        #expect(try await isLet(.sample(.mills(5), [.repository("acme/other", .mills(9))])))
        #expect(try await isLet(.sample(.mills(5), [])))
        #expect(try await isLet(.sample(.zero, [budget])))
        // Any shared budget is enough.
        #expect(try await !isLet(.sample(.mills(5), [.repository("acme/third", .mills(9)), budget])))
    }

    @Test(
        "who waits for an endpoint to be trusted comes in when the call in flight has ended", arguments: LedgerKind.all)
    func comesIn(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let first = try #require(try await ledger.hold(.sample(.mills(5), [budget]), until: soon).hold)
        let until = soon
        async let second = ledger.hold(.sample(.mills(5), [budget]), until: until)
        try await ledger.settle(first, .failed(.unsent), answer: nil)
        #expect(try await second.hold != nil)
    }

    @Test(
        "a charge above its hold is recorded in full and multiplies later holds by what was observed",
        arguments: LedgerKind.all)
    func overrunInMoney(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let hold = try #require(try await ledger.hold(.sample(.mills(3), [budget]), until: soon).hold)
        #expect(try await ledger.settle(hold, .exact(.mills(60)), answer: nil) == .mills(60))
        #expect(try await ledger.standings(of: [budget]).first?.spent == .mills(60))
        let calibration = try await ledger.calibration(provider: "cloud", model: "large-1")
        #expect(calibration.overrunFactor == 20)
        #expect(calibration.exactWithinBound == 0)
        // Held to twenty times as much from now on, and one at a time again.
        let next = try await ledger.hold(.sample(.mills(3), [budget]), until: soon)
        #expect(next.amount == .mills(60))
        #expect(try await ledger.hold(.sample(.mills(3), [budget]), until: clock.now()).timeout != nil)
        #expect(
            try await ledger.hold(.sample(.mills(50), [budget]), until: soon).refusal
                == BudgetStanding(claim: budget, spent: .mills(60), held: .mills(60)))
        // The same again is within that bound.
        let again = try #require(next.hold)
        try await ledger.settle(again, .exact(.mills(60)), answer: nil)
        #expect(
            try await ledger.calibration(provider: "cloud", model: "large-1")
                == Calibration(exactWithinBound: 1, leastBytesPerToken: nil, overrunFactor: 20))
    }

    @Test(
        "tokens above their bound are an overrun even where the money suffices", arguments: LedgerKind.all,
        [(2500, 10, 2.5), (10, 750, 1.5), (1000, 500, 1.0)])
    func overrunInTokens(kind: LedgerKind, example: (input: Int, output: Int, factor: Double)) async throws {
        let books = try kind.make(clock)
        let hold = try #require(try await books.ledger.hold(.sample(.mills(9), []), until: soon).hold)
        try await books.ledger.settle(
            hold, .exact(.mills(1), input: example.input, output: example.output), answer: nil)
        let calibration = try await books.ledger.calibration(provider: "cloud", model: "large-1")
        #expect(calibration.overrunFactor == example.factor)
        #expect(calibration.exactWithinBound == (example.factor > 1 ? 0 : 1))
    }

    @Test("a free endpoint that asks for money once is watched from then on", arguments: LedgerKind.all)
    func freeEndpoint(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let hold = try #require(try await ledger.hold(.sample(.zero, [budget]), until: soon).hold)
        #expect(try await ledger.settle(hold, .exact(.mills(1)), answer: nil) == .mills(1))
        #expect(try await ledger.hold(.sample(.zero, [budget]), until: soon).hold != nil)
        #expect(try await ledger.hold(.sample(.zero, [budget]), until: clock.now()).timeout != nil)
    }

    @Test(
        "total excess is at most one call, whatever is asked at once of an endpoint that understates twentyfold",
        arguments: LedgerKind.all)
    func excessIsOneCall(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let claim = BudgetClaim.global(.mills(10))
        let until = soon
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    guard let hold = try await ledger.hold(.sample(.mills(1), [claim]), until: until).hold else {
                        return
                    }
                    try await ledger.markSent(hold)
                    try await ledger.settle(hold, .exact(.mills(20)), answer: nil)
                }
            }
        }
        #expect(try await ledger.standings(of: [claim]).first?.spent == .mills(20))
    }

    @Test(
        "bytes per token are told after twenty exact settlements, a quarter below the fewest seen",
        arguments: LedgerKind.all)
    func bytesPerToken(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        for number in 1...20 {
            let hold = try #require(try await ledger.hold(.sample(.mills(1), []), until: soon).hold)
            // A thousand bytes each.
            try await ledger.settle(hold, .exact(.zero, input: number == 7 ? 500 : 250), answer: nil)
            let least = try await ledger.calibration(provider: "cloud", model: "large-1").leastBytesPerToken
            #expect(least == (number < 20 ? nil : 1.5))
        }
    }

    @Test("an operator can forgive overruns whose cause is gone; trust is earned again")
    func forgives() async throws {
        let directory = try TemporaryDirectory()
        let ledger = SQLiteLedger(store: try Store(path: directory.path + "/books.db"), clock: clock)
        let hold = try #require(try await ledger.hold(.sample(.mills(3), [budget]), until: soon).hold)
        try await ledger.settle(hold, .exact(.mills(60)), answer: nil)
        try await ledger.forgive(provider: "cloud", model: "large-1", reason: "the price was wrong")
        #expect(try await ledger.calibration(provider: "cloud", model: "large-1") == Calibration())
        #expect(try await ledger.hold(.sample(.mills(3), [budget]), until: soon).amount == .mills(3))
        #expect(try await ledger.hold(.sample(.mills(3), [budget]), until: clock.now()).timeout != nil)
        #expect(
            try await ledger.audit(AuditFilter()).contains {
                $0.event == .forgiven && $0.reason == "the price was wrong"
            })
        #expect(try await ledger.checkBooks() == [])
    }

    @Test("figures that cannot be are not believed, and nothing overflows", arguments: LedgerKind.all)
    func absurdFigures(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let all = BudgetClaim.global(Money(picodollars: .max))
        for (returned, computed, charge) in [
            (Int64.max, 5 as Int64, 5 as Int64), (.max, .max, 1000), (.min, 7, 7),
            (10_000_000_000_000_000, 7, 10_000_000_000_000_000),
        ] {
            let attempt = CallAttempt.sample(provider: "\(returned) \(computed)")
            let request = HoldRequest.sample(Money(picodollars: 1000), [all], attempt: attempt)
            let hold = try #require(try await ledger.hold(request, until: soon).hold)
            var settlement = Settlement.exact(Money(picodollars: computed), input: .max, output: .max)
            settlement.usage?.cachedInput = .max
            settlement.returnedCost = Money(picodollars: returned)
            settlement.reasoningTokens = .max
            settlement.duration = .infinity
            settlement.timeToFirstToken = .nan
            #expect(try await ledger.settle(hold, settlement, answer: nil) == Money(picodollars: charge))
            // Held to a million times as much, which may be more than there is.
            _ = try await ledger.hold(request, until: clock.now())
            _ = try await ledger.hold(
                .sample(Money(picodollars: .max), [], attempt: attempt, lease: .infinity), until: soon)
        }
        guard let sqlite = ledger as? SQLiteLedger else { return }
        #expect(try await sqlite.checkBooks() == [])
        #expect(try await sqlite.total(SpendFilter()).calls == 4)
    }
}
