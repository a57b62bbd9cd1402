import ConfigurationFiles
package import Domain

/// What the intake makes of a delivery.
package struct IntakeDecision: Sendable, Hashable {
    package var intake: Intake
    /// The repository is not among those that are served.
    package var isUnserved = false
    package var context = LogContext()
}

/// Decides what work an event asks for. A pure function of the event, the settings and the time.
package struct IntakeRules: Sendable {
    private let settings: IntakeSettings

    package init(_ settings: IntakeSettings) {
        self.settings = settings
    }

    /// - Parameter forges: Entries whose secret the delivery was signed with, all of one name; the first that serves the
    ///   repository holds.
    package func decide(_ event: WebhookEvent, from forges: [IntakeForge], now: Instant) -> IntakeDecision {
        switch event {
        case .ping: IntakeDecision(intake: .ignored(reason: "a ping"))
        case .unsupported: IntakeDecision(intake: .ignored(reason: "nothing is done about this event"))
        case .installation:
            IntakeDecision(intake: .ignored(reason: "installations are looked up when they are needed"))
        case .push(let event):
            served(event.repository, forges, LogContext(repository: event.repository)) {
                .ignored(reason: "a push to a branch reviews nothing; each review reads the configuration of its base")
            }
        case .pullRequest(let event):
            served(event.pullRequest.address.repository, forges, LogContext(event.pullRequest.address)) {
                decide(event, now: now)
            }
        case .comment(let event):
            served(event.address.repository, forges, LogContext(event.address)) {
                decide(event, now: now)
            }
        case .rerequested(let event):
            served(event.repository, forges, LogContext(repository: event.repository, number: event.numbers.first)) {
                decide(event, now: now)
            }
        }
    }

    private func served(
        _ repository: RepositoryName, _ forges: [IntakeForge], _ context: LogContext,
        _ decide: () -> Intake
    ) -> IntakeDecision {
        for forge in forges {
            guard let service = forge.repositories.service(of: repository) else { continue }
            let intake = service.mode == .off ? .ignored(reason: "its mode is off") : decide()
            return IntakeDecision(intake: intake, context: context)
        }
        return IntakeDecision(
            intake: .ignored(reason: "its repository is not among forges[].repositories"), isUnserved: true,
            context: context)
    }

    // MARK: Pull requests

    private func decide(_ event: PullRequestEvent, now: Instant) -> Intake {
        let change = event.pullRequest
        switch event.action {
        case .closed: return .withdraw(change: change.address.key, reason: "it was closed")
        case .convertedToDraft:
            if case .skip(let reason) = settings.skip.decision(for: change) {
                return .withdraw(change: change.address.key, reason: reason)
            }
            return .ignored(reason: "drafts are reviewed too")
        case .opened, .reopened, .synchronize, .readyForReview, .labeled, .edited: break
        }
        if case .skip(let reason) = settings.skip.decision(for: change) {
            // What waits was asked for before the rule came to hold.
            return event.action == .labeled
                ? .withdraw(change: change.address.key, reason: reason) : .ignored(reason: reason)
        }
        switch event.action {
        case .labeled:
            guard let label = event.label, settings.labels.contains(label) else {
                return .ignored(reason: "no rule asks for this label")
            }
            return review(change, .labelled, event.sender, at: now)
        case .opened: return review(change, .opened, event.sender, at: now)
        case .reopened: return review(change, .reopened, event.sender, at: now)
        case .readyForReview: return review(change, .ready, event.sender, at: now)
        case .edited: return review(change, .baseChanged, event.sender, at: now)
        case .synchronize, .closed, .convertedToDraft:
            return review(change, .push, event.sender, at: now.advanced(bySeconds: settings.quietSeconds))
        }
    }

    private func review(
        _ change: PullRequest, _ trigger: ReviewTrigger, _ sender: Actor, at moment: Instant
    ) -> Intake {
        .job(
            .review(
                ReviewAsk(address: change.address, trigger: trigger, by: sender), head: change.head.id,
                notBefore: moment))
    }

    // MARK: Comments and checks

    /// The longest comment that is kept for a command; its first line alone counts.
    private static let maxCommandBytes = 4 << 10

    private func decide(_ event: CommentEvent, now: Instant) -> Intake {
        if Command.read(event.body) == .none { return .ignored(reason: "no command") }
        guard settings.commandsAreEnabled else { return .ignored(reason: "commands are not enabled") }
        if event.author.isBot { return .ignored(reason: "bots are not obeyed") }
        var event = event
        event.body = String(decoding: event.body.utf8.prefix(Self.maxCommandBytes), as: UTF8.self)
        return .job(.command(event, now: now))
    }

    private func decide(_ event: RerequestEvent, now: Instant) -> Intake {
        guard let number = event.numbers.first else {
            let head = RerequestedHead(
                forge: event.forge, repositoryID: event.repositoryID, repository: event.repository, head: event.head)
            return .job(.resolve(head, now: now))
        }
        let address = ChangeAddress(
            forge: event.forge, repositoryID: event.repositoryID, repository: event.repository, number: number)
        return .job(
            .review(
                ReviewAsk(address: address, trigger: .rerequested, by: event.sender), head: event.head, notBefore: now))
    }
}
