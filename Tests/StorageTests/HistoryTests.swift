import Domain
import Testing

@testable import Storage

@Suite("What was reviewed, and what became of it")
struct HistoryTests {
    private let directory: TemporaryDirectory
    private let history: ReviewHistory
    private let noon = ManualClock.noon

    init() throws {
        directory = try TemporaryDirectory()
        history = ReviewHistory(store: try Store(path: directory.path + "/books.db"))
    }

    private func run(
        _ id: String, change: String = "acme/shop#1", repository: String = "acme/shop", after seconds: Double = 0,
        value: Money = .mills(5)
    ) -> ReviewRun {
        ReviewRun(
            id: id, change: change, repository: repository, forge: "", head: "abc", policyVersion: "7",
            startedAt: noon.advanced(bySeconds: seconds), expectedValue: value)
    }

    @Test("a review is on record from its beginning to its end, and can be taken up again")
    func runs() async throws {
        #expect(try await history.review("a") == nil)
        try await history.begin(run("a"))
        #expect(try await history.review("a") == run("a"))
        try await history.end("a", as: .partial, at: noon.advanced(bySeconds: 9))
        var ended = run("a")
        ended.state = .partial
        ended.endedAt = noon.advanced(bySeconds: 9)
        #expect(try await history.review("a") == ended)
        try await history.begin(run("a", after: 60, value: .mills(7)))
        #expect(try await history.review("a") == run("a", value: .mills(7)))
    }

    @Test("reviews of a change come latest first")
    func lists() async throws {
        for (index, id) in ["a", "b", "c"].enumerated() { try await history.begin(run(id, after: Double(index))) }
        try await history.begin(run("d", change: "acme/shop#2"))
        #expect(try await history.reviews(ofChange: "acme/shop#1").map(\.id) == ["c", "b", "a"])
        #expect(try await history.reviews(ofChange: "acme/shop#1", limit: 1).map(\.id) == ["c"])
        #expect(try await history.reviews(since: noon.advanced(bySeconds: 1)).map(\.id) == ["c", "b"])
        #expect(try await history.reviews().count == 4)
    }

    @Test("a day's expected value counts each change once, at its latest review")
    func expectedValues() async throws {
        try await history.begin(run("a", value: .mills(5)))
        try await history.begin(run("b", after: 60, value: .mills(3)))
        try await history.begin(run("c", change: "acme/shop#2", value: .mills(10)))
        try await history.begin(run("d", change: "acmes/x#1", repository: "acmes/x", value: .mills(100)))
        try await history.begin(run("e", after: 86_400, value: .mills(2)))
        #expect(
            try await history.expectedValues(since: noon) == [
                DailyValue(day: "2026-11-21", value: .mills(113), changes: 3),
                DailyValue(day: "2026-11-22", value: .mills(2), changes: 1),
            ])
        #expect(try await history.expectedValues(since: noon, repository: "acmes/x").map(\.value) == [.mills(100)])
        #expect(
            try await history.expectedValues(since: noon, organisation: "acme").map(\.value) == [.mills(13), .mills(2)])
        #expect(
            try await history.expectedValues(since: noon.advanced(bySeconds: 1)).map(\.value) == [.mills(3), .mills(2)])
    }

    @Test("gate verdicts and findings are counted by model and category")
    func counts() async throws {
        let strong = AnswerOrigin(review: "a", provider: "cloud", model: "large-1", category: .review)
        let cheap = AnswerOrigin(review: "a", provider: "near", model: "local", category: .algorithm)
        let rejected = GateVerdict(.anchor, .rejected, reason: "no such line")
        try await history.record([GateCount(verdict: rejected, count: 2)], of: strong, at: noon)
        try await history.record(
            [GateCount(verdict: rejected, count: 3), GateCount(verdict: GateVerdict(.syntax, .accepted), count: 1)],
            of: strong, at: noon)
        try await history.record([GateCount(verdict: rejected, count: 5)], of: cheap, at: noon.advanced(bySeconds: -1))
        try await history.record([("f1", .published), ("f2", .rejected), ("f3", .published)], of: cheap, at: noon)
        #expect(
            try await history.gateTotals(since: noon) == [
                GateTotal(
                    provider: "cloud", model: "large-1", category: "review", gate: "anchor", outcome: "rejected",
                    reason: "no such line", count: 5),
                GateTotal(
                    provider: "cloud", model: "large-1", category: "review", gate: "syntax", outcome: "accepted",
                    reason: nil, count: 1),
            ])
        #expect(try await history.gateTotals(since: noon.advanced(bySeconds: -1)).count == 3)
        #expect(
            try await history.findingTotals(since: noon) == [
                FindingTotal(provider: "near", model: "local", category: "algorithm", outcome: .published, count: 2),
                FindingTotal(provider: "near", model: "local", category: "algorithm", outcome: .rejected, count: 1),
            ])
    }
}
