import Domain
import Testing

@testable import ConfigurationFiles

private func change(_ edit: (inout PullRequest) -> Void = { _ in }) -> PullRequest? {
    guard let repository = RepositoryName("acme/shop") else { return nil }
    let end = PullRequest.End(id: String(repeating: "a", count: 40), branch: "topic", repository: repository)
    var base = end
    base.branch = "main"
    var change = PullRequest(
        address: ChangeAddress(forge: "github.com", repositoryID: 1, repository: repository, number: 12),
        url: "https://github.com/acme/shop/pull/12", title: "Feature/x: add a cart", body: "",
        author: Actor(login: "ann", id: 7, isBot: false), state: .open, isDraft: false, isLocked: false, isFork: false,
        labels: ["Enhancement"], base: base, head: end, changedFiles: 3, addedLines: 10, removedLines: 5)
    edit(&change)
    return change
}

private struct Case: Sendable, CustomTestStringConvertible {
    let settings: String
    let edit: @Sendable (inout PullRequest) -> Void
    let decision: SkipDecision

    init(
        _ settings: String, _ decision: SkipDecision, _ edit: @escaping @Sendable (inout PullRequest) -> Void = { _ in }
    ) {
        self.settings = settings
        self.edit = edit
        self.decision = decision
    }

    var testDescription: String { "\(settings) → \(decision)" }
}

private let cases: [Case] = [
    Case("{}", .review),
    Case("{}", .skip(reason: "it is closed")) { $0.state = .closed },
    Case("{}", .skip(reason: "it is locked")) { $0.isLocked = true },
    Case("{}", .skip(reason: "it is a draft")) { $0.isDraft = true },
    Case("{drafts: false}", .review) { $0.isDraft = true },
    Case("{}", .staticOnly(reason: "its author is a bot")) { $0.author.isBot = true },
    Case("{bots: skip}", .skip(reason: "its author is a bot")) { $0.author.isBot = true },
    Case("{bots: review}", .review) { $0.author.isBot = true },
    Case("{authors: [\"AN?\"]}", .skip(reason: "its author matches skip.authors an?")),
    Case("{authors: [an]}", .review),
    Case("{labels: [enhance*]}", .skip(reason: "a label matches skip.labels enhance*")),
    Case("{titles: [\"*CART*\"]}", .skip(reason: "its title matches skip.titles *cart*")),
    Case("{titles: [\"WIP*\"]}", .review),
    Case("{titles: [\"WIP*\"]}", .skip(reason: "its title matches skip.titles wip*")) { $0.title = "wip: a/b c" },
    Case("{branches: [\"release/**\"]}", .skip(reason: "its branch matches skip.branches release/**")) {
        $0.head.branch = "release/1/2"
    },
    Case("{branches: [main]}", .review),
    Case("{base_branches: [main]}", .skip(reason: "its base matches skip.base_branches main")),
    Case("{max_files: 2}", .skip(reason: "it changes 3 files; skip.max_files is 2")),
    Case("{max_files: 3}", .review),
    Case("{max_changed_lines: 14}", .skip(reason: "it changes 15 lines; skip.max_changed_lines is 14")),
    Case("{max_changed_lines: 14}", .review) { $0.addedLines = nil },
    Case("{max_changed_lines: 14}", .skip(reason: "it changes -2 lines; skip.max_changed_lines is 14")) {
        $0.addedLines = .max
        $0.removedLines = .max
    },
]

@Suite struct SkipTests {
    @Test("What a change is skipped for", arguments: cases)
    fileprivate func decided(_ item: Case) throws {
        let rules = SkipRules(try load("skip: \(item.settings)").skip)
        #expect(rules.decision(for: try #require(change(item.edit))) == item.decision)
    }
}
