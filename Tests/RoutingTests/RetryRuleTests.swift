import Domain
import Testing

@testable import Routing

private let start = Instant(milliseconds: 1_800_000_000_000)
private let farAway = start.advanced(bySeconds: 100_000)

@Suite struct RetryRuleTests {
    @Test("What waiting cannot cure is never tried again", arguments: CallFailure.Kind.allCases)
    func kinds(_ kind: CallFailure.Kind) {
        var random = Seeded(1)
        let verdict = RetryRule().verdict(
            after: CallFailure(kind, ""), tries: 1, now: start, deadline: farAway, using: &random)
        let passes: Set<CallFailure.Kind> = [.rateLimited, .serverError, .timeout, .transport, .cut]
        if passes.contains(kind) {
            guard case .retry = verdict else {
                Issue.record("\(kind) must be tried again")
                return
            }
        } else {
            #expect(verdict == .stop(.pointless))
        }
    }

    @Test func `Waits are spread over the whole span up to a ceiling that doubles and then stays`() {
        var random = Seeded(2)
        let rule = RetryRule(triesPerModel: 100, firstCeiling: 1, lastCeiling: 20)
        let failure = CallFailure(.serverError, "")
        for (tries, ceiling) in [(1, 1.0), (2, 2), (3, 4), (4, 8), (5, 16), (6, 20), (60, 20)] {
            let waits = (0..<400).compactMap { _ -> Double? in
                let verdict = rule.verdict(after: failure, tries: tries, now: start, deadline: farAway, using: &random)
                guard case .retry(let seconds) = verdict else { return nil }
                return seconds
            }
            #expect(waits.count == 400)
            #expect(waits.allSatisfy { (0...ceiling).contains($0) })
            #expect((waits.min() ?? 1) < ceiling * 0.1, "full jitter begins at nothing")
            #expect((waits.max() ?? 0) > ceiling * 0.9)
        }
    }

    @Test func `A provider's own time is kept, but not beyond reason`() {
        var random = Seeded(3)
        let rule = RetryRule()
        func verdict(_ asked: Double?) -> RetryRule.Verdict {
            rule.verdict(
                after: CallFailure(.rateLimited, "", retryAfter: asked), tries: 1, now: start, deadline: farAway,
                using: &random)
        }
        for _ in 0..<100 {
            guard case .retry(let seconds) = verdict(30) else {
                Issue.record("30 seconds are worth waiting")
                return
            }
            #expect((30...31).contains(seconds))
        }
        #expect(verdict(121) == .stop(.waitTooLong))
        #expect(verdict(.infinity) == .stop(.waitTooLong))
        for nonsense in [Double.nan, -5, 0] {
            guard case .retry(let seconds) = verdict(nonsense) else {
                Issue.record("nonsense is no wait")
                return
            }
            #expect((0...1).contains(seconds))
        }
    }

    @Test func `Tries and the deadline end it`() {
        var random = Seeded(4)
        let rule = RetryRule(triesPerModel: 3)
        let failure = CallFailure(.timeout, "", retryAfter: 10)
        #expect(
            rule.verdict(after: failure, tries: 3, now: start, deadline: farAway, using: &random) == .stop(.triesUsedUp)
        )
        let soon = start.advanced(bySeconds: 10.5)
        #expect(
            rule.verdict(after: failure, tries: 1, now: start, deadline: soon, using: &random) == .stop(.deadline),
            "a wait that leaves no time for the call is no retry")
    }
}
