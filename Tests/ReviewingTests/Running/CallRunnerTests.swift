import Domain
import Routing
import Storage
import Synchronization
import TestKit
import Testing

@testable import Reviewing

/// One call over the real books: what is held, sent, charged and kept, in this order.
@Suite("One call", .serialized)
struct CallRunnerTests {
    private let directory: TemporaryDirectory
    private let time = TestTime()
    private let ledger: SQLiteLedger

    init() throws {
        directory = try TemporaryDirectory()
        ledger = SQLiteLedger(store: try Store(path: directory.file("books.db")), clock: time.clock)
    }

    private let prices = PriceSheet(
        TokenRates(
            input: TokenPrice(perMillion: ExactDecimal(mantissa: 1, exponent: 0)) ?? .highest,
            output: TokenPrice(perMillion: ExactDecimal(mantissa: 4, exponent: 0)) ?? .highest))

    private func order(
        _ provider: ScriptedProvider, _ material: String = "x = 1", repair: ModelRequest.Repair? = nil,
        amount: Money = .mills(10), claims: [BudgetClaim] = []
    ) throws -> CallOrder {
        let call = try provider.prepare(
            ModelRequest(
                instructions: "Find faults.", material: material, schema: nil, answerLimit: 200, repair: repair))
        return CallOrder(
            call: call,
            hold: HoldRequest(
                attempt: CallAttempt(
                    review: "r1", change: "acme/shop#12", repository: "acme/shop", category: .review,
                    provider: provider.name, model: "m", tier: .cheap, purpose: repair == nil ? "review" : "repair",
                    unit: 0, attempt: repair == nil ? 0 : 1, hunks: 1, requestDigest: digest(call.body),
                    requestBytes: call.body.count, destination: call.destination, allowedBy: "default: any",
                    prices: "{}", configurationDigest: "c", promptVersion: "p", policyVersion: "1"),
                claims: claims, amount: amount, inputTokenBound: call.inputTokenBound,
                outputTokenBound: call.outputTokenBound, lease: CallRunner.lease))
    }

    private func run(
        _ order: CallOrder, on provider: ScriptedProvider, with books: (any Ledger)? = nil,
        repair: @escaping @Sendable (ModelAnswer) -> CallOrder? = { _ in nil }
    ) async throws -> CallResult {
        let runner = CallRunner(ledger: books ?? ledger, timing: time.timing)
        let prices = prices
        return try await runner.run(
            order, on: provider, price: { prices.charge(for: $0, sent: TestTime.noon) }, repair: repair,
            until: TestTime.noon.advanced(bySeconds: 60))
    }

    private func events() async throws -> [LedgerEvent] {
        try await ledger.audit(AuditFilter(review: "r1")).map(\.event)
    }

    private func records(_ result: CallResult) throws -> [CallRecord] {
        guard case .made(let records) = result else {
            Issue.record("no call was made: \(result)")
            return []
        }
        return records
    }

    @Test("its hold and the word that it was sent are on the disk before the provider hears of it")
    func sentIsDurable() async throws {
        let path = directory.file("books.db")
        let seen = Mutex<[LedgerEvent]>([])
        let provider = ScriptedProvider("cloud") { arrival in
            // As another process would see the books now.
            let other = try? SQLiteLedger(store: Store(path: path), clock: ManualClock(TestTime.noon))
            let events = (try? await other?.audit(AuditFilter(review: "r1")))?.map(\.event) ?? []
            seen.withLock { $0 = events }
            return CallOutcome.clean.filled(for: arrival.call)
        }
        _ = try await run(order(provider), on: provider)
        #expect(seen.withLock { $0 } == [.held, .sent])
        #expect(try await events() == [.held, .sent, .settled])
    }

    @Test("what it used is charged by the prices of the hold, and the rest of the hold comes free")
    func exact() async throws {
        let provider = ScriptedProvider("cloud") { _ in
            var outcome = CallOutcome.clean
            outcome.usage = Usage(uncachedInput: 30, output: 10)
            return outcome
        }
        let claim = BudgetClaim(scope: .global, subject: "", window: .day, limit: .mills(20))
        let made = try records(try await run(order(provider, claims: [claim]), on: provider))
        #expect(made.map(\.charged) == [Money(picodollars: 30 * 1_000_000 + 10 * 4_000_000)])
        #expect(made.map(\.held) == [.mills(10)])
        let standing = try #require(try await ledger.standings(of: [claim]).first)
        #expect(standing.spent == Money(picodollars: 70_000_000))
        #expect(standing.held == .zero)
    }

