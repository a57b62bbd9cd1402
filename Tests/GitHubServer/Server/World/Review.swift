/// A review of a pull request.
package struct Review: Sendable {
    package enum State: String, Sendable {
        case pending = "PENDING"
        case commented = "COMMENTED"
        case approved = "APPROVED"
        case changesRequested = "CHANGES_REQUESTED"
        case dismissed = "DISMISSED"
    }

    package let id: Int
    /// The pull request's id.
    package let pull: Int
    package let author: String
    package var body: String
    package var state: State
    package var commit: String
    package var submittedAt: Int?
    package var isDismissible: Bool { state == .approved || state == .changesRequested }
}

/// A comment on a line, a range of lines or a file of a pull request.
package struct ReviewComment: Sendable {
    package let id: Int
    package let pull: Int
    package var review: Int?
    package let author: String
    package var body: String
    package var path: String
    package var anchor: Anchor
    /// The commit it was written on.
    package var commit: String
    package var hunk: String
    package var replyTo: Int?
    package let createdAt: Int
    package var updatedAt: Int
    package var isMinimised = false

    package enum Anchor: Sendable, Equatable {
        case file
        case line(Lines)
    }

    /// `side` and `startSide` are LEFT or RIGHT.
    package struct Lines: Sendable, Equatable {
        package var line: Int
        package var side: String
        package var startLine: Int?
        package var startSide: String?
        package var position: Int
    }
}

/// A comment in the conversation of an issue or a pull request.
package struct IssueComment: Sendable {
    package let id: Int
    package let repository: Int
    package let number: Int
    package let author: String
    package var body: String
    package let createdAt: Int
    package var updatedAt: Int
    /// The App that wrote it by an installation token.
    package var app: Int?
}

package struct Reaction: Sendable {
    /// What was reacted to.
    package enum Target: Sendable, Hashable {
        case issue(repository: Int, number: Int)
        case issueComment(Int)
        case reviewComment(Int)
    }

    package let id: Int
    package let target: Target
    package let author: String
    package let content: String
    package let createdAt: Int
}
