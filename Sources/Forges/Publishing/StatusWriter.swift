import Domain

/// The commit status of a review, where a personal token cannot have a check run. Statuses cannot be taken back: the
/// newest of a context counts.
struct StatusWriter: Sendable {
    private enum Step {
        static let begun = "status"
        static let completed = "status.completed"
    }

    private enum State: String, Encodable { case pending, success, failure }

    private struct Status: Encodable {
        var state: State
        var context: String
        var description: String
    }

    private struct WireStatus: Decodable, Sendable {
        var state: String
        var context: String
        var description: String?
        var creator: WireAccount?
    }

    let forge: GitHubForge
    /// Names the review.
    let key: String
    let address: ChangeAddress
    let head: String
    let identity: ForgeIdentity
    let log: any PublicationLog

    private var access: APIAccess { forge.access(address) }

    func begin() async throws {
        guard try await log.steps(of: key)[Step.begun] == nil else { return }
        try await write(.pending, "The review is under way")
        try await log.record(Step.begun, State.pending.rawValue, of: key)
    }

    /// `neutral` has no counterpart. A green status would say that all was reviewed: none is written, and one that says
    /// "under way" is changed to say why there is no end.
    func complete(_ check: DraftCheck) async throws {
        guard try await log.steps(of: key)[Step.completed] == nil else { return }
        switch check.conclusion {
        case .success: try await write(.success, check.title)
        case .failure: try await write(.failure, check.title)
        case .neutral:
            if try await newest() != nil { try await write(.pending, check.title) }
        }
        try await log.record(Step.completed, check.conclusion.rawValue, of: key)
    }

    private func write(_ state: State, _ description: String) async throws(APIFailure) {
        let status = Status(
            state: state, context: forge.settings.checkName, description: BodyText.line(description, atMost: 140))
        let find = { () async throws(APIFailure) -> Bool? in
            let newest = try await newest()
            return newest?.state == status.state.rawValue && newest?.description == status.description ? true : nil
        }
        _ = try await forge.reconciliation.once(find: find) { () async throws(APIFailure) in
            _ = try await forge.connection.send(
                .create("/repos/\(address.repository)/statuses/\(head)", status, as: access))
            return true
        }
    }

    /// Our newest status at this commit; the forge lists the newest first.
    private func newest() async throws(APIFailure) -> WireStatus? {
        let statuses = try await forge.connection.list(
            WireStatus.self, "/repos/\(address.repository)/commits/\(head)/statuses", as: access)
        return statuses.first { status in
            status.context == forge.settings.checkName
                && (status.creator.map { identity.isAccount(of: $0.actor) } ?? false)
        }
    }
}
