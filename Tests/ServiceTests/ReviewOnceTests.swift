import GitHubServer
import ModelServer
import Testing

@Suite("A pull request on GitHub")
struct ReviewOnceTests {
    @Test("is reviewed once: check, review with comments, summary")
    func once() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            let answer = try await stage.deliver("opened", number)
            #expect(answer.status == 202)
            try await stage.settle()
            let comments = try stage.lineComments(number)
            #expect(comments.count == 2, "a removed check and a command built from a name")
            #expect(comments.first?.path == "auth/session.py")
            #expect(try stage.world.reviews(of: number, in: ServiceStage.repository).count == 1)
            #expect(try stage.world.comments(of: number, in: ServiceStage.repository).count == 1)
            let checks = try stage.checks(number)
            #expect(checks.count == 1)
            #expect(checks.first?.status == "completed")
            #expect(checks.first?.conclusion == "success")

            // The same delivery again, and another for the same head, change nothing.
            for delivery in stage.github.hooks.deliveries { try await stage.github.hooks.redeliver(delivery) }
            try await stage.deliver("synchronize", number)
            try await stage.settle()
            #expect(try stage.lineComments(number).count == 2)
            #expect(try stage.world.reviews(of: number, in: ServiceStage.repository).count == 1)
            #expect(try stage.world.comments(of: number, in: ServiceStage.repository).count == 1)
            #expect(stage.github.traffic.refused.isEmpty, "\(stage.github.traffic.refused)")
        }
    }

    @Test("with nothing to say gets a check and no comment")
    func clean() async throws {
        try await onStage { stage in
            let number = try stage.open("    require_owner(account)\n    account.delete(now=True)")
            try await stage.deliver("opened", number)
            try await stage.settle()
            #expect(try stage.lineComments(number).isEmpty)
            #expect(try stage.world.reviews(of: number, in: ServiceStage.repository).isEmpty)
            #expect(try stage.world.comments(of: number, in: ServiceStage.repository).isEmpty)
            #expect(try stage.checks(number).first?.conclusion == "success")
        }
    }

    @Test("that is mended gets an answer in the thread, and no second comment")
    func mended() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            try await stage.deliver("opened", number)
            try await stage.settle()
            try stage.push("    require_owner(account)\n    account.delete(now=True)", number: number)
            try await stage.deliver("synchronize", number)
            try await stage.settle()
            let comments = try stage.lineComments(number)
            #expect(comments.count == 4)
            #expect(comments.last?.body.contains("Fixed in") == true)
            let summary = try stage.world.comments(of: number, in: ServiceStage.repository)
            #expect(summary.count == 1, "edited in place")
            #expect(summary.first?.body.contains("nothing to report") == true)
        }
    }

    @Test("is only watched in observe mode")
    func observed() async throws {
        try await onStage(mode: "observe") { stage in
            let number = try stage.open(ServiceStage.unsafe)
            try await stage.deliver("opened", number)
            try await stage.settle()
            #expect(try stage.lineComments(number).isEmpty)
            #expect(try stage.world.comments(of: number, in: ServiceStage.repository).isEmpty)
            #expect(try stage.checks(number).isEmpty)
            #expect(try await stage.hunkwise("jobs").contains("observed"))
            try stage.push(ServiceStage.unsafe + "\n    os.system(\"rm \" + name)", number: number)
            try await stage.deliver("synchronize", number)
            try await stage.settle()
            let list = try await stage.hunkwise("report", "--observed")
            #expect(list.ranges(of: "acme/shop#").count == 1, "only the present head's: \(list)")
            let whole = try await stage.hunkwise("report", "--observed", "--format", "markdown")
            #expect(whole.contains("### `auth/session.py:") && whole.contains("/hunkwise ignore"), "\(whole)")
        }
    }

    @Test("of a stranger is looked at by the static rules alone, and the check says so")
    func outsider() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe, author: "stranger")
            try await stage.deliver("opened", number, sender: "stranger")
            try await stage.settle()
            #expect(try stage.lineComments(number).count == 2)
            #expect(try stage.checks(number).first?.conclusion == "neutral")
        }
    }

    @Test("whose head moves while it is reviewed is reviewed at the new head, and told of everything there")
    func moved() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            let gate = Gate()
            stage.github.faults.queue(.before(.held(gate)), on: "pulls/list-reviews")
            try await stage.deliver("opened", number)
            await gate.waitForArrivals(1)
            try stage.push(ServiceStage.unsafe + "\n    os.system(name + \" done\")", number: number)
            gate.open()
            try await stage.deliver("synchronize", number)
            try await stage.settle()
            let reviews = try stage.world.reviews(of: number, in: ServiceStage.repository)
            #expect(reviews.allSatisfy { $0.state == .commented })
            let told = try stage.lineComments(number).map(\.body).filter { !$0.contains("Fixed in") }
            #expect(Set(told).count == told.count && told.count >= 2, "\(told)")
            #expect(try stage.checks(number).allSatisfy { $0.status == "completed" })
            #expect(try stage.world.comments(of: number, in: ServiceStage.repository).count == 1)
        }
    }

    @Test("is reviewed again for another base, with no second review of its head")
    func anotherBase() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            try await stage.deliver("opened", number)
            try await stage.settle()
            let from = JSON.object([.init("ref", .object([.init("from", .string("old"))]))])
            try await stage.github.hooks.deliver(
                .pull(
                    "edited", number, in: ServiceStage.repository,
                    more: .object([.init("changes", .object([.init("base", from)]))])), sender: "ann")
            try await stage.settle()
            #expect(try stage.checks(number).count == 2)
            #expect(try stage.world.reviews(of: number, in: ServiceStage.repository).count == 1)
            #expect(try stage.world.comments(of: number, in: ServiceStage.repository).count == 1)
        }
    }

    @Test("that is a draft is left alone until it is ready")
    func draft() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe, isDraft: true)
            try await stage.deliver("opened", number)
            try await stage.settle()
            #expect(try stage.checks(number).isEmpty)
            try stage.world.change(number, in: ServiceStage.repository) { $0.isDraft = false }
            try await stage.deliver("ready_for_review", number)
            try await stage.settle()
            #expect(try stage.lineComments(number).count == 2)
        }
    }
}

