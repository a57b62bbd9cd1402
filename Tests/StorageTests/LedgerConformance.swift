import Domain
import Storage
import Testing

/// A ledger to be tried, with whatever must outlive it.
struct LedgerUnderTest {
    let ledger: any Ledger
    let keptAlive: AnyObject?
}

/// A way to make an empty ledger: every implementation is put through the same tests.
struct LedgerKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (ManualClock) throws -> LedgerUnderTest

    static let all = [
        LedgerKind(testDescription: "SQLite") { clock in
            let directory = try TemporaryDirectory()
            let store = try Store(path: directory.path + "/books.db")
            return LedgerUnderTest(ledger: SQLiteLedger(store: store, clock: clock), keptAlive: directory)
        }
    ]
}

@Suite("Any ledger")
struct LedgerConformance {
    private let clock = ManualClock()
    private var soon: Instant { clock.now().advanced(bySeconds: 10) }

    @Test("a hold lies in every budget until it is settled at what the provider says", arguments: LedgerKind.all)
    func holdsAndSettles(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let claims = [BudgetClaim.global(.mills(100)), .repository("acme/shop", .mills(50))]
        let decision = try await ledger.hold(.sample(.mills(7), claims), until: soon)
        let hold = try #require(decision.hold)
        #expect(decision.amount == .mills(7))
        #expect(try await ledger.standings(of: claims).map(\.held) == [.mills(7), .mills(7)])
        try await ledger.markSent(hold)
        #expect(try await ledger.settle(hold, .exact(.mills(2)), answer: nil) == .mills(2))
        let standings = try await ledger.standings(of: claims)
        #expect(standings.map(\.spent) == [.mills(2), .mills(2)])
        #expect(standings.map(\.held) == [.zero, .zero])
        #expect(standings.map(\.claim) == claims)
        withExtendedLifetime(books.keptAlive) {}
    }

