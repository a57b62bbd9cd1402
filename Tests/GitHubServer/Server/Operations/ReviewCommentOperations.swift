import ModelServer

extension Operation {
    private static let one = "/repos/{owner}/{repo}/pulls/comments/{comment_id}"
    private static let ofPull = "/repos/{owner}/{repo}/pulls/{pull_number}/comments"

    static let reviewCommentOperations: [Operation] = [
        Operation(
            "pulls/list-review-comments-for-repo", "GET", "/repos/{owner}/{repo}/pulls/comments",
            Need.read("pull_requests"), page: "pulls/comments#list-review-comments-in-a-repository"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let numbers = Dictionary(
                uniqueKeysWithValues: state.pulls.filter { $0.repository == repository.id }.map { ($0.id, $0) })
            let list = state.reviewComments.filter { numbers[$0.pull] != nil && state.isPublished($0) }
            return call.list(call.sorted(list), in: state) { comment in
                numbers[comment.pull].map { state.json(comment, of: $0, in: repository) } ?? .null
            }
        },
        Operation(
            "pulls/list-review-comments", "GET", ofPull, Need.read("pull_requests"),
            page: "pulls/comments#list-review-comments-on-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, pull) = try call.pull(in: state)
            let list = state.reviewComments.filter { $0.pull == pull.id && state.isPublished($0) }
            return call.list(call.sorted(list), in: state) { state.json($0, of: pull, in: repository) }
        },
        Operation(
            "pulls/get-review-comment", "GET", one, Need.read("pull_requests"),
            page: "pulls/comments#get-a-review-comment-for-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, pull, comment) = try call.reviewComment(in: state)
            return call.json(state.json(comment, of: pull, in: repository))
        },
        Operation(
            "pulls/update-review-comment", "PATCH", one, Need.write("pull_requests"),
            page: "pulls/comments#update-a-review-comment-for-a-pull-request", resource: "PullRequestReviewComment",
            body: BodyRules.comment
        ) { call, state throws(Refusal) in
            let (repository, pull, comment) = try call.reviewComment(in: state)
            try call.requireAuthor(comment.author, repository, in: state)
            let body = try call.commentBody(of: "PullRequestReviewComment", state.limits)
            guard let index = state.reviewComments.firstIndex(where: { $0.id == comment.id }) else {
                throw Refusal.notFound
            }
            state.reviewComments[index].body = body
            state.reviewComments[index].updatedAt = call.now
            return call.json(state.json(state.reviewComments[index], of: pull, in: repository))
        },
        Operation(
            "pulls/delete-review-comment", "DELETE", one, Need.write("pull_requests"),
            page: "pulls/comments#delete-a-review-comment-for-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, _, comment) = try call.reviewComment(in: state)
            try call.requireAuthor(comment.author, repository, in: state)
            state.reviewComments.removeAll { $0.id == comment.id }
            return Reply(status: 204)
        },
        Operation(
            "pulls/create-review-comment", "POST", ofPull, Need.write("pull_requests"),
            page: "pulls/comments#create-a-review-comment-for-a-pull-request",
            resource: "PullRequestReviewComment",
            body: .either([BodyRules.reviewComment, BodyRules.reviewCommentReply]), createsContent: true, create),
        Operation(
            "pulls/create-reply-for-review-comment", "POST", ofPull + "/{comment_id}/replies",
            Need.write("pull_requests"), page: "pulls/comments#create-a-reply-for-a-review-comment",
            resource: "PullRequestReviewComment", body: BodyRules.comment, createsContent: true
        ) { call, state throws(Refusal) in
            try reply(to: call.number("comment_id"), call, &state)
        },
    ]

    private static func create(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        if let first = call.body["in_reply_to"]?.whole { return try reply(to: first, call, &state) }
        let (repository, pull) = try call.pull(in: state)
        try call.requireUnlocked(pull.isLocked, repository, in: state)
        let body = try call.commentBody(of: "PullRequestReviewComment", state.limits)
        let commit = call.body["commit_id"]?.text ?? ""
        guard commit == pull.headCommit || state.commits(of: pull).contains(commit) else {
            throw Misplacement(
                Misplacement.Fault(field: "end_commit_oid", message: "is not part of the pull request")
            ).validation
        }
        let place = WantedPlace(call.body)
        let found: Placed
        do throws(Misplacement) {
            found = try place.placed(in: state.diff(of: pull, at: commit))
        } catch { throw error.validation }
        let review = try state.reviewOfOne(comment: call, on: pull, commit)
        let comment = ReviewComment(
            id: state.nextID(), pull: pull.id, review: review, author: call.login, body: body, path: place.path,
            anchor: found.anchor, commit: commit, hunk: found.hunk, createdAt: call.now, updatedAt: call.now)
        state.reviewComments.append(comment)
        return created(comment, pull, repository, call, state)
    }

