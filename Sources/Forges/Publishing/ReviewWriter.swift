import Domain

/// Writes the one review of a draft: the comments at lines and the text above them.
///
/// A review is created without `event`, so that it stays pending and unseen until its number is on record; then it is
/// submitted by that number. GitHub allows one pending review an account and change, and shows it only to its owner.
struct ReviewWriter: Sendable {
    struct Outcome: Sendable {
        var reviewID: Int64?
        var commentIDs: [String: Int64] = [:]
        var refused: Set<String> = []
        var notes: [String] = []
    }

    private enum Step {
        static let created = "review"
        static let submitted = "review.submitted"
        static let refused = "review.refused"
    }

    let forge: GitHubForge
    let draft: Draft
    let identity: ForgeIdentity
    let log: any PublicationLog

    func write() async throws -> Outcome {
        let steps = try await log.steps(of: draft.key)
        var outcome = Outcome()
        outcome.refused = Set((steps[Step.refused] ?? "").split(separator: "\n").map(String.init))
        if let done = steps[Step.submitted].flatMap({ Int64($0) }) {
            outcome.reviewID = done
        } else {
            try await bringAbout(&outcome)
        }
        if let id = outcome.reviewID { try await readBack(id, &outcome) }
        return outcome
    }

    private func bringAbout(_ outcome: inout Outcome) async throws {
        // A round more when somebody else creates or deletes the pending review meanwhile.
        for _ in 0..<4 {
            let reviews = try await ownReviews()
            if reviews.forged > 0 { outcome.notes = ["\(reviews.forged) marks that are not ours stand in reviews"] }
            if let done = reviews.own.first(where: { $0.comment.state != "PENDING" && $0.marks.contains(mark) }) {
                outcome.reviewID = done.comment.id
                try await log.record(Step.submitted, String(done.comment.id), of: draft.key)
                return
            }
            let pending = reviews.own.filter { $0.comment.state == "PENDING" }
            let author = try await authorOfUnmovedChange(pending)
            let refused = outcome.refused
            let wanted = draft.comments.filter { !refused.contains($0.identity) }
            var id = try await adopt(from: pending, wanted)
            if id == nil {
                if wanted.isEmpty && draft.reviewBody.isEmpty { return }
                let placing = ReviewPlacing(writer: self)
                switch try await placing.place(wanted) {
                case .blocked: continue
                case .placed(let created, let bad):
                    outcome.refused.formUnion(bad)
                    id = created
                }
            }
            guard let id else { return }
            try await log.record(Step.created, String(id), of: draft.key)
            if try await submit(id, asOwnChange: identity.isAccount(of: author), &outcome) {
                outcome.reviewID = id
                try await log.record(Step.submitted, String(id), of: draft.key)
                return
            }
        }
        throw APIFailure(
            ForgeError(.unavailable, "somebody else with this account is writing a review at the same time"))
    }

    // MARK: What the forge has

    var mark: Markers.Mark { forge.markers.mark(.review, draft.key) }

    func mark(of comment: DraftComment) -> Markers.Mark {
        forge.markers.mark(.comment, "\(draft.key)/\(comment.identity)")
    }

    func ownReviews() async throws(APIFailure) -> OwnComments {
        let reviews = try await forge.connection.list(
            WireComment.self, forge.pullPath(draft.address) + "/reviews", as: forge.access(draft.address))
        return OwnComments(reviews, of: identity, markers: forge.markers)
    }

    /// Whose change it is. Throws `moved`, leaving nothing pending behind, when its head is not the draft's any more.
    private func authorOfUnmovedChange(_ pending: [OwnComments.Own]) async throws(APIFailure) -> Actor {
        do throws(APIFailure) {
            return try await authorOfUnmovedChange()
        } catch {
            if error.error.kind == .moved {
                for review in pending where review.marks.contains(mark) { try await delete(review.comment.id) }
            }
            throw error
        }
    }

    @discardableResult
    func authorOfUnmovedChange() async throws(APIFailure) -> Actor {
        let pullRequest: PullRequest
        do throws(ForgeError) {
            pullRequest = try await forge.pullRequest(draft.address)
        } catch {
            throw APIFailure(error)
        }
        guard pullRequest.head.id == draft.head else {
            throw APIFailure(ForgeError(.moved, "\(draft.address) has a newer head than the one reviewed"))
        }
        return pullRequest.author
    }

