package import ModelServer

/// What was posted, and what people post beside the API.
extension World {
    @discardableResult
    package func comment(
        _ body: String, as login: String, on number: Int, in name: String
    ) throws -> IssueComment {
        let now = clock.now()
        return try use { state in
            let (repository, pull) = try state.pull(number, in: name)
            state.ensure(account: login)
            let comment = IssueComment(
                id: state.nextID(), repository: repository.id, number: pull.number, author: login, body: body,
                createdAt: now, updatedAt: now)
            state.issueComments.append(comment)
            return comment
        }
    }

    /// A person's answer in a review thread.
    @discardableResult
    package func reply(_ body: String, as login: String, to id: Int) throws -> ReviewComment {
        let now = clock.now()
        return try use { state in
            guard let first = state.reviewComments.first(where: { $0.id == id }) else {
                throw WorldError("no review comment \(id)")
            }
            state.ensure(account: login)
            let review = Review(
                id: state.nextID(), pull: first.pull, author: login, body: "", state: .commented,
                commit: first.commit, submittedAt: now)
            state.reviews.append(review)
            let comment = ReviewComment(
                id: state.nextID(), pull: first.pull, review: review.id, author: login, body: body,
                path: first.path, anchor: first.anchor, commit: first.commit, hunk: first.hunk,
                replyTo: first.replyTo ?? first.id, createdAt: now, updatedAt: now)
            state.reviewComments.append(comment)
            return comment
        }
    }

    @discardableResult
    package func react(_ content: String, as login: String, to target: Reaction.Target) -> Reaction {
        let now = clock.now()
        return use { state in
            state.ensure(account: login)
            let reaction = Reaction(
                id: state.nextID(), target: target, author: login, content: content, createdAt: now)
            state.reactions.append(reaction)
            return reaction
        }
    }

    /// Pending ones too.
    package func reviews(of number: Int, in name: String) throws -> [Review] {
        try use { state in
            let id = try state.pull(number, in: name).1.id
            return state.reviews.filter { $0.pull == id }
        }
    }

    /// Those of pending reviews too.
    package func reviewComments(of number: Int, in name: String) throws -> [ReviewComment] {
        try use { state in
            let id = try state.pull(number, in: name).1.id
            return state.reviewComments.filter { $0.pull == id }
        }
    }

    package func comments(of number: Int, in name: String) throws -> [IssueComment] {
        try use { state in
            let id = try state.repository(named: name).id
            return state.issueComments.filter { $0.repository == id && $0.number == number }
        }
    }

    package func checkRuns(in name: String, commit: String? = nil) throws -> [CheckRun] {
        try use { state in
            let id = try state.repository(named: name).id
            return state.checkRuns.filter { $0.repository == id && (commit == nil || $0.commit == commit) }
        }
    }

    package func statuses(in name: String, commit: String? = nil) throws -> [CommitStatus] {
        try use { state in
            let id = try state.repository(named: name).id
            return state.statuses.filter { $0.repository == id && (commit == nil || $0.commit == commit) }
        }
    }

    package var reactions: [Reaction] { use { $0.reactions } }

    /// The pull request as the API's own page gives it.
    package func json(ofPull number: Int, in name: String) throws -> JSON {
        try use { state in
            let (repository, pull) = try state.pull(number, in: name)
            return state.json(full: pull, in: repository)
        }
    }
}
