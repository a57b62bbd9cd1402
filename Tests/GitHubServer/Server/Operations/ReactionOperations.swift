import ModelServer

extension Operation {
    private static let issue = "/repos/{owner}/{repo}/issues/{issue_number}/reactions"
    private static let issueComment = "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions"
    private static let reviewComment = "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions"

    static let reactionOperations: [Operation] =
        three("issue", "an-issue", issue, ["issues", "pull_requests"]) { call, state throws(Refusal) in
            let (repository, subject) = try call.issue(in: state)
            return .issue(repository: repository.id, number: subject.number)
        }
        + three("issue-comment", "an-issue-comment", issueComment, ["issues", "pull_requests"]) {
            call, state throws(Refusal) in .issueComment(try call.issueComment(in: state).1.id)
        }
        + three(
            "pull-request-review-comment", "a-pull-request-review-comment", reviewComment, ["pull_requests"]
        ) { call, state throws(Refusal) in .reviewComment(try call.reviewComment(in: state).2.id) }

    private typealias Finding = @Sendable (Call, WorldState) throws(Refusal) -> Reaction.Target

    /// List, create and delete, alike for all that can be reacted to.
    private static func three(
        _ name: String, _ page: String, _ path: String, _ permissions: [String], _ target: @escaping Finding
    ) -> [Operation] {
        let read = Door.repository(Need(level: .read, permissions: permissions))
        let write = Door.repository(
            Need(level: .write, permissions: permissions, scopes: ["public_repo"]))
        return [
            Operation(
                "reactions/list-for-\(name)", "GET", path, read,
                page: "reactions/reactions#list-reactions-for-\(page)"
            ) { call, state throws(Refusal) in
                let target = try target(call, state)
                let content = call.request.parameter("content")
                let list = state.reactions.filter {
                    $0.target == target && (content == nil || $0.content == content)
                }
                return call.list(list, in: state) { state.json($0) }
            },
            Operation(
                "reactions/create-for-\(name)", "POST", path, write,
                page: "reactions/reactions#create-reaction-for-\(page)", resource: "Reaction",
                body: BodyRules.reaction, createsContent: true
            ) { call, state throws(Refusal) in
                let target = try target(call, state)
                let content = call.body["content"]?.text ?? ""
                // The same reaction twice is the first one again.
                let old = state.reactions.first {
                    $0.target == target && $0.content == content && $0.author == call.login
                }
                if let old { return call.json(state.json(old)) }
                let reaction = Reaction(
                    id: state.nextID(), target: target, author: call.login, content: content, createdAt: call.now)
                state.reactions.append(reaction)
                return call.json(state.json(reaction), status: 201)
            },
            Operation(
                "reactions/delete-for-\(name.replacing("review-", with: ""))", "DELETE", path + "/{reaction_id}", write,
                page: "reactions/reactions#delete-\(page)-reaction"
            ) { call, state throws(Refusal) in
                let target = try target(call, state)
                let id = call.number("reaction_id")
                guard let old = state.reactions.first(where: { $0.id == id && $0.target == target }),
                    old.author == call.login
                else { throw Refusal.notFound }
                state.reactions.removeAll { $0.id == id }
                return Reply(status: 204)
            },
        ]
    }
}
