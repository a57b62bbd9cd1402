import ModelServer

extension Operation {
    private static let one = "/repos/{owner}/{repo}/check-runs/{check_run_id}"

    static let checkOperations: [Operation] = [
        Operation(
            "checks/create", "POST", "/repos/{owner}/{repo}/check-runs",
            Need.write("checks", isForApps: true), page: "checks/runs#create-a-check-run", resource: "CheckRun",
            body: BodyRules.checkCreation, create),
        Operation("checks/get", "GET", one, Need.read("checks"), page: "checks/runs#get-a-check-run") {
            call, state throws(Refusal) in
            let (repository, run) = try call.checkRun(in: state)
            return call.json(state.json(run, in: repository))
        },
        Operation(
            "checks/update", "PATCH", one, Need.write("checks", isForApps: true),
            page: "checks/runs#update-a-check-run", resource: "CheckRun", body: BodyRules.checkUpdate
        ) { call, state throws(Refusal) in
            let (repository, run) = try call.checkRun(in: state)
            // Another App's runs can only be read.
            if run.app != call.actor.app(in: state)?.id {
                throw Refusal.forbidden(
                    "Invalid app_id `\(run.app)` - check run can only be modified by the GitHub App that created it.")
            }
            var changed = run
            try apply(call, to: &changed)
            if let index = state.checkRuns.firstIndex(where: { $0.id == run.id }) {
                state.checkRuns[index] = changed
            }
            return call.json(state.json(changed, in: repository))
        },
        Operation(
            "checks/list-annotations", "GET", one + "/annotations", Need.read("checks"),
            page: "checks/runs#list-check-run-annotations"
        ) { call, state throws(Refusal) in
            let (repository, run) = try call.checkRun(in: state)
            return call.list(run.annotations, in: state) { state.json($0, of: run, in: repository) }
        },
        Operation(
            "checks/list-for-ref", "GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", Need.read("checks"),
            page: "checks/runs#list-check-runs-for-a-git-reference"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let sha = try call.commit("ref", in: state, repository)
            let app = call.request.parameter("app_id").flatMap { Int($0) }
            let runs = state.checkRuns.filter {
                $0.repository == repository.id && $0.commit == sha && (app == nil || $0.app == app)
            }
            return call.list(runs: runs, in: state, repository)
        },
        Operation(
            "checks/list-for-suite", "GET", "/repos/{owner}/{repo}/check-suites/{check_suite_id}/check-runs",
            Need.read("checks"), page: "checks/runs#list-check-runs-in-a-check-suite"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let id = call.number("check_suite_id")
            guard state.checkSuites.contains(where: { $0.id == id && $0.repository == repository.id }) else {
                throw Refusal.notFound
            }
            return call.list(runs: state.checkRuns.filter { $0.suite == id }, in: state, repository)
        },
        Operation(
            "checks/list-suites-for-ref", "GET", "/repos/{owner}/{repo}/commits/{ref}/check-suites",
            Need.read("checks"), page: "checks/suites#list-check-suites-for-a-git-reference"
        ) { call, state throws(Refusal) in
            let repository = try call.repository(in: state)
            let sha = try call.commit("ref", in: state, repository)
            let list = state.checkSuites.filter { $0.repository == repository.id && $0.commit == sha }
            return call.list(
                list, in: state, wrap: { ["total_count": .integer($0), "check_suites": $1] },
                { state.json($0, in: repository) })
        },
    ]

    private static func create(_ call: Call, _ state: inout WorldState) throws(Refusal) -> Reply {
        let repository = try call.repository(in: state)
        guard let app = call.actor.app(in: state) else { throw Refusal.notAccessible }
        let wanted = call.body["head_sha"]?.text ?? ""
        guard GitStore.isObjectName(wanted), state.git.record(wanted, in: repository.directory) != nil else {
            throw Refusal(status: 422, message: "No commit found for SHA: \(wanted)")
        }
        let suite = state.suite(of: app.id, on: wanted, repository, now: call.now)
        var run = CheckRun(
            id: state.nextID(), repository: repository.id, suite: suite, app: app.id, name: "", commit: wanted,
            status: "queued", startedAt: Timestamp.text(call.now))
        try apply(call, to: &run)
        state.checkRuns.append(run)
        return call.json(state.json(run, in: repository), status: 201)
    }

