/// Whose doing something is, as the forge says; names from commits are never believed.
package struct Actor: Sendable, Hashable, Codable {
    package var login: String
    package var id: Int64
    package var isBot: Bool

    package init(login: String, id: Int64, isBot: Bool) {
        self.login = login
        self.id = id
        self.isBot = isBot
    }
}

/// What somebody may do in a repository, from least to most.
package enum Permission: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    case none, read, triage, write, maintain, admin

    package static func < (left: Permission, right: Permission) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// Whether commands of theirs are obeyed and their own changes get models.
    package var canWrite: Bool { self >= .write }
}

/// A pull request as the forge describes it. Title, body, labels and branch names are their author's text: hostile,
/// bounded by the reader (title 1 KiB, body 64 KiB, 100 labels, names 255 bytes).
package struct PullRequest: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable { case open, closed }

    /// One end of the comparison.
    package struct End: Sendable, Hashable, Codable {
        /// Object id, lower-case hex.
        package var id: String
        package var branch: String
        /// Nil when the repository is gone.
        package var repository: RepositoryName?

        package init(id: String, branch: String, repository: RepositoryName?) {
            self.id = id
            self.branch = branch
            self.repository = repository
        }
    }

    package var address: ChangeAddress
    package var url: String
    package var title: String
    package var body: String
    package var author: Actor
    package var state: State
    package var isDraft: Bool
    package var isLocked: Bool
    package var isFork: Bool
    package var labels: [String]
    package var base: End
    package var head: End
    /// As the forge counts; nil where a webhook's shorter form leaves them out.
    package var changedFiles: Int?
    package var addedLines: Int?
    package var removedLines: Int?

    package init(
        address: ChangeAddress, url: String, title: String, body: String, author: Actor, state: State, isDraft: Bool,
        isLocked: Bool, isFork: Bool, labels: [String], base: End, head: End, changedFiles: Int? = nil,
        addedLines: Int? = nil, removedLines: Int? = nil
    ) {
        self.address = address
        self.url = url
        self.title = title
        self.body = body
        self.author = author
        self.state = state
        self.isDraft = isDraft
        self.isLocked = isLocked
        self.isFork = isFork
        self.labels = labels
        self.base = base
        self.head = head
        self.changedFiles = changedFiles
        self.addedLines = addedLines
        self.removedLines = removedLines
    }
}
