import Domain
import Forges
import Foundation
import TestKit
import Testing

@Suite("A delivery")
struct WebhookEventTests {
    private func event(_ name: String, _ payload: [String: Any]) throws -> WebhookEvent {
        try GitHubWebhook.event(named: name, body: WebhookSamples.text(payload), forge: "github.com")
    }

    private func pullRequest(_ pull: [String: Any]) throws -> PullRequest {
        guard case .pullRequest(let event) = try event("pull_request", WebhookSamples.pullRequest("opened", pull: pull))
        else { throw JSONError() }
        return event.pullRequest
    }

    private struct JSONError: Error {}

    @Test(
        "of each action of a pull request that counts is read",
        arguments: PullRequestEvent.Action.allCases.filter { $0 != .edited })
    func pullRequestActions(_ action: PullRequestEvent.Action) throws {
        let read = try event("pull_request", WebhookSamples.pullRequest(action.rawValue, ["label": ["name": "go"]]))
        guard case .pullRequest(let event) = read else {
            Issue.record("read as \(read)")
            return
        }
        #expect(event.action == action)
        #expect(event.sender == Actor(login: "mona", id: 3_000_000_001, isBot: false))
        #expect(event.label == (action == .labeled ? "go" : nil))
        let pull = event.pullRequest
        #expect(pull.address.key == "github.com/5000000007#12")
        #expect(pull.address.description == "acme/shop#12")
        #expect(pull.title == "Sell more")
        #expect(pull.author.login == "mona")
        #expect(pull.head.id == WebhookSamples.sha)
        #expect(pull.base.id == String(repeating: "a", count: 40))
        #expect(pull.base.branch == "main" && pull.head.branch == "more")
        #expect(pull.labels == ["bug", "ready"])
        #expect(pull.state == .open && !pull.isDraft && !pull.isLocked && !pull.isFork)
        #expect(pull.changedFiles == 2 && pull.addedLines == 30 && pull.removedLines == 4)
    }

    @Test("of an edit counts only where the base was changed")
    func edits() throws {
        let title = WebhookSamples.pullRequest("edited", ["changes": ["title": ["from": "Sell"]]])
        #expect(try event("pull_request", title) == .unsupported(event: "pull_request", action: "edited"))
        let base = WebhookSamples.pullRequest("edited", ["changes": ["base": ["ref": ["from": "old"]]]])
        guard case .pullRequest(let edited) = try event("pull_request", base) else {
            Issue.record("not read")
            return
        }
        #expect(edited.action == .edited)
    }

    @Test("from a fork, and from one that is gone, is a fork's")
    func forks() throws {
        let fork: [String: Any] = [
            "ref": "more", "sha": WebhookSamples.sha, "repo": ["id": 9, "full_name": "mallory/shop"],
        ]
        let pull = try pullRequest(WebhookSamples.pull(["head": fork]))
        #expect(pull.isFork && pull.head.repository?.description == "mallory/shop")
        let gone = try pullRequest(
            WebhookSamples.pull(["head": ["ref": "more", "sha": WebhookSamples.sha, "repo": NSNull()]]))
        #expect(gone.isFork && gone.head.repository == nil)
    }

    @Test("of accounts that are gone names the ghost, whom nobody is")
    func ghosts() throws {
        let pull = try pullRequest(WebhookSamples.pull(["user": NSNull()]))
        #expect(pull.author == Actor(login: "ghost", id: 0, isBot: false))
    }

    @Test(
        "tells bots by their type or their name",
        arguments: [
            ("renovate[bot]", "Bot", true), ("copilot", "Bot", true), ("old[bot]", "User", true),
            ("robot", "User", false), ("acme", "Organization", false),
        ])
    func bots(login: String, type: String, isBot: Bool) throws {
        let pull = try pullRequest(WebhookSamples.pull(["user": ["login": login, "id": 1, "type": type]]))
        #expect(pull.author.isBot == isBot)
    }