    private static func apply(_ call: Call, to run: inout CheckRun) throws(Refusal) {
        let body = call.body
        if let name = body["name"]?.text {
            if name.isEmpty { throw Refusal.validation("CheckRun", "name", "missing_field") }
            run.name = name
        }
        for field in ["started_at", "completed_at"] {
            if let text = body[field]?.text, Timestamp.seconds(text) == nil {
                throw Refusal(
                    status: 422, message: "Invalid request.\n\n\"\(text)\" is not a valid date-time.",
                    errors: [Refusal.error("CheckRun", field, "invalid")])
            }
        }
        if let address = body["details_url"]?.text, !address.hasPrefix("http://"), !address.hasPrefix("https://") {
            throw Refusal(
                status: 422, message: "Validation Failed",
                errors: [
                    Refusal.error("CheckRun", "details_url", "custom", "details_url must use http or https scheme")
                ])
        }
        let conclusion = body["conclusion"]?.text
        // Runs grow stale by the service's own doing.
        if conclusion == "stale" { throw Refusal.validation("CheckRun", "conclusion", "invalid") }
        if body["status"]?.text == "completed", conclusion == nil, run.conclusion == nil {
            throw Refusal(
                status: 422, message: "Invalid request.\n\n\"conclusion\" wasn't supplied.",
                errors: [Refusal.error("CheckRun", "conclusion", "missing_field")])
        }
        if let status = body["status"]?.text, status != "completed", conclusion == nil {
            run.conclusion = nil
            run.completedAt = nil
        }
        run.status = body["status"]?.text ?? run.status
        // A conclusion completes the run, whatever status is given.
        if let conclusion {
            run.status = "completed"
            run.conclusion = conclusion
        }
        run.startedAt = body["started_at"]?.text ?? run.startedAt
        run.completedAt =
            run.status == "completed"
            ? body["completed_at"]?.text ?? run.completedAt ?? Timestamp.text(call.now) : nil
        run.detailsURL = body["details_url"]?.text ?? run.detailsURL
        run.externalID = body["external_id"]?.text ?? run.externalID
        guard let output = body["output"] else { return }
        run.title = output["title"]?.text ?? run.title
        run.summary = output["summary"]?.text ?? run.summary
        run.text = output["text"]?.text ?? run.text
        // Annotations of later requests are added to those before.
        for item in output["annotations"]?.items ?? [] { run.annotations.append(try Annotation(item)) }
    }
}

extension Annotation {
    fileprivate init(_ item: JSON) throws(Refusal) {
        path = item["path"]?.text ?? ""
        startLine = item["start_line"]?.whole ?? 0
        endLine = item["end_line"]?.whole ?? 0
        startColumn = item["start_column"]?.whole
        endColumn = item["end_column"]?.whole
        level = item["annotation_level"]?.text ?? ""
        message = item["message"]?.text ?? ""
        title = item["title"]?.text
        details = item["raw_details"]?.text
        func invalid(_ field: String, _ message: String) -> Refusal {
            .validation("CheckAnnotation", field, "custom", "\(field) \(message)")
        }
        if path.isEmpty { throw invalid("path", "can't be blank") }
        if message.isEmpty { throw invalid("message", "can't be blank") }
        if startLine < 1 { throw invalid("start_line", "must be greater than 0") }
        if endLine < startLine { throw invalid("end_line", "must be greater than or equal to start_line") }
        // Columns have a meaning on one line only.
        if startColumn != nil || endColumn != nil, startLine != endLine {
            throw invalid("start_column", "cannot be set when start_line and end_line have different values")
        }
    }
}

extension WorldState {
    mutating func suite(of app: Int, on commit: String, _ repository: Repository, now: Int) -> Int {
        let known = checkSuites.first {
            $0.app == app && $0.commit == commit && $0.repository == repository.id
        }
        if let known { return known.id }
        let branch = pulls.first { $0.repository == repository.id && $0.headCommit == commit }?.head
        let suite = CheckSuite(
            id: nextID(), repository: repository.id, app: app, commit: commit, branch: branch, createdAt: now)
        checkSuites.append(suite)
        return suite.id
    }
}

extension Call {
    fileprivate func checkRun(in state: WorldState) throws(Refusal) -> (Repository, CheckRun) {
        let repository = try repository(in: state)
        let run = state.checkRuns.first { $0.id == number("check_run_id") && $0.repository == repository.id }
        guard let run else { throw Refusal.notFound }
        return (repository, run)
    }

    /// Only the newest of each name, unless all are asked for.
    fileprivate func list(runs: [CheckRun], in state: WorldState, _ repository: Repository) -> Reply {
        var shown = runs.reversed().filter { run in
            (request.parameter("check_name").map { $0 == run.name } ?? true)
                && (request.parameter("status").map { $0 == run.status } ?? true)
        }
        if request.parameter("filter") != "all" {
            var seen: Set<String> = []
            shown = shown.filter { seen.insert("\($0.app) \($0.name)").inserted }
        }
        return list(
            shown, in: state, wrap: { ["total_count": .integer($0), "check_runs": $1] },
            { state.json($0, in: repository) })
    }
}
