import Domain
import Routing
import Storage
import TestKit
import Testing

@testable import Reviewing

/// Ways an endpoint can fail, with what the provider would say.
enum Mishap: CaseIterable {
    case serverError, overloaded, rateLimited, timeout, unreachable, cut, tooLarge, malformedWire, unauthorised, money
    case unknownModel, badRequest, refused, contextTooLong, starved, nonsense, empty, length

    var outcome: CallOutcome {
        switch self {
        case .serverError: .failed(.serverError, status: 500)
        case .overloaded: .failed(.serverError, status: 529)
        case .rateLimited: .failed(.rateLimited, status: 429, retryAfter: 2)
        case .timeout: .lost(.timeout)
        case .unreachable: .lost(.transport, sent: false)
        case .cut: .lost(.cut)
        case .tooLarge: .lost(.tooLarge)
        case .malformedWire: .lost(.malformed)
        case .unauthorised: .failed(.unauthorised, status: 401)
        case .money: .failed(.money, status: 402)
        case .unknownModel: .failed(.unknownModel, status: 404)
        case .badRequest: .failed(.badRequest, status: 400)
        case .refused: .answered("I cannot help with that.", finish: .refused)
        case .contextTooLong: .failed(.contextTooLong, status: 400)
        case .starved: .starved
        case .nonsense: .answered("Looks fine to me!")
        case .empty: .answered("")
        case .length: .answered(#"{"findings": [{"file": "app"#, finish: .length)
        }
    }

    /// The unit is too large, whoever is asked.
    var isOfTheUnit: Bool { self == .contextTooLong || self == .length }
    /// Nothing passes until somebody changes something.
    var bars: Bool { [.unauthorised, .money, .unknownModel].contains(self) }
}

@Suite("A unit on its way through failing endpoints", .serialized)
struct PursuitTests {
    @Test(
        "if everything fails there are no more calls than the cap, and the unit is listed with the reason",
        arguments: Mishap.allCases, [1, 3, 8])
    func everythingFails(mishap: Mishap, endpoints: Int) async throws {
        var fixture = try ReviewFixture()
        let providers = (0..<endpoints).map { ScriptedProvider("m\($0)", mishap.outcome) }
        for provider in providers { fixture.add(provider) }
        let result = try await fixture.run("m0")
        let calls = providers.reduce(0) { $0 + $1.calls }
        #expect(calls > 0)
        // A unit whose answer does not fit is cut, each part with calls of its own.
        #expect(calls <= UnitCourse.mostCalls * (mishap == .length ? 3 : 1))
        #expect(result.findings.isEmpty)
        #expect(result.rows.reduce(0) { $0 + $1.calls } <= calls)
        let missed = try #require(result.notReviewed.first)
        #expect(result.notReviewed.count == 1)
        #expect(missed.path == SampleChange.path)
        #expect(missed.hunkIndex == 0)
        #expect(!missed.reason.contains("\n"))
        #expect(missed.reason.contains(": "), "no reason is given: \(missed.reason)")
        #expect(result.reviewedHunks.isEmpty)
    }

    @Test(
        "an endpoint that works is always used, wherever it stands among those that fail",
        arguments: Mishap.allCases.filter { !$0.isOfTheUnit }, 1...5)
    func oneWorks(mishap: Mishap, failing: Int) async throws {
        // An answer that cannot be used takes two calls, with its repair.
        if mishap == .nonsense, failing > 2 { return }
        var fixture = try ReviewFixture()
        for number in 0..<failing { fixture.add(ScriptedProvider("bad\(number)", mishap.outcome)) }
        let good = ScriptedProvider("good") { arrival in
            CallOutcome.answered(Answers.diligent(arrival.request)).filled(for: arrival.call)
        }
        fixture.add(good)
        let result = try await fixture.run("bad0")
        #expect(result.notReviewed.isEmpty)
        #expect(result.findings.map(\.model) == ["good"])
        #expect(good.calls == 1)
    }

