import GitHubServer
import ModelServer
import Testing

@Suite("Headers of requests")
struct HeaderTests {
    @Test(
        "that are missing or unknown are refused",
        arguments: [
            ("User-Agent", nil, 403, "User-Agent"),
            ("X-GitHub-Api-Version", "1999-01-01", 400, "not a supported version"),
            ("Accept", "text/xml", 415, "Must accept 'application/json'"),
            ("Authorization", "Bearer nope", 401, "Bad credentials"),
            ("Authorization", "nonsense", 401, "Bad credentials"),
            ("Authorization", "Bearer a.b.c", 401, "A JSON web token could not be decoded"),
        ] as [(String, String?, Int, String)])
    func refusal(name: String, value: String?, status: Int, mark: String) async throws {
        try await onStage { stage in
            let answer = await stage.bot.with(name, value).get("/repos/acme/shop")
            #expect(answer.status == status)
            #expect(answer.complaint.contains(mark), "\(answer.text)")
        }
    }

    @Test(
        "in every form that the service knows are taken",
        arguments: [
            ("X-GitHub-Api-Version", nil), ("X-GitHub-Api-Version", "2026-03-10"), ("Accept", nil), ("Accept", "*/*"),
            ("Accept", "application/vnd.github.v3+json"), ("Accept", "text/html, application/json;q=0.9"),
            ("Authorization", nil),
        ] as [(String, String?)])
    func acceptance(name: String, value: String?) async throws {
        try await onStage { stage in
            let answer = await stage.bot.with(name, value).get("/repos/acme/shop")
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["full_name"] == "acme/shop")
        }
    }

    @Test("choose the form of a diff, a file and a commit")
    func mediaTypes() async throws {
        try await onStage { stage in
            let diff = await stage.bot.with("Accept", "application/vnd.github.diff").get("/repos/acme/shop/pulls/1")
            #expect(diff.text.hasPrefix("diff --git a/docs/a.md b/docs/b.md\n"))
            #expect(diff.text.contains("\n-line 3\n+changed 3\n"))
            let raw = await stage.bot.with("Accept", "application/vnd.github.raw+json").get(
                "/repos/acme/shop/contents/src/cart.py?ref=feature")
            #expect(raw.text == Stage.lines([3: "changed 3", 17: "changed 17"]))
            let sha = await stage.bot.with("Accept", "application/vnd.github.sha").get(
                "/repos/acme/shop/commits/feature")
            let head = try stage.head()
            #expect(sha.text == head)
        }
    }

    @Test("of an Enterprise server lead below /api/v3, and nowhere else")
    func enterprise() async throws {
        try await onStage(isEnterprise: true) { stage in
            #expect(stage.server.apiURL.hasSuffix("/api/v3"))
            let pull = await stage.bot.get("/api/v3/repos/acme/shop/pulls/1")
            #expect(pull.json["url"]?.text == stage.server.apiURL + "/repos/acme/shop/pulls/1")
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").status == 404)
        }
    }

    @Test("of the later version get answers without what it dropped")
    func laterVersion() async throws {
        try await onStage { stage in
            let later = stage.bot.with("X-GitHub-Api-Version", "2026-03-10")
            let pull = await later.get("/repos/acme/shop/pulls/1").json
            #expect(pull["merge_commit_sha"] == nil)
            #expect(pull["base"]?["repo"]?["has_downloads"] == nil)
            #expect(pull["base"]?["repo"]?["id"] != nil)
            #expect(await later.get("/rate_limit").json["rate"] == nil)
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").json["merge_commit_sha"] == .null)
        }
    }
}