@Suite("Commands on GitHub")
struct CommandServiceTests {
    @Test("are obeyed from those who may write, and from nobody else")
    func permission() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            try await stage.deliver("opened", number)
            try await stage.settle()
            let finding = try #require(try stage.lineComments(number).first)
            for login in ["stranger", "reader", "ann"] {
                let reply = try stage.world.reply("/hunkwise ignore", as: login, to: finding.id)
                try await stage.github.hooks.deliver(.reviewComment("created", reply), sender: login)
                try await stage.settle()
            }
            let answers = try stage.lineComments(number).filter { $0.body.contains("not reported again") }
            #expect(answers.count == 1)
        }
    }

    @Test("are not obeyed from the account whose token is used, which gets statuses in the place of checks")
    func ownAccount() async throws {
        try await onStage(as: "ann") { stage in
            let number = try stage.open(ServiceStage.unsafe)
            try await stage.deliver("opened", number)
            try await stage.settle()
            let finding = try #require(try stage.lineComments(number).first)
            #expect(finding.author == "ann")
            #expect(try stage.checks(number).isEmpty)
            let statuses = try stage.world.statuses(in: ServiceStage.repository, commit: try stage.head(number))
            #expect(statuses.last?.state == "success")
            let own = try stage.world.reply("/hunkwise ignore", as: "ann", to: finding.id)
            try await stage.github.hooks.deliver(.reviewComment("created", own), sender: "ann")
            try await stage.settle()
            #expect(try await stage.hunkwise("jobs", "--state", "ignored").contains("our own comment"))
            #expect(try stage.lineComments(number).allSatisfy { !$0.body.contains("not reported again") })
        }
    }

    @Test("explain a finding, and help")
    func explain() async throws {
        try await onStage { stage in
            let number = try stage.open(ServiceStage.unsafe)
            try await stage.deliver("opened", number)
            try await stage.settle()
            let finding = try #require(try stage.lineComments(number).first)
            let told = try await stage.hunkwise(
                "explain", "\(stage.github.url)/acme/shop/pull/\(number)#discussion_r\(finding.id)")
            #expect(told.contains("static rule") && told.contains("risk"))
            let question = try stage.world.reply("/hunkwise explain", as: "ann", to: finding.id)
            try await stage.github.hooks.deliver(.reviewComment("created", question), sender: "ann")
            let help = try stage.world.comment("/hunkwise help", as: "ann", on: number, in: ServiceStage.repository)
            try await stage.github.hooks.deliver(.comment("created", help), sender: "ann")
            try await stage.settle()
            #expect(
                try stage.lineComments(number).contains { $0.body.contains("static rule") && $0.body.contains("risk") })
            #expect(
                try stage.world.comments(of: number, in: ServiceStage.repository)
                    .contains { $0.body.contains("/hunkwise pause") && $0.id != help.id })
        }
    }

    @Test("pause a pull request, and a paused one is not reviewed until it goes on")
    func pause() async throws {
        try await onStage { stage in
            let number = try stage.open("    require_owner(account)\n    account.delete(now=True)")
            let pause = try stage.world.comment("/hunkwise pause", as: "ann", on: number, in: ServiceStage.repository)
            try await stage.github.hooks.deliver(.comment("created", pause), sender: "ann")
            try await stage.settle()
            try await stage.deliver("opened", number)
            try await stage.settle()
            #expect(try stage.checks(number).isEmpty)
            let resume = try stage.world.comment("/hunkwise resume", as: "ann", on: number, in: ServiceStage.repository)
            try await stage.github.hooks.deliver(.comment("created", resume), sender: "ann")
            try await stage.settle()
            let review = try stage.world.comment("/hunkwise review", as: "ann", on: number, in: ServiceStage.repository)
            try await stage.github.hooks.deliver(.comment("created", review), sender: "ann")
            try await stage.settle()
            #expect(try stage.checks(number).count == 1, "\(stage.log)")
        }
    }
}