    @Test("units that come later do not ask the endpoints that are known to fail", arguments: [1, 32])
    func laterUnits(lanes: Int) async throws {
        var fixture = try ReviewFixture(functions: 24)
        let bad = ScriptedProvider("bad", .failed(.serverError, status: 503))
        let good = ScriptedProvider("good", .clean)
        fixture.add(bad) { $0.maxConcurrency = lanes }
        fixture.add(good)
        let result = try await fixture.run(fixture.units(model: "bad"))
        #expect(result.notReviewed.isEmpty)
        #expect(result.reviewedHunks.count == 24)
        #expect(good.calls == 24)
        if lanes == 1 { #expect(bad.calls < 8, "the breaker did not open: \(bad.calls) calls") }
    }

    @Test("after a failure the next endpoint is asked before the same one is asked again")
    func noReturn() async throws {
        var fixture = try ReviewFixture()
        let first = ScriptedProvider("first", .failed(.serverError, status: 500), .clean)
        let second = ScriptedProvider("second", .clean)
        fixture.add(first)
        fixture.add(second)
        _ = try await fixture.run("first")
        #expect(first.calls == 1)
        #expect(second.calls == 1)
        #expect(fixture.time.slept.isEmpty)
    }

    @Test("a lone endpoint is asked again after the time it asked for")
    func retryAfter() async throws {
        var fixture = try ReviewFixture()
        let lone = ScriptedProvider("lone", .failed(.rateLimited, status: 429, retryAfter: 7), .clean)
        fixture.add(lone)
        let result = try await fixture.run("lone")
        #expect(result.notReviewed.isEmpty)
        #expect(fixture.time.passed >= 7)
        #expect(try await fixture.endings() == [.refused, .settled])
    }

    @Test("a lone endpoint that recovers is found by a probe, and serves again")
    func recovery() async throws {
        var fixture = try ReviewFixture()
        let lone = ScriptedProvider("lone") { arrival in
            arrival.number < 4 ? .failed(.serverError, status: 503) : CallOutcome.clean.filled(for: arrival.call)
        }
        fixture.add(lone)
        #expect(try await fixture.run("lone").notReviewed.count == 1)
        #expect(lone.calls == 3)
        let before = fixture.time.passed
        // The first probe comes when the endpoint has rested and fails, the second is answered.
        let second = try await fixture.run("lone")
        #expect(second.notReviewed.isEmpty)
        #expect(lone.calls == 5)
        #expect(fixture.time.passed - before >= 5)
        let key = Breakers.Key(try #require(fixture.models.first))
        #expect(await fixture.breakers.current.state(of: key) == .closed)
    }

    @Test("units that wait for a lone endpoint's probe go on as soon as it is answered")
    func waitingForProbe() async throws {
        var fixture = try ReviewFixture(functions: 4)
        let gate = Turnstile()
        let lone = ScriptedProvider("lone") { arrival in
            if arrival.number < 3 { return .failed(.serverError, status: 503) }
            if arrival.number == 3 { await gate.pass() }
            return CallOutcome.clean.filled(for: arrival.call)
        }
        fixture.add(lone)
        _ = try await fixture.run([fixture.unit(model: "lone", hunks: 0..<1)])
        fixture.time.clock.advance(bySeconds: 60)
        let time = ParkedTime(fixture.time.clock)
        fixture.timing = time.timing
        let review = Task { [fixture] in try await fixture.run(fixture.units(model: "lone")) }
        await gate.crowd(1)
        await time.parked(3)
        await gate.open()
        let result = try await review.value
        #expect(result.notReviewed.isEmpty)
        #expect(lone.calls == 7)
    }

    @Test("an endpoint without rights, money or the model is called once, and every unit says why", arguments: [1, 9])
    func barred(lanes: Int) async throws {
        for mishap in Mishap.allCases where mishap.bars {
            var fixture = try ReviewFixture(functions: 9)
            let lone = ScriptedProvider("lone", mishap.outcome)
            fixture.add(lone) { $0.maxConcurrency = lanes }
            let result = try await fixture.run(fixture.units(model: "lone"))
            #expect(lone.calls <= lanes)
            #expect(result.notReviewed.count == 9)
            for missed in result.notReviewed {
                #expect(missed.reason.contains("status 40"), "\(mishap): \(missed.reason)")
            }
            #expect(try await fixture.charged() == .zero)
        }
    }

    @Test("a later review that calls nobody, since its endpoint is barred, says why too")
    func barredBefore() async throws {
        var fixture = try ReviewFixture()
        let lone = ScriptedProvider("lone", .failed(.unauthorised, status: 401))
        fixture.add(lone)
        _ = try await fixture.run("lone")
        let later = try await fixture.run("lone")
        #expect(lone.calls == 1)
        #expect(later.notReviewed.map(\.reason) == ["no model left: status 401"])
    }

    @Test("a model that spends its limit on thinking is asked to think less after the others, and the review comes")
    func starved() async throws {
        var fixture = try ReviewFixture()
        let thinker = ScriptedProvider("thinker") { arrival in
            arrival.request.effort == .low
                ? CallOutcome.clean.filled(for: arrival.call) : .starved
        }
        fixture.add(thinker) {
            $0.reasoning = PerCategory(all: .high)
            $0.reasoningTokens = 400
        }
        let result = try await fixture.run("thinker")
        #expect(result.notReviewed.isEmpty)
        #expect(thinker.arrivals.map(\.request.effort) == [.high, .low])
        let row = try #require(result.rows.first)
        #expect(row.reasoningTokens == 400)
        #expect(row.exact > .zero)
    }

    @Test("a model that only thinks is paid for that, and the next one brings the review")
    func starvedForGood() async throws {
        var fixture = try ReviewFixture()
        let thinker = ScriptedProvider("thinker", .starved)
        fixture.add(thinker)
        let good = ScriptedProvider("good", .clean)
        fixture.add(good)
        let result = try await fixture.run("thinker")
        #expect(result.notReviewed.isEmpty)
        #expect(good.calls == 1)
        #expect(result.rows.first { $0.model == "thinker" }?.exact ?? .zero > .zero)
    }

    @Test("a model that starved and cannot be told to think less is said to have starved")
    func starvedWithoutSwitch() async throws {
        var fixture = try ReviewFixture()
        let thinker = ScriptedProvider("thinker") { arrival in
            arrival.request.effort == nil ? .starved : .failed(.badRequest, status: 400)
        }
        fixture.add(thinker)
        let result = try await fixture.run("thinker")
        #expect(result.notReviewed.map(\.reason) == ["no model left: it spent its limit on thinking"])
    }

    @Test("two deployments of one model are not each other's answers")
    func mirror() async throws {
        var fixture = try ReviewFixture()
        // Word for word the same request.
        let first = ScriptedProvider("first", .answered(""))
        let second = ScriptedProvider("second", .answered(Answers.finding()))
        fixture.add(first) { $0.model = "m" }
        fixture.add(second) { $0.model = "m" }
        let result = try await fixture.run("first")
        #expect(second.calls == 1)
        #expect(result.findings.count == 1)
    }

    // MARK: Time

    @Test("when the time is over nothing more is held or sent")
    func deadlineInLine() async throws {
        var fixture = try ReviewFixture(functions: 6)
        fixture.patience = 100
        let clock = fixture.time.clock
        let slow = ScriptedProvider("slow") { arrival in
            clock.advance(bySeconds: 40)
            return CallOutcome.clean.filled(for: arrival.call)
        }
        fixture.add(slow) { $0.maxConcurrency = 1 }
        let result = try await fixture.run(fixture.units(model: "slow"))
        #expect(slow.calls == 3)
        #expect(result.notReviewed.count == 3)
        for missed in result.notReviewed { #expect(missed.reason.contains("time was over")) }
        #expect(result.rows.map(\.bounded) == [.zero])
    }

    @Test("calls that would come to their turn by requests a minute only after the deadline are not waited for")
    func deadlineByPace() async throws {
        var fixture = try ReviewFixture(functions: 6)
        fixture.patience = 100
        let slow = ScriptedProvider("slow", .clean)
        fixture.add(slow) {
            $0.requestsPerMinute = 2
            $0.maxConcurrency = 1
        }
        let result = try await fixture.run(fixture.units(model: "slow"))
        #expect(slow.calls == 4)
        #expect(result.notReviewed.count == 2)
        #expect(fixture.time.passed <= 100)
    }

    @Test("no call is given more time than the review has left")
    func callDeadline() async throws {
        var fixture = try ReviewFixture()
        fixture.patience = 90
        let provider = ScriptedProvider("m", .clean)
        fixture.add(provider)
        _ = try await fixture.run("m")
        #expect(provider.arrivals.map(\.deadline) == [90])
        var patient = try ReviewFixture()
        patient.patience = 600
        let other = ScriptedProvider("m", .clean)
        patient.add(other)
        _ = try await patient.run("m")
        #expect(other.arrivals.map(\.deadline) == [360])
    }

    @Test("an endpoint with a limit is never asked more at once")
    func concurrency() async throws {
        var fixture = try ReviewFixture(functions: 20)
        let narrow = ScriptedProvider("narrow") { arrival in
            for _ in 0..<5 { await Task.yield() }
            return CallOutcome.clean.filled(for: arrival.call)
        }
        fixture.add(narrow) { $0.maxConcurrency = 3 }
        let result = try await fixture.run(fixture.units(model: "narrow"))
        #expect(narrow.calls == 20)
        #expect(narrow.most <= 3)
        #expect(result.reviewedHunks.count == 20)
    }

    // MARK: Money

    @Test("without the money for a call it is not made, and the unit is listed under budget")
    func budget() async throws {
        var fixture = try ReviewFixture()
        let dear = ScriptedProvider("dear", .clean)
        fixture.add(dear)
        fixture.claims = [
            BudgetClaim(scope: .change, subject: "acme/shop#12", window: .none, limit: Money(picodollars: 9))
        ]
        let result = try await fixture.run("dear")
        #expect(dear.calls == 0)
        #expect(result.unitsUnaffordable == 1)
        #expect(result.notReviewed.map(\.reason) == ["budget"])
    }

    @Test("where the first choice is too dear, a cheaper one is asked")
    func cheaper() async throws {
        var fixture = try ReviewFixture()
        let dear = ScriptedProvider("dear", .clean)
        let cheap = ScriptedProvider("cheap", .clean)
        fixture.addStrong(dear)
        fixture.add(cheap)
        fixture.claims = [BudgetClaim(scope: .request, subject: "r1", window: .none, limit: .mills(20))]
        let result = try await fixture.run("dear")
        #expect(dear.calls == 0)
        #expect(cheap.calls == 1)
        #expect(result.notReviewed.isEmpty)
    }

    @Test("a provider's own budget bars that provider alone")
    func providerBudget() async throws {
        var fixture = try ReviewFixture()
        let one = ScriptedProvider("one", .clean)
        let other = ScriptedProvider("other", .clean)
        fixture.add(one)
        fixture.add(other)
        fixture.claims = [BudgetClaim(scope: .provider, subject: "one", window: .month, limit: .zero)]
        #expect(try await fixture.run("one").notReviewed.isEmpty)
        #expect(one.calls == 0)
        #expect(other.calls == 1)
    }
}
