/// A pull request between two branches.
package struct PullRequest: Sendable {
    package let id: Int
    package let number: Int
    package let repository: Int
    package var title: String
    package var body: String?
    package let author: String
    package var isOpen = true
    package var isDraft: Bool
    package var isLocked = false
    package var lockReason: String?
    package var base: String
    /// The tip of the base branch when the head last moved.
    package var baseCommit: String
    package var head: String
    package var headCommit: String
    /// The head before the last push.
    package var previousHead: String?
    /// The repository of the head; nil when it was deleted.
    package var headRepository: Int?
    /// Who owned the head's repository, which the label keeps saying.
    package var headOwner: String
    package var labels: [String] = []
    package let createdAt: Int
    package var updatedAt: Int
    package var closedAt: Int?
    package var mergedAt: Int?
    package var mergedBy: String?
    package var mergeCommit: String?

    package var isMerged: Bool { mergedAt != nil }
}

/// An issue that is no pull request.
package struct Issue: Sendable {
    package let id: Int
    package let number: Int
    package let repository: Int
    package var title: String
    package var body: String?
    package let author: String
    package var isOpen = true
    package var isLocked = false
    package var labels: [String] = []
    package let createdAt: Int
    package var updatedAt: Int
}
