import ModelServer

/// Bodies of deliveries. Facts about their members: the examples of octokit/webhooks (MIT), read on 2026-11-21.
extension WorldState {
    func payload(of occurrence: Occurrence, to app: App, sender: String?) throws(WorldError) -> JSON {
        var body: JSON = occurrence.action.map { ["action": .string($0)] } ?? .object([])
        switch occurrence {
        case .ping:
            return [
                "zen": "Speak like a human.", "hook_id": .integer(app.id),
                "hook": [
                    "type": "App", "id": .integer(app.id), "name": "web", "active": true, "app_id": .integer(app.id),
                    "events": .texts(app.events), "config": hookConfiguration(of: app),
                    "updated_at": .time(app.createdAt), "created_at": .time(app.createdAt),
                ],
            ]
        case .pull(let action, let number, let name, let more):
            let (repository, pull) = try pull(number, in: name)
            body = body.adding([
                "number": .integer(number), "pull_request": json(full: pull, in: repository),
            ])
            if action == "synchronize" {
                body = body.adding([
                    "before": .string(pull.previousHead ?? pull.headCommit), "after": .string(pull.headCommit),
                ])
            }
            if action == "labeled", more.members.isEmpty, let label = pull.labels.last.flatMap(repository.label) {
                body = body.adding(["label": json(label, in: repository)])
            }
            return common(body.adding(more), repository, app, sender ?? pull.author)
        case .comment(_, let comment):
            guard let repository = repository(comment.repository) else { throw WorldError("no such repository") }
            let issue =
                pull(comment.number, of: repository).map { json(issue: $0, in: repository) }
                ?? issues.first { $0.repository == repository.id && $0.number == comment.number }.map {
                    json(issue: $0, in: repository)
                } ?? .null
            body = body.adding(["issue": issue, "comment": json(comment, in: repository)])
            return common(body, repository, app, sender ?? comment.author)
        case .reviewComment(_, let comment):
            let (repository, pull) = try place(ofPull: comment.pull)
            body = body.adding([
                "comment": json(comment, of: pull, in: repository), "pull_request": json(pull, in: repository),
            ])
            return common(body, repository, app, sender ?? comment.author)
        case .thread(_, let first):
            let (repository, pull) = try place(ofPull: first.pull)
            let thread = reviewComments.filter { $0.id == first.id || $0.replyTo == first.id }
            body = body.adding([
                "pull_request": json(pull, in: repository),
                "thread": [
                    "node_id": nodeID("PRRT", first.id),
                    "comments": .array(thread.map { json($0, of: pull, in: repository) }),
                ],
            ])
            return common(body, repository, app, sender ?? pull.author)
        case .review(_, let review):
            let (repository, pull) = try place(ofPull: review.pull)
            // Here states are written small.
            let shape = json(review, of: pull, in: repository).removing("state")
            body = body.adding([
                "review": shape.adding(["state": .string(review.state.rawValue.lowercased())]),
                "pull_request": json(pull, in: repository),
            ])
            return common(body, repository, app, sender ?? review.author)
        default: return try payload(ofOther: occurrence, body, app, sender)
        }
    }

