import Diffs
import Domain
import Testing

@testable import ConfigurationFiles

@Suite struct RepositoryFileTests {
    @Test func `A repository narrows what it may`() throws {
        let configuration = try load(
            "ignore: [\"docs/**\"]\nbudgets: {repositories: {\"*\": {change_usd: 1}}}",
            repository: """
                ignore: ["**/*.snap"]
                paths:
                  - {match: "auth/**", instructions: Watch the session rules., sensitivity: high}
                  - {match: "examples/**", sensitivity: low}
                review: {severity_floor: high, max_comments: 3, confidence_floor: 0.8}
                budget: {change_usd: 0.25, month_usd: 4}
                data_policy: [{paths: ["secret/**"], allow: local}]
                classification: {rules: [{path: "db/**", min_risk: 0.6}, {path: "auth/**", category: review}]}
                """)
        #expect(configuration.ignores(Path("docs/a.md")) && configuration.ignores(Path("x/y.snap")))
        #expect(!configuration.ignores(Path("src/a.py")))
        #expect(configuration.review.severityFloor == .high && configuration.review.maxComments == 3)
        #expect(
            configuration.bounds(repository: "a/b").map { "\($0.name) \($0.limit.usd)" } == [
                "repository change 0.25", "repository month 4",
            ])
        #expect(configuration.residency(of: Path("secret/k.py"), repository: "a/b") == .only(["local"]))
        #expect(configuration.residency(of: Path("k.py"), repository: "a/b") == .anywhere)
        #expect(configuration.classificationRules.count == 2)
        let raised = configuration.allClassificationRules.last
        #expect(raised?.path == "auth/**" && raised?.minimumRisk == 0.5 && raised?.isRepositorys == true)
        #expect(configuration.severityFloor(for: Path("examples/a.py")) == .high)
    }

    @Test func `What would loosen the operator's choice is kept out and said`() throws {
        let configuration = try load(
            "review: {severity_floor: high, max_comments: 2}\nbudgets: {repositories: {\"*\": {change_usd: 1}}}",
            repository: "review: {severity_floor: low, max_comments: 50}\nbudget: {change_usd: 100}")
        #expect(configuration.review.severityFloor == .high && configuration.review.maxComments == 2)
        #expect(configuration.notes.count == 2)
        #expect(
            configuration.notes[0]
                == ".hunkwise.yaml:1: review.severity_floor would loosen the operator's high, which stays")
        #expect(configuration.bounds(repository: "a/b").first?.limit.usd == "1")
        #expect(configuration.listing.filter { $0.key == "review.max_comments" }.map(\.value) == ["2"])
    }

    @Test func `A policy of the operator's cannot be widened`() throws {
        let configuration = try load(
            "data_policy: [{allow: [local, eu]}]", repository: "data_policy: [{allow: any}, {allow: eu}]")
        #expect(configuration.residency(of: Path("a"), repository: "a/b") == .only(["eu"]))
    }

    @Test(
        "Only the operator may set the rest",
        arguments: [
            "providers: []", "routing: {}", "mode: off", "budgets: {}", "rules: {disable: [x]}", "validation: {}",
            "forges: []", "server: {}", "data_policy: [{match: x, allow: local}]",
            "classification: {rules: [{path: a, max_risk: 0.1}]}", "default_budget_limit: 4",
        ])
    func refused(text: String) {
        let lines = problems("", repository: text).map(\.description)
        #expect(
            lines.contains { $0.hasPrefix(".hunkwise.yaml:1: ") && $0.contains("only the operator may") }, "\(lines)")
    }

    @Test func `A repository cannot call its code boilerplate`() {
        let lines = problems("", repository: "classification: {rules: [{path: \"**\", category: boilerplate}]}").map(
            \.description)
        #expect(lines.count == 1 && lines[0].contains("a repository may only say review"))
    }

    @Test func `A misspelt key of the repository's file is an ordinary mistake`() {
        #expect(
            problems("", repository: "ingore: [a]").map(\.description)
                == [".hunkwise.yaml:1: ingore: unknown key; did you mean \"ignore\"?"])
    }
}
