import Domain
import GRDB
import Testing

@testable import Storage

@Suite("Files of earlier versions")
struct UpgradeTests {
    @Test("a file of version 4 keeps its books and history, and gets a queue")
    func fromVersion4() async throws {
        let clock = ManualClock()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/books.db"
        let installation: String
        do {
            let old = try Store(path: path, migrations: Array(Schema.migrations.prefix(4)))
            #expect(try old.check().schemaVersion == 4)
            installation = try old.installationID()
            let ledger = SQLiteLedger(store: old, clock: clock)
            let claim = BudgetClaim.global(.mills(100))
            let hold = try #require(try await ledger.hold(.sample(.mills(7), [claim]), until: clock.now()).hold)
            try await ledger.settle(hold, .exact(.mills(2)), answer: nil)
            try await ReviewHistory(store: old).begin(
                ReviewRun(
                    id: "r1", change: "acme/shop#1", repository: "acme/shop", forge: "", head: "abc",
                    policyVersion: "7",
                    startedAt: clock.now(), expectedValue: .mills(5)))
        }
        let store = try Store(path: path)
        #expect(try store.check().schemaVersion == Schema.migrations.count)
        #expect(try store.check().problems == [])
        #expect(try store.installationID() == installation)
        let ledger = SQLiteLedger(store: store, clock: clock)
        #expect(try await ledger.verify().rows == 2)
        #expect(try await ledger.checkBooks() == [])
        #expect(try await ReviewHistory(store: store).review("r1")?.head == "abc")
        let queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(clock))
        #expect(try await queue.accept(.sample("1"), .job(.sample())).job == 1)
        // The earlier program refuses it, and leaves it alone.
        let error = #expect(throws: StoreError.self) {
            _ = try Store(path: path, migrations: Array(Schema.migrations.prefix(4)))
        }
        #expect(error?.kind == .newerSchema)
        #expect(try await queue.counts() == [.queued: 1])
    }

    @Test("the jobs of a file of version 6 are counted, superseded and worked on as before")
    func fromVersion6() async throws {
        let clock = ManualClock()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/queue.db"
        do {
            let old = try Store(path: path, migrations: Array(Schema.migrations.prefix(6)))
            try await old.write { database in
                // As version 6 wrote them: the lane by a statement of its own.
                try database.execute(sql: "INSERT INTO lanes (repository) VALUES ('github.com/7')")
                for (change, ended) in [(1, nil), (2, nil), (3, ManualClock.noon.milliseconds)] as [(Int, Int64?)] {
                    try database.execute(
                        sql: """
                            INSERT INTO jobs (kind, change, repository, label, head, priority, supersedes, state,
                                created_at, changed_at, ended_at, not_before, waiting_since, class, wakes_at,
                                wake_set_at, payload)
                            VALUES ('review', ?, 'github.com/7', 'acme/shop7', 'abc', 1, 1, ?, ?1, ?1, ?, ?1, ?1, 1, ?,
                                ?1, x'00')
                            """
                            .replacing("?1", with: "\(ManualClock.noon.milliseconds)"),
                        arguments: [
                            "github.com/7#\(change)", ended == nil ? "queued" : "dead", ended,
                            ended == nil ? ManualClock.noon.milliseconds : nil,
                        ])
                }
            }
        }
        let store = try Store(path: path)
        let queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(clock))
        #expect(try await queue.counts() == [.queued: 2, .dead: 1])
        #expect(try await queue.jobs(JobFilter(states: [.dead])).map(\.id) == [3])
        let newer = try await queue.add(.sample(change: 1, head: "def", supersedes: true))
        #expect(try await queue.leaseAll() == [2, newer])
        #expect(try await queue.retry(3))
        #expect(try await queue.leaseAll() == [3])
        #expect(try store.check().problems == [])
    }
}