    private static func reply(to first: Int, _ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let (repository, pull) = try call.pull(in: state)
        try call.requireUnlocked(pull.isLocked, repository, in: state)
        let body = try call.commentBody(of: "PullRequestReviewComment", state.limits)
        guard let parent = state.reviewComments.first(where: { $0.id == first && $0.pull == pull.id }),
            state.isPublished(parent)
        else { throw Refusal.notFound }
        // Only the first comment of a thread is answered.
        if parent.replyTo != nil {
            throw Refusal.validation("PullRequestReviewComment", "in_reply_to", "invalid")
        }
        let review = try state.reviewOfOne(comment: call, on: pull, parent.commit)
        let comment = ReviewComment(
            id: state.nextID(), pull: pull.id, review: review, author: call.login, body: body, path: parent.path,
            anchor: parent.anchor, commit: parent.commit, hunk: parent.hunk, replyTo: parent.id,
            createdAt: call.now, updatedAt: call.now)
        state.reviewComments.append(comment)
        return created(comment, pull, repository, call, state)
    }

    private static func created(
        _ comment: ReviewComment, _ pull: PullRequest, _ repository: Repository, _ call: Call, _ state: WorldState
    ) -> Reply {
        let address = "\(state.api(repository))/pulls/comments/\(comment.id)"
        return call.json(
            state.json(comment, of: pull, in: repository), status: 201, headers: [Header("Location", address)])
    }
}

extension WorldState {
    /// Comments of a pending review are seen through that review only.
    func isPublished(_ comment: ReviewComment) -> Bool {
        guard let review = reviews.first(where: { $0.id == comment.review }) else { return true }
        return review.state != .pending
    }

    /// A comment on its own comes with a submitted review of its own.
    fileprivate mutating func reviewOfOne(
        comment call: Call, on pull: PullRequest, _ commit: String
    ) throws(Refusal) -> Int {
        if reviews.contains(where: { $0.pull == pull.id && $0.author == call.login && $0.state == .pending }) {
            throw Refusal.validation(
                "PullRequestReview", "user_id", "custom",
                "user_id can only have one pending review per pull request")
        }
        let review = Review(
            id: nextID(), pull: pull.id, author: call.login, body: "", state: .commented, commit: commit,
            submittedAt: call.now)
        reviews.append(review)
        return review.id
    }
}

extension Call {
    func reviewComment(in state: WorldState) throws(Refusal) -> (Repository, PullRequest, ReviewComment) {
        let repository = try repository(in: state)
        guard let comment = state.reviewComments.first(where: { $0.id == number("comment_id") }),
            let pull = state.pulls.first(where: { $0.id == comment.pull && $0.repository == repository.id }),
            state.isPublished(comment) || comment.author == login
        else { throw Refusal.notFound }
        return (repository, pull, comment)
    }

    fileprivate func sorted(_ comments: [ReviewComment]) -> [ReviewComment] {
        var list = comments
        if let since = request.parameter("since").flatMap({ Timestamp.seconds($0) }) {
            list.removeAll { $0.updatedAt < since }
        }
        if request.parameter("sort") == "updated" {
            list.sort { ($0.updatedAt, $0.id) < ($1.updatedAt, $1.id) }
        }
        return request.parameter("direction") == "desc" ? list.reversed() : list
    }

    /// What is neither empty nor too long.
    func commentBody(of resource: String, _ limits: ServiceLimits) throws(Refusal) -> String {
        let body = self.body["body"]?.text ?? ""
        if body.allSatisfy(\.isWhitespace) {
            throw Refusal.validation(resource, "body", "missing_field")
        }
        try limit(body, of: resource, limits)
        return body
    }

    /// Others' words are changed only by those who may write.
    func requireAuthor(_ author: String, _ repository: Repository, in state: WorldState) throws(Refusal) {
        if author == login { return }
        if case .installation = actor.kind { return }
        if state.role(of: login, in: repository) < .write {
            throw Refusal.forbidden("Must have admin rights to Repository.")
        }
    }
}
