import Domain
@testable import Forges
import Foundation
import TestKit
import Testing

@Suite("A publication")
struct PublishingTests {
    private func draft(_ change: (inout Draft) -> Void = { _ in }) throws -> Draft {
        var draft = Drafts.draft(try #require(MemoryWorld.address), annotations: 3)
        change(&draft)
        return draft
    }

    private var markers: Markers { Markers(key: MemoryWorld.markerKey) }

    private func pending(_ draft: Draft, _ lines: [Int], by user: MemoryGitHub.Account = .app) -> (
        MemoryGitHub.Review, [MemoryGitHub.Comment]
    ) {
        let review = MemoryGitHub.Review(
            id: 500, state: "PENDING", body: "Things\n\n" + markers.text(markers.mark(.review, draft.key)),
            commit: draft.head, user: user)
        let comments = lines.map { line in
            MemoryGitHub.Comment(
                id: Int64(600 + line), body: markers.text(markers.mark(.comment, "\(draft.key)/finding-\(line)")),
                user: user, review: 500, path: "shop/cart.py", line: line)
        }
        return (review, comments)
    }

    // MARK: The review

    @Test("adopts a pending review of its own that holds just its comments")
    func adopts() async throws {
        let draft = try draft()
        let (review, comments) = pending(draft, [3, 14, 25, 36, 47])
        let world = MemoryWorld {
            $0.reviews = [review]; $0.lineComments = comments
        }
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(publication.reviewID == 500)
        #expect(publication.commentIDs["finding-25"] == 625)
        #expect(world.hub.with { $0.reviews.map(\.state) } == ["COMMENTED"])
    }

    @Test("deletes a pending review that is not its own, or not whole, or too much", arguments: 0..<4)
    func deletes(_ kind: Int) async throws {
        let draft = try draft()
        var (review, comments) = pending(draft, kind == 1 ? [3, 14] : [3, 14, 25, 36, 47])
        switch kind {
        case 0: review.body = "Written by hand"
        case 2: comments.append(MemoryGitHub.Comment(id: 700, body: comments[0].body, user: .app, review: 500))
        case 3: review.commit = String(repeating: "c", count: 40)
        default: break
        }
        let world = MemoryWorld {
            $0.reviews = [review]; $0.lineComments = comments
        }
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(publication.reviewID != 500 && publication.commentIDs.count == 5)
        #expect(world.hub.with { $0.reviews.map(\.state) } == ["COMMENTED"])
        #expect(world.hub.with { $0.lineComments.count } == 5)
    }

    @Test("believes no mark of others, and counts them")
    func forgeries() async throws {
        let draft = try draft()
        var (review, comments) = pending(draft, [3, 14, 25, 36, 47], by: .stranger)
        review.state = "COMMENTED"
        let world = MemoryWorld { state in
            state.reviews = [review]
            state.lineComments = comments
            state.conversation = [
                MemoryGitHub.Comment(
                    id: 1, body: markers.text(markers.mark(.summary, draft.address.key)), user: .stranger)
            ]
        }
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(publication.reviewID != 500 && publication.summaryCommentID != 1)
        #expect(publication.notes.contains { $0.hasPrefix("1 marks that are not ours stand in reviews") })
        #expect(publication.notes.contains { $0.hasPrefix("1 marks that are not ours stand in the conversation") })
        #expect(world.hub.with { $0.conversation.first?.body.hasPrefix("<!--") } == true)
    }

    @Test("loses no comment to a bad one, and finds the bad ones with few requests", arguments: 0..<24)
    func badLines(seed: UInt64) async throws {
        var generator = SeededGenerator(seed: seed)
        let lines = Array(1...Int.random(in: 1...16, using: &generator))
        let bad = Set(lines.shuffled(using: &generator).prefix(Int.random(in: 0...4, using: &generator)))
        let draft = try draft {
            $0.comments = lines.map(Drafts.comment)
            $0.check = nil
        }
        let world = MemoryWorld { $0.badLines = bad }
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(Set(publication.refused) == Set(bad.map { "finding-\($0)" }))
        #expect(Set(publication.commentIDs.keys) == Set(lines.filter { !bad.contains($0) }.map { "finding-\($0)" }))
        let (created, summary) = world.hub.with { state in
            (
                state.seen.filter { $0.method == "POST" && $0.path.hasSuffix("/reviews") }.count,
                state.conversation.last?.body ?? ""
            )
        }
        // Two for each halving of each bad one, the first and the last.
        let halvings = lines.count.bitWidth - lines.count.leadingZeroBitCount
        #expect(created <= 2 + 2 * bad.count * halvings)
        for line in bad { #expect(summary.contains("- High · `shop/cart.py:\(line)` fault")) }
    }

    @Test("notices comments that the forge accepted and dropped")
    func swallowed() async throws {
        let world = MemoryWorld { $0.swallowedLines = [14] }
        let publication = try await world.forge().publish(try draft(), log: world.log)
        #expect(publication.refused == ["finding-14"])
        #expect(world.hub.with { $0.conversation.last?.body.contains("shop/cart.py:14") } == true)
    }

    @Test("requests changes where it is told to, of others only")
    func requestsChanges() async throws {
        let draft = try draft { $0.requestsChanges = true }
        let others = MemoryWorld()
        _ = try await others.forge().publish(draft, log: others.log)
        #expect(others.hub.with { $0.reviews.map(\.state) } == ["CHANGES_REQUESTED"])
        let own = MemoryWorld(asApp: false) { $0.author = .owner }
        let publication = try await own.forge().publish(draft, log: own.log)
        #expect(own.hub.with { $0.reviews.map(\.state) } == ["COMMENTED"])
        #expect(publication.notes.contains { $0.contains("own pull request") })
    }

    @Test("comments where changes may not be requested")
    func fallsBack() async throws {
        let draft = try draft { $0.requestsChanges = true }
        // The forge says something else of the author than of the account.
        let world = MemoryWorld { $0.author = .app }
        world.hub.with { $0.author.id = 1 }
        _ = try await world.forge().publish(draft, log: world.log)
        #expect(world.hub.with { $0.reviews.map(\.state) } == ["COMMENTED"])
    }

    @Test("writes no review where there is nothing to say, and never approves")
    func nothing() async throws {
        let draft = try draft {
            $0.comments = []
            $0.reviewBody = ""
            $0.summary = nil
        }
        let world = MemoryWorld()
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(publication.reviewID == nil && publication.summaryCommentID == nil)
        #expect(publication.checkRunID != nil)
        #expect(world.hub.with { $0.reviews.isEmpty && $0.conversation.isEmpty })
    }

    @Test("is not written when the head moved, and takes its pending review away")
    func moved() async throws {
        let draft = try draft()
        let (review, comments) = pending(draft, [3])
        let world = MemoryWorld { state in
            state.reviews = [review]
            state.lineComments = comments
            state.head = String(repeating: "d", count: 40)
        }
        let forge = try world.forge()
        let error = await #expect(throws: ForgeError.self) { try await forge.publish(draft, log: world.log) }
        #expect(error?.kind == .moved)
        #expect(world.hub.with { $0.reviews.isEmpty && $0.conversation.isEmpty && $0.checks.isEmpty })
    }

    @Test("keeps within the forge's length, marks included")
    func longTexts() async throws {
        let long = String(repeating: "long line of text\n", count: 10_000)
        let draft = try draft {
            $0.reviewBody = long
            $0.summary = long
            $0.comments[0].body = long
            $0.check?.summary = String(repeating: "é", count: 60_000) + "\n"
        }
        let world = MemoryWorld()
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(publication.commentIDs.count == 5 && publication.reviewID != nil)
        world.hub.with { state in
            let bodies = state.reviews.map(\.body) + state.lineComments.map(\.body) + state.conversation.map(\.body)
            #expect(bodies.allSatisfy { $0.utf16.count <= 65_536 })
            #expect(state.checks.allSatisfy { $0.summary.utf8.count <= 65_535 })
        }
    }

    // MARK: The summary

    @Test(
        "edits its summary in place, from one review to the next, also when its number was forgotten",
        arguments: [true, false])
    func summaryInPlace(remembers: Bool) async throws {
        let world = MemoryWorld { $0.conversation = [MemoryGitHub.Comment(id: 1, body: "Hello", user: .stranger)] }
        let first = try await world.forge().publish(try draft(), log: world.log)
        let next = try draft {
            $0.key = "next"
            $0.summary = "**Nothing.**"
        }
        let second = try await world.forge().publish(next, log: remembers ? world.log : MemoryLog())
        #expect(second.summaryCommentID == first.summaryCommentID)
        #expect(world.hub.with { $0.conversation.map { String($0.body.prefix(12)) } } == ["Hello", "**Nothing.**"])
    }

    @Test("writes a new summary when somebody deleted the old one")
    func summaryDeleted() async throws {
        let world = MemoryWorld()
        _ = try await world.forge().publish(try draft(), log: world.log)
        world.hub.with { $0.conversation = [] }
        let second = try await world.forge().publish(try draft { $0.key = "next" }, log: world.log)
        #expect(world.hub.with { $0.conversation.map(\.id) } == [second.summaryCommentID])
    }

    @Test("says nothing in a summary that is not wanted unless there is one, or something has no other place")
    func summaryUnwanted() async throws {
        let silent = try draft { $0.summary = nil }
        let world = MemoryWorld()
        #expect(try await world.forge().publish(silent, log: world.log).summaryCommentID == nil)
        let noisy = MemoryWorld()
        _ = try await noisy.forge().publish(try draft { $0.key = "earlier" }, log: noisy.log)
        _ = try await noisy.forge().publish(silent, log: noisy.log)
        #expect(noisy.hub.with { $0.conversation.map { $0.body.hasPrefix("**No findings.**") } } == [true])
        let homeless = MemoryWorld { $0.badLines = [3, 14, 25, 36, 47] }
        _ = try await homeless.forge().publish(silent, log: homeless.log)
        #expect(homeless.hub.with { $0.conversation.last?.body.contains("shop/cart.py:47") } == true)
    }

    // MARK: What may not be done

    @Test(
        "does the rest when one part is forbidden, and says what is missing",
        arguments: [("/reviews", "review"), ("/issues/", "summary"), ("/check-runs", "check")])
    func forbidden(_ path: String, _ part: String) async throws {
        let world = MemoryWorld { state in
            state.refusals = [
                MemoryGitHub.Refusal(
                    method: "POST", pathPart: path, status: 403,
                    message: "Unable to create comment because issue is locked")
            ]
        }
        let publication = try await world.forge().publish(try draft(), log: world.log)
        #expect(publication.notes.count == 1)
        #expect(publication.notes.first?.hasPrefix("\(part) not written: ") == true)
        #expect((publication.reviewID == nil) == (part == "review"))
        #expect((publication.summaryCommentID == nil) == (part == "summary"))
        #expect((publication.checkRunID == nil) == (part == "check"))
        if part == "review" {
            #expect(publication.refused.count == 5)
            #expect(world.hub.with { $0.conversation.last?.body.contains("shop/cart.py:3") } == true)
        }
    }

    @Test("leaves annotations out that are refused, and ends the check all the same")
    func annotations() async throws {
        let draft = try draft { $0.check?.annotations[1].path = "" }
        let world = MemoryWorld()
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(world.hub.with { $0.checks.map(\.conclusion) } == ["success"])
        #expect(publication.notes.contains { $0.hasPrefix("the annotations were refused") })
    }

    @Test("answers each earlier comment once, and notes those that are gone")
    func replies() async throws {
        let world = MemoryWorld { $0.lineComments = [MemoryGitHub.Comment(id: 50, body: "Old", user: .app)] }
        let draft = try draft {
            $0.replies = [50, 51].map { DraftReply(commentID: $0, body: "Fixed.", identity: "old-\($0)") }
        }
        for _ in 0..<2 {
            let publication = try await world.forge().publish(draft, log: world.log)
            #expect(publication.notes.count == 1 && publication.notes[0].hasPrefix("answer not written"))
        }
        #expect(world.hub.with { $0.lineComments.filter { $0.inReplyTo == 50 }.count } == 1)
    }

    // MARK: Commit statuses

    @Test(
        "with a personal token says how it ended; what is neutral never shows as success",
        arguments: [
            (DraftCheck.Conclusion.success, true, ["pending", "success"]), (.failure, true, ["pending", "failure"]),
            (.neutral, true, ["pending", "pending"]), (.neutral, false, []), (.success, false, ["success"]),
        ])
    func statuses(_ conclusion: DraftCheck.Conclusion, begun: Bool, _ expected: [String]) async throws {
        let world = MemoryWorld(asApp: false)
        let draft = try draft { $0.check?.conclusion = conclusion }
        let forge = try world.forge()
        if begun {
            let id = try await forge.beginCheck(
                key: draft.key, for: draft.address, head: draft.head, log: world.log)
            #expect(id == nil)
        }
        _ = try await forge.publish(draft, log: world.log)
        _ = try await forge.publish(draft, log: world.log)
        #expect(world.hub.with { $0.statuses.map(\.state) } == expected)
        #expect(world.hub.with { $0.statuses.allSatisfy { $0.description.unicodeScalars.count <= 140 } })
    }

    @Test("goes on after an hour's limit where it stood")
    func limited() async throws {
        let draft = try draft()
        let world = MemoryWorld()
        world.hub.with { $0.faults[9] = .killedBefore }
        _ = try? await world.forge().publish(draft, log: world.log)
        let before = world.hub.with { $0.reviews.count }
        let publication = try await world.forge().publish(draft, log: world.log)
        #expect(before <= 1)
        #expect(world.hub.with { $0.reviews.map(\.id) } == [publication.reviewID])
    }
}
