import ModelServer

extension Operation {
    static let commitOperations: [Operation] = [
        Operation(
            "repos/list-commits", "GET", "/repos/{owner}/{repo}/commits", Need.read("contents"),
            page: "commits/commits#list-commits"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let start = call.request.parameter("sha") ?? repository.defaultBranch
            guard let head = state.git.commit(start, in: repository.directory) else {
                throw Refusal.notFound
            }
            let all = state.git.history(of: head, path: call.request.parameter("path"), in: repository.directory)
            return call.list(all, in: state) { sha in
                state.git.record(sha, in: repository.directory).map { state.json($0, in: repository) } ?? .null
            }
        },
        Operation(
            "repos/get-commit", "GET", "/repos/{owner}/{repo}/commits/{ref}", Need.read("contents"),
            page: "commits/commits#get-a-commit", getCommit),
        Operation(
            "repos/list-pull-requests-associated-with-commit", "GET",
            "/repos/{owner}/{repo}/commits/{commit_sha}/pulls", Need.read("pull_requests"),
            page: "commits/commits#list-pull-requests-associated-with-a-commit"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let sha = try call.commit("commit_sha", in: state, repository)
            let list = state.pulls.filter { pull in
                pull.repository == repository.id
                    && (pull.headCommit == sha || pull.mergeCommit == sha || state.commits(of: pull).contains(sha))
            }
            return call.list(list, in: state) { state.json($0, in: repository) }
        },
        Operation(
            "repos/compare-commits", "GET", "/repos/{owner}/{repo}/compare/{*basehead}",
            Need.read("contents"), page: "commits/commits#compare-two-commits", compare),
    ]

    private static func getCommit(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let sha = try call.commit("ref", in: state, repository)
        guard let commit = state.git.record(sha, in: repository.directory) else { throw Refusal.notFound }
        if call.media == .sha { return Reply(contentType: "application/vnd.github.sha", body: Array(sha.utf8)) }
        let diff = state.git.diff(
            commit.parents.first ?? GitStore.emptyTree, sha, in: repository.directory)
        if call.media == .diff { return try call.text(of: diff, limits: state.limits) }
        let files = Array(diff.files.prefix(state.limits.listedFiles))
        let page = Paging(call.request)
        // Files come in pages of 300 unless asked otherwise.
        let size = call.request.parameter("per_page") == nil ? 300 : page.size
        let shown = files.dropFirst((page.page - 1) * size).prefix(size)
        let additions = diff.files.reduce(0) { $0 + $1.additions }
        let deletions = diff.files.reduce(0) { $0 + $1.deletions }
        return call.json(
            state.json(commit, in: repository).adding([
                "stats": [
                    "total": .integer(additions + deletions), "additions": .integer(additions),
                    "deletions": .integer(deletions),
                ],
                "files": .array(state.json(files: Array(shown), at: sha, in: repository)),
            ]))
    }

    private static func compare(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        let words = call.text("basehead")
        guard let dots = words.range(of: "...") else { throw Refusal.notFound }
        let from = String(words[..<dots.lowerBound])
        let to = String(words[dots.upperBound...])
        guard let base = state.tip(from, in: repository), let head = state.tip(to, in: repository) else {
            throw Refusal.notFound
        }
        guard let middle = state.git.mergeBase(base, head, in: repository.directory) else {
            throw Refusal(
                status: 404, message: "No common ancestor between \(from) and \(to).")
        }
        let diff = state.git.diff(middle, head, in: repository.directory)
        if call.media == .diff { return try call.text(of: diff, limits: state.limits) }
        let ahead = state.git.commits(from: base, to: head, in: repository.directory)
        let behind = state.git.commits(from: head, to: base, in: repository.directory).count
        func json(_ sha: String) -> JSON {
            state.git.record(sha, in: repository.directory).map { state.json($0, in: repository) } ?? .null
        }
        let status = ahead.isEmpty ? (behind == 0 ? "identical" : "behind") : (behind == 0 ? "ahead" : "diverged")
        let address = "\(state.api(repository))/compare/\(words)"
        let html = "\(state.html(repository))/compare/\(words)"
        let paging = Paging(call.request)
        let isPaged = call.request.parameter("page") != nil || call.request.parameter("per_page") != nil
        let commits = isPaged ? Array(paging.slice(ahead)) : Array(ahead.suffix(state.limits.listedCommits))
        var body: JSON = [
            "url": .string(address), "html_url": .string(html), "permalink_url": .string(html),
            "diff_url": .string(html + ".diff"), "patch_url": .string(html + ".patch"), "base_commit": json(base),
            "merge_base_commit": json(middle), "status": .string(status), "ahead_by": .integer(ahead.count),
            "behind_by": .integer(behind), "total_commits": .integer(ahead.count),
            "commits": .array(commits.map(json)),
        ]
        // The files are on the first page only.
        if paging.page == 1 {
            let files = Array(diff.files.prefix(state.limits.comparedFiles))
            body = body.adding(["files": .array(state.json(files: files, at: head, in: repository))])
        }
        let path = "\(state.addresses.api)/repositories/\(repository.id)/compare/\(words)"
        let link = isPaged ? paging.link(of: ahead.count, at: path, call.request) : nil
        return call.json(body, headers: link.map { [$0] } ?? [])
    }
}

extension WorldState {
    /// A commit by a name that may say whose it is: `branch`, `owner:branch`, `owner:repository:branch`.
    fileprivate func tip(_ name: String, in repository: Repository) -> String? {
        let words = name.split(separator: ":", maxSplits: 2).map(String.init)
        guard words.count > 1 else { return git.commit(name, in: repository.directory) }
        let other = repositories.first { candidate in
            candidate.owner.lowercased() == words[0].lowercased()
                && (words.count == 3
                    ? candidate.name.lowercased() == words[1].lowercased()
                    : candidate.id == repository.id || candidate.parent == repository.id)
        }
        guard let other, let last = words.last else { return nil }
        return git.commit(last, in: other.directory)
    }
}

extension Call {
    /// The commit that a value of the path names.
    func commit(_ name: String, in state: WorldState, _ repository: Repository) throws(Refusal) -> String {
        guard let sha = state.git.commit(text(name), in: repository.directory) else {
            throw Refusal(status: 422, message: "No commit found for SHA: \(text(name))")
        }
        return sha
    }

    /// The diff media type, within its limits.
    func text(of diff: TreeDiff, limits: ServiceLimits) throws(Refusal) -> Reply {
        func tooLarge(_ what: String) -> Refusal {
            Refusal(
                status: 406, message: "Sorry, the diff exceeded the maximum number of \(what)",
                errors: [Refusal.error("PullRequest", "diff", "too_large")])
        }
        if diff.files.count > limits.diffFiles {
            throw tooLarge(
                "files (\(limits.diffFiles)). Consider using 'List pull requests files' API or locally cloning the repository instead."
            )
        }
        if diff.lines > limits.diffLines { throw tooLarge("lines (\(limits.diffLines))") }
        return Reply(contentType: "application/vnd.github.v3.diff; charset=utf-8", body: diff.text)
    }
}
