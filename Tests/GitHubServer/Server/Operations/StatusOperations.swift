import ModelServer

extension Operation {
    private static let longestDescription = 140

    static let statusOperations: [Operation] = [
        Operation(
            "repos/create-commit-status", "POST", "/repos/{owner}/{repo}/statuses/{sha}",
            Need.write("statuses", role: .write, scopes: ["public_repo", "repo:status"]),
            page: "commits/statuses#create-a-commit-status", resource: "Status", body: BodyRules.status, create),
        Operation(
            "repos/list-commit-statuses-for-ref", "GET", "/repos/{owner}/{repo}/commits/{ref}/statuses",
            Need.read("statuses"), page: "commits/statuses#list-commit-statuses-for-a-reference"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let sha = try call.commit("ref", in: state, repository)
            return call.list(state.statuses(of: sha, repository), in: state) { state.json($0, in: repository) }
        },
        Operation(
            "repos/get-combined-status-for-ref", "GET", "/repos/{owner}/{repo}/commits/{ref}/status",
            Need.read("statuses"), page: "commits/statuses#get-the-combined-status-for-a-specific-reference"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let sha = try call.commit("ref", in: state, repository)
            var seen: Set<String> = []
            let newest = state.statuses(of: sha, repository).filter { seen.insert($0.context).inserted }
            let words = newest.map(\.state)
            let sum =
                words.contains { $0 == "failure" || $0 == "error" }
                ? "failure" : words.isEmpty || words.contains("pending") ? "pending" : "success"
            let page = Paging(call.request).slice(newest)
            return call.json([
                "state": .string(sum),
                "statuses": .array(page.map { state.json($0, in: repository).removing("creator") }),
                "sha": .string(sha), "total_count": .integer(newest.count), "repository": state.json(repository),
                "commit_url": .string("\(state.api(repository))/commits/\(sha)"),
                "url": .string("\(state.api(repository))/commits/\(sha)/status"),
            ])
        },
    ]

    private static func create(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let sha = call.text("sha")
        guard GitStore.isObjectName(sha), state.git.record(sha, in: repository.directory) != nil else {
            throw Refusal(status: 422, message: "No commit found for SHA: \(sha)")
        }
        let context = call.body["context"]?.text ?? "default"
        let description = call.body["description"]?.text
        let target = call.body["target_url"]?.text
        if context.isEmpty { throw Refusal.validation("Status", "context", "missing_field") }
        if context.count > 255 {
            throw Refusal.validation("Status", "context", "custom", "context is too long (maximum is 255 characters)")
        }
        if let description, description.count > longestDescription {
            throw Refusal.validation(
                "Status", "description", "custom", "description is too long (maximum is 140 characters)")
        }
        if let target, !target.hasPrefix("http://"), !target.hasPrefix("https://") {
            throw Refusal.validation("Status", "target_url", "custom", "target_url must use http(s) scheme")
        }
        let same = state.statuses.count {
            $0.repository == repository.id && $0.commit == sha && $0.context == context
        }
        if same >= state.limits.statusesPerContext {
            throw Refusal(
                status: 422, message: "Validation Failed",
                errors: [
                    Refusal.error(
                        "Status", "base", "custom",
                        "This SHA and context has reached the maximum number of statuses.")
                ])
        }
        let status = CommitStatus(
            id: state.nextID(), repository: repository.id, commit: sha, state: call.body["state"]?.text ?? "",
            context: context, description: description, targetURL: target, author: call.login,
            createdAt: call.now)
        state.statuses.append(status)
        return call.json(state.json(status, in: repository), status: 201)
    }
}

extension WorldState {
    /// The newest first.
    fileprivate func statuses(of commit: String, _ repository: Repository) -> [CommitStatus] {
        statuses.filter { $0.repository == repository.id && $0.commit == commit }.reversed()
    }
}
