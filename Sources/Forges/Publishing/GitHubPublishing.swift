package import Domain

extension GitHubForge: Forge {
    package func beginCheck(
        key: String, for address: ChangeAddress, head: String, log: any PublicationLog
    ) async throws -> Int64? {
        try await plainly {
            let identity = try await identity(in: address.repository)
            do {
                if identity.isApp { return try await checks(key, address, head, log).begin() }
                try await statuses(key, address, head, identity, log).begin()
                return nil
            } catch let failure as APIFailure where failure.isOfNoUse {
                return nil
            }
        }
    }

    package func endCheck(
        key: String, for address: ChangeAddress, head: String, check: DraftCheck, log: any PublicationLog
    ) async throws {
        try await plainly {
            let identity = try await identity(in: address.repository)
            do {
                if identity.isApp {
                    let checks = checks(key, address, head, log)
                    var notes: [String] = []
                    if let id = try await checks.existing() { try await checks.complete(id, check, &notes) }
                } else {
                    try await statuses(key, address, head, identity, log).complete(check)
                }
            } catch let failure as APIFailure where failure.isOfNoUse {}
        }
    }

    package func publish(_ draft: Draft, log: any PublicationLog) async throws -> Publication {
        try await plainly {
            let identity = try await identity(in: draft.address.repository)
            var publication = Publication()
            try await publishReview(draft, identity, log, &publication)
            try await publishComments(draft, identity, log, &publication)
            if let check = draft.check {
                try await part("check", &publication.notes) { notes in
                    if identity.isApp {
                        let checks = checks(draft.key, draft.address, draft.head, log)
                        let id = try await checks.begin()
                        publication.checkRunID = id
                        try await checks.complete(id, check, &notes)
                    } else {
                        try await statuses(draft.key, draft.address, draft.head, identity, log).complete(check)
                    }
                }
            }
            return publication
        }
    }

    package func reply(to comment: CommentEvent, body: String, key: String, log: any PublicationLog) async throws {
        let step = "answer"
        try await plainly {
            guard try await log.steps(of: key)[step] == nil else { return }
            let identity = try await identity(in: comment.address.repository)
            let writer = CommentWriter(forge: self, address: comment.address, identity: identity, log: log)
            let mark = markers.mark(.answer, "\(comment.address.key)/\(key)")
            let id =
                switch comment.place {
                case .conversation: try await writer.write(body, mark)
                case .line: try await writer.answer(comment.inReplyTo ?? comment.id, body, mark)
                }
            try await log.record(step, String(id), of: key)
        }
    }

    package func acknowledge(_ comment: CommentEvent) async {
        struct Reaction: Encodable {
            var content = "eyes"
        }
        let kind = comment.place == .conversation ? "issues" : "pulls"
        // A second one is answered with the first.
        _ = try? await connection.send(
            .post(
                "/repos/\(comment.address.repository)/\(kind)/comments/\(comment.id)/reactions", Reaction(),
                as: access(comment.address)))
    }

    var markers: Markers { Markers(key: settings.markerKey) }
    var reconciliation: Reconciliation { Reconciliation(sender: connection.sender) }

    // MARK: Parts

    private func publishReview(
        _ draft: Draft, _ identity: ForgeIdentity, _ log: any PublicationLog, _ publication: inout Publication
    ) async throws {
        let writer = ReviewWriter(forge: self, draft: draft, identity: identity, log: log)
        var outcome: ReviewWriter.Outcome?
        try await part("review", &publication.notes) { _ in outcome = try await writer.write() }
        if let outcome {
            publication.reviewID = outcome.reviewID
            publication.commentIDs = outcome.commentIDs
            publication.refused = draft.comments.map(\.identity).filter(outcome.refused.contains)
            publication.notes += outcome.notes
        } else {
            publication.refused = draft.comments.map(\.identity)
        }
    }

    private func publishComments(
        _ draft: Draft, _ identity: ForgeIdentity, _ log: any PublicationLog, _ publication: inout Publication
    ) async throws {
        let writer = CommentWriter(forge: self, address: draft.address, identity: identity, log: log)
        let refused = Set(publication.refused)
        let lines = draft.comments.filter { refused.contains($0.identity) }.map { "- \($0.summaryLine)" }
        let tail = lines.isEmpty ? "" : "\n\nWithout a place at a line:\n" + lines.joined(separator: "\n")
        try await part("summary", &publication.notes) { notes in
            publication.summaryCommentID = try await writer.summary(
                draft.summary, whenPresent: draft.summaryWhenPresent, tail: tail, &notes)
        }
        let steps = draft.replies.isEmpty ? [:] : try await log.steps(of: draft.key)
        for reply in draft.replies where steps["reply." + reply.identity] == nil {
            try await part("answer", &publication.notes) { _ in
                let mark = markers.mark(.reply, "\(draft.key)/\(reply.identity)")
                let id = try await writer.answer(reply.commentID, reply.body, mark)
                try await log.record("reply." + reply.identity, String(id), of: draft.key)
            }
        }
    }

    /// Does one part; where the forge will never allow it, that is noted and the others go on.
    private func part(
        _ name: String, _ notes: inout [String], _ body: (inout [String]) async throws -> Void
    ) async throws {
        do {
            try await body(&notes)
        } catch let failure as APIFailure where failure.isOfNoUse {
            notes.append("\(name) not written: \(failure.error.message)")
        }
    }

    private func checks(
        _ key: String, _ address: ChangeAddress, _ head: String, _ log: any PublicationLog
    ) -> CheckWriter {
        CheckWriter(forge: self, key: key, address: address, head: head, log: log)
    }

    private func statuses(
        _ key: String, _ address: ChangeAddress, _ head: String, _ identity: ForgeIdentity, _ log: any PublicationLog
    ) -> StatusWriter {
        StatusWriter(forge: self, key: key, address: address, head: head, identity: identity, log: log)
    }

    private func plainly<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let failure as APIFailure { throw failure.error }
    }
}

extension APIFailure {
    /// Whether asking again is of no use, and other things may still be done.
    fileprivate var isOfNoUse: Bool {
        switch error.kind {
        case .forbidden, .notFound, .refused: true
        case .unauthorised, .limited, .unavailable, .unexpectedAnswer, .moved: false
        }
    }
}
