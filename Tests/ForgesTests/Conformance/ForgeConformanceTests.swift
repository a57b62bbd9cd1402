import Domain
import Testing

/// What reviews rely on, whatever the forge.
@Suite("Every forge")
struct ForgeConformanceTests {
    @Test("shows each thing of a draft once, however often it is published", arguments: TriedForge.allCases)
    func once(_ tried: TriedForge) async throws {
        try await tried.onTrial { trial in
            let draft = try trial.change("once")
            let log = MemoryLog()
            for memory in [log, log, MemoryLog()] {
                let publication = try await trial.forge().publish(draft, log: memory)
                #expect(publication.commentIDs.count == 2)
                #expect(Set(publication.commentIDs.values).count == 2)
            }
            let posted = try trial.posted(on: draft)
            #expect(posted.atLines.count == 2 && posted.inConversation.count == 1)
            #expect(posted.checks.last == "success")
        }
    }

    @Test("says below the summary what has no place at a line", arguments: TriedForge.allCases)
    func homeless(_ tried: TriedForge) async throws {
        try await tried.onTrial { trial in
            let draft = try trial.change("homeless")
            let publication = try await trial.forge().publish(draft, log: MemoryLog())
            #expect(publication.refused == ["homeless"])
            let line = try #require(draft.comments.first { $0.identity == "homeless" }?.summaryLine)
            #expect(try trial.posted(on: draft).inConversation.first?.contains(line) == true)
        }
    }

    @Test("writes nothing about a head that is not the head any more", arguments: TriedForge.allCases)
    func moved(_ tried: TriedForge) async throws {
        try await tried.onTrial { trial in
            let draft = try trial.change("moved")
            try trial.push(to: draft)
            let forge = try trial.forge()
            let error = await #expect(throws: ForgeError.self) { try await forge.publish(draft, log: MemoryLog()) }
            #expect(error?.kind == .moved)
            let posted = try trial.posted(on: draft)
            #expect(posted.atLines.isEmpty && posted.inConversation.isEmpty && posted.checks.isEmpty)
        }
    }

    @Test("shows that a review has begun, and how it ended without one", arguments: TriedForge.allCases)
    func checks(_ tried: TriedForge) async throws {
        try await tried.onTrial { trial in
            let draft = try trial.change("check")
            let log = MemoryLog()
            for memory in [log, log, MemoryLog()] {
                _ = try await trial.forge().beginCheck(
                    key: draft.key, for: draft.address, head: draft.head, log: memory)
            }
            #expect(try trial.posted(on: draft).checks.count == 1)
            let end = DraftCheck(conclusion: .failure, title: "No", summary: "Not reviewed.", annotations: [])
            for _ in 0..<2 {
                try await trial.forge().endCheck(
                    key: draft.key, for: draft.address, head: draft.head, check: end, log: log)
            }
            #expect(try trial.posted(on: draft).checks.last == "failure")
        }
    }

    @Test("answers once, and knows its own comments", arguments: TriedForge.allCases)
    func answers(_ tried: TriedForge) async throws {
        try await tried.onTrial { trial in
            let draft = try trial.change("answers")
            let asked = try trial.say("/hunkwise budget", on: draft)
            for memory in [MemoryLog(), MemoryLog()] {
                try await trial.forge().reply(to: asked, body: "$0.01 of $1.", key: "delivery", log: memory)
            }
            #expect(try trial.posted(on: draft).inConversation.filter { $0.hasPrefix("$0.01 of $1.") }.count == 1)
            let identity = try await trial.forge().identity(in: draft.address.repository)
            #expect(!identity.isAccount(of: asked.author))
        }
    }

    @Test("gives the change as it is, and the ends of it", arguments: TriedForge.allCases)
    func reading(_ tried: TriedForge) async throws {
        try await tried.onTrial { trial in
            let draft = try trial.change("reading")
            let forge = try trial.forge()
            let pull = try await forge.pullRequest(draft.address)
            #expect(pull.address.key == draft.address.key && pull.head.id == draft.head && pull.state == .open)
            #expect(try await forge.mergeBase(of: pull) == pull.base.id)
            let path = try #require(draft.comments.first?.path)
            let before = try #require(try await forge.file(path, at: pull.base.id, in: draft.address.repository))
            let after = try #require(try await forge.file(path, at: draft.head, in: draft.address.repository))
            #expect(before != after)
            #expect(try await !forge.diff(of: pull).isEmpty)
            #expect(
                try await forge.openPullRequests(in: draft.address.repository, withHead: draft.head)
                    == [draft.address.number])
        }
    }
}
