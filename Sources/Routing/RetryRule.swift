package import Domain

/// Whether a call that failed is made again at the same endpoint, and after how long.
///
/// Only what passes by itself is tried again: 408, 409, 425, 429, 5xx, 529, time-outs, broken connections and streams.
/// Money, rights, unknown models and requests the endpoint does not accept never are. The wait is drawn evenly from
/// nothing up to a ceiling that doubles with every failure (full jitter, after M. Brooker, "Exponential Backoff And
/// Jitter", 2015), and never ends before the moment the provider asked for.
package struct RetryRule: Sendable, Hashable {
    /// Most calls of one unit at one endpoint, the first included.
    package var triesPerModel: Int
    /// Ceiling of the wait after the first failure, in seconds.
    package var firstCeiling: Double
    /// Ceiling of any wait drawn, in seconds.
    package var lastCeiling: Double
    /// A provider that asks for a longer wait is given up, in seconds.
    package var longestRetryAfter: Double
    /// A call with less time than this left is not worth starting, in seconds.
    package var shortestCall: Double

    package init(
        triesPerModel: Int = 3, firstCeiling: Double = 1, lastCeiling: Double = 20, longestRetryAfter: Double = 120,
        shortestCall: Double = 1
    ) {
        self.triesPerModel = triesPerModel
        self.firstCeiling = firstCeiling
        self.lastCeiling = lastCeiling
        self.longestRetryAfter = longestRetryAfter
        self.shortestCall = shortestCall
    }

    package enum Verdict: Sendable, Equatable {
        /// Not before so many seconds have passed.
        case retry(after: Double)
        case stop(Reason)
    }

    package enum Reason: String, Sendable, Equatable {
        /// Another try at the same request would end the same way.
        case pointless
        case triesUsedUp
        /// The provider asks for more patience than there is.
        case waitTooLong
        case deadline
    }

    /// - Parameters:
    ///   - tries: Calls of the unit made at this endpoint so far, the failed one included.
    ///   - deadline: Of the review.
    package func verdict(
        after failure: CallFailure, tries: Int, now: Instant, deadline: Instant,
        using random: inout some RandomNumberGenerator
    ) -> Verdict {
        guard failure.kind.isRetryable else { return .stop(.pointless) }
        guard tries < triesPerModel else { return .stop(.triesUsedUp) }
        let asked = RetryRule.sane(failure.retryAfter)
        if asked > longestRetryAfter { return .stop(.waitTooLong) }
        // What was asked for is a beginning: everybody who was turned away comes back at that moment.
        let wait = asked + Double.random(in: 0...ceiling(afterTries: tries), using: &random)
        guard now.advanced(bySeconds: wait + shortestCall) <= deadline else { return .stop(.deadline) }
        return .retry(after: wait)
    }

    /// The longest wait drawn after so many failures: doubling, up to the last.
    func ceiling(afterTries tries: Int) -> Double {
        let doublings = min(max(0, tries - 1), 30)
        return max(0, min(lastCeiling, firstCeiling * Double(1 << doublings)))
    }

    /// Seconds a provider asked for; nothing for what is no wait at all.
    private static func sane(_ seconds: Double?) -> Double {
        guard let seconds, !seconds.isNaN else { return 0 }
        return max(0, seconds)
    }
}
