import Domain
import Forges
import Testing

/// Every request of a publication goes wrong once, in every way.
@Suite("A publication in which something goes wrong")
struct FaultMatrixTests {
    /// Somebody else's review and comments, an earlier comment of ours to answer, and forged marks.
    private func world(asApp: Bool) -> MemoryWorld {
        MemoryWorld(asApp: asApp) { state in
            for index in 0..<5 {
                state.reviews.append(
                    MemoryGitHub.Review(
                        id: Int64(index + 1), state: "COMMENTED", body: "I have seen it", commit: state.head,
                        user: .stranger))
                state.conversation.append(
                    MemoryGitHub.Comment(
                        id: Int64(index + 100),
                        body: "<!-- hunkwise:summary:\(String(repeating: "0", count: 32)):00 -->",
                        user: .stranger))
            }
            state.lineComments = [MemoryGitHub.Comment(id: 50, body: "Earlier", user: state.me)]
            state.badLines = [25]
        }
    }

    /// Publishes until it is done, each time as a new process with the same log.
    private func publish(_ world: MemoryWorld, _ draft: Draft, lives: Int = 12) async throws -> Publication {
        for _ in 0..<lives {
            do {
                let forge = try world.forge()
                _ = try await forge.beginCheck(
                    key: draft.key, for: draft.address, head: draft.head, log: world.log)
                return try await forge.publish(draft, log: world.log)
            } catch let error as ForgeError {
                try #require(error.isTransient, "\(error)")
            } catch is MemoryLog.Killed {
                world.log.die(at: nil)
            }
        }
        throw ForgeError(.unavailable, "not done after \(lives) lives")
    }

    private func expectOnce(
        _ world: MemoryWorld, _ draft: Draft, _ publication: Publication, _ what: Comment, hasLostItsLog: Bool = false
    ) {
        world.hub.with { state in
            let own = state.reviews.filter { $0.user == state.me }
            #expect(own.count == 1, what)
            #expect(own.allSatisfy { $0.state == "COMMENTED" }, what)
            #expect(own.first?.id == publication.reviewID, what)
            let comments = state.lineComments.filter { $0.review != 0 }
            #expect(comments.map(\.line).sorted() == [3, 14, 36, 47], what)
            #expect(Set(publication.commentIDs.values) == Set(comments.map(\.id)), what)
            #expect(publication.refused == ["finding-25"], what)
            let summaries = state.conversation.filter { $0.user == state.me }
            #expect(summaries.count == 1, what)
            #expect(summaries.first?.body.contains("shop/cart.py:25") == true, what)
            #expect(state.lineComments.filter { $0.inReplyTo == 50 }.count == 1, what)
            if state.me == .app {
                #expect(state.checks.count == 1, what)
                #expect(state.checks.first?.status == "completed", what)
                #expect(state.checks.first?.conclusion == "success", what)
                #expect(state.checks.first?.annotations == (0..<120).map { "note \($0)" }, what)
                #expect(publication.checkRunID == state.checks.first?.id, what)
            } else {
                // A status that was written again says the same again: the newest counts.
                #expect(state.statuses.count == 2 || hasLostItsLog, what)
                #expect(state.statuses.last?.state == "success", what)
            }
        }
    }

    private func requestsOfCleanRun(asApp: Bool) async throws -> (requests: Int, records: Int) {
        let world = world(asApp: asApp)
        let draft = Drafts.draft(try #require(MemoryWorld.address), repliesTo: [50])
        let publication = try await publish(world, draft, lives: 1)
        expectOnce(world, draft, publication, "without a fault")
        return (world.hub.with { $0.seen.count }, world.log.records)
    }

    @Test(
        "writes each thing once, whichever request fails and however", arguments: MemoryGitHub.Fault.allCases,
        [true, false])
    func everyRequest(_ fault: MemoryGitHub.Fault, asApp: Bool) async throws {
        let draft = Drafts.draft(try #require(MemoryWorld.address), repliesTo: [50])
        for index in 0..<(try await requestsOfCleanRun(asApp: asApp).requests) {
            let world = world(asApp: asApp)
            world.hub.with { $0.faults[index] = fault }
            let publication = try await publish(world, draft)
            expectOnce(world, draft, publication, "\(fault) at request \(index)")
        }
    }

    @Test(
        "writes each thing once when it dies at a record, before or after writing it", arguments: [true, false],
        [true, false])
    func everyRecord(asApp: Bool, written: Bool) async throws {
        let draft = Drafts.draft(try #require(MemoryWorld.address), repliesTo: [50])
        for index in 0..<(try await requestsOfCleanRun(asApp: asApp).records) {
            let world = world(asApp: asApp)
            world.log.die(at: index, written: written)
            let publication = try await publish(world, draft)
            expectOnce(world, draft, publication, "dead at record \(index)")
        }
    }

    @Test("writes each thing once when it dies and its whole log is lost", arguments: [true, false])
    func lostLog(asApp: Bool) async throws {
        let draft = Drafts.draft(try #require(MemoryWorld.address), repliesTo: [50])
        for index in 0..<(try await requestsOfCleanRun(asApp: asApp).requests) {
            var world = world(asApp: asApp)
            world.hub.with { $0.faults[index] = .killedAfter }
            _ = try? await publish(world, draft, lives: 1)
            world.log = MemoryLog()
            let publication = try await publish(world, draft)
            expectOnce(world, draft, publication, "log lost after request \(index)", hasLostItsLog: true)
        }
    }

    @Test("writes each thing once though every third request goes wrong", arguments: 0..<12)
    func bursts(seed: Int) async throws {
        let draft = Drafts.draft(try #require(MemoryWorld.address), repliesTo: [50])
        let world = world(asApp: true)
        let faults = MemoryGitHub.Fault.allCases
        world.hub.with { state in
            for index in stride(from: seed % 3, to: 600, by: 3) {
                state.faults[index] = faults[(index / 3 + seed) % faults.count]
            }
        }
        let publication = try await publish(world, draft, lives: 100)
        expectOnce(world, draft, publication, "seed \(seed)")
    }
}
