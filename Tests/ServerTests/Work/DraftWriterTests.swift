import Diffs
import Domain
import Reviewing
import Testing

@testable import Server

@Suite("Drafts")
struct DraftWriterTests {
    static let patch = """
        diff --git a/auth/session.py b/auth/session.py
        --- a/auth/session.py
        +++ b/auth/session.py
        @@ -40,4 +40,5 @@ def delete_account(user):
             account = load(user)
        -    require_owner(account)
        +    log(account)
        +    account.delete()
             return account
             # end

        """

    private func diff() throws -> Diff { try Diff(parsing: Array(Self.patch.utf8)) }

    private func finding(
        _ identity: String, line: Int? = 42, side: Side = .new, severity: Severity = .high,
        path: String = "auth/session.py",
        quoted: String = "    account.delete()", model: String = "builtin", suggestion: Suggestion? = nil
    ) -> Finding {
        Finding(
            path: Path(path), side: side, startLine: line, line: line, severity: severity, category: .review,
            rule: "removed-guard", cwe: nil, title: "owner check removed", explanation: "Anyone can delete it.",
            suggestion: suggestion, confidence: 0.9, model: model, quotedLine: Array(quoted.utf8), identity: identity)
    }

    private func order(staticOnly: String? = nil) throws -> ReviewOrder {
        let repository = try #require(RepositoryName("acme/shop"))
        let head = String(repeating: "ab", count: 20)
        return ReviewOrder(
            key: "k1",
            pullRequest: PullRequest(
                address: ChangeAddress(forge: "github.com", repositoryID: 7, repository: repository, number: 12),
                url: "", title: "t", body: "", author: Actor(login: "ann", id: 1, isBot: false), state: .open,
                isDraft: false, isLocked: false, isFork: false, labels: [],
                base: PullRequest.End(id: String(repeating: "cd", count: 20), branch: "main", repository: repository),
                head: PullRequest.End(id: head, branch: "topic", repository: repository)),
            staticOnly: staticOnly, isOutsiders: false, reviewed: [], changeLimit: nil, categories: [])
    }

    private func reviewed(
        _ findings: [Finding], folded: [Finding] = [], missed: [NotReviewed] = [], notes: [Note] = []
    ) -> ReviewedChange {
        let cost = CostReport(
            spent: .zero, held: .zero, budgets: [], hunksSkipped: 0, hunksStatic: 1, hunksWithoutModel: 0, calls: 0)
        return ReviewedChange(
            report: ReviewReport(
                change: ChangeSummary(
                    title: "t", repository: nil, base: nil, head: nil, files: 1, hunks: 1, added: 2, removed: 1),
                findings: findings, folded: folded, notReviewed: missed, gates: [], cost: cost, notes: notes),
            reviewed: [], explanations: [:], wasStopped: false, review: ReviewSettings())
    }

    private func write(
        _ reviewed: ReviewedChange, known: [KnownFinding] = [], staticOnly: String? = nil, mode: ReviewMode = .review,
        mayComment: Bool = true, adjust: (inout DraftStyle) -> Void = { _ in }
    ) throws -> DraftWriter.Written {
        var style = DraftStyle(mode: mode, review: ReviewSettings(), checks: CheckSettings())
        adjust(&style)
        return DraftWriter(
            try order(staticOnly: staticOnly), reviewed, known: known, diff: try diff(), style: style
        ).write(mayComment: mayComment)
    }

    @Test("put a finding at its line and into the summary")
    func placed() throws {
        let written = try write(reviewed([finding("a")]))
        let comment = try #require(written.draft.comments.first)
        #expect(comment.path == "auth/session.py")
        #expect(comment.line == 42)
        #expect(comment.startLine == nil)
        #expect(!comment.isOnOldSide)
        #expect(comment.body.contains("owner check removed"))
        #expect(written.draft.summary?.contains("auth/session.py:42") == true)
        #expect(written.draft.check?.conclusion == .success)
        #expect(written.draft.check?.annotations.isEmpty == true, "no annotation where there is a comment")
        #expect(written.told.map(\.identity) == ["a"])
    }

    @Test("say nothing in the conversation when there is nothing to say")
    func clean() throws {
        let written = try write(reviewed([]))
        #expect(written.draft.summary == nil)
        #expect(written.draft.comments.isEmpty)
        #expect(written.draft.reviewBody.isEmpty, "a review without comments is none")
        #expect(written.draft.check?.conclusion == .success)
        #expect(try write(reviewed([]), adjust: { $0.review.commentsWhenClean = true }).draft.summary != nil)
    }

    @Test(
        "annotate what has no line in the change, and never place it",
        arguments: [(Int?.some(4000), Side.new, 1), (nil, Side.new, 1), (Int?.some(4000), Side.old, 0)])
    func unplaced(line: Int?, side: Side, annotations: Int) throws {
        let written = try write(reviewed([finding("a", line: line, side: side)]))
        #expect(written.draft.comments.isEmpty)
        #expect(written.draft.check?.annotations.count == annotations)
        #expect(written.draft.summary?.contains("owner check removed") == true)
    }

