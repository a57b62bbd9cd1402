import GitHubServer
import ModelServer
import Testing

@Suite("Limits")
struct LimitTests {
    @Test("of requests are counted down, told, and lifted by the hour")
    func primary() async throws {
        var limits = ServiceLimits()
        limits.requestsPerHour = 3
        try await onStage(limits: limits) { stage in
            let bot = RawClient(
                port: stage.server.port, token: stage.world.token(of: stage.installation, lifetime: 7200))
            var left: [String?] = []
            for _ in 0..<3 { left.append(await bot.get("/repos/acme/shop").headers["x-ratelimit-remaining"]) }
            #expect(left == ["2", "1", "0"])
            let refused = await bot.get("/repos/acme/shop")
            #expect(refused.status == 403)
            #expect(refused.complaint.contains("API rate limit exceeded"))
            #expect(refused.headers["x-ratelimit-remaining"] == "0")
            #expect(refused.headers["x-ratelimit-reset"] == String(stage.world.clock.now() + 3600))
            // Looking at the limit costs nothing, and others have their own.
            #expect(await bot.get("/rate_limit").json["rate"]?["remaining"] == 0)
            #expect(await stage.person("reader").get("/repos/acme/shop").status == 200)
            stage.world.clock.advance(bySeconds: 3600)
            #expect(await bot.get("/repos/acme/shop").status == 200)
        }
    }

    @Test("of new content ask to wait, and reading goes on", arguments: [false, true])
    func secondary(answersTooMany: Bool) async throws {
        var limits = ServiceLimits()
        limits.contentPerMinute = 2
        limits.secondaryAnswersTooMany = answersTooMany
        try await onStage(limits: limits) { stage in
            var answers: [Int] = []
            for _ in 0..<3 {
                answers.append(await stage.bot.send("POST", Stage.comments, #"{"body":"x"}"#).status)
            }
            #expect(answers == [201, 201, answersTooMany ? 429 : 403])
            let refused = await stage.bot.send("POST", Stage.comments, #"{"body":"x"}"#)
            #expect(refused.headers["retry-after"] == "60")
            #expect(refused.complaint.contains("secondary rate limit"))
            #expect(await stage.bot.get(Stage.comments).status == 200)
            stage.world.clock.advance(bySeconds: 60)
            #expect(await stage.bot.send("POST", Stage.comments, #"{"body":"x"}"#).status == 201)
        }
    }

    @Test("of a diff's files and lines refuse its text, not its list")
    func diffs() async throws {
        var limits = ServiceLimits()
        limits.diffFiles = 4
        try await onStage(limits: limits) { stage in
            let diff = stage.bot.with("Accept", "application/vnd.github.v3.diff")
            for path in ["pulls/1", "compare/main...feature"] {
                let refused = await diff.get("/repos/acme/shop/" + path)
                #expect(refused.status == 406)
                #expect(refused.complaint.contains("exceeded the maximum number of files (4)"))
                #expect(refused.complaint.contains("too_large"))
            }
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1/files").items.count == 5)
        }
        limits = ServiceLimits()
        limits.diffLines = 10
        try await onStage(limits: limits) { stage in
            let refused = await stage.bot.with("Accept", "application/vnd.github.diff").get("/repos/acme/shop/pulls/1")
            #expect(refused.complaint.contains("exceeded the maximum number of lines (10)"))
        }
    }

    @Test("of listed files and shown patches cut them, and the counts stay true")
    func files() async throws {
        var limits = ServiceLimits()
        limits.listedFiles = 2
        limits.patchLines = 6
        try await onStage(limits: limits) { stage in
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1/files").items.count == 2)
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").json["changed_files"] == 5)
        }
        limits.listedFiles = 3000
        try await onStage(limits: limits) { stage in
            let files = await stage.bot.get("/repos/acme/shop/pulls/1/files").items
            let shown = files.filter { $0["patch"] != nil }.compactMap { $0["filename"]?.text }
            #expect(shown == ["src/new.py", "src/old.py"])
            let cart = files.first { $0["filename"] == "src/cart.py" }
            #expect(cart?["additions"] == 2)
            #expect(cart?["changes"] == 4)
        }
    }

    @Test("of contents leave out what is large, but for the raw form")
    func contents() async throws {
        var limits = ServiceLimits()
        limits.inlineContent = 10
        try await onStage(limits: limits) { stage in
            let path = "/repos/acme/shop/contents/src/cart.py"
            let large = await stage.bot.get(path)
            #expect(large.json["encoding"] == "none")
            #expect(large.json["content"] == "")
            #expect(await stage.bot.with("Accept", "application/vnd.github.raw").get(path).text == Stage.lines())
            #expect(await stage.bot.get("/repos/acme/shop/contents/README.md").json["content"] == "SGVsbG8K\n")
        }
    }
}
