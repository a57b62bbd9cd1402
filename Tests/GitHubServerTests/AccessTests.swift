import GitHubServer
import ModelServer
import Testing

/// What an installation token without one permission may not do.
private let needs: [(String, String, String, String)] = [
    ("contents", "GET", "/repos/acme/shop/contents/README.md", ""),
    ("contents", "GET", "/repos/acme/shop/compare/main...feature", ""),
    ("contents", "GET", "/repos/acme/shop/commits/feature", ""),
    ("contents", "GET", "/repos/acme/shop/branches/main", ""),
    ("contents", "GET", "/repos/acme/shop/git/ref/heads/main", ""),
    ("contents", "GET", "/repos/acme/shop/git/trees/main", ""),
    ("pull_requests", "GET", "/repos/acme/shop/pulls", ""), ("pull_requests", "GET", "/repos/acme/shop/pulls/1", ""),
    ("pull_requests", "GET", "/repos/acme/shop/pulls/1/files", ""),
    ("pull_requests", "POST", Stage.reviews, #"{"event":"COMMENT","body":"x"}"#),
    ("checks", "POST", Stage.checks, #"{"name":"n","head_sha":"HEAD"}"#),
    ("checks", "GET", "/repos/acme/shop/commits/feature/check-runs", ""),
]

@Suite("Rights")
struct AccessTests {
    @Test("of an installation are its permissions, one by one", arguments: needs)
    func permissions(permission: String, method: String, path: String, body: String) async throws {
        try await onStage { stage in
            let body = body.replacing("HEAD", with: try stage.head())
            let fewer = World.reviewing.filter { $0.key != permission }
            let token = stage.world.token(of: stage.installation, permissions: fewer)
            let answer = await RawClient(port: stage.server.port, token: token).send(method, path, body)
            #expect(answer.status == 403)
            #expect(answer.complaint.contains("Resource not accessible by integration"))
            #expect(answer.headers["x-accepted-github-permissions"]?.contains(permission) == true)
            #expect([200, 201].contains(await stage.bot.send(method, path, body).status))
        }
    }

    @Test("to comment come with issues or with pull requests", arguments: ["issues", "pull_requests"])
    func eitherPermission(permission: String) async throws {
        try await onStage { stage in
            let token = stage.world.token(of: stage.installation, permissions: [permission: "write"])
            let client = RawClient(port: stage.server.port, token: token)
            #expect(await client.send("POST", Stage.comments, #"{"body":"x"}"#).status == 201)
            let reading = stage.world.token(of: stage.installation, permissions: [permission: "read"])
            let reader = RawClient(port: stage.server.port, token: reading)
            #expect(await reader.send("POST", Stage.comments, #"{"body":"x"}"#).status == 403)
        }
    }

    @Test("that are missing hide a private repository")
    func hidden() async throws {
        try await onStage(isPrivate: true) { stage in
            let path = "/repos/acme/shop/pulls/1"
            #expect(await RawClient(port: stage.server.port, token: nil).get(path).status == 404)
            #expect(await stage.person("stranger").get(path).status == 404)
            #expect(await stage.person("reader", scopes: ["public_repo"]).get(path).status == 404)
            #expect(await stage.person("reader").get(path).status == 200)
            let elsewhere = try stage.world.install(stage.server.app, on: "others")
            let foreign = RawClient(port: stage.server.port, token: stage.world.token(of: elsewhere))
            #expect(await foreign.get(path).status == 404)
        }
    }

    @Test("of nobody are to read what is public")
    func anonymous() async throws {
        try await onStage { stage in
            let nobody = RawClient(port: stage.server.port, token: nil)
            #expect(await nobody.get("/repos/acme/shop/pulls/1").status == 200)
            #expect(await nobody.send("POST", Stage.comments, #"{"body":"x"}"#).status == 401)
            #expect(await nobody.get("/user").status == 401)
        }
    }

    @Test("of a person are the token's and the role's")
    func people() async throws {
        try await onStage { stage in
            let weak = stage.person("maintainer", scopes: [])
            #expect(await weak.get("/repos/acme/shop/pulls/1").status == 200)
            #expect(await weak.send("POST", Stage.comments, #"{"body":"x"}"#).status == 404)
            let label = #"{"labels":["a"]}"#
            #expect(await stage.person("reader").send("POST", "/repos/acme/shop/issues/1/labels", label).status == 403)
            #expect(
                await stage.person("maintainer").send("POST", "/repos/acme/shop/issues/1/labels", label).status == 200)
            let user = await stage.person("maintainer").get("/user")
            #expect(user.json["login"] == "maintainer")
            #expect(user.headers["x-oauth-scopes"] == "repo")
        }
    }

    @Test("of a fine-grained token are its permissions, and it says when it ends")
    func fineGrained() async throws {
        try await onStage { stage in
            let now = stage.world.clock.now()
            let token = try stage.world.fineGrainedToken(
                for: "maintainer", permissions: ["pull_requests": "read", "metadata": "read"],
                repositories: ["acme/shop"], expiresAt: now + 60)
            let client = RawClient(port: stage.server.port, token: token)
            let answer = await client.get("/repos/acme/shop/pulls/1")
            #expect(answer.status == 200)
            #expect(answer.headers["github-authentication-token-expiration"]?.hasSuffix("UTC") == true)
            let refused = await client.send("POST", Stage.reviews, #"{"event":"COMMENT","body":"x"}"#)
            #expect(refused.status == 403)
            #expect(refused.complaint.contains("Resource not accessible by personal access token"))
            stage.world.clock.advance(bySeconds: 60)
            #expect(await client.get("/repos/acme/shop/pulls/1").status == 401)
        }
    }

    @Test("of others are told to those who may write")
    func permissionPage() async throws {
        try await onStage { stage in
            func path(_ login: String) -> String { "/repos/acme/shop/collaborators/\(login)/permission" }
            #expect(await stage.bot.get(path("maintainer")).json["permission"] == "write")
            #expect(await stage.bot.get(path("stranger")).json["permission"] == "read")
            #expect(await stage.bot.get(path("nobody-here")).status == 404)
            #expect(await stage.person("reader").get(path("maintainer")).status == 403)
            #expect(await stage.person("maintainer").get(path("reader")).json["role_name"] == "read")
        }
        try await onStage(isPrivate: true) { stage in
            let answer = await stage.bot.get("/repos/acme/shop/collaborators/stranger/permission")
            #expect(answer.json["permission"] == "none")
        }
    }

    @Test("end when a token is revoked, and writing ends when a repository is archived")
    func endings() async throws {
        try await onStage { stage in
            try stage.world.change("acme/shop") { $0.isArchived = true }
            let answer = await stage.bot.send("POST", Stage.comments, #"{"body":"x"}"#)
            #expect(answer.status == 403)
            #expect(answer.complaint.contains("archived"))
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").status == 200)
            stage.world.revoke(token: stage.token)
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").status == 401)
        }
    }
}
