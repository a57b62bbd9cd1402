package import Domain

/// Keeps calls from an endpoint that does not work, and finds out when it works again.
///
/// Closed, calls pass. After failures in a row, or too great a share of failures among the last calls, it opens: no
/// call passes for a while. Then one call at a time passes as a probe; a probe that is answered closes it, one that
/// fails opens it for twice as long. An endpoint without money, rights or the model asked for is barred until the
/// configuration changes. Whether other endpoints exist plays no part, so a lone one is probed like any other.
package struct Breaker: Sendable, Codable, Equatable {
    package struct Rule: Sendable, Codable, Hashable {
        /// Failures in a row that open it.
        package var failuresInRow: Int
        /// Share of failures among the last calls that opens it, once `fewestCalls` are known.
        package var failureShare: Double
        package var fewestCalls: Int
        /// Most calls remembered; at most 64.
        package var memory: Int
        /// Seconds it stays open the first time; doubles with each failed probe.
        package var coolDown: Double
        package var longestCoolDown: Double
        /// Seconds after which a probe that nobody reported on is given up, so that another may follow.
        package var probePatience: Double

        package init(
            failuresInRow: Int = 3, failureShare: Double = 0.5, fewestCalls: Int = 10, memory: Int = 20,
            coolDown: Double = 5, longestCoolDown: Double = 300, probePatience: Double = 180
        ) {
            self.failuresInRow = failuresInRow
            self.failureShare = failureShare
            self.fewestCalls = fewestCalls
            self.memory = memory
            self.coolDown = coolDown
            self.longestCoolDown = longestCoolDown
            self.probePatience = probePatience
        }
    }

    package enum State: Sendable, Codable, Equatable {
        case closed
        /// No call before the instant; then one probe.
        case open(until: Instant)
        /// A probe is under way; if nobody reports on it until then, another may follow.
        case probing(until: Instant)
        /// Nothing passes until the configuration changes.
        case barred(CallFailure.Kind)
    }

    /// What a caller was allowed, to be handed back with what became of it: results of calls that began before the
    /// last change of state say nothing about the endpoint as it is now.
    package struct Ticket: Sendable, Codable, Hashable {
        let generation: Int
        package let isProbe: Bool
    }

    package enum Admission: Sendable, Equatable {
        case pass(Ticket)
        /// Nil: not before the configuration changes.
        case wait(until: Instant?)
    }

    package private(set) var state = State.closed
    private let rule: Rule
    private var generation = 0
    private var inRow = 0
    /// The last outcomes, the newest in the lowest bit; set bits are failures.
    private var outcomes: UInt64 = 0
    private var known = 0
    /// Probes that failed since it was last closed.
    private var reopenings = 0

    package init(rule: Rule = Rule()) {
        self.rule = rule
    }

    /// Asks to make a call. A granted one must be reported: `succeeded`, `failed` or `abandoned`.
    package mutating func admit(at now: Instant) -> Admission {
        switch state {
        case .closed: return .pass(Ticket(generation: generation, isProbe: false))
        case .barred: return .wait(until: nil)
        case .open(let until), .probing(let until):
            guard now >= until else { return .wait(until: until) }
            generation += 1
            state = .probing(until: now.advanced(bySeconds: rule.probePatience))
            return .pass(Ticket(generation: generation, isProbe: true))
        }
    }

    /// Whether a call would pass, without asking for one.
    package func wouldAdmit(at now: Instant) -> Bool {
        switch state {
        case .closed: true
        case .barred: false
        case .open(let until), .probing(let until): now >= until
        }
    }

    package mutating func succeeded(_ ticket: Ticket) {
        guard ticket.generation == generation else { return }
        if ticket.isProbe { return close() }
        record(failure: false)
    }

    package mutating func failed(_ ticket: Ticket, with failure: CallFailure, at now: Instant) {
        switch failure.kind.bearing {
        // Even an old call's: an account without money has none since.
        case .bars:
            state = .barred(failure.kind)
            generation += 1
        case .none: abandoned(ticket, at: now)
        case .answered: succeeded(ticket)
        case .counts:
            guard ticket.generation == generation else { return }
            if ticket.isProbe {
                reopenings += 1
                return open(at: now, atLeast: failure.retryAfter)
            }
            record(failure: true)
            if inRow >= rule.failuresInRow || isMostlyFailing { open(at: now, atLeast: failure.retryAfter) }
        }
    }

    /// The call was not made after all or ended by our own doing: nothing is learnt, and another probe may follow.
    package mutating func abandoned(_ ticket: Ticket, at now: Instant) {
        guard ticket.generation == generation, ticket.isProbe, case .probing = state else { return }
        state = .open(until: now)
    }

    private var isMostlyFailing: Bool {
        known >= rule.fewestCalls && Double(outcomes.nonzeroBitCount) >= rule.failureShare * Double(known)
    }

    private mutating func record(failure: Bool) {
        guard state == .closed else { return }
        let memory = min(max(1, rule.memory), 64)
        inRow = failure ? inRow + 1 : 0
        outcomes = outcomes << 1 | (failure ? 1 : 0)
        if memory < 64 { outcomes &= 1 << UInt64(memory) - 1 }
        known = min(known + 1, memory)
    }

    private mutating func open(at now: Instant, atLeast asked: Double?) {
        let grown = rule.coolDown * Double(1 << min(reopenings, 30))
        var seconds = min(grown, rule.longestCoolDown)
        // A provider may name its own time, within reason: a lone endpoint must come back.
        if let asked, asked > seconds { seconds = min(asked, max(rule.longestCoolDown, seconds)) }
        generation += 1
        state = .open(until: now.advanced(bySeconds: seconds))
    }

    private mutating func close() {
        self = Breaker(rule: rule, generation: generation + 1)
    }

    private init(rule: Rule, generation: Int) {
        self.rule = rule
        self.generation = generation
    }
}

extension CallFailure.Kind {
    /// What a failure says about the endpoint.
    enum Bearing {
        /// That it does not work as it should.
        case counts
        /// That it works: it answered, though not as wished.
        case answered
        /// That nothing passes until somebody changes something.
        case bars
        case none
    }

    var bearing: Bearing {
        switch self {
        // A model that eats its limit with thinking is paid for nothing, and an endpoint that takes no request of ours
        // for valid costs time: both are given a rest.
        case .rateLimited, .serverError, .timeout, .transport, .cut, .malformed, .tooLarge, .starved, .badRequest:
            .counts
        case .contextTooLong, .refused: .answered
        case .money, .unauthorised, .unknownModel, .forbiddenAddress: .bars
        case .cancelled: .none
        }
    }
}
