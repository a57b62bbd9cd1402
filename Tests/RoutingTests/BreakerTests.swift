import Domain
import Testing

@testable import Routing

private let start = Instant(milliseconds: 1_800_000_000_000)
private let rule = Breaker.Rule()

private func ticket(_ breaker: inout Breaker, at now: Instant = start) -> Breaker.Ticket? {
    guard case .pass(let ticket) = breaker.admit(at: now) else { return nil }
    return ticket
}

/// A breaker that has just opened, at the instant.
private func opened(at now: Instant = start, by kind: CallFailure.Kind = .serverError) throws -> Breaker {
    var breaker = Breaker(rule: rule)
    for _ in 0..<rule.failuresInRow {
        breaker.failed(try #require(ticket(&breaker, at: now)), with: CallFailure(kind, ""), at: now)
    }
    return breaker
}

@Suite struct BreakerTests {
    @Test("Failures in a row open it when they speak of the endpoint", arguments: CallFailure.Kind.allCases)
    func kinds(_ kind: CallFailure.Kind) throws {
        var breaker = Breaker(rule: rule)
        for _ in 0..<rule.failuresInRow {
            guard let ticket = ticket(&breaker) else { break }
            breaker.failed(ticket, with: CallFailure(kind, ""), at: start)
        }
        switch kind {
        case .money, .unauthorised, .unknownModel, .forbiddenAddress: #expect(breaker.state == .barred(kind))
        case .contextTooLong, .refused, .cancelled: #expect(breaker.state == .closed)
        default: #expect(breaker.state == .open(until: start.advanced(bySeconds: rule.coolDown)))
        }
    }

    @Test func `An answer between failures keeps it closed, a great share of failures opens it`() throws {
        var breaker = Breaker(rule: rule)
        for round in 0..<40 {
            let own = try #require(ticket(&breaker))
            if round % 3 == 2 {
                breaker.failed(own, with: CallFailure(.timeout, ""), at: start)
            } else {
                breaker.succeeded(own)
            }
        }
        #expect(breaker.state == .closed, "one failure in three is below the share")
        var calls = 0
        while breaker.state == .closed, calls < 40 {
            let own = try #require(ticket(&breaker))
            if calls % 3 == 2 {
                breaker.succeeded(own)
            } else {
                breaker.failed(own, with: CallFailure(.cut, ""), at: start)
            }
            calls += 1
        }
        #expect(breaker.state != .closed, "two in three is above it, though never three in a row")
    }

    @Test func `After the cool-down one probe passes, and only one`() throws {
        var breaker = try opened()
        let ready = start.advanced(bySeconds: rule.coolDown)
        #expect(breaker.admit(at: start) == .wait(until: ready))
        #expect(!breaker.wouldAdmit(at: start))
        #expect(breaker.wouldAdmit(at: ready))
        let probe = try #require(ticket(&breaker, at: ready))
        #expect(probe.isProbe)
        for _ in 0..<10 { #expect(ticket(&breaker, at: ready.advanced(bySeconds: 1)) == nil) }
        breaker.succeeded(probe)
        #expect(breaker.state == .closed)
        #expect(ticket(&breaker, at: ready) != nil)
    }

    @Test func `Each failed probe doubles the rest, up to the longest, and an answer makes it short again`() throws {
        var breaker = try opened()
        var now = start
        var rests: [Double] = []
        for _ in 0..<9 {
            guard case .wait(let until) = breaker.admit(at: now), let until else { break }
            rests.append(until.seconds(since: now))
            now = until
            let probe = try #require(ticket(&breaker, at: now))
            breaker.failed(probe, with: CallFailure(.serverError, ""), at: now)
        }
        #expect(rests == [5, 10, 20, 40, 80, 160, 300, 300, 300])
        guard case .wait(let until) = breaker.admit(at: now), let until else {
            Issue.record("it must be open")
            return
        }
        breaker.succeeded(try #require(ticket(&breaker, at: until)))
        for _ in 0..<rule.failuresInRow {
            breaker.failed(try #require(ticket(&breaker, at: until)), with: CallFailure(.transport, ""), at: until)
        }
        #expect(breaker.state == .open(until: until.advanced(bySeconds: rule.coolDown)))
    }

    @Test func `A probe that nobody reports on, or that was not made, makes room for another`() throws {
        var breaker = try opened()
        let ready = start.advanced(bySeconds: rule.coolDown)
        let lost = try #require(ticket(&breaker, at: ready))
        let later = ready.advanced(bySeconds: rule.probePatience)
        #expect(ticket(&breaker, at: later.advanced(bySeconds: -0.1)) == nil)
        let second = try #require(ticket(&breaker, at: later))
        breaker.failed(lost, with: CallFailure(.timeout, ""), at: later)
        #expect(
            breaker.state == .probing(until: later.advanced(bySeconds: rule.probePatience)),
            "an old probe's end says nothing")
        breaker.abandoned(second, at: later)
        let third = try #require(ticket(&breaker, at: later))
        #expect(third.isProbe)
        breaker.failed(third, with: CallFailure(.refused, ""), at: later)
        #expect(breaker.state == .closed, "a refusal is an answer: the endpoint works")
    }

    @Test func `Calls from before it opened neither lengthen the rest nor end it`() throws {
        var breaker = Breaker(rule: rule)
        let early = try (0..<20).map { _ in try #require(ticket(&breaker)) }
        for own in early.prefix(3) { breaker.failed(own, with: CallFailure(.serverError, ""), at: start) }
        let state = breaker.state
        for own in early.dropFirst(3).prefix(8) {
            breaker.failed(own, with: CallFailure(.serverError, ""), at: start.advanced(bySeconds: 3))
        }
        for own in early.suffix(9) { breaker.succeeded(own) }
        #expect(breaker.state == state)
    }

    @Test func `A provider's own time holds within reason`() throws {
        for (asked, rest) in [(1.0, 5.0), (60, 60), (86_400, 300), (-3, 5), (.nan, 5)] {
            var breaker = Breaker(rule: rule)
            for _ in 0..<rule.failuresInRow {
                breaker.failed(
                    try #require(ticket(&breaker)), with: CallFailure(.rateLimited, "", retryAfter: asked), at: start)
            }
            #expect(breaker.state == .open(until: start.advanced(bySeconds: rest)))
        }
    }

    @Test func `Money keeps an endpoint shut until the configuration changes, whoever learnt of it`() throws {
        var breakers = Breakers(configurationDigest: "one")
        let key = Breakers.Key(provider: "p", model: "m")
        guard case .pass(let first) = breakers.admit(key, at: start),
            case .pass(let second) = breakers.admit(key, at: start)
        else {
            Issue.record("closed breakers let calls pass")
            return
        }
        breakers.failed(key, first, with: CallFailure(.money, ""), at: start)
        breakers.succeeded(key, second)
        let inAYear = start.advanced(bySeconds: 31_536_000)
        #expect(breakers.admit(key, at: inAYear) == .wait(until: nil))
        #expect(breakers.opening(of: key, at: inAYear) == nil)
        breakers.use(configurationDigest: "one")
        #expect(breakers.state(of: key) == .barred(.money))
        breakers.use(configurationDigest: "two")
        #expect(breakers.state(of: key) == .closed)
    }

    @Test func `However calls fall out, a lone endpoint is asked again within the longest rest`() throws {
        var random = Seeded(11)
        for _ in 0..<300 {
            var breaker = Breaker(rule: rule)
            var now = start
            var underWay: [Breaker.Ticket] = []
            let kinds: [CallFailure.Kind] = [
                .rateLimited, .serverError, .timeout, .transport, .cut, .malformed, .starved, .refused, .cancelled,
            ]
            for _ in 0..<200 {
                now = now.advanced(bySeconds: Double.random(in: 0...40, using: &random))
                switch breaker.admit(at: now) {
                case .pass(let ticket): underWay.append(ticket)
                case .wait(let until):
                    let seconds = try #require(until).seconds(since: now)
                    #expect(seconds <= rule.longestCoolDown)
                    #expect(breaker.wouldAdmit(at: now.advanced(bySeconds: seconds)))
                }
                guard Bool.random(using: &random), let ticket = underWay.popLast() else { continue }
                switch Int.random(in: 0..<6, using: &random) {
                case 0: breaker.succeeded(ticket)
                case 1: breaker.abandoned(ticket, at: now)
                default:
                    let kind = kinds.randomElement(using: &random) ?? .timeout
                    let asked = Bool.random(using: &random) ? Double.random(in: 0...10_000, using: &random) : nil
                    breaker.failed(ticket, with: CallFailure(kind, "", retryAfter: asked), at: now)
                }
            }
        }
    }
}
