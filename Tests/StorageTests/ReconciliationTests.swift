import Domain
import Storage
import Testing

@Suite("Reconciling bounded charges")
struct ReconciliationTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let ledger: SQLiteLedger
    private let claim = BudgetClaim.global(.mills(1000))

    init() throws {
        directory = try TemporaryDirectory()
        ledger = SQLiteLedger(store: try Store(path: directory.path + "/books.db"), clock: clock)
    }

    private func call(_ settlement: Settlement) async throws -> HoldID {
        let hold = try #require(try await ledger.hold(.sample(.mills(9), [claim]), until: clock.now()).hold)
        try await ledger.markSent(hold)
        try await ledger.settle(hold, settlement, answer: nil)
        return hold
    }

    private func spent() async throws -> Money? { try await ledger.standings(of: [claim]).first?.spent }

    @Test("bounded charges are listed until the provider's figure has taken their place, lower or higher")
    func adjusts() async throws {
        var cut = Settlement.failed(.bounded, "cut")
        cut.requestID = "req_1"
        let first = try await call(cut)
        let second = try await call(.failed(.bounded))
        _ = try await call(.exact(.mills(1)))
        let open = try await ledger.openBounded()
        #expect(open.map(\.hold) == [first, second])
        #expect(open.map(\.charged) == [.mills(9), .mills(9)])
        #expect(open.map(\.requestID) == ["req_1", nil])
        #expect(open.map(\.outcome) == ["cut", "timeout"])
        #expect(try await spent() == .mills(19))
        let outcomes = try await ledger.reconcile([
            ProviderFigure(.request("req_1"), cost: .mills(4), source: "invoice line 1"),
            ProviderFigure(.hold(second), cost: .mills(11), source: "invoice line 2"),
        ])
        #expect(
            outcomes == [
                .adjusted(first, from: .mills(9), to: .mills(4)), .adjusted(second, from: .mills(9), to: .mills(11)),
            ])
        #expect(try await spent() == .mills(16))
        #expect(try await ledger.openBounded() == [])
        #expect(try await ledger.checkBooks() == [])
        #expect(try await ledger.verify().fault == nil)
        let total = try await ledger.total(SpendFilter())
        #expect(total.chargedExact == .mills(16) && total.chargedBounded == .zero)
    }

    @Test("the same figure twice changes nothing; a corrected one does")
    func again() async throws {
        let hold = try await call(.failed(.bounded))
        func give(_ cost: Money) async throws -> [ReconcileOutcome] {
            try await ledger.reconcile([ProviderFigure(.hold(hold), cost: cost, source: "invoice")])
        }
        #expect(try await give(.mills(9)) == [.adjusted(hold, from: .mills(9), to: .mills(9))])
        #expect(try await give(.mills(9)) == [.unchanged(hold)])
        #expect(try await give(.mills(3)) == [.adjusted(hold, from: .mills(9), to: .mills(3))])
        #expect(try await give(.mills(3)) == [.unchanged(hold)])
        #expect(try await spent() == .mills(3))
    }

    @Test("what cannot be meant is refused and changes nothing")
    func refuses() async throws {
        var twice = Settlement.failed(.bounded)
        twice.requestID = "same"
        _ = try await call(twice)
        _ = try await call(twice)
        let exact = try await call(.exact(.mills(1)))
        let open = try #require(try await ledger.hold(.sample(.mills(5), [claim]), until: clock.now()).hold)
        let outcomes = try await ledger.reconcile([
            ProviderFigure(.request("same"), cost: .mills(1), source: ""),
            ProviderFigure(.request("other"), cost: .mills(1), source: ""),
            ProviderFigure(.hold(HoldID(value: 999)), cost: .mills(1), source: ""),
            ProviderFigure(.hold(exact), cost: .mills(2), source: ""),
            ProviderFigure(.hold(open), cost: .mills(2), source: ""),
            ProviderFigure(.request("same"), cost: .mills(-1), source: ""),
        ])
        #expect(
            outcomes == [
                .ambiguous, .unknown, .unknown, .notBounded(exact, charged: .mills(1)),
                .notBounded(open, charged: .zero),
                .impossible,
            ])
        #expect(try await spent() == .mills(19))
    }

    @Test("figures that came after the lease are offered, and taken on demand")
    func lateFigures() async throws {
        let hold = try #require(try await ledger.hold(.sample(.mills(9), [claim]), until: clock.now()).hold)
        try await ledger.markSent(hold)
        clock.advance(bySeconds: 61)
        #expect(try await ledger.recoverExpired() == (0, 1))
        try await ledger.settle(hold, .exact(.mills(2), requestID: "req_9"), answer: nil)
        let open = try await ledger.openBounded()
        #expect(open.map(\.lateFigure) == [.mills(2)])
        #expect(open.map(\.requestID) == ["req_9"])
        #expect(try await ledger.total(SpendFilter()).chargedBounded == .mills(9))
        #expect(try await ledger.reconcileLateFigures() == [.adjusted(hold, from: .mills(9), to: .mills(2))])
        #expect(try await ledger.reconcileLateFigures() == [])
        #expect(try await spent() == .mills(2))
        #expect(try await ledger.checkBooks() == [])
    }

    @Test("a complete refusal or a word that nothing left, after the lease, is a late figure of nothing")
    func lateNothing() async throws {
        for settlement in [Settlement.failed(.refused, "rateLimited"), .failed(.unsent, "transport")] {
            let hold = try #require(try await ledger.hold(.sample(.mills(9), [claim]), until: clock.now()).hold)
            try await ledger.markSent(hold)
            clock.advance(bySeconds: 61)
            #expect(try await ledger.recoverExpired() == (0, 1))
            #expect(try await ledger.settle(hold, settlement, answer: nil) == .mills(9))
            #expect(try await ledger.reconcileLateFigures() == [.adjusted(hold, from: .mills(9), to: .zero)])
        }
        #expect(try await spent() == .zero)
    }

    @Test("of settlements after the lease the first one counts, whatever it says", arguments: [false, true])
    func lateOnce(isSent: Bool) async throws {
        for first in [Settlement.failed(.unsent), .failed(.bounded), .failed(.refused), .exact(.mills(3))] {
            let hold = try #require(try await ledger.hold(.sample(.mills(9), [claim]), until: clock.now()).hold)
            if isSent { try await ledger.markSent(hold) }
            clock.advance(bySeconds: 61)
            _ = try await ledger.recoverExpired()
            let charged = try await ledger.settle(hold, first, answer: nil)
            #expect(charged == (isSent ? .mills(9) : first.kind == .exact ? .mills(3) : .zero))
            #expect(try await ledger.settle(hold, .exact(.mills(50)), answer: nil) == charged)
        }
        #expect(try await ledger.openBounded().map(\.lateFigure) == (isSent ? [.zero, nil, .zero, .mills(3)] : []))
        #expect(try await ledger.checkBooks() == [])
    }
}
