import ConfigurationFiles
import Diffs
import Domain
import Reporting
import Reviewing
import Storage

/// Reviews a change: reads it as the forge has it now, judges it, and publishes what there is to say, once.
struct ReviewWork {
    let snapshot: ServiceSnapshot
    let memory: ChangeMemory
    let publications: PublicationStore
    let control: JobControl
    let job: Job
    private(set) var log: WorkLog
    /// The check that shows the review's progress, once it is begun.
    private(set) var check: OpenCheck?

    struct OpenCheck {
        let forge: any Forge
        let address: ChangeAddress
        let key: String
        let head: String
    }

    init(
        snapshot: ServiceSnapshot, memory: ChangeMemory, publications: PublicationStore, control: JobControl, job: Job,
        log: WorkLog
    ) {
        self.snapshot = snapshot
        self.memory = memory
        self.publications = publications
        self.control = control
        self.job = job
        self.log = log
    }

    mutating func run(_ ask: ReviewAsk) async throws -> JobEnd {
        guard let (forge, served) = snapshot.service(of: ask.address) else {
            return .ended(.ignored, reason: "the repository is not served any more")
        }
        guard served.mode != .off else { return .ended(.ignored, reason: "mode is off for this repository") }
        // A head that moves while it is read is taken up again, but not for ever.
        for _ in 0..<3 {
            do {
                return try await review(ask, on: forge, served)
            } catch let error as ForgeError where error.kind == .moved {
                log.note("the head moved while it was read")
            }
        }
        return .later(seconds: 30, reason: "the head keeps moving", counts: true)
    }

    private mutating func review(
        _ ask: ReviewAsk, on forge: any Forge, _ served: ServedRepository
    ) async throws -> JobEnd {
        let change = try await forge.pullRequest(ask.address)
        if let reason = skipReason(change, ask) { return .ended(.ignored, reason: reason) }
        let known = try await memory.change(change.address.key)
        if known?.pausedBy != nil, !ask.trigger.isInteractive {
            return .ended(.ignored, reason: "paused by a command in the conversation")
        }
        let leave = try await leave(change, ask, forge)
        if case .nobody(let reason) = leave { return .ended(.ignored, reason: reason) }
        let key = try await key(change, ask, leave)
        log = log.of(review: key)
        let writes = served.mode == .review || served.mode == .summary
        if let stored = try await publications.publication(key) {
            if stored.record.state != .observed {
                check = OpenCheck(forge: forge, address: change.address, key: key, head: change.head.id)
            }
            if let end = try await take(up: stored, on: forge, served) { return end }
        }
        if writes {
            _ = try await forge.beginCheck(key: key, for: change.address, head: change.head.id, log: publications)
            check = OpenCheck(forge: forge, address: change.address, key: key, head: change.head.id)
            log.note("check begun")
        }
        guard await control.mayGoOn() else { return try await stopped() }

        let input = try await snapshot.reader.read(change, from: forge)
        log.note("change read")
        let order = ReviewOrder(
            key: key, pullRequest: change, staticOnly: leave.staticOnly, isOutsiders: leave.isOutsiders,
            reviewed: ask.isFull ? [] : Set(try await memory.reviewedHunks(of: change.address.key).keys),
            changeLimit: known?.budget,
            categories: (known?.categories ?? [:]).sorted { $0.key < $1.key }
                .map { CategoryOverride(path: $0.key, category: $0.value) })
        let reviewed = try await snapshot.reviewer.review(order, of: input) { [control] in await control.mayGoOn() }
        if reviewed.wasStopped { return try await stopped() }
        log.note("reviewed")

        let stored = try await store(order, reviewed, input, leave, served)
        guard writes else { return .ended(.done, reason: "observed: nothing was written to the forge") }
        return try await publish(stored.draft, on: forge)
    }

    // MARK: Whether, and by whom

    private func skipReason(_ change: PullRequest, _ ask: ReviewAsk) -> String? {
        if change.state == .closed { return "it is closed" }
        if change.isLocked { return "it is locked" }
        if ask.trigger.isInteractive { return nil }
        if case .skip(let reason) = snapshot.skip.decision(for: change) { return reason }
        return nil
    }

    /// Who may look at a change.
    private enum Leave {
        case everybody(isOutsiders: Bool)
        case rulesOnly(reason: String, isOutsiders: Bool)
        case nobody(reason: String)

        var staticOnly: String? {
            if case .rulesOnly(let reason, _) = self { return reason }
            return nil
        }

        var isOutsiders: Bool {
            switch self {
            case .everybody(let isOutsiders), .rulesOnly(_, let isOutsiders): isOutsiders
            case .nobody: false
            }
        }
    }

    /// A maintainer's command lets models look, at the head that the maintainer saw.
    private func leave(_ change: PullRequest, _ ask: ReviewAsk, _ forge: any Forge) async throws -> Leave {
        let isAllowed = ask.allowsModelsAt == change.head.id
        if case .staticOnly(let reason) = snapshot.skip.decision(for: change), !isAllowed {
            return .rulesOnly(reason: reason, isOutsiders: true)
        }
        let permission = try await forge.permission(of: change.author.login, in: change.address.repository)
        guard case .outsider(let reason) = Standing(change, permission: permission) else {
            return .everybody(isOutsiders: false)
        }
        if isAllowed { return .everybody(isOutsiders: true) }
        switch snapshot.configuration.outsiders.review {
        case .full: return .everybody(isOutsiders: true)
        case .static: return .rulesOnly(reason: reason, isOutsiders: true)
        case .skip: return .nobody(reason: reason)
        }
    }

