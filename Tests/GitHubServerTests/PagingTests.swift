import GitHubServer
import ModelServer
import Testing

@Suite("Lists")
struct PagingTests {
    @Test("come in pages, and each names the next by the repository's number")
    func links() async throws {
        try await onStage { stage in
            for number in 1...65 { try stage.world.comment("\(number)", as: "reader", on: 1, in: "acme/shop") }
            var answer = await stage.bot.get(Stage.comments)
            #expect(answer.items.count == 30)
            #expect(Set(answer.links.keys) == ["next", "last"])
            let repository = try stage.world.repository("acme/shop")
            #expect(
                answer.links["next"] == "\(stage.server.apiURL)/repositories/\(repository.id)/issues/1/comments?page=2")
            var bodies = answer.items.compactMap { $0["body"]?.text }
            while let next = answer.links["next"] {
                answer = await stage.bot.get(next)
                bodies += answer.items.compactMap { $0["body"]?.text }
            }
            #expect(bodies == (1...65).map(String.init))
            #expect(Set(answer.links.keys) == ["prev", "first"])
        }
    }

    @Test(
        "have pages of 100 at most, and 30 where none is asked for",
        arguments: [
            ("per_page=100", 100), ("per_page=200", 100), ("per_page=x", 30), ("per_page=0", 30),
            ("page=3&per_page=40", 21), ("page=9", 0),
        ])
    func sizes(query: String, count: Int) async throws {
        try await onStage { stage in
            for number in 1...101 { try stage.world.comment("\(number)", as: "reader", on: 1, in: "acme/shop") }
            #expect(await stage.bot.get("\(Stage.comments)?\(query)").items.count == count)
        }
    }

    @Test("that did not change are answered by 304, which no limit counts")
    func tags() async throws {
        try await onStage { stage in
            let first = await stage.bot.get("/repos/acme/shop/pulls/1")
            let tag = try #require(first.headers["etag"])
            let again = await stage.bot.with("If-None-Match", tag).get("/repos/acme/shop/pulls/1")
            #expect(again.status == 304)
            #expect(again.body.isEmpty)
            #expect(again.headers["x-ratelimit-used"] == first.headers["x-ratelimit-used"])
            try stage.world.change(1, in: "acme/shop") { $0.title = "Another" }
            let changed = await stage.bot.with("If-None-Match", tag).get("/repos/acme/shop/pulls/1")
            #expect(changed.status == 200)
            #expect(changed.headers["etag"] != tag)
        }
    }

    @Test("of pull requests are chosen by state, base and head")
    func pulls() async throws {
        try await onStage { stage in
            try stage.world.commit(["b.txt": "b"], on: "second", from: "main", in: "acme/shop")
            try stage.world.openPull(in: "acme/shop", from: "second")
            try stage.world.close(2, in: "acme/shop")
            func numbers(_ query: String) async -> [JSON] {
                await stage.bot.get("/repos/acme/shop/pulls?\(query)").items.compactMap { $0["number"] }
            }
            #expect(await numbers("") == [1])
            #expect(await numbers("state=all") == [2, 1])
            #expect(await numbers("state=all&direction=asc") == [1, 2])
            #expect(await numbers("state=closed") == [2])
            #expect(await numbers("state=all&head=acme:second") == [2])
            #expect(await numbers("base=other") == [])
            #expect(await stage.bot.get("/repos/acme/shop/pulls?state=merged").status == 422)
        }
    }
}
