import Domain

/// The check run of a review. Only an App can have one.
struct CheckWriter: Sendable {
    private enum Step {
        static let begun = "check"
        static let completed = "check.completed"
    }

    /// GitHub takes so many a request (docs.github.com, "Update a check run").
    private static let annotationsAtOnce = 50

    let forge: GitHubForge
    /// Names the review, and is the run's `external_id`.
    let key: String
    let address: ChangeAddress
    let head: String
    let log: any PublicationLog

    private var path: String { "/repos/\(address.repository)/check-runs" }
    private var access: APIAccess { forge.access(address) }

    /// The run of this review, made where there is none yet.
    func begin() async throws -> Int64 {
        if let known = try await known() { return known }
        let call = APICall.create(
            path,
            Run(name: forge.settings.checkName, head_sha: head, external_id: key, status: "in_progress"), as: access)
        let id = try await forge.reconciliation.once(find: find) { () async throws(APIFailure) in
            try await forge.connection.send(call).decoded(WireID.self).id
        }
        try await log.record(Step.begun, String(id), of: key)
        return id
    }

    /// The run of this review, if there is one.
    func existing() async throws -> Int64? {
        if let known = try await known() { return known }
        return try await find()
    }

    func complete(_ id: Int64, _ check: DraftCheck, _ notes: inout [String]) async throws {
        guard try await log.steps(of: key)[Step.completed] == nil else { return }
        do throws(APIFailure) {
            try await write(id, check)
        } catch {
            guard error.isRefused, !check.annotations.isEmpty else { throw error }
            notes.append("the annotations were refused and left out: \(error.error.message)")
            var bare = check
            bare.annotations = []
            try await write(id, bare)
        }
        try await log.record(Step.completed, String(id), of: key)
    }

    private func known() async throws -> Int64? {
        try await log.steps(of: key)[Step.begun].flatMap { Int64($0) }
    }

    private func find() async throws(APIFailure) -> Int64? {
        var query = [("check_name", forge.settings.checkName), ("filter", "all")]
        if case .app(let id, _) = forge.settings.credential { query.append(("app_id", String(id))) }
        let runs = try await forge.connection.list(
            WireRuns.self, "/repos/\(address.repository)/commits/\(head)/check-runs", query, as: access
        ) { $0.check_runs }
        return runs.first { $0.external_id == key }?.id
    }

    // MARK: The end of it

    /// Annotations are added by every request that holds some; how many have arrived, the run itself tells.
    private func write(_ id: Int64, _ check: DraftCheck) async throws(APIFailure) {
        let all = check.annotations
        var arrived = all.isEmpty ? 0 : min(try await state(of: id).arrived, all.count)
        repeat {
            let batch = all[arrived..<min(arrived + Self.annotationsAtOnce, all.count)]
            let end = arrived + batch.count
            let isLast = end == all.count
            let call = APICall.patch(
                "\(path)/\(id)", update(check, batch, isLast: isLast), as: access,
                effect: batch.isEmpty ? .repeatable : .once)
            let find = { () async throws(APIFailure) -> Bool? in
                let state = try await state(of: id)
                return state.arrived >= end && (!isLast || state.isCompleted) ? true : nil
            }
            _ = try await forge.reconciliation.made(find: find) { () async throws(APIFailure) in
                _ = try await forge.connection.send(call)
                return true
            }
            arrived = end
        } while arrived < all.count
    }

    private func state(of id: Int64) async throws(APIFailure) -> (arrived: Int, isCompleted: Bool) {
        let run = try await forge.connection.get(WireRun.self, "\(path)/\(id)", as: access)
        return (max(0, run.output?.annotations_count ?? 0), run.status == "completed")
    }

    private func update(_ check: DraftCheck, _ batch: ArraySlice<DraftCheck.Annotation>, isLast: Bool) -> Update {
        Update(
            status: isLast ? "completed" : "in_progress", conclusion: isLast ? check.conclusion.rawValue : nil,
            output: Update.Output(
                title: BodyText.line(check.title, atMost: 250), summary: BodyText.fit(check.summary, bytes: 65_535),
                annotations: batch.isEmpty ? nil : batch.map(Update.Annotation.init)))
    }

    private struct WireRun: Decodable, Sendable {
        struct Output: Decodable, Sendable {
            var annotations_count: Int?
        }

        var id: Int64
        var external_id: String?
        var status: String?
        var output: Output?
    }

    private struct WireRuns: Decodable, Sendable {
        var check_runs: [WireRun]
    }

    private struct Run: Encodable {
        var name: String
        var head_sha: String
        var external_id: String
        var status: String
    }

    private struct Update: Encodable {
        struct Output: Encodable {
            var title: String
            var summary: String
            var annotations: [Annotation]?
        }

        struct Annotation: Encodable {
            var path: String
            var start_line: Int
            var end_line: Int
            var annotation_level: String
            var title: String
            var message: String

            init(_ annotation: DraftCheck.Annotation) {
                path = annotation.path
                start_line = max(1, annotation.startLine)
                end_line = max(start_line, annotation.endLine)
                annotation_level = annotation.level.rawValue
                title = annotation.title.bounded(to: 255)
                message = annotation.message.bounded(to: 64_000)
            }
        }

        var status: String
        var conclusion: String?
        var output: Output
    }
}
