import ModelServer

extension WorldState {
    func json(_ run: CheckRun, in repository: Repository) -> JSON {
        let address = "\(api(repository))/check-runs/\(run.id)"
        let html = "\(html(repository))/runs/\(run.id)"
        return [
            "id": .integer(run.id), "name": .string(run.name), "node_id": nodeID("CR", run.id),
            "head_sha": .string(run.commit), "external_id": .string(run.externalID ?? ""),
            "url": .string(address), "html_url": .string(html), "details_url": .string(run.detailsURL ?? html),
            "status": .string(run.status), "conclusion": .orNull(run.conclusion),
            "started_at": .orNull(run.startedAt), "completed_at": .orNull(run.completedAt),
            "output": [
                "title": .orNull(run.title), "summary": .orNull(run.summary), "text": .orNull(run.text),
                "annotations_count": .integer(run.annotations.count),
                "annotations_url": .string(address + "/annotations"),
            ],
            "check_suite": ["id": .integer(run.suite)], "app": app(run.app).map { json($0) } ?? .null,
            "pull_requests": json(pullsAt: run.commit, in: repository),
        ]
    }

    func json(pullsAt commit: String, in repository: Repository) -> JSON {
        .array(
            pulls.filter { $0.repository == repository.id && $0.headCommit == commit && $0.isOpen }
                .map { json(minimal: $0, in: repository) })
    }

    func json(_ annotation: Annotation, of run: CheckRun, in repository: Repository) -> JSON {
        let path = Percent.encode(annotation.path, also: "/")
        return [
            "path": .string(annotation.path),
            "blob_href": .string("\(html(repository))/blob/\(run.commit)/\(path)"),
            "start_line": .integer(annotation.startLine), "start_column": .orNull(annotation.startColumn),
            "end_line": .integer(annotation.endLine), "end_column": .orNull(annotation.endColumn),
            "annotation_level": .string(annotation.level), "title": .orNull(annotation.title),
            "message": .string(annotation.message), "raw_details": .orNull(annotation.details),
        ]
    }

    func json(_ suite: CheckSuite, in repository: Repository) -> JSON {
        let runs = checkRuns.filter { $0.suite == suite.id }
        let isDone = !runs.isEmpty && runs.allSatisfy { $0.status == "completed" }
        let failed = runs.first { $0.conclusion == "failure" }?.conclusion
        let commit = git.record(suite.commit, in: repository.directory)
        return [
            "id": .integer(suite.id), "node_id": nodeID("CS", suite.id), "head_branch": .orNull(suite.branch),
            "head_sha": .string(suite.commit),
            "status": .string(isDone ? "completed" : runs.isEmpty ? "queued" : "in_progress"),
            "conclusion": isDone ? .orNull(failed ?? runs.last?.conclusion) : .null,
            "url": .string("\(api(repository))/check-suites/\(suite.id)"),
            "before": .orNull(commit?.parents.first), "after": .string(suite.commit),
            "pull_requests": json(pullsAt: suite.commit, in: repository),
            "app": app(suite.app).map { json($0) } ?? .null, "repository": json(repository),
            "created_at": .time(suite.createdAt), "updated_at": .time(suite.createdAt),
            "head_commit": commit.map { json(simple: $0) } ?? .null,
            "latest_check_runs_count": .integer(runs.count),
            "check_runs_url": .string("\(api(repository))/check-suites/\(suite.id)/check-runs"),
            "rerequestable": true, "runs_rerequestable": true,
        ]
    }

    func json(simple commit: CommitRecord) -> JSON {
        [
            "id": .string(commit.sha), "tree_id": .string(commit.tree), "message": .string(commit.message),
            "timestamp": .string(commit.committer.date),
            "author": ["name": .string(commit.author.name), "email": .string(commit.author.email)],
            "committer": ["name": .string(commit.committer.name), "email": .string(commit.committer.email)],
        ]
    }

    func json(_ status: CommitStatus, in repository: Repository) -> JSON {
        [
            "url": .string("\(api(repository))/statuses/\(status.commit)"), "avatar_url": .null,
            "id": .integer(status.id), "node_id": nodeID("SC", status.id), "state": .string(status.state),
            "description": .orNull(status.description), "target_url": .orNull(status.targetURL),
            "context": .string(status.context), "created_at": .time(status.createdAt),
            "updated_at": .time(status.createdAt), "creator": json(account: status.author),
        ]
    }
}
