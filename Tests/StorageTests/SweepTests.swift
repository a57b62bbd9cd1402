import Domain
import GRDB
import Glibc
import Testing

@testable import Storage

@Suite("What is forgotten, and copies")
struct SweepTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let store: Store
    private let queue: SQLiteJobQueue
    private static let day = 86_400.0

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store(path: directory.path + "/service.db")
        queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(clock), maxAttempts: 3)
    }

    @Test("deliveries and ended jobs go after thirty days, what is still to be done stays")
    func queueIsSwept() async throws {
        for number in 0..<1200 {
            _ = try await queue.accept(
                .sample("\(number)"),
                number % 3 == 0 ? .ignored(reason: "a draft") : .job(.sample(change: number % 2, supersedes: true)))
        }
        let open = try await queue.counts()[.queued]
        #expect(open == 2)
        let added = try await queue.add(.sample(.command, change: 7, repository: 9))
        #expect(try await queue.cancel(added))
        clock.advance(bySeconds: 30 * Self.day)
        #expect(try await store.sweep(now: clock.now()) == SweepReport())
        clock.advance(bySeconds: 1)
        let report = try await store.sweep(now: clock.now())
        #expect(report == SweepReport(deliveries: 1198, jobs: 799))
        #expect(try await queue.counts() == [.queued: 2])
        #expect(try await queue.deliveries() == [.queued: 2])
        // A delivery that is forgotten is a new one.
        #expect(try await queue.accept(.sample("0"), .job(.sample(change: 3))).job ?? 0 > added)
        #expect(try await queue.leaseAll().count == 3)
        #expect(try await store.sweep(now: clock.now()) == SweepReport())
    }

    @Test("the memory of a change and its publications go ninety days after they were last written to")
    func memoryIsSwept() async throws {
        let memory = ChangeMemory(store: store, clock: clock)
        let outbox = PublicationStore(store: store, clock: clock)
        let idle = ChangeAddress.sample(number: 1)
        let busy = ChangeAddress.sample(number: 2)
        let hunks = (0..<1300).map { ReviewedHunk(key: "k\($0)", head: "abc", isByModel: true) }
        for address in [idle, busy] {
            try await memory.keep(ChangeUpdate(address: address, reviewed: hunks, findings: [.sample("f1")]))
            try await memory.setCategory(.review, of: "a.py", in: address)
        }
        _ = try await outbox.keep(.sample(key: "observed"), review: "r1", mode: .observe)
        _ = try await outbox.keep(.sample(key: "pending"), review: "r2", mode: .publish)
        for key in ["observed", "pending", "reply"] { try await outbox.record("s", "1", of: key) }
        clock.advance(bySeconds: 80 * Self.day)
        try await memory.pause(busy, by: "ada")
        #expect(try await store.sweep(now: clock.now()) == SweepReport())
        clock.advance(bySeconds: 10 * Self.day + 1)
        #expect(try await store.sweep(now: clock.now()) == SweepReport(changes: 1, publications: 1))
        #expect(try await memory.change(idle.key) == nil)
        #expect(try await memory.findings(of: idle.key) == [])
        #expect(try await memory.reviewedHunks(of: idle.key) == [:])
        #expect(try await memory.reviewedHunks(of: busy.key).count == 1300)
        #expect(try await memory.change(busy.key)?.categories == ["a.py": .review])
        #expect(try await outbox.publication("observed") == nil)
        #expect(try await outbox.publication("pending") != nil)
        #expect(try await outbox.steps(of: "pending") == ["s": "1"])
        #expect(try await outbox.steps(of: "observed") == [:])
        #expect(try await outbox.steps(of: "reply") == [:])
        #expect(try store.check().problems == [])
    }

    @Test("answers go after thirty days, the ledger stays")
    func answersAreSwept() async throws {
        let ledger = SQLiteLedger(store: store, clock: clock)
        let hold = try #require(try await ledger.hold(.sample(.mills(1), []), until: clock.now()).hold)
        let answer = StoredAnswer(text: "text", finish: .complete, returnedModel: nil)
        try await ledger.settle(hold, .exact(.mills(1)), answer: answer)
        clock.advance(bySeconds: 30 * Self.day + 1)
        #expect(try await store.sweep(now: clock.now()) == SweepReport(answers: 1))
        #expect(try await ledger.verify().rows == 2)
    }

    @Test("a copy made while deliveries stream in is sound and of one moment")
    func backupWhileServing() async throws {
        let copy = directory.path + "/copies/service.db"
        let moment = try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for number in 0..<40 {
                        let intake = Intake.job(.sample(change: task, supersedes: true))
                        guard case .queued = try await queue.accept(.sample("\(task)-\(number)"), intake) else {
                            Issue.record("\(task)-\(number) was not queued")
                            continue
                        }
                    }
                }
            }
            let before = try await queue.deliveries().values.reduce(0, +)
            try await store.backup(to: copy)
            let after = try await queue.deliveries().values.reduce(0, +)
            try await group.waitForAll()
            return before...after
        }
        #expect(try await queue.deliveries().values.reduce(0, +) == 640)
        let restored = try Store(path: copy)
        #expect(try restored.check().problems == [])
        let copied = SQLiteJobQueue(store: restored, clock: clock, elapsed: .following(clock))
        let deliveries = try await copied.deliveries()
        #expect(moment.contains(deliveries.values.reduce(0, +)))
        #expect(deliveries == (try await copied.counts()))
        #expect(directory.names(in: directory.path + "/copies").allSatisfy { !$0.contains("partial") })
    }

    @Test("killed while it copies: a file of the copy's name is whole, and the next copy is made")
    func killedCopies() async throws {
        var random = SeededGenerator(state: 3)
        for number in 0..<400 {
            let payload = [UInt8](repeating: 0x78, count: 4000)
            _ = try await queue.accept(.sample("\(number)"), .job(.sample(change: number, payload: payload)))
        }
        var whole = 0
        for round in 0..<8 {
            let copy = directory.path + "/copy\(round)"
            let child = try ChildProcess("copy", store.path, copy, "1000")
            #expect(child.line() == "ready")
            for _ in 0..<round % 3 { #expect(child.line() != nil) }
            usleep(UInt32.random(in: 0...30_000, using: &random))
            child.kill()
            for name in directory.names() where name.hasPrefix("copy\(round)-") && !name.contains(".partial") {
                let health = try #require(try Store.inspect(path: directory.path + "/" + name))
                #expect(health.problems == [] && health.schemaVersion == Schema.migrations.count)
                whole += 1
            }
        }
        #expect(whole > 0)
        for name in directory.names() where name.hasSuffix(".partial") {
            let copy = directory.path + "/" + name.dropLast(".partial".count)
            try await store.backup(to: copy)
            #expect(try Store.inspect(path: copy)?.problems == [])
        }
        #expect(directory.names().allSatisfy { !$0.contains(".partial") })
    }

    @Test("what a crash left of a copy gives way to the next, and one is made at a time")
    func partialCopies() async throws {
        let copy = directory.path + "/copy.db"
        try await store.write { try $0.execute(sql: "INSERT INTO lanes (repository) VALUES ('x')") }
        #expect(directory.names().contains("copy.db.partial") == false)
        try StoreFile.prepare(copy + ".partial")
        try await store.backup(to: copy)
        #expect(directory.names().filter { $0.hasPrefix("copy.db") } == ["copy.db"])
        let other = try #require(Turnstile(besides: store.path))
        #expect(other.beginBackup())
        let error = try await #require(throws: StoreError.self) { try await store.backup(to: copy + "2") }
        #expect(error.kind == .locked)
        #expect(directory.names().filter { $0.hasPrefix("copy.db") } == ["copy.db"])
        withExtendedLifetime(other) {}
    }
}
