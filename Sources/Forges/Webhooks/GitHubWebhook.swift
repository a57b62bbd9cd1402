package import Domain

/// Why a delivery was not understood. Names of fields are GitHub's own, never the delivery's text.
package enum WebhookProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Not JSON, too deep, or more of it than any delivery holds.
    case unreadable
    /// A field that is needed is missing, of another type, or impossible.
    case malformed(field: String)

    package var description: String {
        switch self {
        case .unreadable: "the delivery is not JSON, or of a size and depth that none has"
        case .malformed(let field): "the delivery's field \(field) is missing or not as GitHub describes it"
        }
    }
}

/// Reads GitHub's deliveries.
package enum GitHubWebhook {
    /// GitHub sends no larger ones (docs.github.com/webhooks: payloads are capped at 25 MB).
    package static let maxBodyBytes = 25 << 20

    private static let pruning = JSONPruning(
        keeping: WebhookShapes.names, within: JSONBounds(bytes: maxBodyBytes))

    /// - Parameters:
    ///   - name: the `X-GitHub-Event` field.
    ///   - body: JSON; of a form-encoded delivery what `FormBody.payload` gives.
    ///   - forge: the host that the addresses name, "github.com".
    package static func event(
        named name: String, body: [UInt8], forge: String
    ) throws(WebhookProblem) -> WebhookEvent {
        guard let body = pruning.copy(of: body) else { throw .unreadable }
        do throws(JSONProblem) {
            return try EventReader(body: body, forge: forge).event(named: name)
        } catch {
            throw error.place.isEmpty ? .unreadable : .malformed(field: error.place)
        }
    }
}

private struct EventReader {
    /// JSON within bounds, without the members that no shape asks for.
    let body: [UInt8]
    let forge: String

    func event(named name: String) throws(JSONProblem) -> WebhookEvent {
        switch name {
        case "pull_request":
            try event(name, WebhookShapes.PullRequest.self) { action, content throws(JSONProblem) in
                guard let action = PullRequestEvent.Action(rawValue: action) else { return nil }
                return try pullRequest(action, try content()).map(WebhookEvent.pullRequest)
            }
        case "issue_comment":
            try event(name, WebhookShapes.IssueComment.self) { action, content throws(JSONProblem) in
                action == "created" ? try issueComment(try content()).map(WebhookEvent.comment) : nil
            }
        case "pull_request_review_comment":
            try event(name, WebhookShapes.ReviewComment.self) { action, content throws(JSONProblem) in
                action == "created" ? .comment(try reviewComment(try content())) : nil
            }
        case "check_run":
            try event(name, WebhookShapes.CheckRun.self) { action, content throws(JSONProblem) in
                guard action == "rerequested" else { return nil }
                let shape = try content()
                return .rerequested(try rerequest(shape.check_run, shape.repository, shape.sender, at: name))
            }
        case "check_suite":
            try event(name, WebhookShapes.CheckSuite.self) { action, content throws(JSONProblem) in
                guard action == "rerequested" else { return nil }
                let shape = try content()
                return .rerequested(try rerequest(shape.check_suite, shape.repository, shape.sender, at: name))
            }
        case "installation", "installation_repositories":
            try event(name, WebhookShapes.Installation.self) { action, content throws(JSONProblem) in
                action.isPlainWord ? installation(action, try content()) : nil
            }
        case "push": .push(try push(try JSONCoding.decode(WebhookShapes.Push.self, from: body)))
        case "ping": .ping
        default: try event(name, WebhookShapes.Nothing.self) { _, _ in nil }
        }
    }

    /// What `make` makes of action and content; unsupported where it makes nothing.
    private func event<Content: Decodable>(
        _ name: String, _ type: Content.Type,
        _ make: (_ action: String, _ content: () throws(JSONProblem) -> Content) throws(JSONProblem) -> WebhookEvent?
    ) throws(JSONProblem) -> WebhookEvent {
        let delivery = try JSONCoding.decode(WebhookDelivery<Content>.self, from: body)
        if let action = delivery.action {
            let content = { () throws(JSONProblem) in
                switch delivery.content {
                case .success(let content): content
                case .failure(let error): throw JSONCoding.problem(error)
                }
            }
            if let event = try make(action, content) { return event }
        }
        return .unsupported(
            event: name.isPlainWord ? name : "", action: delivery.action.flatMap { $0.isPlainWord ? $0 : nil })
    }

