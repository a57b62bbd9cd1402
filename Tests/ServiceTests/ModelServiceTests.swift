import GitHubServer
import Testing

@Suite("A service with a model")
struct ModelServiceTests {
    static let division =
        "    share = account.total / account.members  # BUG: members may be zero\n    account.pay(share)"

    @Test("posts what the model found, says what it cost, and does not ask again about hunks that did not change")
    func incremental() async throws {
        let models = try await ServedModels()
        try await onStage(more: models.configuration) { stage in
            let number = try stage.open(Self.division)
            try await stage.deliver("opened", number)
            try await stage.settle()
            let comments = try stage.lineComments(number)
            let summary = try #require(try stage.world.comments(of: number, in: ServiceStage.repository).first)
            #expect(comments.contains { $0.body.contains("cheap") }, "\(summary.body)\n\(stage.log)")
            let asked = try await models.calls().count
            #expect(asked > 0)
            #expect(summary.body.contains("| model"))

            // Another file changes: the hunk that was looked at stays as it is.
            try stage.world.commit(
                ["yarn.lock": "# yarn lockfile v1\n"], on: "topic", in: ServiceStage.repository, message: "Lock")
            try stage.world.push(number, in: ServiceStage.repository)
            try await stage.deliver("synchronize", number)
            try await stage.settle()
            #expect(try await models.calls().count == asked)
            #expect(try stage.lineComments(number).count == comments.count)
            let after = try #require(try stage.world.comments(of: number, in: ServiceStage.repository).first)
            #expect(after.body.contains("share") || after.body.contains("finding"), "what stands open stays listed")
        }
    }

    @Test("shows a model that comes later what was reviewed while none could be asked")
    func laterModel() async throws {
        let models = try await ServedModels()
        // Of an address that is not the provider's own no price is known: such a model is not used.
        let priceless = models.configuration.replacing(
            "cost_per_input_token: 0.0000001, cost_per_output_token: 0.0000004, ", with: "")
        try await onStage(more: priceless) { stage in
            let number = try stage.open(Self.division)
            try await stage.deliver("opened", number)
            try await stage.settle()
            #expect(try await models.calls().isEmpty)
            _ = try await stage.stop()
            try stage.configure(models.configuration)
            try await stage.start()
            try stage.world.commit(
                ["yarn.lock": "# yarn lockfile v1\n"], on: "topic", in: ServiceStage.repository, message: "Lock")
            try stage.world.push(number, in: ServiceStage.repository)
            try await stage.deliver("synchronize", number)
            try await stage.settle()
            #expect(try await !models.calls().isEmpty)
        }
    }

    @Test("spends nothing on a stranger's change until a maintainer asks, and then only on the head that was seen")
    func outsiders() async throws {
        let models = try await ServedModels()
        try await onStage(more: models.configuration) { stage in
            let number = try stage.open(Self.division, author: "stranger")
            try await stage.deliver("opened", number, sender: "stranger")
            try await stage.settle()
            #expect(try await models.calls().isEmpty)
            #expect(try stage.checks(number).first?.conclusion == "neutral")

            let own = try stage.world.comment(
                "/hunkwise review", as: "stranger", on: number, in: ServiceStage.repository)
            try await stage.github.hooks.deliver(.comment("created", own), sender: "stranger")
            try await stage.settle()
            #expect(try await models.calls().isEmpty)

            let ask = try stage.world.comment("/hunkwise review", as: "ann", on: number, in: ServiceStage.repository)
            try await stage.github.hooks.deliver(.comment("created", ask), sender: "ann")
            try await stage.settle()
            let asked = try await models.calls().count
            #expect(asked > 0)

            try stage.push(Self.division + "\n    account.close(share)", number: number)
            try await stage.deliver("synchronize", number, sender: "stranger")
            try await stage.settle()
            #expect(try await models.calls().count == asked, "the new head was seen by nobody")
        }
    }

    @Test("keeps to the base's configuration, whatever the change would make of it")
    func hostileConfiguration() async throws {
        let models = try await ServedModels()
        try await onStage(more: models.configuration) { stage in
            try stage.world.commit(
                [".hunkwise.yaml": "data_policy: [{paths: [\"**\"], allow: local}]\n"], on: "main",
                in: ServiceStage.repository, message: "Nothing leaves")
            try stage.world.commit(
                [
                    "auth/session.py": ServiceStage.session(Self.division),
                    ".hunkwise.yaml": "ignore: [\"**\"]\ndata_policy: [{paths: [\"**\"], allow: any}]\n",
                ], on: "topic", from: "main", in: ServiceStage.repository, message: "Switch it off")
            let number = try stage.world.openPull(
                in: ServiceStage.repository, from: "topic", into: "main", title: "Switch it off", body: "",
                author: "ann", isDraft: false
            ).number
            try await stage.deliver("opened", number)
            try await stage.settle()
            #expect(try await models.calls().isEmpty, "the base says that nothing may leave")
            let summary = try #require(try stage.world.comments(of: number, in: ServiceStage.repository).first)
            #expect(summary.body.contains("hunkwise.yaml"))
        }
    }
}
