import ModelServer

extension Operation {
    private static let one = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}"

    static let reviewOperations: [Operation] = [
        Operation(
            "pulls/list-reviews", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
            Need.read("pull_requests"), page: "pulls/reviews#list-reviews-for-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, pull) = try call.pull(in: state)
            let list = state.reviews.filter { $0.pull == pull.id && $0.isVisible(to: call.login) }
            return call.list(list, in: state) { state.json($0, of: pull, in: repository) }
        },
        Operation(
            "pulls/create-review", "POST", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews",
            Need.write("pull_requests"), page: "pulls/reviews#create-a-review-for-a-pull-request",
            resource: "PullRequestReview", body: BodyRules.reviewCreation, createsContent: true, create),
        Operation(
            "pulls/get-review", "GET", one, Need.read("pull_requests"),
            page: "pulls/reviews#get-a-review-for-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, pull, review) = try call.review(in: state)
            return call.json(state.json(review, of: pull, in: repository))
        },
        Operation(
            "pulls/update-review", "PUT", one, Need.write("pull_requests"),
            page: "pulls/reviews#update-a-review-for-a-pull-request", resource: "PullRequestReview",
            body: BodyRules.comment
        ) { call, state throws(Refusal) in
            let (repository, pull, review) = try call.review(in: state)
            if review.author != call.login { throw Refusal.forbidden("Must be the author of the review") }
            let body = call.body["body"]?.text ?? ""
            if body.isEmpty { throw Refusal.unprocessable("Body can't be blank") }
            try call.limit(body, of: "PullRequestReview", state.limits)
            let changed = state.change(review: review.id) { $0.body = body }
            return call.json(state.json(changed ?? review, of: pull, in: repository))
        },
        Operation(
            "pulls/delete-pending-review", "DELETE", one, Need.write("pull_requests"),
            page: "pulls/reviews#delete-a-pending-review-for-a-pull-request", resource: "PullRequestReview"
        ) { call, state throws(Refusal) in
            let (repository, pull, review) = try call.review(in: state)
            if review.state != .pending {
                throw Refusal.unprocessable("Can not delete a non-pending pull request review")
            }
            let shape = state.json(review, of: pull, in: repository)
            state.reviews.removeAll { $0.id == review.id }
            state.reviewComments.removeAll { $0.review == review.id }
            return call.json(shape)
        },
        Operation(
            "pulls/submit-review", "POST", one + "/events", Need.write("pull_requests"),
            page: "pulls/reviews#submit-a-review-for-a-pull-request", resource: "PullRequestReview",
            body: BodyRules.reviewEvent, createsContent: true, submit),
        Operation(
            "pulls/dismiss-review", "PUT", one + "/dismissals", Need.write("pull_requests", role: .write),
            page: "pulls/reviews#dismiss-a-review-for-a-pull-request", resource: "PullRequestReview",
            body: BodyRules.reviewDismissal
        ) { call, state throws(Refusal) in
            let (repository, pull, review) = try call.review(in: state)
            if !review.isDismissible {
                throw Refusal.unprocessable("Can not dismiss a \(review.state.words) pull request review")
            }
            if call.body["message"]?.text?.isEmpty ?? true { throw Refusal.unprocessable("Message can't be blank") }
            let changed = state.change(review: review.id) { $0.state = .dismissed }
            return call.json(state.json(changed ?? review, of: pull, in: repository))
        },
        Operation(
            "pulls/list-comments-for-review", "GET", one + "/comments", Need.read("pull_requests"),
            page: "pulls/reviews#list-comments-for-a-pull-request-review"
        ) { call, state throws(Refusal) in
            let (repository, pull, review) = try call.review(in: state)
            let list = state.reviewComments.filter { $0.review == review.id }
            // This list knows positions only, no lines.
            return call.list(list, in: state) { comment in
                state.json(comment, of: pull, in: repository).removing(
                    "line", "original_line", "start_line", "original_start_line", "side", "start_side",
                    "subject_type")
            }
        },
    ]

    private static func create(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let (repository, pull) = try call.pull(in: state)
        try call.requireUnlocked(pull.isLocked, repository, in: state)
        let event = call.body["event"]?.text
        let body = call.body["body"]?.text ?? ""
        let wanted = call.body["comments"]?.items ?? []
        try call.limit(body, of: "PullRequestReview", state.limits)
        try checkEvent(event, body, hasComments: !wanted.isEmpty, by: call.login, on: pull)
        // Also a review that is submitted at once meets a pending one.
        if state.reviews.contains(where: { $0.pull == pull.id && $0.author == call.login && $0.state == .pending }) {
            throw Refusal.unprocessable("User can only have one pending review per pull request")
        }
        let commit = call.body["commit_id"]?.text ?? pull.headCommit
        if commit != pull.headCommit, !state.commits(of: pull).contains(commit) {
            throw Refusal.unprocessable("The commit_id is not part of the pull request")
        }
        let diff = state.diff(of: pull, at: commit)
        var placed: [(WantedPlace, Placed, String)] = []
        var complaints: [String] = []
        for item in wanted {
            let text = item["body"]?.text ?? ""
            if text.isEmpty {
                complaints.append("Pull request review comment body can't be blank")
                continue
            }
            if text.unicodeScalars.count > state.limits.bodyLength {
                complaints.append(
                    "Pull request review comment body is too long (maximum is \(state.limits.bodyLength) characters)")
                continue
            }
            let place = WantedPlace(item)
            do throws(Misplacement) {
                placed.append((place, try place.placed(in: diff), text))
            } catch { complaints.append(error.sentence) }
        }
        // One bad comment refuses them all.
        if !complaints.isEmpty {
            throw Refusal(status: 422, message: "Unprocessable Entity", errors: complaints.map { .string($0) })
        }
        let review = Review(
            id: state.nextID(), pull: pull.id, author: call.login, body: body,
            state: event.map { Review.State(event: $0) } ?? .pending, commit: commit,
            submittedAt: event == nil ? nil : call.now)
        state.reviews.append(review)
        for (place, found, text) in placed {
            state.reviewComments.append(
                ReviewComment(
                    id: state.nextID(), pull: pull.id, review: review.id, author: call.login, body: text,
                    path: place.path, anchor: found.anchor, commit: commit, hunk: found.hunk,
                    createdAt: call.now, updatedAt: call.now))
        }
        return call.json(state.json(review, of: pull, in: repository))
    }

    private static func checkEvent(
        _ event: String?, _ body: String, hasComments: Bool, by login: String, on pull: PullRequest
    ) throws(Refusal) {
        guard let event else { return }
        if event != "COMMENT", login == pull.author {
            let what = event == "APPROVE" ? "approve" : "request changes on"
            throw Refusal.unprocessable("Can not \(what) your own pull request")
        }
        if event == "REQUEST_CHANGES", body.isEmpty {
            throw Refusal.unprocessable("Body can't be blank")
        }
        if event == "COMMENT", body.isEmpty, !hasComments {
            throw Refusal.unprocessable("Body can't be blank")
        }
    }

    private static func submit(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let (repository, pull, review) = try call.review(in: state)
        if review.author != call.login { throw Refusal.notFound }
        if review.state != .pending {
            throw Refusal.unprocessable(
                "Could not \(call.body["event"]?.text?.lowercased() ?? "") pull request review.")
        }
        try call.requireUnlocked(pull.isLocked, repository, in: state)
        let event = call.body["event"]?.text ?? ""
        let body = call.body["body"]?.text ?? review.body
        try call.limit(body, of: "PullRequestReview", state.limits)
        let hasComments = state.reviewComments.contains { $0.review == review.id }
        try checkEvent(event, body, hasComments: hasComments, by: call.login, on: pull)
        let changed = state.change(review: review.id) { review in
            review.body = body
            review.state = Review.State(event: event)
            review.submittedAt = call.now
        }
        return call.json(state.json(changed ?? review, of: pull, in: repository))
    }
}

extension Review {
    /// A pending review is its author's alone.
    func isVisible(to login: String) -> Bool { state != .pending || author == login }
}

extension Review.State {
    init(event: String) {
        switch event {
        case "APPROVE": self = .approved
        case "REQUEST_CHANGES": self = .changesRequested
        default: self = .commented
        }
    }

    fileprivate var words: String { rawValue.lowercased().split(separator: "_").joined(separator: " ") }
}

extension WorldState {
    @discardableResult
    mutating func change(review id: Int, _ body: (inout Review) -> Void) -> Review? {
        guard let index = reviews.firstIndex(where: { $0.id == id }) else { return nil }
        body(&reviews[index])
        return reviews[index]
    }
}

extension Call {
    fileprivate func review(in state: WorldState) throws(Refusal) -> (Repository, PullRequest, Review) {
        let (repository, pull) = try pull(in: state)
        let review = state.reviews.first { $0.id == number("review_id") && $0.pull == pull.id }
        guard let review, review.isVisible(to: login) else { throw Refusal.notFound }
        return (repository, pull, review)
    }
}