    /// Nil for an edit that leaves the base as it was.
    private func pullRequest(
        _ action: PullRequestEvent.Action, _ shape: WebhookShapes.PullRequest
    ) throws(JSONProblem) -> PullRequestEvent? {
        if action == .edited, shape.changes?.base == nil { return nil }
        return PullRequestEvent(
            action: action, pullRequest: try shape.pull_request.pullRequest(forge: forge),
            sender: shape.sender?.actor ?? WireAccount.ghost,
            label: action == .labeled ? shape.label?.name.bounded(to: 255) : nil)
    }

    /// Nil for a comment on an issue that is no pull request.
    private func issueComment(_ shape: WebhookShapes.IssueComment) throws(JSONProblem) -> CommentEvent? {
        guard shape.issue.pull_request != nil else { return nil }
        let address = try address(shape.repository, shape.issue.number, at: "issue.number")
        return comment(shape.comment, at: address, in: .conversation)
    }

    private func reviewComment(_ shape: WebhookShapes.ReviewComment) throws(JSONProblem) -> CommentEvent {
        let address = try address(shape.repository, shape.pull_request.number, at: "pull_request.number")
        return comment(shape.comment, at: address, in: .line)
    }

    private func comment(
        _ comment: WebhookShapes.Comment, at address: ChangeAddress, in place: CommentEvent.Place
    ) -> CommentEvent {
        CommentEvent(
            address: address, place: place, id: comment.id, inReplyTo: comment.in_reply_to_id,
            author: comment.user?.actor ?? WireAccount.ghost, body: (comment.body ?? "").bounded(to: 64 << 10),
            url: (comment.html_url ?? "").plainAddress)
    }

    private func address(
        _ repository: WireRepository, _ number: Int, at place: String
    ) throws(JSONProblem) -> ChangeAddress {
        guard number > 0, number <= Int(Int32.max) else { throw JSONProblem(place: place) }
        return ChangeAddress(
            forge: forge, repositoryID: repository.id, repository: try repository.name(at: "repository"), number: number
        )
    }

    private func rerequest(
        _ check: WebhookShapes.Check, _ repository: WireRepository, _ sender: WireAccount?, at place: String
    ) throws(JSONProblem) -> RerequestEvent {
        guard let head = check.head_sha.objectID else { throw JSONProblem(place: place + ".head_sha") }
        // GitHub also names pull requests of other repositories with the same commit.
        let numbers = (check.pull_requests ?? []).compactMap(\.value)
            .filter { $0.base?.repo?.id == repository.id && $0.number > 0 && $0.number <= Int(Int32.max) }
            .map(\.number)
        return RerequestEvent(
            forge: forge, repositoryID: repository.id, repository: try repository.name(at: "repository"), head: head,
            numbers: Array(numbers.prefix(100)), sender: sender?.actor ?? WireAccount.ghost)
    }

    private func installation(_ action: String, _ shape: WebhookShapes.Installation) -> WebhookEvent {
        let named = (shape.repositories ?? []) + (shape.repositories_added ?? []) + (shape.repositories_removed ?? [])
        return .installation(
            action: action, repositories: named.prefix(10_000).compactMap { RepositoryName($0.full_name) })
    }

    private func push(_ shape: WebhookShapes.Push) throws(JSONProblem) -> PushEvent {
        guard shape.ref.hasPrefix("refs/"), shape.ref.utf8.count <= 1024 else { throw JSONProblem(place: "ref") }
        return PushEvent(
            repositoryID: shape.repository.id, repository: try shape.repository.name(at: "repository"), ref: shape.ref)
    }
}
