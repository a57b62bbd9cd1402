package import Domain
import JSON

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

    private static let names = JSONNames(WebhookShapes.names)
    private static let limits = JSONReader.Limits(bytes: maxBodyBytes, values: 1_000_000)

    /// - Parameters:
    ///   - name: the `X-GitHub-Event` field.
    ///   - body: JSON; of a form-encoded delivery what `FormBody.payload` gives.
    ///   - forge: the host that the addresses name, "github.com".
    package static func event(
        named name: String, body: UnsafeRawBufferPointer, forge: String
    ) throws(WebhookProblem) -> WebhookEvent {
        guard let json = try? JSONReader.read(body, keeping: names, limits: limits) else { throw .unreadable }
        do throws(WireProblem) {
            return try EventReader(json: WireObject(json), forge: forge).event(named: name)
        } catch {
            throw error.place.isEmpty ? .unreadable : .malformed(field: error.place)
        }
    }
}

private struct EventReader {
    let json: WireObject
    let forge: String

    func event(named name: String) throws(WireProblem) -> WebhookEvent {
        let action = try json.optionalString("action")
        let event: WebhookEvent? =
            switch (name, action) {
            case ("ping", _): .ping
            case ("push", _): .push(try push(WebhookShapes.Push(json)))
            case ("pull_request", let action?):
                if let action = PullRequestEvent.Action(rawValue: action) {
                    try pullRequest(action, WebhookShapes.PullRequest(json)).map(WebhookEvent.pullRequest)
                } else {
                    nil
                }
            case ("issue_comment", "created"?):
                try issueComment(WebhookShapes.IssueComment(json)).map(WebhookEvent.comment)
            case ("pull_request_review_comment", "created"?):
                .comment(try reviewComment(WebhookShapes.ReviewComment(json)))
            case ("check_run", "rerequested"?), ("check_suite", "rerequested"?):
                .rerequested(try rerequest(WebhookShapes.Check(name, json), at: name))
            case ("installation", let action?), ("installation_repositories", let action?):
                action.isPlainWord ? installation(action, try WebhookShapes.Installation(json)) : nil
            default: nil
            }
        return event
            ?? .unsupported(
                event: name.isPlainWord ? name : "", action: action.flatMap { $0.isPlainWord ? $0 : nil })
    }

    /// Nil for an edit that leaves the base as it was.
    private func pullRequest(
        _ action: PullRequestEvent.Action, _ shape: WebhookShapes.PullRequest
    ) throws(WireProblem) -> PullRequestEvent? {
        if action == .edited, !shape.changesBase { return nil }
        return PullRequestEvent(
            action: action, pullRequest: try shape.pull_request.pullRequest(forge: forge),
            sender: shape.sender?.actor ?? WireAccount.ghost,
            label: action == .labeled ? shape.label?.bounded(to: 255) : nil)
    }

    /// Nil for a comment on an issue that is no pull request.
    private func issueComment(_ shape: WebhookShapes.IssueComment) throws(WireProblem) -> CommentEvent? {
        guard shape.isPullRequest else { return nil }
        let address = try address(shape.repository, shape.number, at: "issue.number")
        return comment(shape.comment, at: address, in: .conversation)
    }

    private func reviewComment(_ shape: WebhookShapes.ReviewComment) throws(WireProblem) -> CommentEvent {
        let address = try address(shape.repository, shape.number, at: "pull_request.number")
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
        _ repository: WireRepository, _ number: Int64, at place: String
    ) throws(WireProblem) -> ChangeAddress {
        guard number > 0, number <= Int64(Int32.max) else { throw WireProblem(place: place) }
        return ChangeAddress(
            forge: forge, repositoryID: repository.id, repository: try repository.name(at: "repository"),
            number: Int(number))
    }

    private func rerequest(_ check: WebhookShapes.Check, at place: String) throws(WireProblem) -> RerequestEvent {
        guard let head = check.head_sha.objectID else { throw WireProblem(place: place + ".head_sha") }
        let repository = check.repository
        // GitHub also names pull requests of other repositories with the same commit.
        let numbers = check.pull_requests
            .filter { $0.repository == repository.id && $0.number > 0 && $0.number <= Int64(Int32.max) }
            .map { Int($0.number) }
        return RerequestEvent(
            forge: forge, repositoryID: repository.id, repository: try repository.name(at: "repository"), head: head,
            numbers: Array(numbers.prefix(100)), sender: check.sender?.actor ?? WireAccount.ghost)
    }

    private func installation(_ action: String, _ shape: WebhookShapes.Installation) -> WebhookEvent {
        .installation(
            action: action, repositories: shape.repositories.prefix(10_000).compactMap { RepositoryName($0) })
    }

    private func push(_ shape: WebhookShapes.Push) throws(WireProblem) -> PushEvent {
        guard shape.ref.hasPrefix("refs/"), shape.ref.utf8.count <= 1024 else { throw WireProblem(place: "ref") }
        return PushEvent(
            repositoryID: shape.repository.id, repository: try shape.repository.name(at: "repository"), ref: shape.ref)
    }
}