    private func payload(
        ofOther occurrence: Occurrence, _ body: JSON, _ app: App, _ sender: String?
    ) throws(WorldError) -> JSON {
        switch occurrence {
        case .checkRun(_, let run):
            guard let repository = repository(run.repository) else { throw WorldError("no such repository") }
            let suite = checkSuites.first { $0.id == run.suite }.map { json($0, in: repository) } ?? .null
            let shape = json(run, in: repository).removing("check_suite").adding(["check_suite": suite])
            return common(body.adding(["check_run": shape]), repository, app, sender ?? repository.owner)
        case .checkSuite(_, let suite):
            guard let repository = repository(suite.repository) else { throw WorldError("no such repository") }
            let shape = json(suite, in: repository).removing("repository")
            return common(body.adding(["check_suite": shape]), repository, app, sender ?? repository.owner)
        case .installation(_, let installation):
            let mine = repositories.filter { repository in
                !repository.isDeleted && repository.owner.lowercased() == installation.account.lowercased()
                    && (installation.repositories?.contains(repository.id) ?? true)
            }
            return body.adding([
                "installation": json(installation), "repositories": .array(mine.map { json(short: $0) }),
                "requester": .null, "sender": json(account: sender ?? installation.account),
            ])
        case .repositories(let added, let removed, let installation):
            let shapes = { (names: [String]) throws(WorldError) -> JSON in
                var list: [JSON] = []
                for name in names { list.append(json(short: try repository(named: name))) }
                return .array(list)
            }
            return body.adding([
                "installation": json(installation),
                "repository_selection": .string(installation.repositories == nil ? "all" : "selected"),
                "repositories_added": try shapes(added), "repositories_removed": try shapes(removed),
                "requester": .null, "sender": json(account: sender ?? installation.account),
            ])
        case .push(let branch, let name, let before):
            let repository = try repository(named: name)
            return common(
                push(branch, repository, before: before), repository, app, sender ?? repository.owner)
        default: return body
        }
    }

    private func push(_ branch: String, _ repository: Repository, before: String?) -> JSON {
        let nothing = String(repeating: "0", count: 40)
        let after = git.branch(branch, in: repository.directory)
        let new = after.map { git.commits(from: before ?? $0, to: $0, in: repository.directory) } ?? []
        let commits = new.compactMap { git.record($0, in: repository.directory) }.map { commit -> JSON in
            json(simple: commit).adding([
                "distinct": true, "url": .string("\(html(repository))/commit/\(commit.sha)"),
                "added": .array([]), "removed": .array([]), "modified": .array([]),
            ])
        }
        let last = after.flatMap { git.record($0, in: repository.directory) }
        return [
            "ref": .string("refs/heads/\(branch)"), "before": .string(before ?? nothing),
            "after": .string(after ?? nothing), "created": .bool(before == nil), "deleted": .bool(after == nil),
            "forced": false, "base_ref": .null, "compare": .string("\(html(repository))/compare/\(branch)"),
            "commits": .array(commits), "head_commit": last.map { json(simple: $0) } ?? .null,
            "pusher": ["name": .string(repository.owner), "email": "pusher@example.com"],
        ]
    }

    private func common(_ body: JSON, _ repository: Repository, _ app: App, _ sender: String) -> JSON {
        var body = body.adding(["repository": json(repository)])
        if let owner = account(repository.owner), owner.kind == .organization {
            let api = "\(addresses.api)/orgs/\(owner.login)"
            body = body.adding([
                "organization": [
                    "login": .string(owner.login), "id": .integer(owner.id), "node_id": nodeID("O", owner.id),
                    "url": .string(api), "repos_url": .string(api + "/repos"), "description": .null,
                ]
            ])
        }
        body = body.adding(["sender": json(account: sender)])
        guard let installation = installation(of: app.id, on: repository) else { return body }
        return body.adding([
            "installation": [
                "id": .integer(installation.id), "node_id": nodeID("MDIzOkludGVncmF0aW9u", installation.id),
            ]
        ])
    }

    private func json(short repository: Repository) -> JSON {
        [
            "id": .integer(repository.id), "node_id": nodeID("R", repository.id),
            "name": .string(repository.name), "full_name": .string(repository.fullName),
            "private": .bool(repository.isPrivate),
        ]
    }

    private func place(ofPull id: Int) throws(WorldError) -> (Repository, PullRequest) {
        guard let pull = pulls.first(where: { $0.id == id }), let repository = repository(pull.repository) else {
            throw WorldError("no pull request with id \(id)")
        }
        return (repository, pull)
    }

    func hookConfiguration(of app: App) -> JSON {
        [
            "content_type": .string(app.hookForm ? "form" : "json"), "insecure_ssl": "0", "secret": "********",
            "url": .string(app.webhookURL ?? ""),
        ]
    }
}
