import ConfigurationFiles
import Domain
import Storage

/// Does what a comment asks, for those who may write to the repository.
struct CommandWork {
    let snapshot: ServiceSnapshot
    let memory: ChangeMemory
    let publications: PublicationStore
    let takings: Takings
    let queue: any JobQueue
    let clock: any WallClock
    let job: Job

    func run(_ comment: CommentEvent) async throws -> JobEnd {
        guard let (forge, served) = snapshot.service(of: comment.address) else {
            return .ended(.ignored, reason: "the repository is not served any more")
        }
        guard served.mode == .review || served.mode == .summary else {
            return .ended(.ignored, reason: "nothing is written to this repository (mode \(served.mode.rawValue))")
        }
        let limits = snapshot.configuration.commands
        guard limits.isEnabled else { return .ended(.ignored, reason: "commands are off") }
        let reading = Command.read(comment.body)
        if reading == .none { return .ended(.ignored, reason: "no command") }
        if comment.author.isBot { return .ended(.ignored, reason: "a bot's comment") }
        // Counted before the forge is asked anything, so that a storm of comments costs it nothing.
        let person = "\(comment.address.forge)/\(comment.author.id) \(comment.address.key)"
        guard try await takings.take("command", person, limit: limits.perPersonHour, within: 3600),
            try await takings.take("command", comment.address.key, limit: limits.perChangeHour, within: 3600)
        else { return .ended(.ignored, reason: "too many commands within the hour") }
        let identity = try await forge.identity(in: comment.address.repository)
        if identity.isAccount(of: comment.author) { return .ended(.ignored, reason: "our own comment") }
        let permission = try await forge.permission(of: comment.author.login, in: comment.address.repository)
        guard permission.canWrite else {
            return .ended(.ignored, reason: "the commenter may not write to this repository")
        }
        await forge.acknowledge(comment)
        let answer =
            switch reading {
            case .command(let command): try await obey(command, comment, forge)
            case .misunderstood(let text): text
            case .none: ""
            }
        try await forge.reply(
            to: comment, body: answer, key: "reply \(comment.place.rawValue) \(comment.id)", log: publications)
        return .ended(.done, reason: nil)
    }

    private func obey(_ command: Command, _ comment: CommentEvent, _ forge: any Forge) async throws -> String {
        let address = comment.address
        switch command {
        case .help: return Replies.help
        case .review, .full:
            let change = try await forge.pullRequest(address)
            _ = try await queue.add(
                .review(
                    ReviewAsk(
                        address: address, trigger: .command, isFull: command == .full, by: comment.author,
                        allowsModelsAt: change.head.id), head: change.head.id, notBefore: clock.now()))
            return Replies.review(isFull: command == .full)
        case .pause:
            try await memory.pause(address, by: comment.author.login)
            return Replies.paused
        case .resume:
            try await memory.pause(address, by: nil)
            return Replies.resumed
        case .ignore(let name):
            guard let finding = try await finding(name, comment) else { return Replies.noFinding }
            _ = try await memory.setState(of: finding.identity, in: address, to: .ignored, by: comment.author.login)
            return Replies.ignored
        case .explain(let name):
            guard let finding = try await finding(name, comment) else { return Replies.noFinding }
            guard let facts = FindingFacts(json: finding.facts)?.explanation else { return Replies.noExplanation }
            return Replies.explanation(facts)
        case .category(let path, let category):
            try await memory.setCategory(category, of: path, in: address)
            return Replies.category(category)
        case .budget(let money):
            try await memory.setBudget(money, of: address)
            return Replies.budget(money)
        }
    }

    /// The finding of this change that is named, or whose thread the comment stands in.
    private func finding(_ name: String?, _ comment: CommentEvent) async throws -> ReportedFinding? {
        if let name {
            let found = try await memory.findings(of: comment.address.key).filter { $0.identity.hasPrefix(name) }
            return found.count == 1 ? found[0] : nil
        }
        guard let thread = comment.inReplyTo,
            let found = try await memory.finding(withComment: thread, forge: comment.address.forge),
            found.address.key == comment.address.key
        else { return nil }
        return found.finding
    }
}
