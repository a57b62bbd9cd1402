import ModelServer

extension WorldState {
    /// The commit that head and base have in common.
    func mergeBase(of pull: PullRequest) -> String? {
        guard let repository = repository(pull.repository) else { return nil }
        return git.mergeBase(pull.baseCommit, pull.headCommit, in: repository.directory)
    }

    /// What a pull request changes, up to its head or an earlier commit of it.
    func diff(of pull: PullRequest, at commit: String? = nil) -> TreeDiff {
        guard let repository = repository(pull.repository) else { return .empty }
        let head = commit ?? pull.headCommit
        let base = git.mergeBase(pull.baseCommit, head, in: repository.directory) ?? GitStore.emptyTree
        return git.diff(base, head, in: repository.directory)
    }

    /// Its commits, the oldest first.
    func commits(of pull: PullRequest) -> [String] {
        guard let repository = repository(pull.repository) else { return [] }
        return git.commits(from: pull.baseCommit, to: pull.headCommit, in: repository.directory)
    }

    private func json(
        tip reference: String, _ commit: String, owner: String, of repository: Repository?
    ) -> JSON {
        [
            "label": .string("\(owner):\(reference)"), "ref": .string(reference), "sha": .string(commit),
            "user": json(account: owner), "repo": repository.map { json($0) } ?? .null,
        ]
    }

    func json(labels names: [String], in repository: Repository) -> JSON {
        .array(
            names.compactMap { name in
                repository.labels.first { $0.name.lowercased() == name.lowercased() }.map { json($0, in: repository) }
            })
    }

    func json(_ label: Label, in repository: Repository) -> JSON {
        [
            "id": .integer(label.id), "node_id": nodeID("LA", label.id),
            "url": .string("\(api(repository))/labels/\(Percent.encode(label.name))"), "name": .string(label.name),
            "color": .string(label.color), "default": false, "description": .orNull(label.description),
            "archived_at": .null, "archived_by": .null,
        ]
    }

    /// As lists give it.
    func json(_ pull: PullRequest, in repository: Repository) -> JSON {
        let api = "\(api(repository))/pulls/\(pull.number)"
        let issue = "\(self.api(repository))/issues/\(pull.number)"
        let html = "\(html(repository))/pull/\(pull.number)"
        let statuses = "\(self.api(repository))/statuses/\(pull.headCommit)"
        func link(_ address: String) -> JSON { ["href": .string(address)] }
        return [
            "url": .string(api), "id": .integer(pull.id), "node_id": nodeID("PR", pull.id),
            "html_url": .string(html), "diff_url": .string(html + ".diff"), "patch_url": .string(html + ".patch"),
            "issue_url": .string(issue), "number": .integer(pull.number),
            "state": .string(pull.isOpen ? "open" : "closed"), "locked": .bool(pull.isLocked),
            "title": .string(pull.title), "user": json(account: pull.author), "body": .orNull(pull.body),
            "created_at": .time(pull.createdAt), "updated_at": .time(pull.updatedAt),
            "closed_at": .time(orNull: pull.closedAt), "merged_at": .time(orNull: pull.mergedAt),
            "merge_commit_sha": .orNull(pull.mergeCommit), "assignee": .null, "assignees": .array([]),
            "requested_reviewers": .array([]), "requested_teams": .array([]),
            "labels": json(labels: pull.labels, in: repository), "milestone": .null, "draft": .bool(pull.isDraft),
            "commits_url": .string(api + "/commits"), "review_comments_url": .string(api + "/comments"),
            "review_comment_url": .string("\(self.api(repository))/pulls/comments{/number}"),
            "comments_url": .string(issue + "/comments"), "statuses_url": .string(statuses),
            "head": json(
                tip: pull.head, pull.headCommit, owner: pull.headOwner,
                of: pull.headRepository.flatMap { self.repository($0) }),
            "base": json(tip: pull.base, pull.baseCommit, owner: repository.owner, of: repository),
            "_links": [
                "self": link(api), "html": link(html), "issue": link(issue), "comments": link(issue + "/comments"),
                "review_comments": link(api + "/comments"),
                "review_comment": link("\(self.api(repository))/pulls/comments{/number}"),
                "commits": link(api + "/commits"), "statuses": link(statuses),
            ],
            "author_association": association(of: pull.author, in: repository), "auto_merge": .null,
            "active_lock_reason": .orNull(pull.isLocked ? pull.lockReason : nil),
        ]
    }

    /// As its own page gives it.
    func json(full pull: PullRequest, in repository: Repository) -> JSON {
        let diff = diff(of: pull)
        let submitted = Set(reviews.filter { $0.pull == pull.id && $0.state == .pending }.map(\.id))
        let visible = reviewComments.count { comment in
            comment.pull == pull.id && !(comment.review.map { submitted.contains($0) } ?? false)
        }
        let said = issueComments.count { $0.repository == repository.id && $0.number == pull.number }
        return json(pull, in: repository).adding([
            "merged": .bool(pull.isMerged), "mergeable": pull.isOpen ? true : .null,
            "rebaseable": pull.isOpen ? true : .null,
            "mergeable_state": .string(pull.isDraft ? "draft" : pull.isOpen ? "clean" : "unknown"),
            "merged_by": json(account: pull.mergedBy), "comments": .integer(said),
            "review_comments": .integer(visible), "maintainer_can_modify": false,
            "commits": .integer(commits(of: pull).count),
            "additions": .integer(diff.files.reduce(0) { $0 + $1.additions }),
            "deletions": .integer(diff.files.reduce(0) { $0 + $1.deletions }),
            "changed_files": .integer(diff.files.count),
        ])
    }

    /// As checks name it.
    func json(minimal pull: PullRequest, in repository: Repository) -> JSON {
        func tip(_ reference: String, _ commit: String, _ repository: Repository) -> JSON {
            [
                "ref": .string(reference), "sha": .string(commit),
                "repo": [
                    "id": .integer(repository.id), "url": .string(api(repository)), "name": .string(repository.name),
                ],
            ]
        }
        let head = pull.headRepository.flatMap { self.repository($0) } ?? repository
        return [
            "id": .integer(pull.id), "number": .integer(pull.number),
            "url": .string("\(api(repository))/pulls/\(pull.number)"),
            "head": tip(pull.head, pull.headCommit, head), "base": tip(pull.base, pull.baseCommit, repository),
        ]
    }
}