    /// A review that somebody asks for once more, or of another base, is another one of the same head; so is one whose
    /// check was ended before it was done.
    private func key(_ change: PullRequest, _ ask: ReviewAsk, _ leave: Leave) async throws -> String {
        let version = snapshot.reviewer.policyVersion + (leave.staticOnly == nil ? "" : " static")
        let first = ReviewKey.digest(change.address, head: change.head.id, policyVersion: version)
        let isAskedForAgain = ask.trigger.isInteractive || ask.trigger == .baseChanged
        let isPublished = try await publications.publication(first)?.record.state == .published
        let isClosed = try await publications.steps(of: first)[Self.closed] != nil
        guard isClosed || (isAskedForAgain && isPublished) else { return first }
        return ReviewKey.digest(change.address, head: change.head.id, policyVersion: "\(version) job \(job.id)")
    }

    /// Goes on with a review whose draft is kept already; nil where it has to be made anew.
    private mutating func take(
        up stored: StoredPublication, on forge: any Forge, _ served: ServedRepository
    ) async throws -> JobEnd? {
        switch (stored.record.state, served.mode) {
        case (.published, _): return .ended(.done, reason: "this head has its review")
        case (.observed, .observe): return .ended(.done, reason: "this head has been observed")
        // What was observed was written for comments at lines.
        case (.observed, .summary), (_, .observe), (_, .off): return nil
        case (.observed, .review), (.failed, _):
            guard try await publications.begin(stored.record.key) else { return nil }
            return try await publish(stored.draft, on: forge)
        case (.pending, _): return try await publish(stored.draft, on: forge)
        }
    }

    // MARK: What comes of it

    private func store(
        _ order: ReviewOrder, _ reviewed: ReviewedChange, _ input: ChangeInput, _ leave: Leave,
        _ served: ServedRepository
    ) async throws -> StoredPublication {
        let change = order.pullRequest
        let known = try await memory.findings(of: change.address.key).compactMap(KnownFinding.init)
        let written = DraftWriter(
            order, reviewed, known: known, diff: input.diff,
            style: DraftStyle(
                mode: served.mode == .observe ? .review : served.mode, review: reviewed.review,
                checks: snapshot.configuration.checks)
        ).write(
            // A review of this very head that stands in public already: another would be one too many.
            mayComment: try await !publications.hasReview(of: change.address.key, at: change.head.id))
        let placed = Set(written.draft.comments.map(\.identity))
        let memory = ChangeUpdate(
            address: change.address,
            review: LastReview(
                head: change.head.id, policyVersion: snapshot.reviewer.policyVersion),
            reviewed: reviewed.reviewed.map {
                ReviewedHunk(key: $0, head: change.head.id, isByModel: leave.staticOnly == nil)
            },
            findings: written.told.map {
                $0.reported(
                    at: change.head.id, explanation: reviewed.explanations[$0.identity],
                    isPlaced: placed.contains($0.identity))
            },
            states: Dictionary(written.fixed.map { ($0, .fixed) }) { first, _ in first })
        let writes = served.mode != .observe
        let (publication, _) = try await publications.keep(
            written.draft, review: order.key, mode: writes ? .publish : .observe, memory: memory)
        log.note(
            "draft kept", told: Dictionary(grouping: written.told, by: \.severity).mapValues(\.count))
        return publication
    }

    private func publish(_ draft: Draft, on forge: any Forge) async throws -> JobEnd {
        let publication: Publication
        do {
            publication = try await forge.publish(draft, log: publications)
        } catch let error as ForgeError where error.kind == .moved {
            // Nobody was told: the next head begins from what was there before.
            try await memory.forget(head: draft.head, of: draft.address)
            _ = try await publications.fail(draft.key, reason: "a newer push came before it was published")
            try await close(title: "a newer push came")
            throw error
        }
        _ = try await publications.finish(draft.key, publication)
        for identity in publication.refused {
            _ = try await memory.setState(of: identity, in: draft.address, to: .elsewhere, by: "the forge")
        }
        for note in publication.notes { log.note(note, isWarning: true) }
        log.note(WorkEvent.published)
        return .ended(.done, reason: nil)
    }

    /// The work was told to stop: says so in the check, unless the job is to go on later.
    private func stopped() async throws -> JobEnd {
        switch control.stop {
        case .stop(let state, let reason):
            try await close(title: reason)
            return .ended(state, reason: reason)
        case .pause(let reason): return .later(seconds: 2, reason: reason, counts: false)
        case .lost: return .ended(.superseded, reason: "another worker has the job")
        case .goOn, nil: return .later(seconds: 5, reason: "the store did not answer", counts: true)
        }
    }

    /// Ends the check of a review that will not be.
    func close(title: String) async throws {
        guard let check else { return }
        try await check.forge.endCheck(
            key: check.key, for: check.address, head: check.head,
            check: DraftCheck(
                conclusion: snapshot.configuration.checks.onSkip == .failure ? .failure : .neutral,
                title: "Not reviewed: \(String(title.prefix(120)))", summary: "This head was not reviewed.",
                annotations: []),
            log: publications)
        try await publications.record(Self.closed, "1", of: check.key)
    }

    /// The step that says that a key's check was ended without a review.
    private static let closed = "closed"
}
