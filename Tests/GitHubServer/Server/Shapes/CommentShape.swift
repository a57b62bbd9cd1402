import ModelServer

extension WorldState {
    func json(_ comment: IssueComment, in repository: Repository) -> JSON {
        let address = "\(api(repository))/issues/comments/\(comment.id)"
        let isPull = pull(comment.number, of: repository) != nil
        let kind = isPull ? "pull" : "issues"
        return [
            "url": .string(address),
            "html_url": .string("\(html(repository))/\(kind)/\(comment.number)#issuecomment-\(comment.id)"),
            "issue_url": .string("\(api(repository))/issues/\(comment.number)"), "id": .integer(comment.id),
            "node_id": nodeID("IC", comment.id), "user": json(account: comment.author),
            "created_at": .time(comment.createdAt), "updated_at": .time(comment.updatedAt),
            "author_association": association(of: comment.author, in: repository), "body": .string(comment.body),
            "reactions": json(reactionsTo: .issueComment(comment.id), at: address),
            "performed_via_github_app": comment.app.flatMap { app($0) }.map { json($0) } ?? .null,
        ]
    }

    func json(reactionsTo target: Reaction.Target, at address: String) -> JSON {
        let mine = reactions.filter { $0.target == target }
        let counts = BodyRules.reactions.map { word in
            JSON.Member(word, .integer(mine.count { $0.content == word }))
        }
        return JSON.object([
            JSON.Member("url", .string(address + "/reactions")), JSON.Member("total_count", .integer(mine.count)),
        ]).adding(.object(counts))
    }

    func json(_ reaction: Reaction) -> JSON {
        [
            "id": .integer(reaction.id), "node_id": nodeID("REA", reaction.id),
            "user": json(account: reaction.author), "content": .string(reaction.content),
            "created_at": .time(reaction.createdAt),
        ]
    }

    /// A pull request as the issue that it is too.
    func json(issue pull: PullRequest, in repository: Repository) -> JSON {
        let html = "\(html(repository))/pull/\(pull.number)"
        let api = "\(api(repository))/pulls/\(pull.number)"
        return json(
            issue: Issue(
                id: pull.id, number: pull.number, repository: pull.repository, title: pull.title, body: pull.body,
                author: pull.author, isOpen: pull.isOpen, isLocked: pull.isLocked, labels: pull.labels,
                createdAt: pull.createdAt, updatedAt: pull.updatedAt), page: html, in: repository
        ).adding([
            "draft": .bool(pull.isDraft),
            "pull_request": [
                "url": .string(api), "html_url": .string(html), "diff_url": .string(html + ".diff"),
                "patch_url": .string(html + ".patch"), "merged_at": .time(orNull: pull.mergedAt),
            ],
        ])
    }

    func json(issue: Issue, page: String? = nil, in repository: Repository) -> JSON {
        let address = "\(api(repository))/issues/\(issue.number)"
        let said = issueComments.count { $0.repository == repository.id && $0.number == issue.number }
        return [
            "url": .string(address), "repository_url": .string(api(repository)),
            "labels_url": .string(address + "/labels{/name}"), "comments_url": .string(address + "/comments"),
            "events_url": .string(address + "/events"),
            "html_url": .string(page ?? "\(html(repository))/issues/\(issue.number)"), "id": .integer(issue.id),
            "node_id": nodeID("I", issue.id), "number": .integer(issue.number), "title": .string(issue.title),
            "user": json(account: issue.author), "labels": json(labels: issue.labels, in: repository),
            "state": .string(issue.isOpen ? "open" : "closed"), "locked": .bool(issue.isLocked), "assignee": .null,
            "assignees": .array([]), "milestone": .null, "comments": .integer(said),
            "created_at": .time(issue.createdAt), "updated_at": .time(issue.updatedAt), "closed_at": .null,
            "author_association": association(of: issue.author, in: repository), "active_lock_reason": .null,
            "body": .orNull(issue.body), "closed_by": .null,
            "reactions": json(
                reactionsTo: .issue(repository: repository.id, number: issue.number), at: address),
            "timeline_url": .string(address + "/timeline"), "performed_via_github_app": .null,
            "state_reason": .null,
        ]
    }
}
