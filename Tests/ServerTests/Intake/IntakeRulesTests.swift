import ConfigurationFiles
import Domain
import Forges
import Testing

@testable import Server

private let now = Instant(milliseconds: 1_795_255_200_000)

/// What an event comes to, in one line.
private func outcome(
    _ name: String, _ body: String, configuration: String = plainConfiguration, forge: Int = 0
) throws -> String {
    let settings = try intakeSettings(configuration)
    let event = try Array(body.utf8).withUnsafeBytes {
        try GitHubWebhook.event(named: name, body: $0, forge: settings.forges[forge].name)
    }
    let decision = IntakeRules(settings).decide(event, from: [settings.forges[forge]], now: now)
    let prefix = decision.isUnserved ? "unserved: " : ""
    switch decision.intake {
    case .job(let job):
        let wait = job.notBefore.seconds(since: now)
        return prefix + "\(job.kind) \(job.label) \(job.priority) after \(Int(wait)) s"
    case .withdraw(let change, let reason): return prefix + "withdraw \(change): \(reason)"
    case .ignored(let reason): return prefix + "ignored: \(reason)"
    }
}

@Suite struct IntakeRulesTests {
    @Test(
        "What is done about a pull request's events",
        arguments: [
            ("opened", "review acme/shop#12 push after 0 s"), ("reopened", "review acme/shop#12 push after 0 s"),
            ("ready_for_review", "review acme/shop#12 push after 0 s"),
            ("synchronize", "review acme/shop#12 push after 10 s"),
            ("closed", "withdraw github.com/7001#12: it was closed"),
            ("converted_to_draft", "ignored: drafts are reviewed too"),
            ("assigned", "ignored: nothing is done about this event"),
            ("edited", "ignored: nothing is done about this event"),
            ("labeled", "ignored: no rule asks for this label"),
        ])
    func pullRequest(action: String, expected: String) throws {
        #expect(try outcome("pull_request", Payload.pullRequest(action)) == expected)
    }

    @Test func `A changed base and a label that a rule asks for are reasons to look`() throws {
        let base = Payload.pullRequest("edited", extra: ",\"changes\":{\"base\":{\"ref\":{\"from\":\"x\"}}}")
        #expect(try outcome("pull_request", base) == "review acme/shop#12 push after 0 s")
        let label = Payload.pullRequest("labeled", labels: ["security"], extra: ",\"label\":{\"name\":\"security\"}")
        #expect(try outcome("pull_request", label) == "review acme/shop#12 push after 0 s")
    }

    @Test func `What is skipped is ignored with its reason, and withdrawn when it was asked for before`() throws {
        func said(_ body: String) throws -> String { try outcome("pull_request", body) }
        #expect(try said(Payload.pullRequest("opened", draft: true)) == "ignored: it is a draft")
        #expect(
            try said(Payload.pullRequest("converted_to_draft", draft: true))
                == "withdraw github.com/7001#12: it is a draft")
        #expect(
            try said(Payload.pullRequest("opened", author: "dependabot[bot]", authorType: "Bot"))
                == "ignored: its author matches skip.authors dependabot*")
        #expect(
            try said(Payload.pullRequest("synchronize", title: "WIP: a cart"))
                == "ignored: its title matches skip.titles wip*")
        #expect(
            try said(
                Payload.pullRequest("labeled", labels: ["No Review"], extra: ",\"label\":{\"name\":\"No Review\"}"))
                == "withdraw github.com/7001#12: a label matches skip.labels no review")
        // Bots' changes get the static rules, so they are work.
        #expect(
            try said(Payload.pullRequest("opened", author: "robot[bot]", authorType: "Bot"))
                == "review acme/shop#12 push after 0 s")
        #expect(
            try said(Payload.pullRequest("closed", draft: true, state: "closed"))
                == "withdraw github.com/7001#12: it was closed"
        )
    }

    @Test(
        "Only repositories that are served make work, on the forge that serves them",
        arguments: [
            ("acme/shop", 0, "review acme/shop#12 push after 0 s"),
            ("ACME/Shop", 0, "review ACME/Shop#12 push after 0 s"),
            ("acme/other", 0, "unserved: ignored: its repository is not among forges[].repositories"),
            ("tools/lint", 0, "unserved: ignored: its repository is not among forges[].repositories"),
            ("tools/lint", 1, "review tools/lint#12 push after 0 s"), ("acme/off", 0, "ignored: its mode is off"),
        ])
    func served(repository: String, forge: Int, expected: String) throws {
        let body = Payload.pullRequest("opened", repository: repository)
        #expect(try outcome("pull_request", body, forge: forge) == expected)
    }

    @Test(
        "A comment is work only if a person's first line is a command",
        arguments: [
            ("/hunkwise review", "ann", "User", "command acme/shop#12 interactive after 0 s"),
            ("/hunkwise nonsense", "ann", "User", "command acme/shop#12 interactive after 0 s"),
            ("looks good", "ann", "User", "ignored: no command"),
            ("> /hunkwise full", "ann", "User", "ignored: no command"),
            ("/hunkwise full", "robot[bot]", "Bot", "ignored: bots are not obeyed"),
        ])
    func comment(body: String, author: String, type: String, expected: String) throws {
        #expect(try outcome("issue_comment", Payload.comment(body, author: author, type: type)) == expected)
    }

    @Test func `Commands can be switched off`() throws {
        let configuration = plainConfiguration + "commands: {enabled: false}\n"
        #expect(
            try outcome("issue_comment", Payload.comment("/hunkwise full"), configuration: configuration)
                == "ignored: commands are not enabled")
    }

    @Test func `A long comment is cut to what a command needs, and fits into a job`() throws {
        let settings = try intakeSettings(plainConfiguration)
        let body = Payload.comment("/hunkwise review\\n" + String(repeating: "\\u0001é", count: 20_000))
        let event = try Array(body.utf8).withUnsafeBytes {
            try GitHubWebhook.event(named: "issue_comment", body: $0, forge: "github.com")
        }
        guard case .job(let job) = IntakeRules(settings).decide(event, from: settings.forges, now: now).intake else {
            Issue.record("no job")
            return
        }
        #expect(job.payload.count <= 65_536)
    }

    @Test func `A check asked for again is looked up by its numbers, or by its head`() throws {
        #expect(
            try outcome("check_run", Payload.checkRun(numbers: [31])) == "review acme/shop#31 interactive after 0 s")
        #expect(try outcome("check_run", Payload.checkRun(numbers: [])) == "review acme/shop interactive after 0 s")
    }

    @Test func `Pushes, installations and the unknown are noted and make no work`() throws {
        #expect(
            try outcome("push", Payload.push)
                == "ignored: a push to a branch reviews nothing; each review reads the configuration of its base")
        #expect(
            try outcome("installation", Payload.installation)
                == "ignored: installations are looked up when they are needed")
        #expect(try outcome("star", "{\"action\":\"created\"}") == "ignored: nothing is done about this event")
    }
}
