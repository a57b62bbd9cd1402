package import Domain

/// The way of one unit through calls that may fail: whom to ask next, and when to stop.
///
/// It never returns to the endpoint that just failed while another can serve, waits as `RetryRule` says, passes by open
/// breakers unless nothing else is left (then it waits for the probe), and makes at most `mostCalls` calls.
package struct UnitCourse: Sendable {
    /// Most provider calls for one unit, repairs included, whatever fails.
    package static let mostCalls = 6

    /// What kept a call from being the last.
    package enum Setback: Sendable, Equatable {
        case failed(CallFailure)
        /// The answer ended at the output limit.
        case cutByLimit
        /// The answer was still not of the form asked for after its repair.
        case unusable
        /// The model was not sure, or its answer did not pass the gates.
        case unsure
        /// No money for the hold: nothing was sent.
        case unaffordable
    }

    package enum Step: Sendable, Equatable {
        /// Call the candidate of this name after so many seconds. `lessThinking`: with less hidden reasoning than it was
        /// allowed, since it spent its limit on that.
        case call(String, after: Double, lessThinking: Bool)
        /// Cut the unit into smaller ones, each with a course of its own.
        case split
        case stop(Reason)
    }

    package enum Reason: String, Sendable, Equatable {
        case cancelled
        /// The cap on calls is reached.
        case callsUsedUp = "calls used up"
        case noModelLeft = "no model left"
        /// Every model left rests or asks to wait beyond the deadline.
        case deadline
        case unaffordable = "budget"
    }

    package private(set) var calls = 0
    private let order: FallbackOrder
    private let retry: RetryRule
    private let maySplit: Bool
    private var tries: [String: Int] = [:]
    private var notBefore: [String: Instant] = [:]
    private var exhausted: Set<String> = []
    private var starved: Set<String> = []
    private var lacksMoney = false

    /// - Parameter maySplit: False for a unit that is itself a part of one that was cut.
    package init(order: FallbackOrder, retry: RetryRule = RetryRule(), maySplit: Bool = true) {
        self.order = order
        self.retry = retry
        self.maySplit = maySplit && order.canSplit
    }

    /// The first call: the first choice, or while it rests the next that can serve.
    ///
    /// - Parameter opening: When the candidate's breaker lets a call pass; nil for not before the configuration changes.
    package mutating func start(
        now: Instant, deadline: Instant, opening: (FallbackOrder.Candidate) -> Instant?
    ) -> Step {
        choose(after: nil, now: now, deadline: deadline, opening)
    }

    /// A repair was sent: it counts as a call.
    package mutating func countRepair() { calls += 1 }

    /// Whether the cap leaves a call for a repair.
    package var mayRepair: Bool { calls < UnitCourse.mostCalls }

    /// What to do after a call of the candidate of this name did not settle the matter.
    package mutating func next(
        after setback: Setback, of name: String, now: Instant, deadline: Instant,
        opening: (FallbackOrder.Candidate) -> Instant?, using random: inout some RandomNumberGenerator
    ) -> Step {
        switch setback {
        case .failed(let failure):
            if failure.kind == .cancelled { return .stop(.cancelled) }
            if failure.kind == .contextTooLong {
                if maySplit { return .split }
                exhaustWindows(upTo: name)
            }
            if failure.kind == .starved, !starved.contains(name) {
                starved.insert(name)
            } else {
                settleRetry(failure, name, now, deadline, using: &random)
            }
        case .cutByLimit:
            if maySplit { return .split }
            exhausted.insert(name)
        case .unusable, .unsure: exhausted.insert(name)
        case .unaffordable:
            // Nothing was sent.
            calls = max(0, calls - 1)
            exhausted.insert(name)
            lacksMoney = true
        }
        return choose(after: name, now: now, deadline: deadline, opening)
    }

    private mutating func settleRetry(
        _ failure: CallFailure, _ name: String, _ now: Instant, _ deadline: Instant,
        using random: inout some RandomNumberGenerator
    ) {
        switch retry.verdict(after: failure, tries: tries[name] ?? 1, now: now, deadline: deadline, using: &random) {
        case .retry(let seconds): notBefore[name] = now.advanced(bySeconds: seconds)
        case .stop: exhausted.insert(name)
        }
    }

    private mutating func exhaustWindows(upTo name: String) {
        guard let failed = order.candidates.first(where: { $0.name == name }) else { return }
        for candidate in order.candidates where candidate.contextWindow <= failed.contextWindow {
            exhausted.insert(candidate.name)
        }
    }

    private mutating func choose(
        after failed: String?, now: Instant, deadline: Instant, _ opening: (FallbackOrder.Candidate) -> Instant?
    ) -> Step {
        guard calls < UnitCourse.mostCalls else { return .stop(.callsUsedUp) }
        let endpoint = order.candidates.first { $0.name == failed }?.endpoint
        // Rising: who should be asked first among those that can serve now.
        func rank(_ candidate: FallbackOrder.Candidate) -> Int {
            (candidate.name == failed ? 8 : 0) + (starved.contains(candidate.name) ? 4 : 0)
                + (tries[candidate.name] != nil ? 2 : 0) + (candidate.endpoint == endpoint ? 1 : 0)
        }
        let left = order.candidates.enumerated().compactMap {
            index, candidate -> (Int, FallbackOrder.Candidate, Instant)? in
            guard !exhausted.contains(candidate.name), let open = opening(candidate) else { return nil }
            return (index, candidate, max(now, max(open, notBefore[candidate.name] ?? now)))
        }
        guard !left.isEmpty else { return .stop(lacksMoney ? .unaffordable : .noModelLeft) }
        let best = left.min { one, other in
            if (one.2 <= now) != (other.2 <= now) { return one.2 <= now }
            if one.2 > now, one.2 != other.2 { return one.2 < other.2 }
            let (a, b) = (rank(one.1), rank(other.1))
            return a != b ? a < b : one.0 < other.0
        }
        guard let (_, candidate, moment) = best,
            moment.advanced(bySeconds: retry.shortestCall) <= deadline
        else { return .stop(.deadline) }
        calls += 1
        tries[candidate.name, default: 0] += 1
        return .call(
            candidate.name, after: max(0, moment.seconds(since: now)), lessThinking: starved.contains(candidate.name))
    }
}
