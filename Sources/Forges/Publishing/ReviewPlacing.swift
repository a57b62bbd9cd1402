import Domain

/// Creates the pending review. One comment at a line that GitHub does not take makes it refuse them all and without
/// saying which: then the bad ones are found by halving, and the others are written.
struct ReviewPlacing: Sendable {
    enum Result: Sendable {
        /// The pending review, nil where nothing is left to say; and the identities of what has no place.
        case placed(Int64?, refused: Set<String>)
        /// There is a pending review of the account, which GitHub allows one of.
        case blocked
    }

    private enum Attempt: Sendable {
        case created(Int64)
        case refused(APIFailure)
        case blocked
    }

    /// Reviews that are tried for finding bad places, before the rest is given up.
    private static let maxTrials = 40

    let writer: ReviewWriter
    private var forge: GitHubForge { writer.forge }
    private var draft: Draft { writer.draft }

    init(writer: ReviewWriter) {
        self.writer = writer
    }

    func place(_ comments: [DraftComment]) async throws -> Result {
        switch try await create(comments) {
        case .created(let id): return .placed(id, refused: [])
        case .blocked: return .blocked
        case .refused(let failure):
            guard !comments.isEmpty else { throw failure }
        }
        // A push in this moment makes every line a wrong one.
        try await writer.authorOfUnmovedChange()
        var trials = Self.maxTrials
        let good = try await good(among: comments[...], &trials)
        let refused = Set(comments.map(\.identity)).subtracting(good.map(\.identity))
        try await writer.record(refused: refused)
        if good.isEmpty && draft.reviewBody.isEmpty { return .placed(nil, refused: refused) }
        switch try await create(good) {
        case .created(let id): return .placed(id, refused: refused)
        case .blocked: return .blocked
        case .refused(let failure): throw failure
        }
    }

    /// Of comments that were refused together, those that are taken.
    private func good(among comments: ArraySlice<DraftComment>, _ trials: inout Int) async throws -> [DraftComment] {
        guard comments.count > 1 else { return [] }
        let middle = comments.startIndex + comments.count / 2
        let left = comments[..<middle]
        let right = comments[middle...]
        if try await isTaken(left, &trials) {
            // Then the fault is on the right.
            return try await Array(left) + good(among: right, &trials)
        }
        let goodLeft = try await good(among: left, &trials)
        let goodRight = try await isTaken(right, &trials) ? Array(right) : good(among: right, &trials)
        return goodLeft + goodRight
    }

    private func isTaken(_ comments: ArraySlice<DraftComment>, _ trials: inout Int) async throws -> Bool {
        guard trials > 0 else { return false }
        trials -= 1
        for _ in 0..<2 {
            switch try await create(Array(comments)) {
            case .created(let id):
                try await writer.delete(id)
                return true
            case .refused: return false
            case .blocked:
                for review in try await writer.ownReviews().own where review.comment.state == "PENDING" {
                    try await writer.delete(review.comment.id)
                }
            }
        }
        return false
    }

    private struct Review: Encodable {
        struct Comment: Encodable {
            var path: String
            var body: String
            var line: Int
            var side: String
            var start_line: Int?
            var start_side: String?
        }

        var commit_id: String
        var body: String
        var comments: [Comment]
    }

    private func create(_ comments: [DraftComment]) async throws(APIFailure) -> Attempt {
        let review = Review(
            commit_id: draft.head,
            body: BodyText.fit(draft.reviewBody, mark: forge.markers.text(writer.mark)),
            comments: comments.map(wire))
        let call = APICall.create(forge.pullPath(draft.address) + "/reviews", review, as: forge.access(draft.address))
        let find = { () async throws(APIFailure) -> Int64? in
            for review in try await writer.ownReviews().own where review.comment.state == "PENDING" {
                if try await writer.isDraft(review, comments) { return review.comment.id }
            }
            return nil
        }
        do throws(APIFailure) {
            let id = try await forge.reconciliation.made(find: find) { () async throws(APIFailure) in
                try await forge.connection.send(call).decoded(WireID.self).id
            }
            return .created(id)
        } catch {
            guard error.isRefused else { throw error }
            return error.complaint.contains("pending review") ? .blocked : .refused(error)
        }
    }

    private func wire(_ comment: DraftComment) -> Review.Comment {
        let side = comment.isOnOldSide ? "LEFT" : "RIGHT"
        let start = comment.startLine.flatMap { $0 < comment.line ? $0 : nil }
        return Review.Comment(
            path: comment.path,
            body: BodyText.fit(comment.body, mark: forge.markers.text(writer.mark(of: comment))), line: comment.line,
            side: side, start_line: start, start_side: start.map { _ in side })
    }
}
