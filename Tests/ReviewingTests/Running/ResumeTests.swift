import Domain
import Routing
import Storage
import Synchronization
import Testing

@testable import Reviewing

@Suite("A review that broke off", .serialized)
struct ResumeTests {
    private final class Endpoint: Sendable {
        let provider: ScriptedProvider

        /// - Parameter works: for which changed lines it answers; the process ends before the others are.
        init(_ works: @escaping @Sendable ([Int]) -> Bool) {
            provider = ScriptedProvider("m") { arrival in
                let lines = Answers.linesShown(arrival.request, sign: "+").map(\.number)
                guard works(lines) else { return .lost(.cancelled) }
                return CallOutcome.answered(Answers.diligent(arrival.request)).filled(for: arrival.call)
            }
        }
    }

    @Test("goes on where it stopped: only what was not answered is asked, and nothing is paid twice")
    func goesOn() async throws {
        var fixture = try ReviewFixture(functions: 10)
        let poor = Endpoint { $0.allSatisfy { $0 <= SampleChange.line(5) } }
        fixture.add(poor.provider) { $0.maxConcurrency = 1 }
        let first = try await fixture.run(fixture.units(model: "m"))
        #expect(first.findings.count == 6)
        #expect(first.notReviewed.count == 4)
        let paid = try await fixture.charged()

        let rich = Endpoint { _ in true }
        fixture.providers["m"] = rich.provider
        let second = try await fixture.run(fixture.units(model: "m"))
        #expect(rich.provider.calls == 4)
        #expect(second.findings.count == 10)
        #expect(second.notReviewed.isEmpty)
        #expect(second.rows.map(\.reused) == [6])
        #expect(second.rows.map(\.calls) == [4])
        let total = try await fixture.charged()
        #expect(total > paid)

        let third = try await fixture.run(fixture.units(model: "m"))
        #expect(rich.provider.calls == 4)
        #expect(third.findings == second.findings)
        #expect(third.rows.map(\.spent) == [.zero])
        #expect(third.rows.map(\.reused) == [10])
        #expect(try await fixture.charged() == total)
    }

    @Test("what was answered waits for no turn and no budget")
    func storedWaitsForNothing() async throws {
        var fixture = try ReviewFixture(functions: 5)
        let provider = ScriptedProvider("m", .clean)
        fixture.add(provider) { $0.requestsPerMinute = 1 }
        _ = try await fixture.run(fixture.units(model: "m"))
        #expect(provider.calls == 5)
        fixture.claims = [BudgetClaim(scope: .global, subject: "", window: .day, limit: .zero)]
        let before = fixture.time.passed
        let again = try await fixture.run(fixture.units(model: "m"))
        #expect(again.notReviewed.isEmpty)
        #expect(provider.calls == 5)
        #expect(fixture.time.passed == before)
    }

    @Test("second looks and confirmations are not paid twice either")
    func followUps() async throws {
        var fixture = try ReviewFixture(functions: 2)
        let cheap = ScriptedProvider("cheap") { arrival in
            let isFirst = Answers.linesShown(arrival.request, sign: "+").contains { $0.number == SampleChange.line(0) }
            let text =
                isFirst
                ? Answers.finding(severity: "high") : Answers.finding(line: SampleChange.line(1), confidence: "0.2")
            return CallOutcome.answered(text).filled(for: arrival.call)
        }
        let strong = ScriptedProvider("strong") { arrival in
            let text =
                arrival.request.material.contains("=== claim")
                ? Answers.verdict("confirmed") : Answers.diligent(arrival.request)
            return CallOutcome.answered(text).filled(for: arrival.call)
        }
        fixture.add(cheap)
        fixture.addStrong(strong)
        let first = try await fixture.run(fixture.units(model: "cheap"))
        #expect(first.findings.count == 2)
        #expect(cheap.calls == 2)
        #expect(strong.calls == 2)
        let second = try await fixture.run(fixture.units(model: "cheap"))
        #expect(second.findings == first.findings)
        #expect(cheap.calls == 2)
        #expect(strong.calls == 2)
        #expect(second.rows.map(\.spent) == [.zero, .zero])
    }

    @Test("if the books fail in the middle, the review ends with that, and nobody waits for ever", arguments: 1...20)
    func booksFail(failing: Int) async throws {
        var fixture = try ReviewFixture(functions: 8)
        let count = Mutex(0)
        fixture.books = TroubledLedger(fixture.ledger) { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == failing % 9 + 1 { throw TroubledLedger.DiskFull() }
        }
        let provider = ScriptedProvider("m") { arrival in
            for _ in 0..<(arrival.number % 4) { await Task.yield() }
            return CallOutcome.clean.filled(for: arrival.call)
        }
        fixture.add(provider) {
            if failing % 2 == 0 { $0.maxConcurrency = 2 }
            if failing % 3 == 0 { $0.requestsPerMinute = 30 }
        }
        fixture.claims = [BudgetClaim(scope: .request, subject: "r1", window: .none, limit: .mills(20))]
        let review = fixture.modelReview()
        let units = fixture.units(model: "m")
        let gates = fixture.gates
        if failing % 9 < 8 {
            await #expect(throws: TroubledLedger.DiskFull.self) { _ = try await review.run(units, through: gates) }
        } else {
            _ = try await review.run(units, through: gates)
        }
        #expect(try await fixture.ledger.total(SpendFilter()).held == .zero)
    }

    @Test("a review that is cancelled ends its calls, says what is missing and leaves no money set aside")
    func cancelled() async throws {
        var fixture = try ReviewFixture(functions: 3)
        let gate = Turnstile()
        let provider = ScriptedProvider("m") { arrival in
            if arrival.number == 0 { return CallOutcome.clean.filled(for: arrival.call) }
            await gate.pass()
            return .lost(.cancelled)
        }
        fixture.add(provider) { $0.maxConcurrency = 2 }
        let review = Task { [fixture] in
            try await fixture.modelReview().run(fixture.units(model: "m"), through: fixture.gates)
        }
        await gate.crowd(2)
        review.cancel()
        await gate.open()
        let result = try await review.value
        #expect(result.reviewedHunks.count == 1)
        #expect(result.notReviewed.count == 2)
        for missed in result.notReviewed { #expect(missed.reason.hasPrefix("cancelled")) }
        #expect(try await fixture.endings().sorted { $0.rawValue < $1.rawValue } == [.bounded, .bounded, .settled])
    }
}
