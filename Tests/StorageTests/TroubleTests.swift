import Domain
import GRDB
import Testing

@testable import Storage

@Suite("The ledger in trouble")
struct TroubleTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let store: Store
    private let ledger: SQLiteLedger
    private let claim = BudgetClaim.global(.mills(1000))

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store(path: directory.path + "/books.db", busyTimeout: 0.05)
        ledger = SQLiteLedger(store: store, clock: clock)
    }

    private func hold() async throws -> HoldID {
        try #require(try await ledger.hold(.sample(.mills(5), [claim]), until: clock.now()).hold)
    }

    private func kind(_ work: () async throws -> Void) async -> StoreError.Kind? {
        do {
            try await work()
            return nil
        } catch {
            if let error = error as? StoreError { return error.kind }
            Issue.record(error)
            return nil
        }
    }

    private func expectSound() async throws {
        #expect(try await ledger.checkBooks() == [])
        #expect(try await ledger.verify().fault == nil)
    }

    @Test("a full disk is named, leaves nothing half done, and work goes on once there is room")
    func diskFull() async throws {
        try await ledger.trust(clock: clock)
        let open = try await hold()
        try await ledger.markSent(open)
        let before = try await ledger.verify()
        func allow(pages: Int) async throws {
            // The database may not grow beyond what it has.
            try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
        }
        try await allow(pages: 1)
        let answer = StoredAnswer(text: String(repeating: "x", count: 100_000), finish: .complete, returnedModel: nil)
        #expect(await kind { try await ledger.settle(open, .exact(.mills(1)), answer: answer) } == .diskFull)
        #expect(
            try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .zero, held: .mills(5))])
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/shop") == nil)
        #expect(try await ledger.verify() == before)
        try await expectSound()
        let failures = await withTaskGroup(of: StoreError.Kind?.self) { group in
            for _ in 0..<200 { group.addTask { await kind { _ = try await hold() } } }
            return await group.reduce(into: Set<StoreError.Kind>()) { if let kind = $1 { $0.insert(kind) } }
        }
        #expect(failures == [.diskFull])
        try await expectSound()
        try await allow(pages: 1_000_000)
        #expect(try await ledger.settle(open, .exact(.mills(1)), answer: answer) == .mills(1))
        #expect(try await ledger.answer(toRequest: "d1", repository: "acme/shop") == answer)
        _ = try await hold()
        try await expectSound()
    }

    @Test("a database held by another process is named, and work goes on once it is free")
    func locked() async throws {
        let open = try await hold()
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: store.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(await kind { try await ledger.settle(open, .exact(.mills(1)), answer: nil) } == .locked)
        #expect(await kind { _ = try await hold() } == .locked)
        #expect(try await ledger.standings(of: [claim]).first?.held == .mills(5))
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await ledger.settle(open, .exact(.mills(1)), answer: nil) == .mills(1))
        try await expectSound()
    }

    @Test("a step that fails is undone alone: the others of the same commit stay")
    func failsAlone() async throws {
        struct Trouble: Error {}
        let open = try await hold()
        let queue = ledger.queue
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    if number % 2 == 0 {
                        await #expect(throws: StoreError.self) {
                            try await queue.perform { transaction in
                                try transaction.markSent(open)
                                try transaction.append(LedgerRow(.requested))
                                try transaction.add(
                                    spent: .mills(7), held: .zero,
                                    to: [transaction.makeID(of: transaction.key(of: claim))])
                                throw Trouble()
                            }
                        }
                    } else {
                        await #expect(throws: Never.self) {
                            try await queue.perform { _ = try $0.append(LedgerRow(.requested)) }
                        }
                    }
                }
            }
        }
        #expect(
            try await ledger.audit(AuditFilter()).map(\.event) == [.held]
                + [LedgerEvent](repeating: .requested, count: 20))
        #expect(
            try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .zero, held: .mills(5))])
        try await expectSound()
    }

    @Test("books whose end has been removed are named as damaged")
    func damaged() async throws {
        try await store.pool.write {
            try $0.execute(sql: "DROP TRIGGER ledger_head_stays; DELETE FROM ledger_head")
        }
        #expect(await kind { _ = try await hold() } == .damaged)
        #expect(await kind { _ = try await ledger.standings(of: [claim]) } == .damaged)
        #expect(try await ledger.verify().fault?.kind == .head)
    }

    @Test("a backup made while others write is a whole database, and never replaces a file")
    func backup() async throws {
        let open = try await hold()
        let copy = directory.path + "/copies/books.db"
        try await store.backup(to: copy)
        try await ledger.settle(open, .exact(.mills(1)), answer: nil)
        let restored = SQLiteLedger(store: try Store(path: copy), clock: clock)
        #expect(try await restored.verify().rows == 1)
        #expect(try await restored.standings(of: [claim]).first?.held == .mills(5))
        #expect(try await restored.checkBooks() == [])
        #expect(try Store.inspect(path: copy)?.installationID == Store.inspect(path: store.path)?.installationID)
        #expect(await kind { try await store.backup(to: copy) } == .notWritable)
    }
}