    @Test("the cost a provider returns is the charge, ours stands beside it")
    func returnedCost() async throws {
        let provider = ScriptedProvider("cloud", .answered(#"{"findings": []}"#, cost: .mills(3)))
        let made = try records(try await run(order(provider), on: provider))
        #expect(made.map(\.charged) == [.mills(3)])
        let total = try await ledger.total(SpendFilter())
        #expect(total.chargedExact == .mills(3))
        #expect(total.differingCosts == 1)
    }

    @Test(
        "how it failed decides what is charged",
        arguments: [
            (CallOutcome.failed(.rateLimited, status: 429), LedgerEvent.refused, 0),
            (.failed(.badRequest, status: 400), .refused, 0), (.failed(.unauthorised, status: 401), .refused, 0),
            (.failed(.money, status: 402), .refused, 0), (.failed(.serverError, status: 503), .refused, 0),
            (.failed(.serverError, status: 529), .refused, 0), (.failed(.serverError, status: 500), .bounded, 10),
            (.failed(.serverError, status: 502), .bounded, 10), (.failed(.serverError, status: 504), .bounded, 10),
            (.lost(.timeout), .bounded, 10), (.lost(.cut), .bounded, 10), (.lost(.transport), .bounded, 10),
            (.lost(.tooLarge), .bounded, 10), (.lost(.transport, sent: false), .released, 0),
            (.lost(.forbiddenAddress, sent: false), .released, 0),
        ])
    func settlements(outcome: CallOutcome, ending: LedgerEvent, mills: Int) async throws {
        let provider = ScriptedProvider("cloud", outcome)
        let order = try order(provider)
        let made = try records(try await run(order, on: provider))
        #expect(made.map(\.charged) == [.mills(mills)])
        #expect(try await events() == [.held, .sent, ending])
        #expect(try await ledger.total(SpendFilter()).held == .zero)
        #expect(
            try await ledger.answer(toRequest: order.hold.attempt.requestDigest, repository: "acme/shop") == nil)
    }

    @Test("the same request is not sent twice: its answer is kept, and costs nothing")
    func stored() async throws {
        let provider = ScriptedProvider("cloud", .clean)
        _ = try await run(order(provider), on: provider)
        let before = try await ledger.charged(toReview: "r1")
        guard case .stored(let answer, let made) = try await run(order(provider), on: provider) else {
            Issue.record("it was sent again")
            return
        }
        #expect(answer.text == #"{"findings": []}"#)
        #expect(made.isEmpty)
        #expect(provider.calls == 1)
        #expect(try await ledger.charged(toReview: "r1") == before)
        #expect(try await events() == [.held, .sent, .settled])
    }

    @Test("an answer kept for one repository is not another's")
    func storedElsewhere() async throws {
        let provider = ScriptedProvider("cloud", .clean)
        _ = try await run(order(provider), on: provider)
        var other = try order(provider)
        other.hold.attempt.repository = "acme/other"
        _ = try await run(other, on: provider)
        #expect(provider.calls == 2)
    }

    @Test("a repair is paid out of the hold of the call it repairs: nobody can come between")
    func repair() async throws {
        let provider = ScriptedProvider("cloud", .answered("nonsense"), .clean)
        let claim = BudgetClaim(scope: .global, subject: "", window: .day, limit: .mills(10))
        let first = try order(provider, claims: [claim])
        let second = try order(
            provider, repair: .init(answer: "nonsense", complaint: "No JSON."), amount: .mills(9), claims: [claim])
        let made = try records(try await run(first, on: provider) { $0.text == "nonsense" ? second : nil })
        #expect(made.count == 2)
        #expect(made.map(\.held) == [.mills(10), .mills(9)])
        let spent = try #require(try await ledger.standings(of: [claim]).first)
        #expect(spent.spent == made[0].charged + made[1].charged)
        #expect(spent.held == .zero)
        #expect(try await ledger.answer(toRequest: second.hold.attempt.requestDigest, repository: "acme/shop") != nil)
    }

    @Test("a repair that needs more than its call left of the hold is not made")
    func repairTooDear() async throws {
        let provider = ScriptedProvider("cloud", .answered("nonsense"), .clean)
        let claim = BudgetClaim(scope: .global, subject: "", window: .day, limit: .mills(50))
        let second = try order(
            provider, repair: .init(answer: "nonsense", complaint: "No JSON."), amount: .mills(10), claims: [claim])
        let made = try records(try await run(order(provider, claims: [claim]), on: provider) { _ in second })
        #expect(made.count == 1)
        #expect(provider.calls == 1)
        #expect(try await ledger.total(SpendFilter()).held == .zero)
    }

    @Test("a repair that was answered before is not sent again")
    func repairStored() async throws {
        let provider = ScriptedProvider("cloud", .answered("nonsense"), .clean, .answered("nonsense"))
        let first = try order(provider)
        let second = try order(provider, repair: .init(answer: "nonsense", complaint: "No JSON."), amount: .mills(9))
        _ = try await run(first, on: provider) { _ in second }
        guard case .stored(let answer, let made) = try await run(first, on: provider, repair: { _ in second }) else {
            Issue.record("the repair was sent again")
            return
        }
        #expect(answer.text == #"{"findings": []}"#)
        #expect(made.count == 1)
        #expect(provider.calls == 3)
    }

    @Test("without the money nothing leaves, and the budget that lacks it is named")
    func unaffordable() async throws {
        let provider = ScriptedProvider("cloud", .clean)
        let claim = BudgetClaim(scope: .repository, subject: "acme/shop", window: .month, limit: .mills(9))
        guard case .unaffordable(let standing) = try await run(order(provider, claims: [claim]), on: provider) else {
            Issue.record("it was afforded")
            return
        }
        #expect(standing.claim == claim)
        #expect(provider.calls == 0)
        #expect(try await events().isEmpty)
    }

    @Test("a call that cannot be written down as sent does not leave, and its money comes free")
    func markingFails() async throws {
        let provider = ScriptedProvider("cloud", .clean)
        let books = TroubledLedger(ledger) { _ in throw TroubledLedger.DiskFull() }
        let claim = BudgetClaim(scope: .global, subject: "", window: .day, limit: .mills(10))
        await #expect(throws: TroubledLedger.DiskFull.self) {
            _ = try await run(order(provider, claims: [claim]), on: provider, with: books)
        }
        #expect(provider.calls == 0)
        #expect(try await events() == [.held, .released])
        let standing = try #require(try await ledger.standings(of: [claim]).first)
        #expect(standing.spent == .zero)
        #expect(standing.held == .zero)
    }