    /// The pending review that is this draft's, where there is one. All others are deleted: they block ours.
    private func adopt(from pending: [OwnComments.Own], _ wanted: [DraftComment]) async throws -> Int64? {
        var adopted: Int64?
        for review in pending {
            if adopted == nil, try await isDraft(review, wanted) {
                adopted = review.comment.id
            } else {
                try await delete(review.comment.id)
            }
        }
        return adopted
    }

    func isDraft(_ review: OwnComments.Own, _ wanted: [DraftComment]) async throws(APIFailure) -> Bool {
        guard review.marks.contains(mark), review.comment.commit_id.map({ $0 == draft.head }) ?? true else {
            return false
        }
        let marks = try await comments(of: review.comment.id).flatMap(\.marks)
        return marks.count == wanted.count && Set(marks) == Set(wanted.map { self.mark(of: $0) })
    }

    private func comments(of review: Int64) async throws(APIFailure) -> [OwnComments.Own] {
        let comments = try await forge.connection.list(
            WireComment.self, "\(forge.pullPath(draft.address))/reviews/\(review)/comments",
            as: forge.access(draft.address))
        return OwnComments(comments, of: identity, markers: forge.markers).own
    }

    func delete(_ review: Int64) async throws(APIFailure) {
        do throws(APIFailure) {
            _ = try await forge.connection.send(
                .delete("\(forge.pullPath(draft.address))/reviews/\(review)", as: forge.access(draft.address)))
        } catch {
            // Gone already, or not pending any more: the next look at the list decides.
            guard error.isNotFound || error.isRefused else { throw error }
        }
    }

    func record(refused: Set<String>) async throws {
        let text = refused.sorted().joined(separator: "\n")
        try await log.record(Step.refused, text, of: draft.key)
    }

    // MARK: Submitting

    private struct Submission: Encodable {
        var event: String
    }

    /// False when the review is gone.
    private func submit(_ id: Int64, asOwnChange: Bool, _ outcome: inout Outcome) async throws -> Bool {
        guard draft.requestsChanges else { return try await submit(id, "COMMENT") }
        // Nobody may request changes of himself.
        if asOwnChange {
            outcome.notes.append("changes cannot be requested of our own pull request: commented instead")
            return try await submit(id, "COMMENT")
        }
        do throws(APIFailure) {
            return try await submit(id, "REQUEST_CHANGES")
        } catch {
            guard error.isRefused || error.error.kind == .forbidden else { throw error }
            outcome.notes.append("changes could not be requested, commented instead: \(error.error.message)")
            return try await submit(id, "COMMENT")
        }
    }

    private func submit(_ id: Int64, _ event: String) async throws(APIFailure) -> Bool {
        let path = "\(forge.pullPath(draft.address))/reviews/\(id)"
        let access = forge.access(draft.address)
        let isSubmitted = { () async throws(APIFailure) -> Bool? in
            do throws(APIFailure) {
                let review = try await forge.connection.get(WireComment.self, path, as: access)
                return review.state == "PENDING" ? nil : true
            } catch {
                if error.isNotFound { return false }
                throw error
            }
        }
        return try await forge.reconciliation.made(find: isSubmitted) { () async throws(APIFailure) in
            do throws(APIFailure) {
                _ = try await forge.connection.send(
                    .create(path + "/events", Submission(event: event), as: access))
                return true
            } catch {
                // "Already submitted" and the like: what counts is how the review stands.
                guard error.isRefused || error.isNotFound || error.error.kind == .forbidden,
                    let state = try await isSubmitted()
                else { throw error }
                return state
            }
        }
    }

    // MARK: What became of it

    /// Finds each comment's number. What the forge dropped without a word counts as refused.
    private func readBack(_ id: Int64, _ outcome: inout Outcome) async throws {
        let written: [OwnComments.Own]
        do throws(APIFailure) {
            written = try await comments(of: id)
        } catch {
            guard error.isNotFound else { throw error }
            outcome.notes.append("the review was deleted after it was written")
            return
        }
        for comment in draft.comments {
            let mark = mark(of: comment)
            if let found = written.first(where: { $0.marks.contains(mark) }) {
                outcome.commentIDs[comment.identity] = found.comment.id
                outcome.refused.remove(comment.identity)
            } else {
                outcome.refused.insert(comment.identity)
            }
        }
    }
}
