extension World {
    /// Opens a pull request from a branch, of a fork if one is named.
    @discardableResult
    package func openPull(
        in name: String, from head: String, of fork: String? = nil, into base: String = "main",
        title: String = "A change", body: String? = nil, author: String = "octocat", isDraft: Bool = false
    ) throws -> PullRequest {
        let now = clock.now()
        let target = try repository(name)
        let source = try fork.map { try repository($0) } ?? target
        let baseCommit = try tip(base, of: name)
        let headCommit = try tip(head, of: fork ?? name)
        let pull = use { state in
            state.ensure(account: author)
            let number = state.repository(target.id)?.nextNumber ?? 1
            state.change(repository: target.id) { $0.nextNumber += 1 }
            let pull = PullRequest(
                id: state.nextID(), number: number, repository: target.id, title: title, body: body,
                author: author, isDraft: isDraft, base: base, baseCommit: baseCommit, head: head,
                headCommit: headCommit, headRepository: source.id, headOwner: source.owner, createdAt: now,
                updatedAt: now)
            state.pulls.append(pull)
            return pull
        }
        try bring(head, of: source, to: pull, in: target)
        return pull
    }

    /// Makes a pull request see its branch as it is now, as a push does.
    @discardableResult
    package func push(_ number: Int, in name: String) throws -> PullRequest {
        let (target, pull) = try use { state throws(WorldError) in try state.pull(number, in: name) }
        guard let source = use({ state in pull.headRepository.flatMap { state.repository($0) } }) else {
            throw WorldError("the head's repository is gone")
        }
        let headCommit = try tip(pull.head, of: source.fullName)
        let baseCommit = try tip(pull.base, of: name)
        try bring(pull.head, of: source, to: pull, in: target)
        let now = clock.now()
        return try change(number, in: name) { pull in
            pull.previousHead = pull.headCommit
            pull.headCommit = headCommit
            pull.baseCommit = baseCommit
            pull.updatedAt = now
        }
    }

    /// The repository of the target holds the head under `refs/pull/N/head`, wherever it was pushed.
    private func bring(
        _ branch: String, of source: Repository, to pull: PullRequest, in target: Repository
    ) throws {
        let git = GitCommand(directory: target.directory)
        let reference = "refs/pull/\(pull.number)/head"
        if source.id == target.id {
            _ = try git.output("update-ref", reference, "refs/heads/\(branch)")
            return
        }
        _ = try git.output(
            "fetch", "--quiet", "--no-write-fetch-head", source.directory,
            "+refs/heads/\(branch):\(reference)")
    }

    @discardableResult
    package func change(
        _ number: Int, in name: String, _ body: (inout PullRequest) -> Void
    ) throws -> PullRequest {
        try use { state in
            let id = try state.pull(number, in: name).1.id
            state.change(pull: id, body)
            return try state.pull(number, in: name).1
        }
    }

    @discardableResult
    package func close(_ number: Int, in name: String) throws -> PullRequest {
        let now = clock.now()
        return try change(number, in: name) { pull in
            pull.isOpen = false
            pull.closedAt = now
        }
    }

    @discardableResult
    package func reopen(_ number: Int, in name: String) throws -> PullRequest {
        try change(number, in: name) { pull in
            pull.isOpen = true
            pull.closedAt = nil
        }
    }

    /// Marks it merged by its head, without touching the base branch.
    @discardableResult
    package func merge(_ number: Int, in name: String, by login: String) throws -> PullRequest {
        let now = clock.now()
        return try change(number, in: name) { pull in
            pull.isOpen = false
            pull.closedAt = now
            pull.mergedAt = now
            pull.mergedBy = login
            pull.mergeCommit = pull.headCommit
        }
    }

    @discardableResult
    package func lock(_ number: Int, in name: String, reason: String? = nil) throws -> PullRequest {
        try change(number, in: name) { pull in
            pull.isLocked = true
            pull.lockReason = reason
        }
    }

    /// Puts a label on, which the repository gets if it has it not.
    package func label(_ number: Int, in name: String, _ label: String) throws {
        try use { state throws(WorldError) in
            let (repository, pull) = try state.pull(number, in: name)
            if repository.label(label) == nil {
                let new = Label(id: state.nextID(), name: label, color: "ededed", description: nil)
                state.change(repository: repository.id) { $0.labels.append(new) }
            }
            state.change(pull: pull.id) { $0.labels.append(label) }
        }
    }

    package func pull(_ number: Int, in name: String) throws -> PullRequest {
        try use { state throws(WorldError) in try state.pull(number, in: name).1 }
    }
}

extension World {
    /// An issue that is no pull request.
    @discardableResult
    package func openIssue(in name: String, title: String = "A wish", author: String = "octocat") throws -> Issue {
        let now = clock.now()
        return try use { state throws(WorldError) in
            let repository = try state.repository(named: name)
            state.ensure(account: author)
            state.change(repository: repository.id) { $0.nextNumber += 1 }
            let issue = Issue(
                id: state.nextID(), number: repository.nextNumber, repository: repository.id, title: title,
                body: nil, author: author, createdAt: now, updatedAt: now)
            state.issues.append(issue)
            return issue
        }
    }

    /// A number that was an issue's: the service answers 410.
    package func deleteIssue(_ number: Int, in name: String) throws {
        try use { state throws(WorldError) in
            let repository = try state.repository(named: name)
            state.issues.removeAll { $0.repository == repository.id && $0.number == number }
            state.goneIssues.insert(GoneIssue(repository: repository.id, number: number))
        }
    }
}
