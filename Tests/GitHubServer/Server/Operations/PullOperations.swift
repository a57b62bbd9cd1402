import ModelServer

extension Operation {
    static let pullOperations: [Operation] = [
        Operation(
            "pulls/list", "GET", "/repos/{owner}/{repo}/pulls", Need.read("pull_requests"),
            page: "pulls/pulls#list-pull-requests", list),
        Operation(
            "pulls/get", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}", Need.read("pull_requests"),
            page: "pulls/pulls#get-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, pull) = try call.pull(in: state)
            if call.media == .diff { return try call.text(of: state.diff(of: pull), limits: state.limits) }
            return call.json(state.json(full: pull, in: repository))
        },
        Operation(
            "pulls/update", "PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", Need.write("pull_requests"),
            page: "pulls/pulls#update-a-pull-request", resource: "PullRequest", body: BodyRules.pullUpdate, update),
        Operation(
            "pulls/list-commits", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits",
            Need.read("pull_requests"), page: "pulls/pulls#list-commits-on-a-pull-request"
        ) { call, state throws(Refusal) in
            let (repository, pull) = try call.pull(in: state)
            let list = Array(state.commits(of: pull).prefix(state.limits.listedCommits))
            return call.list(list, in: state) { sha in
                state.git.record(sha, in: repository.directory).map { state.json($0, in: repository) } ?? .null
            }
        },
        Operation(
            "pulls/list-files", "GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files",
            Need.read("pull_requests"), page: "pulls/pulls#list-pull-requests-files"
        ) { call, state throws(Refusal) in
            let (repository, pull) = try call.pull(in: state)
            let files = Array(state.diff(of: pull).files.prefix(state.limits.listedFiles))
            let shapes = state.json(files: files, at: pull.headCommit, in: repository)
            return call.list(shapes, in: state) { $0 }
        },
    ]

    private static func list(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let wanted = call.request.parameter("state") ?? "open"
        guard ["open", "closed", "all"].contains(wanted) else {
            throw Refusal.validation("PullRequest", "state", "invalid")
        }
        let head = call.request.parameter("head")
        let base = call.request.parameter("base")
        let order = call.request.parameter("sort") ?? "created"
        let ascends = (call.request.parameter("direction") ?? (order == "created" ? "desc" : "asc")) == "asc"
        let list = state.pulls.filter { pull in
            pull.repository == repository.id && (wanted == "all" || pull.isOpen == (wanted == "open"))
                && (head.map { $0.lowercased() == "\(pull.headOwner):\(pull.head)".lowercased() } ?? true)
                && (base.map { $0 == pull.base } ?? true)
        }.sorted { left, right in
            let before =
                order == "updated"
                ? (left.updatedAt, left.number) < (right.updatedAt, right.number) : left.number < right.number
            return before == ascends
        }
        return call.list(list, in: state) { state.json($0, in: repository) }
    }

    private static func update(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let (repository, pull) = try call.pull(in: state)
        if let title = call.body["title"]?.text, title.isEmpty {
            throw Refusal.validation("PullRequest", "title", "missing_field")
        }
        if let body = call.body["body"]?.text { try call.limit(body, of: "PullRequest", state.limits) }
        if let base = call.body["base"]?.text, state.git.branch(base, in: repository.directory) == nil {
            throw Refusal.validation("PullRequest", "base", "invalid")
        }
        if call.body["state"]?.text == "open", pull.isMerged {
            throw Refusal.validation("PullRequest", "state", "invalid", "A merged pull request cannot be reopened.")
        }
        let tip = call.body["base"]?.text.flatMap { state.git.branch($0, in: repository.directory) }
        state.change(pull: pull.id) { pull in
            if let title = call.body["title"]?.text { pull.title = title }
            if let body = call.body["body"] { pull.body = body.text }
            if let base = call.body["base"]?.text, let tip { (pull.base, pull.baseCommit) = (base, tip) }
            if let wanted = call.body["state"]?.text {
                pull.isOpen = wanted == "open"
                pull.closedAt = pull.isOpen ? nil : call.now
            }
            pull.updatedAt = call.now
        }
        return call.json(state.json(full: try call.pull(in: state).1, in: repository))
    }
}

extension Call {
    func pull(in state: WorldState) throws(Refusal) -> (Repository, PullRequest) {
        let repository = try repository(in: state)
        guard let pull = state.pull(number("pull_number"), of: repository) else { throw Refusal.notFound }
        return (repository, pull)
    }

    /// Bodies have a largest length, in characters.
    func limit(_ body: String, of resource: String, _ limits: ServiceLimits) throws(Refusal) {
        if body.unicodeScalars.count > limits.bodyLength {
            throw Refusal.validation(
                resource, "body", "custom", "body is too long (maximum is \(limits.bodyLength) characters)")
        }
    }

    /// In a locked conversation only those who may write say anything.
    func requireUnlocked(_ isLocked: Bool, _ repository: Repository, in state: WorldState) throws(Refusal) {
        if !isLocked { return }
        if case .installation = actor.kind {
            throw Refusal.forbidden("Unable to create comment because issue is locked.")
        }
        if state.role(of: login, in: repository) < .write {
            throw Refusal.forbidden("Unable to create comment because issue is locked.")
        }
    }
}
