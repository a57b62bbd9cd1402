import GitHubServer
import ModelServer
import Testing

@Suite("The git endpoint")
struct GitTests {
    private func references(_ stage: Stage, token: String?) async -> RawAnswer {
        let credentials = token.map { "Basic " + Base64Text.of("x-access-token:\($0)") }
        return await RawClient(port: stage.server.port, token: nil).with("Authorization", credentials).get(
            "/acme/shop.git/info/refs?service=git-upload-pack")
    }

    @Test("shows a pull request's head to who may read")
    func heads() async throws {
        try await onStage(isPrivate: true) { stage in
            let answer = await references(stage, token: stage.token)
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/x-git-upload-pack-advertisement")
            let head = try stage.head()
            #expect(answer.text.contains("\(head) refs/pull/1/head"))
        }
    }

    @Test("asks for credentials, and refuses wrong and weak ones")
    func credentials() async throws {
        try await onStage(isPrivate: true) { stage in
            let nobody = await references(stage, token: nil)
            #expect(nobody.status == 401)
            #expect(nobody.headers["www-authenticate"] == "Basic realm=\"GitHub\"")
            #expect(await references(stage, token: "nope").status == 401)
            let weak = stage.world.token(of: stage.installation, permissions: ["pull_requests": "write"])
            #expect(await references(stage, token: weak).status == 403)
            #expect(await references(stage, token: stage.world.token(for: "stranger")).status == 404)
            let push = await stage.bot.get("/acme/shop.git/info/refs?service=git-receive-pack")
            #expect(push.status == 403)
        }
    }

    @Test("shows what is public to everybody, under its new name too")
    func open() async throws {
        try await onStage { stage in
            #expect(await references(stage, token: nil).status == 200)
            try stage.world.rename("acme/shop", to: "acme/store")
            let answer = await RawClient(port: stage.server.port, token: nil).get(
                "/acme/store.git/info/refs?service=git-upload-pack")
            #expect(answer.status == 200)
        }
    }
}
