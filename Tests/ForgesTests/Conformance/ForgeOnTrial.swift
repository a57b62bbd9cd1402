import Domain
import Forges
import GitHubServer
import Testing

/// A forge in a test, with its other side: what people do there and what stands there afterwards.
protocol ForgeOnTrial: Sendable {
    /// A life that remembers nothing.
    func forge() throws -> any Forge
    /// A new change with a draft for it, of three comments: at two lines of the change, and at one beside it whose identity
    /// is "homeless".
    func change(_ name: String) throws -> Draft
    /// Its author pushes once more.
    func push(to draft: Draft) throws
    /// Somebody else says something in the conversation.
    func say(_ text: String, on draft: Draft) throws -> CommentEvent
    func posted(on draft: Draft) throws -> PostedByUs
}

/// What our account has written on a change, in the order of writing.
struct PostedByUs: Sendable {
    /// At lines; those that nobody else sees yet do not count.
    var atLines: [String] = []
    var inConversation: [String] = []
    /// How checks or statuses of the head stand, the newest last.
    var checks: [String] = []
}

/// GitHub, by an App or by a person.
struct GitHubOnTrial: ForgeOnTrial {
    let stage: ForgeStage
    let isApp: Bool

    private var login: String { isApp ? "hunkwise[bot]" : "maintainer" }

    func forge() throws -> any Forge { try stage.forge(as: isApp ? .app : .person("maintainer")).forge }

    func change(_ name: String) throws -> Draft {
        var draft = try stage.change(name)
        for index in draft.comments.indices where draft.comments[index].line == 10 {
            draft.comments[index].identity = "homeless"
        }
        return draft
    }

    func push(to draft: Draft) throws {
        let branch = try stage.world.pull(draft.address.number, in: "acme/shop").head
        try stage.world.commit(["src/more.py": "more\n"], on: branch, in: "acme/shop")
        try stage.world.push(draft.address.number, in: "acme/shop")
    }

    func say(_ text: String, on draft: Draft) throws -> CommentEvent {
        let said = try stage.world.comment(text, as: "reader", on: draft.address.number, in: "acme/shop")
        return CommentEvent(
            address: draft.address, place: .conversation, id: Int64(said.id), inReplyTo: nil,
            author: Domain.Actor(login: "reader", id: 1, isBot: false), body: text, url: "")
    }

    func posted(on draft: Draft) throws -> PostedByUs {
        let number = draft.address.number
        let seen = Set(
            try stage.world.reviews(of: number, in: "acme/shop").filter { $0.state != .pending }.map(\.id))
        var posted = PostedByUs()
        posted.atLines = try stage.world.reviewComments(of: number, in: "acme/shop")
            .filter { $0.author == login && $0.review.map(seen.contains) ?? true }.map(\.body)
        posted.inConversation = try stage.world.comments(of: number, in: "acme/shop")
            .filter { $0.author == login }.map(\.body)
        let head = draft.head
        posted.checks =
            isApp
            ? try stage.world.checkRuns(in: "acme/shop", commit: head).map { $0.conclusion ?? $0.status }
            : try stage.world.statuses(in: "acme/shop", commit: head).sorted { $0.id < $1.id }.map(\.state)
        return posted
    }
}

enum TriedForge: CaseIterable, Sendable {
    case gitHubApp, gitHubPerson

    /// Runs a test on a forge of its own.
    func onTrial(_ test: (any ForgeOnTrial) async throws -> Void) async throws {
        try await onForgeStage { stage in
            try await test(GitHubOnTrial(stage: stage, isApp: self == .gitHubApp))
        }
    }
}
