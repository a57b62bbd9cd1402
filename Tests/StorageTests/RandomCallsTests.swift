import Domain
import GRDB
import Synchronization
import Testing

@testable import Storage

/// SplitMix64, so that a failure can be repeated from its seed.
struct SeededGenerator: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

@Suite("Random calls")
struct RandomCallsTests {
    /// What a task did and what the ledger said, to be added up apart from the ledger.
    private final class Tally: Sendable {
        private let sums = Mutex((charged: Money.zero, failures: [String]()))

        var charged: Money { sums.withLock(\.charged) }
        var failures: [String] { sums.withLock(\.failures) }
        func add(_ charge: Money) { sums.withLock { $0.charged += charge } }
        func add(_ error: any Error) { sums.withLock { $0.failures.append("\(error)") } }
    }

    @Test(
        "whatever happens to many calls at once, no budget is passed and the books are sound",
        arguments: UInt64(1)...6)
    func invariants(seed: UInt64) async throws {
        let clock = ManualClock(step: 0.05)
        let directory = try TemporaryDirectory()
        let store = try Store(path: directory.path + "/books.db")
        // Two ledgers on one file, as two processes would have.
        let ledgers = [
            SQLiteLedger(store: store, clock: clock),
            SQLiteLedger(store: try Store(path: store.path), clock: clock),
        ]
        let claims: [BudgetClaim] = [
            .global(.mills(300), .none), .repository("a", .mills(120), .none), .repository("b", .mills(90), .none),
        ]
        let tally = Tally()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    var random = SeededGenerator(state: seed &* 1000 &+ UInt64(task))
                    for step in 0..<12 {
                        do {
                            let charged = try await oneCall(
                                ledgers[task % 2], claims, clock, &random, unit: task * 100 + step)
                            tally.add(charged)
                        } catch {
                            tally.add(error)
                        }
                    }
                }
            }
        }
        // What was left open ends by its lease.
        clock.advance(bySeconds: 1000)
        let abandoned = try await ledgers[0].recoverExpired()
        #expect(tally.failures == [])
        let standings = try await ledgers[1].standings(of: claims)
        for standing in standings {
            #expect(standing.spent <= standing.claim.limit)
            #expect(standing.held == .zero)
        }
        let total = try await ledgers[0].total(SpendFilter())
        #expect(standings.first?.spent == total.charged)
        #expect(total.held == .zero)
        // Settled calls were told their charge; the others were charged at their bound.
        let open = try await ledgers[0].openBounded().filter { $0.outcome == "abandoned" }
        let bounds = open.reduce(Money.zero) { $0 + $1.charged }
        #expect(tally.charged + bounds == total.charged)
        #expect(open.count >= abandoned.bounded)
        #expect(try await ledgers[1].checkBooks() == [])
        #expect(try await ledgers[0].verify().fault == nil)
        try await expectNoGrantPassedALimit(store, claims)
    }

    /// - Returns: What the ledger said was charged; nothing for a call that was abandoned.
    private func oneCall(
        _ ledger: SQLiteLedger, _ claims: [BudgetClaim], _ clock: ManualClock, _ random: inout SeededGenerator,
        unit: Int
    ) async throws -> Money {
        let amount = Money.mills(Int.random(in: 0...25, using: &random))
        let chosen = Bool.random(using: &random) ? [claims[0], claims[1]] : [claims[2], claims[0]]
        let request = HoldRequest.sample(
            amount, chosen, attempt: .sample(model: "m\(unit % 3)", unit: unit, digest: "\(unit)"),
            lease: Double(Int.random(in: 1...30, using: &random)))
        let until = clock.now().advanced(bySeconds: Double(Int.random(in: 0...20, using: &random)))
        let outcome = Int.random(in: 0..<10, using: &random)
        let cost = Money(picodollars: Int64.random(in: 0...max(0, amount.picodollars), using: &random))
        if Int.random(in: 0..<4, using: &random) == 0 { clock.advance(bySeconds: 1) }
        let decision = try await ledger.hold(request, until: until)
        guard let hold = decision.hold else {
            return .zero
        }
        do {
            if outcome == 0 { return .zero }
            try await ledger.markSent(hold)
            if outcome == 1 { return .zero }
            if outcome == 2 { try await ledger.renew(hold, lease: 20) }
        } catch is HoldProblem {
            // Its lease had run out.
            return .zero
        }
        let settlement: Settlement =
            switch outcome {
            case 3: .failed(.unsent)
            case 4: .failed(.refused)
            case 5: .failed(.bounded)
            default: .exact(cost)
            }
        let answer = StoredAnswer(text: "answer \(unit)", finish: .complete, returnedModel: nil)
        let charged = try await ledger.settle(hold, settlement, answer: answer)
        #expect(charged <= max(amount, decision.amount ?? .zero))
        let again = try await ledger.settle(hold, .exact(.mills(1)), answer: nil)
        #expect(again == charged)
        // A hold that its lease has ended is counted with the abandoned ones.
        let isOpen = try await ledger.openBounded().contains { $0.hold == hold && $0.outcome == "abandoned" }
        return isOpen ? .zero : charged
    }

    /// Goes through the ledger from its beginning, with sums of its own.
    private func expectNoGrantPassedALimit(_ store: Store, _ claims: [BudgetClaim]) async throws {
        let rows = try await SQLiteLedger(store: store, clock: ManualClock()).audit(AuditFilter(limit: .max))
        let limits = Dictionary(uniqueKeysWithValues: claims.map { ($0.scope.rawValue + $0.subject, $0.limit) })
        var spent: [String: Money] = [:]
        var held: [String: Money] = [:]
        var open: [HoldID: (amount: Money, budgets: [String])] = [:]
        let budgets = try await store.pool.read { database in
            try rows.filter { $0.event == .held }.reduce(into: [Int64: [String]]()) { result, row in
                result[row.sequence] = try RecordedClaim.ofHold(row.sequence, in: database)
                    .map { $0.key.scope.rawValue + $0.key.subject }
            }
        }
        for row in rows {
            guard let hold = row.hold else { continue }
            if row.event == .held {
                let amount = row.amount ?? .zero
                open[hold] = (amount, budgets[row.sequence] ?? [])
                for budget in budgets[row.sequence] ?? [] {
                    held[budget, default: .zero] += amount
                    let sum = (spent[budget] ?? .zero) + (held[budget] ?? .zero)
                    #expect(sum <= limits[budget] ?? .zero, "row \(row.sequence)")
                }
                continue
            }
            for budget in budgets[hold.value] ?? [] { spent[budget, default: .zero] += row.charge ?? .zero }
            if row.event != .sent, let ended = open.removeValue(forKey: hold) {
                for budget in ended.budgets { held[budget, default: .zero] += .zero - ended.amount }
            }
        }
        #expect(open.isEmpty)
    }
}
