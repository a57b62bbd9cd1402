import GitHubServer
import ModelServer
import Testing

@Suite("Comments")
struct CommentTests {
    private func post(_ stage: Stage) async throws -> Int {
        let answer = await stage.bot.send(
            "POST", Stage.reviewComments,
            #"{"body":"x","commit_id":"\#(try stage.head())","path":"src/cart.py","line":3}"#)
        return try #require(answer.json["id"]?.whole, "\(answer.text)")
    }

    @Test("of a thread are answered at its first one only")
    func replies() async throws {
        try await onStage { stage in
            let first = try await post(stage)
            let reply = await stage.person("reader").send(
                "POST", "\(Stage.reviewComments)/\(first)/replies", #"{"body":"why?"}"#)
            #expect(reply.status == 201)
            #expect(reply.json["in_reply_to_id"] == .integer(first))
            #expect(reply.json["line"] == 3)
            let id = try #require(reply.json["id"]?.whole)
            #expect(
                await stage.bot.send("POST", "\(Stage.reviewComments)/\(id)/replies", #"{"body":"so"}"#).status == 422)
            #expect(
                await stage.bot.send("POST", "\(Stage.reviewComments)/999/replies", #"{"body":"so"}"#).status == 404)
            let other = await stage.bot.send(
                "POST", Stage.reviewComments, #"{"body":"so","in_reply_to":\#(first)}"#)
            #expect(other.json["in_reply_to_id"] == .integer(first), "\(other.text)")
        }
    }

    @Test("of others are changed by those who may write")
    func others() async throws {
        try await onStage { stage in
            let said = try stage.world.comment("hello", as: "reader", on: 1, in: "acme/shop")
            let line = try await post(stage)
            for path in ["issues/comments/\(said.id)", "pulls/comments/\(line)"] {
                let address = "/repos/acme/shop/" + path
                #expect(await stage.person("stranger").send("PATCH", address, #"{"body":"y"}"#).status == 403)
                #expect(await stage.person("maintainer").send("PATCH", address, #"{"body":"y"}"#).json["body"] == "y")
                #expect(await stage.person("stranger").send("DELETE", address).status == 403)
                #expect(await stage.person("maintainer").send("DELETE", address).status == 204)
                #expect(await stage.person("maintainer").send("DELETE", address).status == 404)
            }
        }
    }

    @Test("in a locked conversation come from those who may write")
    func locked() async throws {
        try await onStage { stage in
            let first = try await post(stage)
            try stage.world.lock(1, in: "acme/shop")
            let attempts = [
                (Stage.comments, #"{"body":"x"}"#), (Stage.reviews, #"{"event":"COMMENT","body":"x"}"#),
                ("\(Stage.reviewComments)/\(first)/replies", #"{"body":"x"}"#),
            ]
            for (path, body) in attempts {
                #expect(await stage.bot.send("POST", path, body).status == 403)
                #expect(await stage.person("stranger").send("POST", path, body).status == 403)
                #expect([200, 201].contains(await stage.person("maintainer").send("POST", path, body).status))
            }
        }
    }

    @Test("carry the App that wrote them, and the author's standing")
    func authors() async throws {
        try await onStage { stage in
            let mine = await stage.bot.send("POST", Stage.comments, #"{"body":"x"}"#)
            #expect(mine.json["user"]?["login"] == "hunkwise[bot]")
            #expect(mine.json["user"]?["type"] == "Bot")
            #expect(mine.json["performed_via_github_app"]?["id"] == .integer(stage.server.app.id))
            let theirs = await stage.person("maintainer").send("POST", Stage.comments, #"{"body":"x"}"#)
            #expect(theirs.json["author_association"] == "MEMBER")
            #expect(theirs.json["performed_via_github_app"] == .null)
            let stranger = await stage.person("stranger").send("POST", Stage.comments, #"{"body":"x"}"#)
            #expect(stranger.json["author_association"] == "NONE")
        }
    }

    @Test("since a time are listed without older ones")
    func since() async throws {
        try await onStage { stage in
            try stage.world.comment("old", as: "reader", on: 1, in: "acme/shop")
            stage.world.clock.advance(bySeconds: 100)
            try stage.world.comment("new", as: "reader", on: 1, in: "acme/shop")
            let all = await stage.bot.get(Stage.comments).items
            let time = try #require(all.last?["created_at"]?.text)
            #expect(all.count == 2)
            #expect(await stage.bot.get("\(Stage.comments)?since=\(time)").items.count == 1)
        }
    }

    @Test("are reacted to once by each person")
    func reactions() async throws {
        try await onStage { stage in
            let said = try stage.world.comment("hello", as: "reader", on: 1, in: "acme/shop")
            let path = "/repos/acme/shop/issues/comments/\(said.id)/reactions"
            let first = await stage.bot.send("POST", path, #"{"content":"+1"}"#)
            #expect(first.status == 201)
            let again = await stage.bot.send("POST", path, #"{"content":"+1"}"#)
            #expect(again.status == 200)
            #expect(again.json["id"] == first.json["id"])
            #expect(await stage.bot.get(path).items.count == 1)
            #expect(await stage.bot.get("/repos/acme/shop/issues/comments/\(said.id)").json["reactions"]?["+1"] == 1)
            let one = "\(path)/\(first.json["id"]?.whole ?? 0)"
            #expect(await stage.person("reader").send("DELETE", one).status == 404)
            #expect(await stage.bot.send("DELETE", one).status == 204)
        }
    }

    @Test("on an issue that is gone or was never there are refused apart")
    func gone() async throws {
        try await onStage { stage in
            try stage.world.deleteIssue(7, in: "acme/shop")
            #expect(await stage.bot.get("/repos/acme/shop/issues/7/comments").status == 410)
            #expect(await stage.bot.get("/repos/acme/shop/issues/8/comments").status == 404)
        }
    }
}
