import Domain

/// Writes comments in the conversation and answers in threads, each once.
struct CommentWriter: Sendable {
    private struct Body: Encodable {
        var body: String
    }

    private static let summaryStep = "summary"

    let forge: GitHubForge
    let address: ChangeAddress
    let identity: ForgeIdentity
    let log: any PublicationLog

    private var issuePath: String { "/repos/\(address.repository)/issues" }
    private var access: APIAccess { forge.access(address) }

    /// The summary comment, one for a change.
    ///
    /// - Parameters:
    ///   - text: nil: nothing is written unless there is such a comment.
    ///   - tail: what must be said in any case, below.
    /// - Returns: its number; nil when there is none.
    func summary(
        _ text: String?, whenPresent: String, tail: String, _ notes: inout [String]
    ) async throws -> Int64? {
        let mark = forge.markers.mark(.summary, address.key)
        let body = Body(body: BodyText.fit(text ?? whenPresent, tail: tail, mark: forge.markers.text(mark)))
        let stored = try await log.steps(of: address.key)[Self.summaryStep].flatMap { Int64($0) }
        if let stored, try await edit(stored, body) { return stored }
        let comments = try await conversation()
        if comments.forged > 0 { notes.append("\(comments.forged) marks that are not ours stand in the conversation") }
        for found in comments.own where found.marks.contains(mark) {
            guard try await edit(found.comment.id, body) else { continue }
            try await log.record(Self.summaryStep, String(found.comment.id), of: address.key)
            return found.comment.id
        }
        guard text != nil || !tail.isEmpty else { return nil }
        let id = try await create(body, mark)
        try await log.record(Self.summaryStep, String(id), of: address.key)
        return id
    }

    /// A comment in the conversation.
    func write(_ text: String, _ mark: Markers.Mark) async throws(APIFailure) -> Int64 {
        let body = Body(body: BodyText.fit(text, mark: forge.markers.text(mark)))
        if let there = try await conversation().first(mark) { return there.comment.id }
        return try await create(body, mark)
    }

    /// An answer in the thread that a comment at a line began.
    func answer(_ thread: Int64, _ text: String, _ mark: Markers.Mark) async throws(APIFailure) -> Int64 {
        let body = Body(body: BodyText.fit(text, mark: forge.markers.text(mark)))
        let path = "\(forge.pullPath(address))/comments"
        let find = { () async throws(APIFailure) -> Int64? in
            let comments = try await forge.connection.list(WireComment.self, path, as: access)
            return OwnComments(comments, of: identity, markers: forge.markers).first(mark)?.comment.id
        }
        return try await forge.reconciliation.once(find: find) { () async throws(APIFailure) in
            try await forge.connection.send(.create("\(path)/\(thread)/replies", body, as: access))
                .decoded(WireID.self).id
        }
    }

    /// False when the comment is gone.
    private func edit(_ id: Int64, _ body: Body) async throws(APIFailure) -> Bool {
        do throws(APIFailure) {
            _ = try await forge.connection.send(.patch("\(issuePath)/comments/\(id)", body, as: access))
            return true
        } catch {
            if error.isNotFound { return false }
            throw error
        }
    }

    private func create(_ body: Body, _ mark: Markers.Mark) async throws(APIFailure) -> Int64 {
        let find = { () async throws(APIFailure) -> Int64? in try await conversation().first(mark)?.comment.id }
        return try await forge.reconciliation.made(find: find) { () async throws(APIFailure) in
            try await forge.connection.send(.create("\(issuePath)/\(address.number)/comments", body, as: access))
                .decoded(WireID.self).id
        }
    }

    private func conversation() async throws(APIFailure) -> OwnComments {
        let comments = try await forge.connection.list(
            WireComment.self, "\(issuePath)/\(address.number)/comments", as: access)
        return OwnComments(comments, of: identity, markers: forge.markers)
    }
}
