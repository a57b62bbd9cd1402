import Domain
import Routing
import Storage
import Synchronization
import TestKit
import Testing

@testable import Reviewing

/// Whatever endpoints do, the money is right.
@Suite("Money of random reviews", .serialized)
struct MoneyPropertyTests {
    private struct Chance {
        var random: SeededGenerator

        init(seed: UInt64) { random = SeededGenerator(seed: seed) }

        /// What happens to a call depends on what is asked, not on when.
        init(_ arrival: ScriptedProvider.Arrival, seed: UInt64) {
            let key = arrival.call.body.reduce(seed) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
            random = SeededGenerator(seed: key &+ UInt64(arrival.repetition))
        }

        mutating func draw(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
    }

    private func outcome(_ arrival: ScriptedProvider.Arrival, _ chance: inout Chance) -> CallOutcome {
        let bound = arrival.call.outputTokenBound
        var outcome: CallOutcome
        switch chance.draw(0..<20) {
        case 0..<8: outcome = .answered(Answers.diligent(arrival.request))
        case 8: outcome = .answered(Answers.finding(line: 1, confidence: "0.2"))
        case 9: outcome = .answered("Looks fine to me!")
        case 10:
            outcome = .answered(
                Answers.diligent(arrival.request), cost: Money(picodollars: Int64(chance.draw(0..<90_000_000))))
        case 11: outcome = Mishap.length.outcome
        default: outcome = Mishap.allCases[chance.draw(0..<Mishap.allCases.count)].outcome
        }
        if case .success = outcome.result {
            outcome.usage = Usage(
                uncachedInput: chance.draw(0..<arrival.call.inputTokenBound), output: chance.draw(0..<bound))
        } else if outcome.usage != nil {
            outcome.usage = Usage(uncachedInput: 100, output: bound)
        }
        return outcome
    }

    @Test("reports, charges and budgets agree, and no budget is passed", arguments: UInt64(1)...60)
    func withinBounds(seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        var fixture = try ReviewFixture(functions: chance.draw(1..<9))
        for number in 0..<chance.draw(1..<5) {
            let provider = ScriptedProvider("m\(number)") { arrival in
                var chance = Chance(arrival, seed: seed &+ UInt64(number))
                for _ in 0..<chance.draw(0..<4) { await Task.yield() }
                return outcome(arrival, &chance)
            }
            fixture.add(
                provider, output: ["0.5", "2", "25"][chance.draw(0..<3)],
                quality: ["0.5", "0.7", "0.95"][chance.draw(0..<3)]
            ) {
                if chance.draw(0..<2) == 0 { $0.maxConcurrency = chance.draw(1..<4) }
            }
        }
        let dearest = 60 * (1 + chance.draw(0..<8))
        fixture.claims = [
            BudgetClaim(scope: .request, subject: "r1", window: .none, limit: .mills(dearest)),
            BudgetClaim(scope: .repository, subject: "acme/shop", window: .day, limit: .mills(dearest + 20)),
            BudgetClaim(scope: .provider, subject: "m0", window: .month, limit: .mills(chance.draw(1..<100))),
        ]
        let units = fixture.units(model: "m\(chance.draw(0..<fixture.entries.count))")
        let result = try await fixture.run(units)
        for standing in try await fixture.ledger.standings(of: fixture.claims) {
            #expect(standing.spent <= standing.claim.limit)
            #expect(standing.held == .zero)
        }
        // Model by model as well.
        let byModel = try await fixture.ledger.spend(by: .model)
        for row in byModel.rows {
            let reported = result.rows.filter { "\($0.model)/\($0.model)" == row.key }
            #expect(reported.reduce(Money.zero) { $0 + $1.exact } == row.chargedExact)
            #expect(reported.reduce(Money.zero) { $0 + $1.bounded } == row.chargedBounded)
            #expect(reported.reduce(0) { $0 + $1.usage.output } == row.output)
        }
        // Every hunk was reviewed or is listed.
        let listed = Set(result.notReviewed.compactMap(\.hunkIndex).map { "hunk-\($0)" })
        #expect(result.reviewedHunks.union(listed).count == units.count)
    }

    @Test("usage understated twenty times passes a budget by no more than one call", arguments: UInt64(1)...10)
    func understated(seed: UInt64) async throws {
        var chance = Chance(seed: seed)
        var fixture = try ReviewFixture(functions: 8)
        let greatest = Mutex(Money.zero)
        let provider = ScriptedProvider("m") { arrival in
            var chance = Chance(arrival, seed: seed)
            let cost = Money(picodollars: 20 * 3_000_000_000 + Int64(chance.draw(0..<1_000_000_000)))
            greatest.withLock { $0 = max($0, cost) }
            return CallOutcome.answered(Answers.diligent(arrival.request), cost: cost).filled(for: arrival.call)
        }
        fixture.add(provider)
        let limit = Money.mills(chance.draw(5..<200))
        fixture.claims = [BudgetClaim(scope: .request, subject: "r1", window: .none, limit: limit)]
        _ = try await fixture.run(fixture.units(model: "m"))
        #expect(try await fixture.charged() <= limit + greatest.withLock { $0 })
    }
}
