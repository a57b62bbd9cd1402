package import Domain
import GRDB

/// A finding that was told to the people of a change; its identity is told once.
package struct ReportedFinding: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case open
        /// Somebody said that it is wrong or does not matter: it is not told again.
        case ignored
        case fixed
        /// It stands elsewhere than at its line: in the summary or as an annotation.
        case elsewhere
    }

    package var identity: String
    package var severity: Severity
    /// At most 200 characters are kept.
    package var title: String
    package var path: String
    /// Nil: the whole file.
    package var line: Int?
    package var isOnOldSide: Bool
    /// Where it was first reported.
    package var head: String
    /// The forge's id of the comment at its line.
    package var comment: Int64?
    package var state: State
    /// Whoever last changed the state.
    package var changedBy: String?
    /// JSON for `hunkwise explain`; at most 16 KiB.
    package var facts: String

    package init(
        identity: String, severity: Severity, title: String, path: String, line: Int?, isOnOldSide: Bool, head: String,
        comment: Int64? = nil, state: State = .open, changedBy: String? = nil, facts: String = "{}"
    ) {
        self.identity = identity
        self.severity = severity
        self.title = title
        self.path = path
        self.line = line
        self.isOnOldSide = isOnOldSide
        self.head = head
        self.comment = comment
        self.state = state
        self.changedBy = changedBy
        self.facts = facts
    }

    init(_ row: Row) throws {
        guard let severity = Severity(rawValue: row["severity"]), let state = State(rawValue: row["state"]) else {
            throw StoreDamage(what: "a reported finding is of an unknown kind")
        }
        self.init(
            identity: row["identity"], severity: severity, title: row["title"], path: row["path"], line: row["line"],
            isOnOldSide: row["on_old_side"], head: row["head"], comment: row["comment"], state: state,
            changedBy: row["changed_by"], facts: row["facts"])
    }
}

/// A reported finding and the change it belongs to.
package struct FoundFinding: Sendable, Hashable {
    package var address: ChangeAddress
    package var finding: ReportedFinding
}