    @Test("a hold that ended before its call could be sent is asked for anew: nothing has left and nothing is charged")
    func leaseEnded() async throws {
        let provider = ScriptedProvider("cloud", .clean)
        // As when the machine slept.
        let books = TroubledLedger(ledger) { [time, ledger] _ in
            time.clock.advance(bySeconds: CallRunner.lease + 1)
            _ = try await ledger.recoverExpired()
        }
        let made = try records(try await run(order(provider), on: provider, with: books))
        #expect(made.map(\.charged) == [.zero])
        #expect(made.map(\.outcome.wasSent) == [false])
        guard case .failure(let failure)? = made.first?.outcome.result else {
            Issue.record("it was answered")
            return
        }
        #expect(failure.kind.isRetryable)
        #expect(provider.calls == 0)
        // The books keep our word that nothing left beside their own release.
        #expect(try await events() == [.held, .released, .late])
    }

    @Test("a call cancelled on its way is charged at its bound")
    func cancelled() async throws {
        let gate = Turnstile()
        let provider = ScriptedProvider("cloud") { _ in
            await gate.pass()
            return .lost(.cancelled)
        }
        let order = try order(provider)
        let task = Task { try await run(order, on: provider) }
        await gate.crowd(1)
        task.cancel()
        await gate.open()
        let made = try records(try await task.value)
        #expect(made.map(\.charged) == [.mills(10)])
        #expect(try await events() == [.held, .sent, .bounded])
    }

    @Test("a review that is cancelled while it waits for money leaves nothing behind")
    func cancelledWaiting() async throws {
        let gate = Turnstile()
        let claim = BudgetClaim(scope: .global, subject: "", window: .day, limit: .mills(15))
        let provider = ScriptedProvider("cloud") { arrival in
            await gate.pass()
            return CallOutcome.clean.filled(for: arrival.call)
        }
        let first = try order(provider, "a", claims: [claim])
        let second = try order(provider, "b", claims: [claim])
        let running = Task { try await run(first, on: provider) }
        await gate.crowd(1)
        let waiting = Task { try await run(second, on: provider) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        await gate.open()
        _ = try await running.value
        #expect(provider.calls == 1)
        #expect(try await ledger.total(SpendFilter()).held == .zero)
    }

    @Test("a long call keeps its lease: nobody takes it for abandoned")
    func heartbeat() async throws {
        let gate = Turnstile()
        let beats = Mutex(0)
        let renewed = Turnstile()
        let provider = ScriptedProvider("cloud") { arrival in
            await gate.pass()
            return CallOutcome.clean.filled(for: arrival.call)
        }
        // Three heartbeats at once, then none: two leases have passed by the last.
        let timing = Timing(
            clock: time.clock,
            beat: { [time] seconds in
                let beat = beats.withLock { beats in
                    beats += 1
                    return beats
                }
                if beat > 3 {
                    await renewed.open()
                    return try await Task.sleep(for: .seconds(3600))
                }
                time.clock.advance(bySeconds: seconds)
            })
        let order = try order(provider)
        let runner = CallRunner(ledger: ledger, timing: timing)
        let task = Task {
            try await runner.run(
                order, on: provider, price: { _ in .mills(1) }, repair: { _ in nil },
                until: TestTime.noon.advanced(bySeconds: 600))
        }
        await renewed.pass()
        #expect(try await ledger.recoverExpired() == (0, 0))
        time.clock.advance(bySeconds: CallRunner.lease - 1)
        #expect(try await ledger.recoverExpired() == (0, 0))
        await gate.open()
        #expect(try records(try await task.value).map(\.charged) == [.mills(1)])
    }
}
