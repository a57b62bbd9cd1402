import Domain
import Storage
import Testing

@Suite("A hold that covers a repair")
struct RepairTests {
    private let clock = ManualClock()
    private let claim = BudgetClaim.global(.mills(10))
    private var soon: Instant { clock.now().advanced(bySeconds: 10) }

    @Test("what the first call left is kept for its repair, although others wait for it", arguments: LedgerKind.all)
    func keeps(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        try await ledger.trust(clock: clock)
        let first = try #require(try await ledger.hold(.sample(.mills(10), [claim]), until: soon).hold)
        let until = soon
        async let other = ledger.hold(.sample(.mills(5), [claim]), until: until)
        let (charged, decision) = try await ledger.settle(
            first, .exact(.mills(2)), thenHold: .sample(.mills(6), [claim], attempt: .sample(purpose: "repair")))
        #expect(charged == .mills(2))
        let repair = try #require(decision.hold)
        #expect(
            try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .mills(2), held: .mills(6))]
        )
        try await ledger.settle(repair, .exact(.mills(1)), answer: nil)
        #expect(try await other.hold != nil)
    }

    @Test("more than is left is refused, and what is left is free again", arguments: LedgerKind.all)
    func refuses(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let first = try #require(try await ledger.hold(.sample(.mills(6), [claim]), until: soon).hold)
        let (charged, decision) = try await ledger.settle(
            first, .exact(.mills(4)), thenHold: .sample(.mills(3), [claim]))
        #expect(charged == .mills(4))
        #expect(decision.refusal == BudgetStanding(claim: claim, spent: .mills(4), held: .zero))
    }

    @Test("nothing is left of a bounded charge or after an overrun", arguments: LedgerKind.all)
    func nothingLeft(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        for settlement in [Settlement.failed(.bounded), .exact(.mills(4))] {
            let first = try #require(try await books.ledger.hold(.sample(.mills(3), [claim]), until: soon).hold)
            let (_, decision) = try await books.ledger.settle(first, settlement, thenHold: .sample(.mills(1), [claim]))
            #expect(decision.refusal != nil)
        }
    }

    @Test("the repair lies in the windows of the first call, also after midnight", arguments: LedgerKind.all)
    func overMidnight(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let ledger = books.ledger
        let first = try #require(try await ledger.hold(.sample(.mills(9), [claim], lease: 1e6), until: soon).hold)
        clock.advance(bySeconds: 50_000)
        let (_, decision) = try await ledger.settle(first, .exact(.mills(2)), thenHold: .sample(.mills(5), [claim]))
        let repair = try #require(decision.hold)
        #expect(try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .zero, held: .zero)])
        try await ledger.settle(repair, .exact(.mills(3)), answer: nil)
        clock.advance(bySeconds: -50_000)
        #expect(
            try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .mills(5), held: .zero)])
    }

    @Test("a hold that has ended has nothing left for a repair", arguments: LedgerKind.all)
    func ended(kind: LedgerKind) async throws {
        let books = try kind.make(clock)
        let first = try #require(try await books.ledger.hold(.sample(.mills(9), [claim]), until: soon).hold)
        try await books.ledger.settle(first, .exact(.mills(2)), answer: nil)
        let (charged, decision) = try await books.ledger.settle(
            first, .exact(.mills(2)), thenHold: .sample(.mills(1), [claim]))
        #expect(charged == .mills(2))
        #expect(decision.refusal != nil)
    }
}
