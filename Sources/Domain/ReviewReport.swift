package import Diffs

/// What was reviewed, in words and counts.
package struct ChangeSummary: Sendable {
    /// For example "HEAD~1..HEAD in hunkwise", "staged changes", "change.patch".
    package var title: String
    /// The repository as the user named it, if there was one.
    package var repository: String?
    /// Object ids of the compared commits, if known.
    package var base: String?
    package var head: String?
    package var files: Int
    package var hunks: Int
    package var added: Int
    package var removed: Int

    package init(
        title: String, repository: String?, base: String?, head: String?, files: Int, hunks: Int, added: Int,
        removed: Int
    ) {
        self.title = title
        self.repository = repository
        self.base = base
        self.head = head
        self.files = files
        self.hunks = hunks
        self.added = added
        self.removed = removed
    }
}

/// A hunk nobody looked at, and why; `hunkIndex` nil means the whole file.
package struct NotReviewed: Sendable, Equatable {
    package let path: Path
    package let hunkIndex: Int?
    package let reason: String

    package init(path: Path, hunkIndex: Int?, reason: String) {
        self.path = path
        self.hunkIndex = hunkIndex
        self.reason = reason
    }
}

/// Something the reader should know about how the review was done; said once, with a count.
package struct Note: Sendable, Equatable {
    /// Stable identifier, e.g. `no-grammar`, `base-config-used`.
    package let kind: String
    package let text: String

    package init(kind: String, text: String) {
        self.kind = kind
        self.text = text
    }
}

/// The result of a review, ready to be rendered.
package struct ReviewReport: Sendable {
    package var change: ChangeSummary
    /// By severity (highest first), then path and line.
    package var findings: [Finding]
    /// Findings below the severity floor, the confidence floor or the comment cap: shown folded.
    package var folded: [Finding]
    package var notReviewed: [NotReviewed]
    package var gates: [GateCount]
    package var cost: CostReport
    package var notes: [Note]

    package init(
        change: ChangeSummary, findings: [Finding], folded: [Finding], notReviewed: [NotReviewed],
        gates: [GateCount], cost: CostReport, notes: [Note]
    ) {
        self.change = change
        self.findings = findings
        self.folded = folded
        self.notReviewed = notReviewed
        self.gates = gates
        self.cost = cost
        self.notes = notes
    }
}
