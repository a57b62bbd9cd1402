import GitHubServer
import ModelServer
import Testing

@Suite("What is read")
struct ReadingTests {
    @Test("of a pull request is what git says")
    func files() async throws {
        try await onStage { stage in
            let files = await stage.bot.get("/repos/acme/shop/pulls/1/files").items
            let kinds = files.map { "\($0["filename"]?.text ?? "") \($0["status"]?.text ?? "")" }
            #expect(
                kinds == [
                    "docs/b.md renamed", "logo.bin modified", "src/cart.py modified", "src/new.py added",
                    "src/old.py removed",
                ])
            #expect(files[0]["previous_filename"] == "docs/a.md")
            #expect(files[0]["patch"] == nil)
            #expect(files[1]["patch"] == nil)
            #expect(files[2]["patch"]?.text?.hasPrefix("@@ -1,6 +1,6 @@\n line 1\n") == true)
            #expect(files[4]["patch"] == "@@ -1 +0,0 @@\n-gone")
            let pull = await stage.bot.get("/repos/acme/shop/pulls/1").json
            #expect(pull["commits"] == 1)
            #expect(pull["additions"] == 5)
            #expect(pull["deletions"] == 3)
            let commits = await stage.bot.get("/repos/acme/shop/pulls/1/commits").items
            #expect(commits.map { $0["commit"]?["message"] } == ["Change the cart"])
        }
    }

    @Test("of a comparison counts from the merge base")
    func comparison() async throws {
        try await onStage { stage in
            let base = try stage.world.tip("main", of: "acme/shop")
            try stage.world.commit(["README.md": "Good day\n"], on: "main", in: "acme/shop")
            let answer = await stage.bot.get("/repos/acme/shop/compare/main...feature").json
            #expect(answer["status"] == "diverged")
            #expect(answer["ahead_by"] == 1)
            #expect(answer["behind_by"] == 1)
            #expect(answer["merge_base_commit"]?["sha"]?.text == base)
            #expect(answer["files"]?.items?.count == 5)
            let identical = await stage.bot.get("/repos/acme/shop/compare/\(base)...\(base)").json
            #expect(identical["status"] == "identical")
            #expect(await stage.bot.get("/repos/acme/shop/compare/main...nope").status == 404)
        }
    }

    @Test("of files, directories, trees, blobs and references comes from the commit asked for")
    func contents() async throws {
        try await onStage { stage in
            let file = await stage.bot.get("/repos/acme/shop/contents/src/new.py?ref=feature").json
            #expect(file["content"] == "b25lCnR3bwp0aHJlZQo=\n")
            #expect(await stage.bot.get("/repos/acme/shop/contents/src/new.py").status == 404)
            #expect(await stage.bot.get("/repos/acme/shop/contents/src/new.py?ref=nope").status == 404)
            #expect(await stage.bot.get("/repos/acme/shop/contents/src/../README.md").status == 404)
            let names = await stage.bot.get("/repos/acme/shop/contents/").items.compactMap { $0["name"]?.text }
            #expect(names == ["README.md", "docs", "logo.bin", "src"])
            let sha = try #require(file["sha"]?.text)
            #expect(await stage.bot.get("/repos/acme/shop/git/blobs/\(sha)").json["size"] == 14)
            let tree = await stage.bot.get("/repos/acme/shop/git/trees/feature?recursive=1").json
            #expect(tree["tree"]?.items?.contains { $0["path"] == "src/new.py" } == true)
            let reference = await stage.bot.get("/repos/acme/shop/git/ref/pull/1/head").json
            let head = try stage.head()
            #expect(reference["object"]?["sha"]?.text == head)
            #expect(await stage.bot.get("/repos/acme/shop/branches/nope").status == 404)
            let commits = await stage.bot.get("/repos/acme/shop/commits?sha=feature&path=src/new.py").items
            #expect(commits.count == 1)
            let pulls = await stage.bot.get("/repos/acme/shop/commits/\(try stage.head())/pulls").items
            #expect(pulls.map { $0["number"] } == [1])
        }
    }

    @Test(
        "of odd names survives the way", arguments: ["a b/c+d.py", "ü/ñ.py", "q\"uote.py", "per%20cent.py", "[x]*.py"])
    func oddNames(name: String) async throws {
        try await onStage { stage in
            try stage.world.commit([name: "odd\n"], on: "feature", in: "acme/shop")
            try stage.world.push(1, in: "acme/shop")
            let files = await stage.bot.get("/repos/acme/shop/pulls/1/files").items
            let file = try #require(files.first { $0["filename"]?.text == name })
            let address = try #require(file["contents_url"]?.text)
            #expect(await stage.bot.get(address).json["content"] == "b2RkCg==\n")
        }
    }

    @Test("of a fork says whose it is, and nothing once it is deleted")
    func forks() async throws {
        try await onStage { stage in
            try stage.world.makeRepository("stranger/shop", forkOf: "acme/shop")
            try stage.world.commit(["fork.txt": "x\n"], on: "patch", from: "main", in: "stranger/shop")
            try stage.world.openPull(in: "acme/shop", from: "patch", of: "stranger/shop", author: "stranger")
            let pull = await stage.bot.get("/repos/acme/shop/pulls/2").json
            #expect(pull["head"]?["repo"]?["full_name"] == "stranger/shop")
            #expect(pull["head"]?["repo"]?["fork"] == true)
            #expect(pull["head"]?["label"] == "stranger:patch")
            let compared = await stage.bot.get("/repos/acme/shop/compare/main...stranger:patch").json
            #expect(compared["ahead_by"] == 1)
            try stage.world.delete("stranger/shop")
            let orphan = await stage.bot.get("/repos/acme/shop/pulls/2").json
            #expect(orphan["head"]?["repo"] == .null)
            #expect(await stage.bot.get("/repos/acme/shop/pulls/2/files").items.count == 1)
        }
    }

    @Test("of a renamed repository is found by following, of a deleted one not at all")
    func renamed() async throws {
        try await onStage { stage in
            try stage.world.rename("acme/shop", to: "acme/store")
            let moved = await stage.bot.get("/repos/acme/shop/pulls/1?x=1")
            #expect(moved.status == 301)
            let target = try #require(moved.headers["location"])
            #expect(target.contains("/repositories/") && target.hasSuffix("/pulls/1?x=1"))
            #expect(await stage.bot.get(target).json["base"]?["repo"]?["full_name"] == "acme/store")
            let posted = await stage.bot.send("POST", Stage.comments, #"{"body":"x"}"#)
            #expect(posted.status == 307)
            #expect(await stage.bot.send("POST", posted.headers["location"] ?? "", #"{"body":"x"}"#).status == 201)
            try stage.world.delete("acme/store")
            #expect(await stage.bot.get(target).status == 404)
        }
    }

    @Test("of drafts, closed, merged and locked ones shows so")
    func states() async throws {
        try await onStage { stage in
            func pull() async -> JSON { await stage.bot.get("/repos/acme/shop/pulls/1").json }
            try stage.world.change(1, in: "acme/shop") { $0.isDraft = true }
            #expect(await pull()["draft"] == true)
            try stage.world.lock(1, in: "acme/shop", reason: "spam")
            #expect(await pull()["active_lock_reason"] == "spam")
            try stage.world.close(1, in: "acme/shop")
            #expect(await pull()["state"] == "closed")
            try stage.world.merge(1, in: "acme/shop", by: "maintainer")
            #expect(await pull()["merged"] == true)
            #expect(await pull()["merged_by"]?["login"] == "maintainer")
        }
    }
}
