import Domain
import Forges
import GitHubServer
import TestKit
import Testing

@Suite("A publication on the strict GitHub")
struct StrictPublishingTests {
    private func expectOnce(_ stage: ForgeStage, _ draft: Draft, _ publication: Publication, by login: String) throws {
        let number = draft.address.number
        let reviews = try stage.world.reviews(of: number, in: "acme/shop").filter { $0.author == login }
        #expect(reviews.map { Int64($0.id) } == [publication.reviewID])
        #expect(reviews.first?.state == .commented)
        #expect(reviews.first?.body.hasPrefix("Some things.") == true)
        let comments = try stage.world.reviewComments(of: number, in: "acme/shop").filter { $0.author == login }
        #expect(publication.commentIDs.count == 2 && publication.refused == ["finding-10"])
        #expect(Set(comments.map { Int64($0.id) }) == Set(publication.commentIDs.values))
        let summaries = try stage.world.comments(of: number, in: "acme/shop").filter { $0.author == login }
        #expect(summaries.map { Int64($0.id) } == [publication.summaryCommentID])
        #expect(summaries.first?.body.contains("src/cart.py:10") == true)
        let head = draft.head
        if login.hasSuffix("[bot]") {
            let runs = try stage.world.checkRuns(in: "acme/shop", commit: head)
            #expect(runs.map(\.externalID) == [draft.key])
            #expect(runs.first?.status == "completed" && runs.first?.conclusion == "success")
            #expect(runs.first?.annotations.map(\.message) == (0..<120).map { "note \($0)" })
        } else {
            let statuses = try stage.world.statuses(in: "acme/shop", commit: head).sorted { $0.id < $1.id }
            #expect(statuses.map(\.state) == ["pending", "success"])
        }
    }

    private func publish(_ forge: GitHubForge, _ draft: Draft, _ log: MemoryLog) async throws -> Publication {
        _ = try await forge.beginCheck(key: draft.key, for: draft.address, head: draft.head, log: log)
        return try await forge.publish(draft, log: log)
    }