    @Test("report an identity once, whoever finds it again")
    func once() throws {
        let known = KnownFinding(finding("a"))
        let written = try write(reviewed([finding("a", model: "other-model"), finding("b", line: 41)]), known: [known])
        #expect(written.draft.comments.map(\.identity) == ["b"])
        #expect(written.told.map(\.identity) == ["b"])
        #expect(written.draft.summary?.contains("2 findings") == true, "what stands open is still listed")
    }

    @Test("tell at its line what was only observed before, or never published")
    func untold() throws {
        var known = KnownFinding(finding("a"))
        known.isTold = false
        let written = try write(reviewed([finding("a")]), known: [known])
        #expect(written.draft.comments.map(\.identity) == ["a"])
    }

    @Test("leave out what people told us to ignore")
    func ignored() throws {
        var known = KnownFinding(finding("a"))
        known.state = .ignored
        let written = try write(reviewed([finding("a")]), known: [known])
        #expect(written.draft.comments.isEmpty)
        #expect(written.draft.summary == nil)
    }

    @Test("answer own comments whose finding is gone, and keep those whose line still stands")
    func fixed() throws {
        var gone = KnownFinding(finding("gone", quoted: "    account.destroy()", model: "m"))
        gone.commentID = 11
        var standing = KnownFinding(finding("standing", model: "m"))
        standing.commentID = 12
        var rule = KnownFinding(finding("rule"))
        rule.commentID = 13
        let written = try write(reviewed([]), known: [gone, standing, rule])
        #expect(written.draft.replies.map(\.commentID) == [11, 13])
        #expect(written.draft.replies.allSatisfy { $0.body == "Fixed in abababa." })
        #expect(Set(written.fixed) == ["gone", "rule"])
        #expect(written.draft.summary?.contains("1 finding") == true)
    }

    @Test("hold at most eight comments; the rest stands in the summary and the annotations")
    func capped() throws {
        let written = try write(reviewed((0..<12).map { finding("f\($0)") }))
        #expect(written.draft.comments.count == 8)
        #expect(written.draft.check?.annotations.count == 4)
        #expect(written.draft.summary?.contains("12 findings") == true)
    }

    @Test("are neutral, or failed where so configured, unless everything planned was reviewed")
    func conclusions() throws {
        let missed = [NotReviewed(path: Path("auth/session.py"), hunkIndex: 0, reason: "budget")]
        #expect(try write(reviewed([], missed: missed)).draft.check?.conclusion == .neutral)
        #expect(try write(reviewed([], missed: missed)).draft.summary != nil)
        let strict = try write(reviewed([], missed: missed), adjust: { $0.checks.onSkip = .failure })
        #expect(strict.draft.check?.conclusion == .failure)
        let outsider = try write(reviewed([]), staticOnly: "the change comes from a fork")
        #expect(outsider.draft.check?.conclusion == .neutral)
        #expect(outsider.draft.check?.title.contains("fork") == true)
        let binary = [NotReviewed(path: Path("logo.png"), hunkIndex: nil, reason: "binary")]
        #expect(try write(reviewed([], missed: binary)).draft.check?.conclusion == .success)
    }

    @Test("comment at the very lines that a suggestion replaces")
    func suggestions() throws {
        let suggestion = Suggestion(startLine: 41, line: 42, replacement: "    require_owner(account)")
        let comment = try #require(try write(reviewed([finding("a", suggestion: suggestion)])).draft.comments.first)
        #expect(comment.startLine == 41)
        #expect(comment.line == 42)
        #expect(comment.body.contains("```suggestion\n    require_owner(account)\n```"))
        let outside = Suggestion(startLine: 30, line: 42, replacement: "x")
        let plain = try #require(try write(reviewed([finding("a", suggestion: outside)])).draft.comments.first)
        #expect(plain.startLine == nil)
        #expect(!plain.body.contains("```suggestion"))
    }

    @Test("write no comment at lines in summary mode, nor for a head that has its review")
    func withoutComments() throws {
        #expect(try write(reviewed([finding("a")]), mode: .summary).draft.comments.isEmpty)
        let again = try write(reviewed([finding("a")]), mayComment: false)
        #expect(again.draft.comments.isEmpty)
        #expect(again.draft.summary != nil)
    }

    @Test("ask for changes only from the configured severity on, and never for what was told before")
    func requestsChanges() throws {
        #expect(!(try write(reviewed([finding("a", severity: .critical)])).draft.requestsChanges))
        let strict: (inout DraftStyle) -> Void = { $0.review.requestsChangesFrom = .high }
        #expect(try write(reviewed([finding("a")]), adjust: strict).draft.requestsChanges)
        #expect(!(try write(reviewed([finding("a", severity: .medium)]), adjust: strict).draft.requestsChanges))
        let known = [KnownFinding(finding("a"))]
        #expect(!(try write(reviewed([finding("a")]), known: known, adjust: strict).draft.requestsChanges))
    }
}
