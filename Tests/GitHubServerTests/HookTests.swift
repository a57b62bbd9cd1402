import Crypto
import Foundation
import GitHubServer
import ModelServer
import Testing

@Suite("Deliveries")
struct HookTests {
    private func onStageWithReceiver(
        status: Int = 202, _ test: (Stage, Receiver) async throws -> Void
    ) async throws {
        let receiver = Receiver(status: status)
        defer { receiver.stop() }
        try await onStage { stage in
            stage.server.hooks.setTarget(receiver.url)
            try await test(stage, receiver)
        }
    }

    private func signature(_ body: [UInt8], _ secret: String) -> String {
        let code = HMAC<SHA256>.authenticationCode(for: body, using: SymmetricKey(data: Data(secret.utf8)))
        return "sha256=" + code.map { String(format: "%02x", $0) }.joined()
    }

    @Test("are signed over the bytes that are sent, as JSON or as a form", arguments: [false, true])
    func signed(isForm: Bool) async throws {
        try await onStageWithReceiver { stage, receiver in
            let attempt = try await stage.server.hooks.deliver(.pull("opened", 1, in: "acme/shop"), isForm: isForm)
            #expect(attempt.status == 202)
            let taken = try #require(receiver.taken.first)
            #expect(taken.headers["x-github-event"] == "pull_request")
            #expect(taken.headers["x-github-delivery"]?.count == 36)
            #expect(taken.headers["x-hub-signature-256"] == signature(taken.body, stage.server.app.webhookSecret))
            var text = String(decoding: taken.body, as: UTF8.self)
            if isForm {
                #expect(taken.headers["content-type"] == "application/x-www-form-urlencoded")
                #expect(text.hasPrefix("payload=%7B"))
                text = text.dropFirst("payload=".count).removingPercentEncoding ?? ""
            }
            let payload = try JSON(parsing: text)
            #expect(payload["action"] == "opened")
            #expect(payload["number"] == 1)
            let head = try stage.head()
            #expect(payload["pull_request"]?["head"]?["sha"]?.text == head)
            #expect(payload["repository"]?["full_name"] == "acme/shop")
            #expect(payload["installation"]?["id"] == .integer(stage.installation.id))
            #expect(payload["sender"]?["login"] == "octocat")
            #expect(payload["organization"]?["login"] == "acme")
        }
    }

    @Test("of every kind carry what happened")
    func kinds() async throws {
        try await onStageWithReceiver { stage, receiver in
            let said = try stage.world.comment("/hunkwise review", as: "maintainer", on: 1, in: "acme/shop")
            _ = await stage.bot.send("POST", Stage.checks, #"{"name":"n","head_sha":"\#(try stage.head())"}"#)
            _ = await stage.bot.send(
                "POST", Stage.reviews,
                #"{"event":"COMMENT","comments":[{"body":"x","path":"src/cart.py","line":3}]}"#)
            let run = try #require(try stage.world.checkRuns(in: "acme/shop").first)
            let review = try #require(try stage.world.reviews(of: 1, in: "acme/shop").first)
            let line = try #require(try stage.world.reviewComments(of: 1, in: "acme/shop").first)
            let answer = try stage.world.reply("why?", as: "octocat", to: line.id)
            let old = try stage.world.tip("main", of: "acme/shop")
            try stage.world.commit(["x.txt": "x"], on: "main", in: "acme/shop")
            try stage.world.label(1, in: "acme/shop", "bug")
            let cases: [(Occurrence, String, [String])] = [
                (.ping, "ping", ["zen", "hook_id", "hook"]),
                (.pull("labeled", 1, in: "acme/shop"), "pull_request", ["label", "pull_request", "number"]),
                (.pull("synchronize", 1, in: "acme/shop"), "pull_request", ["before", "after"]),
                (.comment("created", said), "issue_comment", ["issue", "comment"]),
                (.reviewComment("created", answer), "pull_request_review_comment", ["comment", "pull_request"]),
                (.review("submitted", review), "pull_request_review", ["review", "pull_request"]),
                (.thread("resolved", line), "pull_request_review_thread", ["thread", "pull_request"]),
                (.checkRun("rerequested", run), "check_run", ["check_run"]),
                (.installation("created", stage.installation), "installation", ["installation", "repositories"]),
                (
                    .repositories(added: ["acme/shop"], removed: [], stage.installation),
                    "installation_repositories", ["repositories_added", "repositories_removed"]
                ),
                (.push(branch: "main", in: "acme/shop", before: old), "push", ["ref", "before", "after", "commits"]),
            ]
            for (occurrence, event, members) in cases {
                #expect(try await stage.server.hooks.deliver(occurrence).status == 202)
                let taken = try #require(receiver.taken.last)
                let payload = try JSON(parsing: taken.body)
                #expect(taken.headers["x-github-event"] == event)
                for member in members + (event == "ping" ? [] : ["sender"]) {
                    #expect(payload[member] != nil, "\(event) lacks \(member)")
                }
            }
            let comment = try JSON(parsing: receiver.taken[3].body)
            #expect(comment["issue"]?["pull_request"]?["url"] != nil)
            #expect(comment["comment"]?["author_association"] == "MEMBER")
            #expect(try JSON(parsing: receiver.taken[10].body)["commits"]?.items?.count == 1)
        }
    }

    @Test("are sent again with the same id, by tests and by the App's own pages")
    func again() async throws {
        try await onStageWithReceiver(status: 500) { stage, receiver in
            let delivery = try stage.server.hooks.prepare(.ping)
            #expect(receiver.taken.isEmpty)
            #expect(try await stage.server.hooks.send(delivery).status == 500)
            #expect(try await stage.server.hooks.redeliver(delivery).isRedelivery)
            let app = RawClient(port: stage.server.port, token: try Assertion(stage).text)
            let list = await app.get("/app/hook/deliveries").items
            #expect(list.map { $0["guid"]?.text } == [delivery.guid])
            #expect(list.first?["status_code"] == 500)
            let path = "/app/hook/deliveries/\(delivery.number)"
            #expect(await app.get(path).json["request"]?["headers"]?["X-GitHub-Event"] == "ping")
            #expect(await app.send("POST", path + "/attempts").status == 202)
            #expect(await stage.bot.get("/app/hook/deliveries").status == 401)
            #expect(await app.get("/app/hook/config").json["url"]?.text == receiver.url)
            #expect(Set(receiver.taken.map { $0.headers["x-github-delivery"] }) == [delivery.guid])
        }
    }

    @Test("of many come at once, each answered in its place")
    func many() async throws {
        try await onStageWithReceiver { stage, receiver in
            let one = try stage.server.hooks.prepare(.pull("opened", 1, in: "acme/shop"))
            let other = try stage.server.hooks.prepare(.ping)
            let answers = try await stage.server.hooks.send([one, other, one, one, other], atOnce: 4)
            #expect(answers.map(\.status) == [202, 202, 202, 202, 202])
            #expect(receiver.taken.count == 5)
            #expect(stage.server.hooks.deliveries.map(\.attempts.count) == [3, 2])
        }
    }

    @Test("to nobody are told as no answer")
    func nobody() async throws {
        try await onStage { stage in
            let receiver = Receiver()
            receiver.stop()
            let attempt = try await stage.server.hooks.deliver(.ping, to: receiver.url)
            #expect(attempt.status == 0)
        }
    }
}
