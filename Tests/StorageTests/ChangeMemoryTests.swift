import Domain
import GRDB
import Testing

@testable import Storage

@Suite("What is remembered of a change")
struct ChangeMemoryTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let memory: ChangeMemory
    private let address = ChangeAddress.sample()

    init() throws {
        directory = try TemporaryDirectory()
        memory = ChangeMemory(store: try Store(path: directory.path + "/memory.db"), clock: clock)
    }

    @Test("the last review, what people asked for, and when it was last written to")
    func remembers() async throws {
        #expect(try await memory.change(address.key) == nil)
        try await memory.keep(
            ChangeUpdate(address: address, review: LastReview(head: "abc", policyVersion: "7")))
        clock.advance(bySeconds: 5)
        try await memory.pause(address, by: "ada")
        try await memory.setCategory(.review, of: "src/a.py", in: address)
        try await memory.setCategory(.boilerplate, of: "src/b.py", in: address)
        try await memory.setCategory(.algorithm, of: "src/b.py", in: address)
        try await memory.setBudget(.mills(750), of: address)
        let change = try #require(try await memory.change(address.key))
        #expect(
            change
                == RememberedChange(
                    address: address,
                    review: LastReview(head: "abc", policyVersion: "7", endedAt: ManualClock.noon),
                    pausedBy: "ada", categories: ["src/a.py": .review, "src/b.py": .algorithm], budget: .mills(750),
                    touchedAt: clock.now()))
        try await memory.pause(address, by: nil)
        try await memory.setCategory(nil, of: "src/a.py", in: address)
        try await memory.setBudget(nil, of: address)
        let after = try #require(try await memory.change(address.key))
        #expect(after.pausedBy == nil && after.categories == ["src/b.py": .algorithm] && after.budget == nil)
        #expect(after.review == change.review)
    }

    @Test("a change stays itself when its repository is renamed, and is found by the new name")
    func renamed() async throws {
        try await memory.setBudget(.mills(1), of: address)
        let renamed = ChangeAddress.sample(named: "acme/store")
        try await memory.pause(renamed, by: "ada")
        #expect(try await memory.change(address.key)?.budget == .mills(1))
        #expect(try await memory.changes(named: address.repository, number: 12) == [])
        #expect(try await memory.changes(named: renamed.repository, number: 12).map(\.address) == [renamed])
        #expect(try await memory.changes(named: renamed.repository, number: 13) == [])
    }

    @Test("hunks that were looked at are known by their keys; what a model has seen stays seen by a model")
    func hunks() async throws {
        func keep(_ hunks: [ReviewedHunk]) async throws {
            try await memory.keep(ChangeUpdate(address: address, reviewed: hunks))
        }
        let static1 = ReviewedHunk(key: "a", head: "h1", isByModel: false)
        let model1 = ReviewedHunk(key: "b", head: "h1", isByModel: true)
        try await keep([static1, model1])
        #expect(try await memory.reviewedHunks(of: address.key) == ["a": static1, "b": model1])
        try await keep([
            ReviewedHunk(key: "a", head: "h2", isByModel: true), ReviewedHunk(key: "b", head: "h2", isByModel: false),
        ])
        let after = try await memory.reviewedHunks(of: address.key)
        #expect(after.values.allSatisfy { $0.isByModel && $0.head == "h2" } && after.count == 2)
        #expect(try await memory.reviewedHunks(of: "github.com/7#13") == [:])
    }

    @Test("a finding is told once: what is told again keeps its state, its comment and where it was first reported")
    func findings() async throws {
        try await memory.keep(
            ChangeUpdate(address: address, findings: [.sample("f1-identity"), .sample("f2-identity")]))
        #expect(try await memory.setState(of: "f1-identity", in: address, to: .ignored, by: "ada"))
        #expect(try await memory.setState(of: "f9-identity", in: address, to: .ignored, by: "ada") == false)
        var placed = ReportedFinding.sample("f2-identity")
        placed.comment = 77
        try await memory.keep(ChangeUpdate(address: address, findings: [placed]))
        var again = [ReportedFinding.sample("f1-identity", severity: .low), .sample("f2-identity")]
        for index in again.indices {
            again[index].head = "def"
            again[index].line = 50
        }
        try await memory.keep(
            ChangeUpdate(address: address, findings: again, states: ["f2-identity": .fixed, "f7": .open], by: "bob"))
        let found = try await memory.findings(of: address.key)
        #expect(found.map(\.identity) == ["f1-identity", "f2-identity"])
        #expect(found.map(\.state) == [.ignored, .fixed] && found.map(\.changedBy) == ["ada", "bob"])
        #expect(found.map(\.head) == ["abc", "abc"] && found.map(\.line) == [50, 50])
        #expect(found.map(\.comment) == [nil, 77] && found[0].severity == .low)
    }

    @Test("a finding is found by its comment on its forge, and by the beginning of its identity in any change")
    func finds() async throws {
        let other = ChangeAddress.sample(number: 13)
        var finding = ReportedFinding.sample("abcdef0123", facts: #"{"model":"m"}"#)
        finding.comment = 1001
        try await memory.keep(ChangeUpdate(address: address, findings: [finding, .sample("abcdff9999")]))
        try await memory.keep(ChangeUpdate(address: other, findings: [.sample("abcdef0123")]))
        #expect(
            try await memory.finding(withComment: 1001, forge: "github.com")
                == FoundFinding(address: address, finding: finding))
        #expect(try await memory.finding(withComment: 1001, forge: "example.com") == nil)
        #expect(try await memory.finding(withComment: 1002, forge: "github.com") == nil)
        #expect(try await memory.findings(withIdentity: "abcdef").map(\.address) == [address, other])
        #expect(try await memory.findings(withIdentity: "abcdef", limit: 1).count == 1)
        #expect(try await memory.findings(withIdentity: "abcde") == [])
        #expect(try await memory.findings(withIdentity: "abcde%").isEmpty)
    }

    @Test("what was never published is forgotten with its head; what has a comment or was ignored stays")
    func forgotten() async throws {
        func finding(_ identity: String, head: String, comment: Int64? = nil) -> ReportedFinding {
            ReportedFinding(
                identity: identity, severity: .high, title: "t", path: "a.py", line: 1, isOnOldSide: false, head: head,
                comment: comment)
        }
        try await memory.keep(
            ChangeUpdate(
                address: address,
                reviewed: [
                    ReviewedHunk(key: "k1", head: "one", isByModel: true),
                    ReviewedHunk(key: "k2", head: "two", isByModel: true),
                ],
                findings: [
                    finding("told", head: "two", comment: 7), finding("untold", head: "two"),
                    finding("ignored", head: "two"), finding("earlier", head: "one"),
                ], states: ["ignored": .ignored]))
        try await memory.forget(head: "two", of: address)
        #expect(try await memory.findings(of: address.key).map(\.identity) == ["told", "ignored", "earlier"])
        #expect(try await Set(memory.reviewedHunks(of: address.key).keys) == ["k1"])
    }

    @Test("what is too large is refused, and nothing of its update is kept")
    func bounds() async throws {
        var large = ReportedFinding.sample("f1-identity")
        large.facts = String(repeating: "x", count: 16_385)
        let update = ChangeUpdate(
            address: address, review: LastReview(head: "abc", policyVersion: "7"), findings: [large])
        await #expect(throws: MemoryProblem.factsTooLarge(bytes: 16_385)) { try await memory.keep(update) }
        #expect(try await memory.change(address.key) == nil)
    }

    @Test("of many at once no more get through than the limit, and again once time has passed")
    func takes() async throws {
        let takings = Takings(store: try Store(path: directory.path + "/memory.db"), clock: clock)
        func take(_ subject: String = "ada #12") async throws -> Bool {
            try await takings.take("command", subject, limit: 5, within: 3600)
        }
        let granted = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<50 { group.addTask { try await take() } }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(granted == 5)
        #expect(try await take("bob #12"))
        #expect(try await takings.take("other", "ada #12", limit: 1, within: 3600))
        clock.advance(bySeconds: 3599)
        #expect(try await take() == false)
        clock.advance(bySeconds: 1)
        #expect(try await take())
        // Put back, the clock keeps nobody waiting for longer than the span.
        for _ in 0..<4 { #expect(try await take()) }
        clock.advance(bySeconds: -86_400)
        #expect(try await take() == false)
        clock.advance(bySeconds: 3600)
        #expect(try await take())
        #expect(try await takings.take("command", "eve", limit: 0, within: .nan) == false)
    }
}
