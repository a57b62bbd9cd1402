package import Domain

/// What a review, or a part of one, leaves behind in the memory of its change; kept in one step.
package struct ChangeUpdate: Sendable {
    package var address: ChangeAddress
    /// The review has ended.
    package var review: LastReview?
    /// A hunk that a model has looked at stays so.
    package var reviewed: [ReviewedHunk]
    /// New ones are kept as they are. A known identity keeps its state, its first head and, unless there is a new one,
    /// its comment; the rest is brought up to date.
    package var findings: [ReportedFinding]
    /// Findings whose state changes, by identity; unknown ones are passed over.
    package var states: [String: ReportedFinding.State]
    /// Whose doing the states are.
    package var by: String?

    package init(
        address: ChangeAddress, review: LastReview? = nil, reviewed: [ReviewedHunk] = [],
        findings: [ReportedFinding] = [], states: [String: ReportedFinding.State] = [:], by: String? = nil
    ) {
        self.address = address
        self.review = review
        self.reviewed = reviewed
        self.findings = findings
        self.states = states
        self.by = by
    }

    static let mostFacts = 16_384

    /// Before anything is written.
    func check() throws(MemoryProblem) {
        for finding in findings where finding.facts.utf8.count > Self.mostFacts {
            throw MemoryProblem.factsTooLarge(bytes: finding.facts.utf8.count)
        }
    }
}

/// What is too large to be kept.
package enum MemoryProblem: Error, Sendable, Hashable, CustomStringConvertible {
    case factsTooLarge(bytes: Int)
    case draftTooLarge(bytes: Int)

    package var description: String {
        switch self {
        case .factsTooLarge(let bytes):
            "the facts of a finding take \(bytes) bytes (at most \(ChangeUpdate.mostFacts))"
        case .draftTooLarge(let bytes):
            "a review to be published takes \(bytes) bytes (at most \(PublicationStore.largestDraft))"
        }
    }
}