    @Test("is cut to its bounds, between characters")
    func bounds() throws {
        let pull = try pullRequest(
            WebhookSamples.pull([
                "title": String(repeating: "é", count: 1000), "body": String(repeating: "x", count: 100_000),
                "labels": (0..<300).map { ["name": "label \($0) " + String(repeating: "y", count: 400)] },
                "html_url": "javascript:alert(1)",
            ]))
        #expect(pull.title == String(repeating: "é", count: 512))
        #expect(pull.body.utf8.count == 64 << 10)
        #expect(pull.labels.count == 100 && pull.labels.allSatisfy { $0.utf8.count == 255 })
        #expect(pull.url.isEmpty)
    }

    @Test("of a new comment in the conversation of a pull request is a comment")
    func comments() throws {
        guard case .comment(let comment) = try event("issue_comment", WebhookSamples.issueComment()) else {
            Issue.record("not read")
            return
        }
        #expect(comment.place == .conversation && comment.id == 2_900_000_001 && comment.inReplyTo == nil)
        #expect(comment.body == "/hunkwise review")
        #expect(comment.address.key == "github.com/5000000007#12")
    }

    @Test("of a new comment at a line knows its thread")
    func lineComments() throws {
        guard case .comment(let comment) = try event("pull_request_review_comment", WebhookSamples.reviewComment())
        else {
            Issue.record("not read")
            return
        }
        #expect(comment.place == .line && comment.inReplyTo == 2_900_000_000)
    }

