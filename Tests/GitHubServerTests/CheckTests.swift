import GitHubServer
import ModelServer
import Testing

@Suite("Checks and statuses")
struct CheckTests {
    private func create(_ stage: Stage, _ more: String = "") async throws -> RawAnswer {
        await stage.bot.send("POST", Stage.checks, #"{"name":"hunkwise","head_sha":"\#(try stage.head())"\#(more)}"#)
    }

    @Test("grow by annotations of several requests, fifty each")
    func annotations() async throws {
        try await onStage { stage in
            let answer = try await create(stage, #","status":"in_progress""#)
            let path = "\(Stage.checks)/\(answer.json["id"]?.whole ?? 0)"
            let list = Array(
                repeating: #"{"path":"a","start_line":1,"end_line":1,"annotation_level":"warning","message":"m"}"#,
                count: 50
            ).joined(separator: ",")
            for _ in 0..<2 {
                let more = await stage.bot.send(
                    "PATCH", path, #"{"output":{"title":"t","summary":"s","annotations":[\#(list)]}}"#)
                #expect(more.status == 200, "\(more.text)")
            }
            #expect(await stage.bot.get(path).json["output"]?["annotations_count"] == 100)
            #expect(await stage.bot.get(path + "/annotations?per_page=100").items.count == 100)
        }
    }

    @Test("are completed by a conclusion, and begin again without one")
    func conclusion() async throws {
        try await onStage { stage in
            let answer = try await create(stage)
            #expect(answer.json["status"] == "queued")
            let path = "\(Stage.checks)/\(answer.json["id"]?.whole ?? 0)"
            let done = await stage.bot.send("PATCH", path, #"{"conclusion":"neutral"}"#)
            #expect(done.json["status"] == "completed")
            #expect(done.json["completed_at"]?.text != nil)
            let again = await stage.bot.send("PATCH", path, #"{"status":"in_progress"}"#)
            #expect(again.json["conclusion"] == .null)
            #expect(again.json["completed_at"] == .null)
        }
    }

    @Test("are written by the App that made them and by no person")
    func writers() async throws {
        try await onStage { stage in
            let answer = try await create(stage)
            let path = "\(Stage.checks)/\(answer.json["id"]?.whole ?? 0)"
            let person = stage.person("maintainer")
            let refused = await person.send(
                "POST", Stage.checks, #"{"name":"n","head_sha":"\#(try stage.head())"}"#)
            #expect(refused.status == 403)
            #expect(refused.complaint.contains("You must authenticate via a GitHub App."))
            #expect(await person.get(path).status == 200)
            let other = try stage.world.addApp(slug: "another")
            let installation = try stage.world.install(other, on: "acme")
            let client = RawClient(port: stage.server.port, token: stage.world.token(of: installation))
            #expect(await client.send("PATCH", path, #"{"conclusion":"success"}"#).status == 403)
        }
    }

    @Test("are listed by commit, the newest of each name")
    func listing() async throws {
        try await onStage { stage in
            let first = try await create(stage)
            let second = try await create(stage)
            #expect(first.json["check_suite"]?["id"] == second.json["check_suite"]?["id"])
            let path = "/repos/acme/shop/commits/\(try stage.head())/check-runs"
            let list = await stage.bot.get(path).json
            #expect(list["total_count"] == 1)
            #expect(list["check_runs"]?.items?.first?["id"] == second.json["id"])
            #expect(await stage.bot.get(path + "?filter=all").json["total_count"] == 2)
            #expect(await stage.bot.get(path + "?check_name=other").json["total_count"] == 0)
            let suites = await stage.bot.get("/repos/acme/shop/commits/feature/check-suites").json
            #expect(suites["total_count"] == 1)
            #expect(list["check_runs"]?.items?.first?["pull_requests"]?.items?.first?["number"] == 1)
        }
    }

    @Test("of people are statuses, summed up by context")
    func statuses() async throws {
        try await onStage { stage in
            let path = "/repos/acme/shop/statuses/\(try stage.head())"
            let maintainer = stage.person("maintainer", scopes: ["repo:status"])
            #expect(await stage.bot.send("POST", path, #"{"state":"success"}"#).status == 403)
            #expect(await stage.person("reader").send("POST", path, #"{"state":"success"}"#).status == 403)
            for state in ["pending", "success"] {
                let answer = await maintainer.send("POST", path, #"{"state":"\#(state)","context":"hunkwise"}"#)
                #expect(answer.status == 201, "\(answer.text)")
            }
            let sum = await maintainer.get("/repos/acme/shop/commits/feature/status").json
            #expect(sum["state"] == "success")
            #expect(sum["total_count"] == 1)
            #expect(await maintainer.get("/repos/acme/shop/commits/feature/statuses").items.count == 2)
        }
    }

    @Test("of one context have a largest number")
    func mostStatuses() async throws {
        var limits = ServiceLimits()
        limits.statusesPerContext = 2
        try await onStage(limits: limits) { stage in
            let path = "/repos/acme/shop/statuses/\(try stage.head())"
            var answers: [Int] = []
            for context in ["a", "a", "b", "a"] {
                let body = #"{"state":"success","context":"\#(context)"}"#
                answers.append(await stage.person("maintainer").send("POST", path, body).status)
            }
            #expect(answers == [201, 201, 201, 422])
        }
    }
}
