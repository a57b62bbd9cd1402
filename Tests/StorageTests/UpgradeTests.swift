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
}