    @Test("of comments on issues, of edits and of deletions is nothing to us")
    func otherComments() throws {
        let created = WebhookEvent.unsupported(event: "issue_comment", action: "created")
        #expect(try event("issue_comment", WebhookSamples.issueComment(onPullRequest: false)) == created)
        for action in ["edited", "deleted"] {
            #expect(
                try event("issue_comment", WebhookSamples.issueComment(action: action))
                    == .unsupported(event: "issue_comment", action: action))
            #expect(
                try event("pull_request_review_comment", WebhookSamples.reviewComment(action: action))
                    == .unsupported(event: "pull_request_review_comment", action: action))
        }
    }

    @Test(
        "of a check asked for again names the pull requests of this repository",
        arguments: ["check_run", "check_suite"])
    func rerequests(_ kind: String) throws {
        guard case .rerequested(let rerequest) = try event(kind, WebhookSamples.check(kind)) else {
            Issue.record("not read")
            return
        }
        #expect(rerequest.head == WebhookSamples.sha && rerequest.numbers == [12])
        #expect(rerequest.repositoryID == 5_000_000_007)
        #expect(
            try event(kind, WebhookSamples.check(kind, action: "completed"))
                == .unsupported(event: kind, action: "completed"))
    }

    @Test("of installations names the repositories that have a name")
    func installations() throws {
        let repositories: [[String: Any]] = [
            ["full_name": "acme/shop"], ["full_name": "../etc"], ["full_name": "a/b/c"],
        ]
        let shop = try #require(RepositoryName("acme/shop"))
        #expect(
            try event("installation", ["action": "created", "repositories": repositories])
                == .installation(action: "created", repositories: [shop]))
        #expect(
            try event(
                "installation_repositories",
                ["action": "added", "repositories_added": repositories, "repositories_removed": []])
                == .installation(action: "added", repositories: [shop]))
        #expect(
            try event("installation", ["action": "suspend"]) == .installation(action: "suspend", repositories: []))
    }

    @Test("of a push names the ref; of a ping there is nothing to say")
    func pushAndPing() throws {
        let shop = try #require(RepositoryName("acme/shop"))
        let push: [String: Any] = ["ref": "refs/heads/main", "repository": WebhookSamples.repository, "deleted": false]
        #expect(
            try event("push", push)
                == .push(PushEvent(repositoryID: 5_000_000_007, repository: shop, ref: "refs/heads/main")))
        #expect(try event("ping", ["zen": "Speak like a human.", "hook_id": 1]) == .ping)
    }

    @Test("of other events and actions is unsupported, and its words are shown only where they are plain")
    func unsupported() throws {
        #expect(try event("star", ["action": "created"]) == .unsupported(event: "star", action: "created"))
        #expect(
            try event("pull_request", ["action": "assigned"]) == .unsupported(event: "pull_request", action: "assigned")
        )
        #expect(try event("x\u{1B}[31m", ["action": "a b\n"]) == .unsupported(event: "", action: nil))
    }

    @Test(
        "that lacks what is needed names the field",
        arguments: [
            ("pull_request.head.sha", #"{"head":{"ref":"more","sha":"main","repo":null}}"#),
            ("pull_request.title", #"{"title":7}"#), ("pull_request.title", #"{"title":null}"#),
            ("pull_request.number", #"{"number":0}"#), ("pull_request.number", #"{"number":1099511627776}"#),
            ("pull_request.number", #"{"number":"12"}"#),
            ("pull_request.state", #"{"state":"merged"}"#),
            ("pull_request.base.repo", #"{"base":{"ref":"main","sha":"\#(WebhookSamples.sha)"}}"#),
            ("pull_request.user.login", #"{"user":{"id":1}}"#),
            (
                "pull_request.base.repo.full_name",
                #"{"base":{"ref":"main","sha":"\#(WebhookSamples.sha)","repo":{"id":1,"full_name":"a/../b"}}}"#
            ),
        ])
    func malformed(_ field: String, _ change: String) throws {
        let change = try #require(try JSONSerialization.jsonObject(with: Data(change.utf8)) as? [String: Any])
        let payload = WebhookSamples.pullRequest("opened", pull: WebhookSamples.pull(change))
        #expect(throws: WebhookProblem.malformed(field: field)) { try event("pull_request", payload) }
    }

    @Test("that no delivery looks like is unreadable")
    func unreadable() {
        let deep = String(repeating: "[", count: 100_000)
        let wide = "[" + String(repeating: "1,", count: 2_000_000) + "1]"
        for text in ["", "nonsense", "{", "[]", "\"pull_request\"", "{\"action\":7}", deep, wide, "{\"a\":\"\\"] {
            #expect(throws: WebhookProblem.self) {
                try GitHubWebhook.event(named: "pull_request", body: Array(text.utf8), forge: "github.com")
            }
        }
        let large = [UInt8](repeating: 0x20, count: GitHubWebhook.maxBodyBytes + 1)
        #expect(throws: WebhookProblem.unreadable) {
            try GitHubWebhook.event(named: "ping", body: large, forge: "github.com")
        }
    }

    @Test("in which bytes were changed is read or refused, never a crash", arguments: 0..<8)
    func damaged(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let samples: [(String, [String: Any])] = [
            ("pull_request", WebhookSamples.pullRequest("labeled", ["label": ["name": "go"]])),
            ("issue_comment", WebhookSamples.issueComment()),
            ("pull_request_review_comment", WebhookSamples.reviewComment()),
            ("check_run", WebhookSamples.check("check_run")), ("check_suite", WebhookSamples.check("check_suite")),
        ]
        var read = 0
        for round in 0..<400 {
            let (name, payload) = samples[round % samples.count]
            var body = WebhookSamples.text(payload)
            for _ in 0...(round % 4) {
                let place = Int.random(in: 0..<body.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: body[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: body.remove(at: place)
                case 2: body.insert(UInt8.random(in: 0x20..<0x7F, using: &generator), at: place)
                default: body.removeSubrange(place..<min(place + 20, body.count))
                }
            }
            do {
                let event = try GitHubWebhook.event(named: name, body: body, forge: "github.com")
                read += 1
                if case .pullRequest(let event) = event {
                    #expect(event.pullRequest.head.id.utf8.count >= 40 && event.pullRequest.address.number > 0)
                }
            } catch {
                #expect(!error.description.contains("\n"))
            }
        }
        // Most changes fall into text that does not matter.
        #expect(read > 20)
    }
}
