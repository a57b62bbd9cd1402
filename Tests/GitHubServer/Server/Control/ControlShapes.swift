import ModelServer

extension RefusedRequest {
    var json: JSON {
        [
            "operation": .string(operation), "method": .string(method), "path": .string(path),
            "status": .integer(status), "message": .string(message), "body": .string(requestBody),
        ]
    }
}

extension Delivery {
    var json: JSON {
        [
            "guid": .string(guid), "event": .string(event), "action": .orNull(action),
            "attempts": .array(
                attempts.map { attempt in
                    [
                        "status": .integer(attempt.status), "answer": .string(attempt.answer),
                        "at": .time(attempt.at), "redelivery": .bool(attempt.isRedelivery),
                    ]
                }),
        ]
    }
}

extension World {
    var hasHook: Bool { use { $0.hearingApp?.webhookURL != nil } }

    /// Everything that was posted on a pull request, as the API shows it.
    func posted(on number: Int, in name: String) throws -> JSON {
        try use { state throws(WorldError) in
            let (repository, pull) = try state.pull(number, in: name)
            let reviews = state.reviews.filter { $0.pull == pull.id }
            let comments = state.reviewComments.filter { $0.pull == pull.id }
            let said = state.issueComments.filter { $0.repository == repository.id && $0.number == number }
            let commits = Set(state.commits(of: pull) + [pull.headCommit])
            let runs = state.checkRuns.filter { $0.repository == repository.id && commits.contains($0.commit) }
            let statuses = state.statuses.filter {
                $0.repository == repository.id && commits.contains($0.commit)
            }
            return [
                "reviews": .array(reviews.map { state.json($0, of: pull, in: repository) }),
                "review_comments": .array(comments.map { state.json($0, of: pull, in: repository) }),
                "comments": .array(said.map { state.json($0, in: repository) }),
                "check_runs": .array(
                    runs.map { run in
                        state.json(run, in: repository).adding([
                            "annotations": .array(run.annotations.map { state.json($0, of: run, in: repository) })
                        ])
                    }), "statuses": .array(statuses.map { state.json($0, in: repository) }),
                "labels": state.json(labels: pull.labels, in: repository),
            ]
        }
    }
}
