/// What a delivery says, parsed at the edge. Only fields that something is decided by are kept.
package enum WebhookEvent: Sendable, Hashable {
    case ping
    case pullRequest(PullRequestEvent)
    case comment(CommentEvent)
    /// Somebody asks for a check to be run again.
    case rerequested(RerequestEvent)
    /// The App was installed, removed or given other repositories.
    case installation(action: String, repositories: [RepositoryName])
    case push(PushEvent)
    /// An event, or an action of one, that nothing is done about.
    case unsupported(event: String, action: String?)
}

package struct PullRequestEvent: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        case opened, reopened, synchronize
        case readyForReview = "ready_for_review"
        case convertedToDraft = "converted_to_draft"
        case closed, labeled
        /// Only where the base was changed.
        case edited
    }

    package var action: Action
    package var pullRequest: PullRequest
    package var sender: Actor
    /// The label that was added.
    package var label: String?

    package init(action: Action, pullRequest: PullRequest, sender: Actor, label: String? = nil) {
        self.action = action
        self.pullRequest = pullRequest
        self.sender = sender
        self.label = label
    }
}

/// A new comment on a pull request; edited and deleted ones are `unsupported`.
package struct CommentEvent: Sendable, Hashable, Codable {
    package enum Place: String, Sendable, Hashable, Codable {
        /// In the conversation.
        case conversation
        /// At a line, or an answer in such a thread.
        case line
    }

    package var address: ChangeAddress
    package var place: Place
    package var id: Int64
    /// For an answer: the first comment of its thread.
    package var inReplyTo: Int64?
    package var author: Actor
    /// At most 64 KiB.
    package var body: String
    package var url: String

    package init(
        address: ChangeAddress, place: Place, id: Int64, inReplyTo: Int64?, author: Actor, body: String, url: String
    ) {
        self.address = address
        self.place = place
        self.id = id
        self.inReplyTo = inReplyTo
        self.author = author
        self.body = body
        self.url = url
    }
}

package struct RerequestEvent: Sendable, Hashable {
    package var forge: String
    package var repositoryID: Int64
    package var repository: RepositoryName
    package var head: String
    /// Pull requests the forge names beside the check; it names none for forks.
    package var numbers: [Int]
    package var sender: Actor

    package init(
        forge: String, repositoryID: Int64, repository: RepositoryName, head: String, numbers: [Int], sender: Actor
    ) {
        self.forge = forge
        self.repositoryID = repositoryID
        self.repository = repository
        self.head = head
        self.numbers = numbers
        self.sender = sender
    }
}

package struct PushEvent: Sendable, Hashable {
    package var repositoryID: Int64
    package var repository: RepositoryName
    /// "refs/heads/main".
    package var ref: String

    package init(repositoryID: Int64, repository: RepositoryName, ref: String) {
        self.repositoryID = repositoryID
        self.repository = repository
        self.ref = ref
    }
}
