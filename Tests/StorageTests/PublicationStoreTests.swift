import Domain
import GRDB
import Testing

@testable import Storage

@Suite("The outbox")
struct PublicationStoreTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let store: Store
    private let outbox: PublicationStore
    private let memory: ChangeMemory

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store(path: directory.path + "/outbox.db")
        outbox = PublicationStore(store: store, clock: clock)
        memory = ChangeMemory(store: store, clock: clock)
    }

    @Test("a draft comes back as it was kept, also after a restart, and waits to be published")
    func keeps() async throws {
        let (publication, isNew) = try await outbox.keep(.sample(), review: "r1", mode: .publish)
        #expect(isNew && publication.draft == .sample() && publication.result == nil)
        let record = publication.record
        #expect(record.state == .pending && record.mode == .publish && record.review == "r1")
        #expect(record.change == ChangeAddress.sample().key && record.head == "abc" && record.createdAt == clock.now())
        let again = PublicationStore(store: try Store(path: store.path), clock: clock)
        #expect(try await again.publication("k1") == publication)
        #expect(try await again.publication("k2") == nil)
        #expect(try await again.publications(in: .pending) == [record])
    }

    @Test("a head has one publication: a second draft changes nothing once the first is on its way")
    func once() async throws {
        _ = try await outbox.keep(.sample(), review: "r1", mode: .publish)
        for step in ["pending", "failed", "published"] {
            if step == "failed" { #expect(try await outbox.fail("k1", reason: "gone")) }
            if step == "published" {
                #expect(try await outbox.begin("k1"))
                #expect(try await outbox.finish("k1", Publication(reviewID: 5)))
            }
            let memory = ChangeUpdate(address: .sample(number: 99))
            let (publication, isNew) = try await outbox.keep(
                .sample(body: "other"), review: "r2", mode: .observe, memory: memory)
            #expect(!isNew && publication.draft == .sample() && publication.record.state.rawValue == step)
        }
        #expect(try await memory.change(ChangeAddress.sample(number: 99).key) == nil)
        #expect(try await outbox.finish("k1", Publication(reviewID: 6)) == false)
        #expect(try await outbox.fail("k1", reason: "late") == false)
        #expect(try await outbox.begin("k1") == false)
        #expect(try await outbox.publication("k1")?.result == Publication(reviewID: 5))
    }

    @Test("what is only observed gives way to a later draft, and can be published once")
    func observed() async throws {
        _ = try await outbox.keep(.sample(), review: "r1", mode: .observe)
        let (later, isNew) = try await outbox.keep(.sample(body: "later"), review: "r2", mode: .observe)
        #expect(isNew && later.draft.reviewBody == "later" && later.record.state == .observed)
        clock.advance(bySeconds: 1)
        _ = try await outbox.keep(.sample(key: "k2", head: "def"), review: "other", mode: .observe)
        #expect(try await outbox.publications(in: .observed).map(\.key) == ["k2", "k1"])
        #expect(try await outbox.publications(in: .observed, limit: 1).map(\.key) == ["k2"])
        #expect(try await outbox.publications(in: .observed, change: "github.com/1#1") == [])
        #expect(try await outbox.publications(ofReview: "r").map(\.key) == ["k1"])
        #expect(try await outbox.publications(ofReview: "") == [])
        #expect(try await outbox.finish("k1", Publication()) == false)
        #expect(try await outbox.begin("k1"))
        #expect(try await outbox.begin("k1"))
        #expect(try await outbox.publications(in: .pending).map(\.mode) == [.publish])
        #expect(try await outbox.begin("k9") == false)
    }

    @Test("the end of a publication places its findings' comments in the same step")
    func places() async throws {
        let update = ChangeUpdate(address: .sample(), findings: [.sample("f1"), .sample("f2")])
        _ = try await outbox.keep(.sample(), review: "r1", mode: .publish, memory: update)
        #expect(try await memory.findings(of: update.address.key).map(\.comment) == [nil, nil])
        let result = Publication(
            reviewID: 5, summaryCommentID: 6, checkRunID: 7, commentIDs: ["f1": 81, "unknown": 82], refused: ["f2"],
            notes: ["no permission"])
        #expect(try await outbox.finish("k1", result))
        #expect(try await outbox.publication("k1")?.result == result)
        #expect(try await outbox.hasReview(of: update.address.key, at: "abc"))
        #expect(try await outbox.hasReview(of: update.address.key, at: "def") == false)
        #expect(try await memory.findings(of: update.address.key).map(\.comment) == [81, nil])
        #expect(try await memory.finding(withComment: 81, forge: "github.com")?.finding.identity == "f1")
    }

    @Test("a publication that submitted no review leaves its head free for one")
    func withoutReview() async throws {
        let draft = Draft.sample()
        _ = try await outbox.keep(draft, review: "r1", mode: .publish)
        #expect(try await outbox.hasReview(of: draft.address.key, at: draft.head) == false)
        #expect(try await outbox.finish("k1", Publication(summaryCommentID: 6)))
        #expect(try await outbox.hasReview(of: draft.address.key, at: draft.head) == false)
    }

    @Test("steps are kept by key as they are recorded, also for what has no draft")
    func steps() async throws {
        #expect(try await outbox.steps(of: "k1") == [:])
        try await outbox.record("review", "5", of: "k1")
        try await outbox.record("submitted", "yes", of: "k1")
        try await outbox.record("review", "6", of: "k1")
        try await outbox.record("reply", "9", of: "k2")
        let again = PublicationStore(store: try Store(path: store.path), clock: clock)
        #expect(try await again.steps(of: "k1") == ["review": "6", "submitted": "yes"])
        #expect(try await again.steps(of: "k2") == ["reply": "9"])
    }

    @Test("a draft of four megabytes is kept, a larger one refused with its size")
    func bounds() async throws {
        let large = String(repeating: "x", count: 4_190_000)
        _ = try await outbox.keep(.sample(body: large), review: "r1", mode: .publish)
        #expect(try await outbox.publication("k1")?.draft.reviewBody == large)
        let error = try await #require(throws: MemoryProblem.self) {
            _ = try await outbox.keep(.sample(key: "k2", body: large + large), review: "r1", mode: .publish)
        }
        #expect(error.description.contains("4194304"))
        #expect(try await outbox.publication("k2") == nil)
    }

    @Test("a draft that cannot be read is named as damage")
    func damaged() async throws {
        _ = try await outbox.keep(.sample(), review: "r1", mode: .publish)
        try await store.pool.write { try $0.execute(sql: "UPDATE publications SET draft = x'7B'") }
        let error = try await #require(throws: StoreError.self) { _ = try await outbox.publication("k1") }
        #expect(error.kind == .damaged && error.cause.contains("k1"))
        #expect(try await outbox.publications(in: .pending).count == 1)
    }
}