    @Test(
        "is accepted in every part, by an App and by a person, on github.com and on an Enterprise server",
        arguments: [true, false], [true, false])
    func accepted(asApp: Bool, isEnterprise: Bool) async throws {
        try await onForgeStage(isEnterprise: isEnterprise) { stage in
            let draft = try stage.change()
            let forge = try stage.forge(as: asApp ? .app : .person("maintainer")).forge
            let publication = try await publish(forge, draft, MemoryLog())
            try expectOnce(stage, draft, publication, by: asApp ? "hunkwise[bot]" : "maintainer")
            #expect(publication.notes.isEmpty)
            // Line 10 and nothing else was asked for in vain.
            #expect(
                stage.server.traffic.refused.allSatisfy { $0.operation == "pulls/create-review" && $0.status == 422 })
            let comments = try stage.world.reviewComments(of: draft.address.number, in: "acme/shop")
            let places = comments.map(\.anchor)
            #expect(
                places.contains { anchor in
                    if case .line(let lines) = anchor {
                        lines.line == 3 && lines.startLine == 2 && lines.side == "RIGHT"
                    } else {
                        false
                    }
                })
            #expect(
                places.contains { anchor in
                    if case .line(let lines) = anchor {
                        lines.line == 17 && lines.startLine == nil && lines.side == "LEFT"
                    } else {
                        false
                    }
                })
        }
    }

    @Test("is written once, whichever request is lost", arguments: [true, false])
    func faults(asApp: Bool) async throws {
        try await onForgeStage { stage in
            let account: ForgeStage.Account = asApp ? .app : .person("maintainer")
            let clean = try stage.forge(as: account)
            _ = try await publish(clean.forge, try stage.change("clean"), MemoryLog())
            let kinds: [MemoryGitHub.Fault] = [.lostAfter, .killedAfter, .lostBefore, .killedBefore]
            for index in 0..<clean.transport.count {
                let draft = try stage.change("case-\(index)")
                let log = MemoryLog()
                var faults = [index: kinds[index % kinds.count]]
                var publication: Publication?
                for _ in 0..<6 where publication == nil {
                    let life = try stage.forge(as: account, faults: faults)
                    faults = [:]
                    do {
                        publication = try await publish(life.forge, draft, log)
                    } catch let error as ForgeError {
                        try #require(error.isTransient, "\(error)")
                    }
                }
                try expectOnce(
                    stage, draft, try #require(publication), by: asApp ? "hunkwise[bot]" : "maintainer")
            }
        }
    }

    @Test("finds what is its own among hundreds of reviews and comments")
    func crowds() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change(lines: [3, 17])
            let forge = try stage.forge().forge
            let first = try await publish(forge, draft, MemoryLog())
            let thread = try #require(first.commentIDs["finding-3"])
            for index in 0..<130 {
                try stage.world.comment("Comment \(index)", as: "reader", on: draft.address.number, in: "acme/shop")
                try stage.world.reply("Answer \(index)", as: "reader", to: Int(thread))
            }
            // A new life that remembers nothing.
            let second = try await publish(try stage.forge().forge, draft, MemoryLog())
            #expect(second.reviewID == first.reviewID && second.commentIDs == first.commentIDs)
            #expect(second.summaryCommentID == first.summaryCommentID && second.checkRunID == first.checkRunID)
        }
    }

    @Test("finds a renamed repository")
    func renamed() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change(lines: [3])
            let forge = try stage.forge().forge
            _ = try await forge.pullRequest(draft.address)
            try stage.world.rename("acme/shop", to: "acme/store")
            let publication = try await publish(forge, draft, MemoryLog())
            #expect(publication.commentIDs.count == 1)
            #expect(publication.notes == [])
            #expect(publication.checkRunID != nil && publication.summaryCommentID != nil)
        }
    }

    @Test("gets new tokens when the old ones end, one for each repository at a time")
    func tokens() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change(lines: [3])
            let forge = try stage.forge().forge
            async let one = forge.pullRequest(draft.address)
            async let two = forge.pullRequest(draft.address)
            async let three = forge.pullRequest(draft.address)
            _ = try await (one, two, three)
            #expect(stage.server.traffic.count(of: "apps/create-installation-access-token") == 1)
            stage.world.clock.advance(bySeconds: 3400)
            _ = try await forge.pullRequest(draft.address)
            #expect(stage.server.traffic.count(of: "apps/create-installation-access-token") == 2)
            #expect(stage.server.traffic.notModified >= 1)
        }
    }

    @Test("says so when the head moved, and leaves nothing behind")
    func moved() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change(lines: [3])
            let number = draft.address.number
            try stage.world.commit(["src/new.py": "four\n"], on: "feature", in: "acme/shop")
            try stage.world.push(number, in: "acme/shop")
            let forge = try stage.forge().forge
            let error = await #expect(throws: ForgeError.self) { try await forge.publish(draft, log: MemoryLog()) }
            #expect(error?.kind == .moved)
            #expect(try stage.world.reviews(of: number, in: "acme/shop").isEmpty)
            #expect(try stage.world.comments(of: number, in: "acme/shop").isEmpty)
        }
    }

    @Test("does without what the App may not do, and says so")
    func lessPermissions() async throws {
        let permissions = ["metadata": "read", "contents": "read", "pull_requests": "write", "issues": "write"]
        try await onForgeStage(permissions: permissions) { stage in
            let draft = try stage.change(lines: [3])
            let publication = try await publish(try stage.forge().forge, draft, MemoryLog())
            #expect(publication.reviewID != nil && publication.summaryCommentID != nil)
            #expect(publication.checkRunID == nil)
            #expect(publication.notes.count == 1 && publication.notes[0].hasPrefix("check not written: "))
        }
    }

    @Test("answers in threads and in the conversation, once")
    func answers() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change(lines: [3])
            let number = draft.address.number
            let forge = try stage.forge().forge
            let log = MemoryLog()
            let publication = try await publish(forge, draft, log)
            let thread = try #require(publication.commentIDs["finding-3"])
            let asked = try stage.world.reply("/hunkwise explain", as: "maintainer", to: Int(thread))
            let said = try stage.world.comment("/hunkwise budget", as: "maintainer", on: number, in: "acme/shop")
            let author = Domain.Actor(login: "maintainer", id: 1, isBot: false)
            let inThread = CommentEvent(
                address: draft.address, place: .line, id: Int64(asked.id), inReplyTo: thread, author: author,
                body: asked.body, url: "")
            let inConversation = CommentEvent(
                address: draft.address, place: .conversation, id: Int64(said.id), inReplyTo: nil, author: author,
                body: said.body, url: "")
            for memory in [log, log, MemoryLog()] {
                try await forge.reply(to: inThread, body: "Because.", key: "delivery-1", log: memory)
                try await forge.reply(to: inConversation, body: "$0.01.", key: "delivery-2", log: memory)
            }
            await forge.acknowledge(inThread)
            await forge.acknowledge(inConversation)
            let answers = try stage.world.reviewComments(of: number, in: "acme/shop").filter {
                $0.author == "hunkwise[bot]" && $0.replyTo != nil
            }
            #expect(answers.count == 1 && answers[0].body.hasPrefix("Because."))
            let comments = try stage.world.comments(of: number, in: "acme/shop").filter {
                $0.author == "hunkwise[bot]" && $0.body.hasPrefix("$0.01.")
            }
            #expect(comments.count == 1)
            #expect(stage.server.traffic.refused.isEmpty)
        }
    }

    @Test("ends a check without a review")
    func endings() async throws {
        try await onForgeStage { stage in
            let draft = try stage.change(lines: [3])
            let forge = try stage.forge().forge
            let log = MemoryLog()
            let check = DraftCheck(
                conclusion: .neutral, title: "A newer push took over", summary: "Nothing was reviewed.", annotations: []
            )
            try await forge.endCheck(
                key: draft.key, for: draft.address, head: draft.head, check: check, log: log)
            #expect(try stage.world.checkRuns(in: "acme/shop").isEmpty)
            _ = try await forge.beginCheck(key: draft.key, for: draft.address, head: draft.head, log: log)
            try await forge.endCheck(
                key: draft.key, for: draft.address, head: draft.head, check: check, log: log)
            let runs = try stage.world.checkRuns(in: "acme/shop")
            #expect(runs.map(\.conclusion) == ["neutral"])
        }
    }
}
