import GitHubServer
import ModelServer
import Testing

@Suite("Reviews")
struct ReviewTests {
    private static let pending = #"{"body":"Later","comments":[{"body":"x","path":"src/cart.py","line":3}]}"#

    private func create(_ stage: Stage, _ body: String = pending) async throws -> (RawAnswer, String) {
        let answer = await stage.bot.send("POST", Stage.reviews, body)
        #expect(answer.status == 200, "\(answer.text)")
        return (answer, "\(Stage.reviews)/\(answer.json["id"]?.whole ?? 0)")
    }

    @Test("without an event wait for their author alone, then show")
    func pendingIsPrivate() async throws {
        try await onStage { stage in
            let (answer, path) = try await create(stage)
            #expect(answer.json["state"] == "PENDING")
            #expect(answer.json["submitted_at"] == nil)
            let other = stage.person("maintainer")
            #expect(await other.get(path).status == 404)
            #expect(await other.get(Stage.reviews).items.isEmpty)
            #expect(await stage.bot.get(Stage.reviews).items.count == 1)
            #expect(await stage.bot.get(path + "/comments").items.count == 1)
            // Its comments are on no list of the pull request yet.
            #expect(await stage.bot.get(Stage.reviewComments).items.isEmpty)
            let submitted = await stage.bot.send("POST", path + "/events", #"{"event":"COMMENT"}"#)
            #expect(submitted.json["state"] == "COMMENTED")
            #expect(submitted.json["body"] == "Later")
            #expect(submitted.json["submitted_at"]?.text != nil)
            #expect(await other.get(Stage.reviews).items.count == 1)
            #expect(await other.get(Stage.reviewComments).items.count == 1)
        }
    }

    @Test(
        "meet a pending one of the same person, submitted or not",
        arguments: [pending, #"{"event":"COMMENT","body":"x"}"#])
    func onlyOnePending(body: String) async throws {
        try await onStage { stage in
            _ = try await create(stage)
            let second = await stage.bot.send("POST", Stage.reviews, body)
            #expect(second.status == 422)
            #expect(second.complaint.contains("User can only have one pending review per pull request"))
            let single = await stage.bot.send(
                "POST", Stage.reviewComments,
                #"{"body":"x","commit_id":"\#(try stage.head())","path":"src/cart.py","line":3}"#)
            #expect(single.status == 422)
            #expect(await stage.person("maintainer").send("POST", Stage.reviews, body).status == 200)
        }
    }

    @Test("that were submitted are submitted and deleted no more")
    func submittedStays() async throws {
        try await onStage { stage in
            let (_, path) = try await create(stage, #"{"event":"COMMENT","body":"x"}"#)
            #expect(await stage.bot.send("POST", path + "/events", #"{"event":"COMMENT","body":"x"}"#).status == 422)
            let deleted = await stage.bot.send("DELETE", path)
            #expect(deleted.status == 422)
            #expect(deleted.complaint.contains("Can not delete a non-pending pull request review"))
        }
    }

    @Test("that wait can be deleted with their comments")
    func deletePending() async throws {
        try await onStage { stage in
            let (_, path) = try await create(stage)
            #expect(await stage.bot.send("DELETE", path).status == 200)
            #expect(await stage.bot.get(path).status == 404)
            #expect(try stage.world.reviewComments(of: 1, in: "acme/shop").isEmpty)
        }
    }

    @Test("of one's own pull request neither approve nor ask for changes", arguments: ["APPROVE", "REQUEST_CHANGES"])
    func ownPull(event: String) async throws {
        try await onStage { stage in
            let author = stage.person("octocat")
            let refused = await author.send("POST", Stage.reviews, #"{"event":"\#(event)","body":"x"}"#)
            #expect(refused.status == 422)
            #expect(refused.complaint.contains("your own pull request"))
            #expect(await author.send("POST", Stage.reviews, #"{"event":"COMMENT","body":"x"}"#).status == 200)
        }
    }

    @Test("that commented cannot be dismissed, those that judged can")
    func dismissal() async throws {
        try await onStage { stage in
            let (_, plain) = try await create(stage, #"{"event":"COMMENT","body":"x"}"#)
            let (_, judging) = try await create(stage, #"{"event":"REQUEST_CHANGES","body":"x"}"#)
            let body = #"{"message":"no longer"}"#
            let maintainer = stage.person("maintainer")
            #expect(await maintainer.send("PUT", plain + "/dismissals", body).status == 422)
            #expect(await maintainer.send("PUT", judging + "/dismissals", "{}").status == 422)
            #expect(await stage.person("reader").send("PUT", judging + "/dismissals", body).status == 403)
            let dismissed = await maintainer.send("PUT", judging + "/dismissals", body)
            #expect(dismissed.json["state"] == "DISMISSED")
        }
    }

    @Test("are changed by their author, and only with a body")
    func update() async throws {
        try await onStage { stage in
            let (_, path) = try await create(stage, #"{"event":"COMMENT","body":"x"}"#)
            #expect(await stage.bot.send("PUT", path, #"{"body":""}"#).status == 422)
            #expect(await stage.person("maintainer").send("PUT", path, #"{"body":"y"}"#).status == 403)
            #expect(await stage.bot.send("PUT", path, #"{"body":"y"}"#).json["body"] == "y")
        }
    }

    @Test("stand on the commit they name, whose diff their places are looked up in")
    func olderCommit() async throws {
        try await onStage { stage in
            let old = try stage.head()
            try stage.world.commit(["src/cart.py": Stage.lines([9: "nine"])], on: "feature", in: "acme/shop")
            try stage.world.push(1, in: "acme/shop")
            func body(_ commit: String) -> String {
                #"{"event":"COMMENT","commit_id":"\#(commit)","comments":[{"body":"x","path":"src/cart.py","line":3}]}"#
            }
            let new = try stage.head()
            #expect(await stage.bot.send("POST", Stage.reviews, body(new)).status == 422)
            let answer = await stage.bot.send("POST", Stage.reviews, body(old))
            #expect(answer.json["commit_id"]?.text == old, "\(answer.text)")
            // After a forced push it is no longer part of the pull request.
            try stage.world.commit(
                ["src/cart.py": Stage.lines([3: "three"])], on: "feature", from: "main", in: "acme/shop",
                replacing: true)
            try stage.world.push(1, in: "acme/shop")
            let gone = await stage.bot.send("POST", Stage.reviews, body(old))
            #expect(gone.complaint.contains("not part of the pull request"))
        }
    }
}