    @Test(
        "a settlement charges by its kind",
        arguments: LedgerKind.all,
        [
            (Settlement.exact(.mills(3)), Money.mills(3)),
            (.failed(.refused, "rateLimited"), .zero),
            (.failed(.bounded), .mills(7)),
            (.failed(.unsent, "transport"), .zero),
        ])
    func charges(kind: LedgerKind, example: (settlement: Settlement, charge: Money)) async throws {
        let books = try kind.make(clock)
        for isSent in [false, true] {
            let claim = BudgetClaim.repository("sent \(isSent)", .mills(50))
            let hold = try #require(
                try await books.ledger.hold(.sample(.mills(7), [claim]), until: soon).hold)
            if isSent { try await books.ledger.markSent(hold) }
            #expect(try await books.ledger.settle(hold, example.settlement, answer: nil) == example.charge)
            let standing = try await books.ledger.standings(of: [claim])
            #expect(standing == [BudgetStanding(claim: claim, spent: example.charge, held: .zero)])
        }
    }

    @Test("the provider's own figure is the charge", arguments: LedgerKind.all)
    func returnedCost(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let hold = try #require(try await books.ledger.hold(.sample(.mills(7), []), until: soon).hold)
        var settlement = Settlement.exact(.mills(3))
        settlement.returnedCost = .mills(4)
        #expect(try await books.ledger.settle(hold, settlement, answer: nil) == .mills(4))
    }

    @Test("an exact settlement without a usable figure is charged at the bound", arguments: LedgerKind.all)
    func withoutFigure(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        for cost in [nil, Money.mills(-1)] {
            let hold = try #require(try await books.ledger.hold(.sample(.mills(7), []), until: soon).hold)
            var settlement = Settlement.exact(.zero)
            settlement.computedCost = cost
            #expect(try await books.ledger.settle(hold, settlement, answer: nil) == .mills(7))
        }
    }

    @Test("an unsent call that was answered is charged at the bound", arguments: LedgerKind.all)
    func contradiction(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let hold = try #require(try await books.ledger.hold(.sample(.mills(7), []), until: soon).hold)
        var settlement = Settlement.failed(.unsent)
        settlement.httpStatus = 200
        #expect(try await books.ledger.settle(hold, settlement, answer: nil) == .mills(7))
    }

    @Test("a second settlement changes nothing and tells the first charge", arguments: LedgerKind.all)
    func settlesOnce(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let claim = BudgetClaim.global(.mills(100))
        let hold = try #require(try await books.ledger.hold(.sample(.mills(7), [claim]), until: soon).hold)
        try await books.ledger.markSent(hold)
        #expect(try await books.ledger.settle(hold, .exact(.mills(2)), answer: nil) == .mills(2))
        let late = StoredAnswer(text: "late", finish: .complete, returnedModel: nil)
        for second in [Settlement.exact(.mills(5)), .failed(.bounded), .failed(.unsent)] {
            #expect(try await books.ledger.settle(hold, second, answer: late) == .mills(2))
        }
        #expect(try await books.ledger.standings(of: [claim]).first?.spent == .mills(2))
        #expect(try await books.ledger.answer(toRequest: "d1", repository: "acme/shop") == nil)
    }

    @Test(
        "what does not fit beside what is spent is refused at once, with the budget that refuses",
        arguments: LedgerKind.all)
    func refuses(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let wide = BudgetClaim.global(.mills(100))
        let narrow = BudgetClaim.repository("acme/shop", .mills(10))
        let first = try #require(try await books.ledger.hold(.sample(.mills(8), [wide, narrow]), until: soon).hold)
        try await books.ledger.settle(first, .exact(.mills(6)), answer: nil)
        let decision = try await books.ledger.hold(.sample(.mills(5), [wide, narrow]), until: soon)
        #expect(decision.refusal == BudgetStanding(claim: narrow, spent: .mills(6), held: .zero))
        #expect(try await books.ledger.standings(of: [wide]).first?.held == .zero)
        #expect(try await books.ledger.hold(.sample(.mills(4), [wide, narrow]), until: soon).hold != nil)
    }

    @Test("to the last picodollar, and not one more", arguments: LedgerKind.all)
    func exactLimit(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        try await books.ledger.trust(clock: clock)
        let claim = BudgetClaim.global(Money(picodollars: 10))
        #expect(try await books.ledger.hold(.sample(Money(picodollars: 11), [claim]), until: soon).refusal != nil)
        #expect(try await books.ledger.hold(.sample(Money(picodollars: 9), [claim]), until: soon).hold != nil)
        #expect(try await books.ledger.hold(.sample(Money(picodollars: 1), [claim]), until: soon).hold != nil)
        #expect(try await books.ledger.hold(.sample(Money(picodollars: 1), [claim]), until: clock.now()).timeout != nil)
        #expect(try await books.ledger.hold(.sample(.zero, [claim]), until: soon).hold != nil)
    }

    @Test("what would fit once open holds settle waits for them", arguments: LedgerKind.all)
    func waits(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let first = try #require(try await ledger.hold(.sample(.mills(8), [claim]), until: soon).hold)
        let until = soon
        async let second = ledger.hold(.sample(.mills(8), [claim]), until: until)
        try await ledger.settle(first, .exact(.mills(2)), answer: nil)
        #expect(try await second.hold != nil)
    }

    @Test("waiting ends in a refusal when what was held is spent", arguments: LedgerKind.all)
    func waitsInVain(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let first = try #require(try await ledger.hold(.sample(.mills(8), [claim]), until: soon).hold)
        let until = soon
        async let second = ledger.hold(.sample(.mills(8), [claim]), until: until)
        try await ledger.settle(first, .exact(.mills(3)), answer: nil)
        #expect(try await second.refusal?.spent == .mills(3))
    }

    @Test("waiting ends with the deadline", arguments: LedgerKind.all)
    func timesOut(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        _ = try await ledger.hold(.sample(.mills(8), [claim]), until: soon)
        let until = soon
        async let second = ledger.hold(.sample(.mills(8), [claim]), until: until)
        clock.advance(bySeconds: 11)
        #expect(try await second.timeout == BudgetStanding(claim: claim, spent: .zero, held: .mills(8)))
    }

    @Test(
        "a waiting request leaves when its task is cancelled, and nothing stays held for it", arguments: LedgerKind.all)
    func leaves(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let first = try #require(try await ledger.hold(.sample(.mills(8), [claim]), until: soon).hold)
        let until = soon
        let second = Task { try await ledger.hold(.sample(.mills(8), [claim]), until: until) }
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
        try await ledger.settle(first, .failed(.unsent), answer: nil)
        #expect(try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .zero, held: .zero)])
    }

    @Test("a charge belongs to the window of its hold; a new window begins at nothing", arguments: LedgerKind.all)
    func windows(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let claims = [BudgetWindow.none, .day, .week, .month].map { BudgetClaim.global(.mills(10), $0) }
        let hold = try #require(
            try await books.ledger.hold(.sample(.mills(6), claims, lease: 1e6), until: soon).hold)
        // Sunday, the same week.
        clock.advance(bySeconds: 86_400)
        try await books.ledger.settle(hold, .exact(.mills(5)), answer: nil)
        #expect(try await books.ledger.standings(of: claims).map(\.spent) == [.mills(5), .zero, .mills(5), .mills(5)])
        // Monday.
        clock.advance(bySeconds: 86_400)
        #expect(try await books.ledger.standings(of: claims).map(\.spent) == [.mills(5), .zero, .zero, .mills(5)])
        // December.
        clock.advance(bySeconds: 8 * 86_400)
        #expect(try await books.ledger.standings(of: claims).map(\.spent) == [.mills(5), .zero, .zero, .zero])
    }

    @Test("who waits over midnight is held in the new day", arguments: LedgerKind.all)
    func waitsOverMidnight(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        _ = try await ledger.hold(.sample(.mills(8), [claim], lease: 1e6), until: soon)
        let until = clock.now().advanced(bySeconds: 90_000)
        async let second = ledger.hold(.sample(.mills(8), [claim], lease: 1e6), until: until)
        clock.advance(bySeconds: 43_200)
        #expect(try await second.hold != nil)
        #expect(try await ledger.standings(of: [claim]).first?.held == .mills(8))
    }

    @Test("a lease that runs out releases what was not sent and charges what was", arguments: LedgerKind.all)
    func expires(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(100))
        let unsent = try #require(try await ledger.hold(.sample(.mills(3), [claim]), until: soon).hold)
        let sent = try #require(try await ledger.hold(.sample(.mills(5), [claim]), until: soon).hold)
        let renewed = try #require(try await ledger.hold(.sample(.mills(7), [claim]), until: soon).hold)
        try await ledger.markSent(sent)
        clock.advance(bySeconds: 59)
        try await ledger.renew(renewed, lease: 60)
        #expect(try await ledger.recoverExpired() == (0, 0))
        clock.advance(bySeconds: 1)
        #expect(try await ledger.recoverExpired() == (1, 1))
        #expect(
            try await ledger.standings(of: [claim])
                == [BudgetStanding(claim: claim, spent: .mills(5), held: .mills(7))])
        for hold in [unsent, sent] {
            await #expect(throws: HoldProblem(.ended, hold)) { try await ledger.markSent(hold) }
            await #expect(throws: HoldProblem(.ended, hold)) { try await ledger.renew(hold, lease: 60) }
        }
    }

    @Test("a lease that was given while the clock was ahead ends in its own time", arguments: LedgerKind.all)
    func wrongClock(kind: LedgerKind) async throws {
        let ledger = try kind.make(clock).ledger
        try await ledger.trust(clock: clock)
        clock.advance(bySeconds: 14 * 86_400)
        let claim = BudgetClaim.global(.mills(100))
        let sent = try #require(try await ledger.hold(.sample(.mills(5), [claim]), until: soon).hold)
        try await ledger.markSent(sent)
        clock.advance(bySeconds: -14 * 86_400)
        #expect(try await ledger.recoverExpired() == (0, 0))
        clock.advance(bySeconds: 59)
        #expect(try await ledger.recoverExpired() == (0, 0))
        clock.advance(bySeconds: 1)
        #expect(try await ledger.recoverExpired() == (0, 1))
    }

    @Test("a request for money first ends what a dead process left behind", arguments: LedgerKind.all)
    func recoversOnHold(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let claim = BudgetClaim.global(.mills(10))
        _ = try await books.ledger.hold(.sample(.mills(10), [claim]), until: soon)
        clock.advance(bySeconds: 61)
        #expect(try await books.ledger.hold(.sample(.mills(10), [claim]), until: soon).hold != nil)
    }

    @Test(
        "exact figures after the lease: nothing is given back, what passes the bound is charged, the answer stays",
        arguments: LedgerKind.all)
    func settlesLate(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let claim = BudgetClaim.global(.mills(100))
        for (figure, charge) in [(Money.mills(2), Money.mills(5)), (.mills(9), .mills(9))] {
            let digest = "late \(charge.usd)"
            let hold = try #require(
                try await ledger.hold(.sample(.mills(5), [claim], attempt: .sample(digest: digest)), until: soon).hold)
            try await ledger.markSent(hold)
            clock.advance(bySeconds: 61)
            #expect(try await ledger.recoverExpired() == (0, 1))
            let answer = StoredAnswer(text: "late", finish: .complete, returnedModel: nil)
            #expect(try await ledger.settle(hold, .exact(figure), answer: answer) == charge)
            #expect(try await ledger.settle(hold, .exact(.mills(50)), answer: nil) == charge)
            #expect(try await ledger.answer(toRequest: digest, repository: "acme/shop") == answer)
        }
        #expect(
            try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .mills(14), held: .zero)])
    }

    @Test("a hold nobody granted is told apart", arguments: LedgerKind.all)
    func unknownHold(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let hold = HoldID(value: 77)
        await #expect(throws: HoldProblem(.unknown, hold)) { try await ledger.markSent(hold) }
        await #expect(throws: HoldProblem(.unknown, hold)) { try await ledger.renew(hold, lease: 1) }
        await #expect(throws: HoldProblem(.unknown, hold)) { try await ledger.settle(hold, .exact(.zero), answer: nil) }
    }

    @Test("an answer is kept with its settlement, for its repository, for thirty days", arguments: LedgerKind.all)
    func keepsAnswers(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let hold = try #require(try await ledger.hold(.sample(.mills(1), []), until: soon).hold)
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/shop") == nil)
        let answer = StoredAnswer(
            text: "{\"findings\":[]} é\u{1F600}", finish: .complete, returnedModel: "large-1-0925")
        try await ledger.settle(hold, .exact(.mills(1)), answer: answer)
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/shop") == answer)
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/other") == nil)
        #expect(try await ledger.answer(toRequest: "d2", repository: "acme/shop") == nil)
        clock.advance(bySeconds: 30 * 86_400)
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/shop") == answer)
        clock.advance(bySeconds: 1)
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/shop") == nil)
    }

    @Test("no budget, no limit", arguments: LedgerKind.all)
    func withoutBudgets(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        for _ in 0..<5 { #expect(try await books.ledger.hold(.sample(.mills(1_000_000), []), until: soon).hold != nil) }
    }
}
