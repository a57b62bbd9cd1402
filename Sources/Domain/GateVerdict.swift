/// The gates a finding passes, in order.
package enum GateName: String, CaseIterable, Sendable, Codable {
    case anchor, applies, syntax, security, complexity, grounding, noise, sanitising
}

/// What a gate said of one finding.
package enum GateOutcome: String, CaseIterable, Sendable, Codable {
    case accepted
    /// Changed so that it passes, e.g. re-anchored.
    case repaired
    /// The suggestion was dropped; the comment stands alone.
    case demoted
    /// The finding was dropped.
    case rejected
    /// The gate could not look; the reason says why.
    case skipped
}

package struct GateVerdict: Sendable, Equatable {
    package let gate: GateName
    package let outcome: GateOutcome
    /// A short fixed phrase, so that verdicts can be counted; nil when accepted.
    package let reason: String?

    package init(_ gate: GateName, _ outcome: GateOutcome, reason: String? = nil) {
        self.gate = gate
        self.outcome = outcome
        self.reason = reason
    }
}

/// How often a gate came to an outcome for a reason.
package struct GateCount: Sendable, Equatable {
    package let verdict: GateVerdict
    package let count: Int

    package init(verdict: GateVerdict, count: Int) {
        self.verdict = verdict
        self.count = count
    }
}
