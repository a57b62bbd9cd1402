import ModelServer

extension Operation {
    private static let one = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
    private static let ofIssue = "/repos/{owner}/{repo}/issues/{issue_number}"

    static let issueCommentOperations: [Operation] = [
        Operation(
            "issues/get", "GET", ofIssue, Need.read("issues", "pull_requests"), page: "issues/issues#get-an-issue"
        ) { call, state throws(Refusal) in
            let (repository, subject) = try call.issue(in: state)
            switch subject {
            case .pull(let pull): return call.json(state.json(issue: pull, in: repository))
            case .issue(let issue): return call.json(state.json(issue: issue, in: repository))
            }
        },
        Operation(
            "issues/list-comments-for-repo", "GET", "/repos/{owner}/{repo}/issues/comments",
            Need.read("issues", "pull_requests"), page: "issues/comments#list-issue-comments-for-a-repository"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let list = call.since(state.issueComments.filter { $0.repository == repository.id })
            return call.list(list, in: state) { state.json($0, in: repository) }
        },
        Operation(
            "issues/list-comments", "GET", ofIssue + "/comments", Need.read("issues", "pull_requests"),
            page: "issues/comments#list-issue-comments"
        ) { call, state throws(Refusal) in
            let (repository, subject) = try call.issue(in: state)
            let list = state.issueComments.filter {
                $0.repository == repository.id && $0.number == subject.number
            }
            return call.list(call.since(list), in: state) { state.json($0, in: repository) }
        },
        Operation(
            "issues/create-comment", "POST", ofIssue + "/comments", Need.write("issues", "pull_requests"),
            page: "issues/comments#create-an-issue-comment", resource: "IssueComment", body: BodyRules.comment,
            createsContent: true, create),
        Operation(
            "issues/get-comment", "GET", one, Need.read("issues", "pull_requests"),
            page: "issues/comments#get-an-issue-comment"
        ) { call, state throws(Refusal) in
            let (repository, comment) = try call.issueComment(in: state)
            return call.json(state.json(comment, in: repository))
        },
        Operation(
            "issues/update-comment", "PATCH", one, Need.write("issues", "pull_requests"),
            page: "issues/comments#update-an-issue-comment", resource: "IssueComment", body: BodyRules.comment
        ) { call, state throws(Refusal) in
            let (repository, comment) = try call.issueComment(in: state)
            try call.requireAuthor(comment.author, repository, in: state)
            let body = try call.commentBody(of: "IssueComment", state.limits)
            guard let index = state.issueComments.firstIndex(where: { $0.id == comment.id }) else {
                throw Refusal.notFound
            }
            state.issueComments[index].body = body
            state.issueComments[index].updatedAt = call.now
            return call.json(state.json(state.issueComments[index], in: repository))
        },
        Operation(
            "issues/delete-comment", "DELETE", one, Need.write("issues", "pull_requests"),
            page: "issues/comments#delete-an-issue-comment"
        ) { call, state throws(Refusal) in
            let (repository, comment) = try call.issueComment(in: state)
            try call.requireAuthor(comment.author, repository, in: state)
            state.issueComments.removeAll { $0.id == comment.id }
            return Reply(status: 204)
        },
    ]

    private static func create(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let (repository, subject) = try call.issue(in: state)
        try call.requireUnlocked(subject.isLocked, repository, in: state)
        let body = try call.commentBody(of: "IssueComment", state.limits)
        let comment = IssueComment(
            id: state.nextID(), repository: repository.id, number: subject.number, author: call.login, body: body,
            createdAt: call.now, updatedAt: call.now, app: call.actor.app(in: state)?.id)
        state.issueComments.append(comment)
        let shape = state.json(comment, in: repository)
        let address = "\(state.api(repository))/issues/comments/\(comment.id)"
        return call.json(shape, status: 201, headers: [Header("Location", address)])
    }
}

/// What has a number in a repository.
enum IssueSubject: Sendable {
    case pull(PullRequest)
    case issue(Issue)

    var number: Int {
        switch self {
        case .pull(let pull): pull.number
        case .issue(let issue): issue.number
        }
    }

    var isLocked: Bool {
        switch self {
        case .pull(let pull): pull.isLocked
        case .issue(let issue): issue.isLocked
        }
    }

    var labels: [String] {
        switch self {
        case .pull(let pull): pull.labels
        case .issue(let issue): issue.labels
        }
    }
}

extension Call {
    func issue(in state: WorldState) throws(Refusal) -> (Repository, IssueSubject) {
        let repository = try repository(in: state)
        let number = number("issue_number")
        if let pull = state.pull(number, of: repository) { return (repository, .pull(pull)) }
        if let issue = state.issues.first(where: { $0.repository == repository.id && $0.number == number }) {
            return (repository, .issue(issue))
        }
        throw state.goneIssues.contains(GoneIssue(repository: repository.id, number: number))
            ? Refusal(status: 410, message: "This issue was deleted") : Refusal.notFound
    }

    func issueComment(in state: WorldState) throws(Refusal) -> (Repository, IssueComment) {
        let repository = try repository(in: state)
        let comment = state.issueComments.first {
            $0.id == number("comment_id") && $0.repository == repository.id
        }
        guard let comment else { throw Refusal.notFound }
        return (repository, comment)
    }

    fileprivate func since(_ comments: [IssueComment]) -> [IssueComment] {
        guard let since = request.parameter("since").flatMap({ Timestamp.seconds($0) }) else { return comments }
        return comments.filter { $0.updatedAt >= since }
    }
}
