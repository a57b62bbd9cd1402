import Domain
import Synchronization
import Testing

@testable import Storage

@Suite("Waiting for money")
struct WaitingTests {
    private let clock = ManualClock()
    private let directory: TemporaryDirectory
    private let path: String
    private let ledger: SQLiteLedger
    private var soon: Instant { clock.now().advanced(bySeconds: 10) }

    init() throws {
        directory = try TemporaryDirectory()
        path = directory.path + "/books.db"
        ledger = SQLiteLedger(store: try Store(path: path), clock: clock)
    }

    /// Asks, and returns once the request stands in line.
    private func ask(_ request: HoldRequest) async -> Task<HoldDecision, any Error> {
        let before = ledger.queue.waiting
        let until = soon
        let task = Task { try await ledger.hold(request, until: until) }
        while ledger.queue.waiting == before { await Task.yield() }
        return task
    }

    @Test("first come, first served: a small request does not slip past a large one")
    func inOrder() async throws {
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let first = try #require(try await ledger.hold(.sample(.mills(6), [claim]), until: soon).hold)
        let large = await ask(.sample(.mills(7), [claim]))
        let small = await ask(.sample(.mills(3), [claim]))
        // The small one would fit now.
        #expect(try await ledger.standings(of: [claim]).first?.held == .mills(6))
        try await ledger.settle(first, .failed(.unsent), answer: nil)
        let large1 = try #require(try await large.value.hold)
        let small1 = try #require(try await small.value.hold)
        #expect(large1.value < small1.value)
    }

    @Test("who waits for one budget does not keep others from another")
    func othersPass() async throws {
        try await ledger.trust(clock: clock)
        let wide = BudgetClaim.global(.mills(1000))
        let narrow = BudgetClaim.repository("acme/shop", .mills(10))
        let first = try #require(try await ledger.hold(.sample(.mills(6), [wide, narrow]), until: soon).hold)
        let waiting = await ask(.sample(.mills(7), [wide, narrow]))
        let other = BudgetClaim.repository("acme/other", .mills(10))
        #expect(try await ledger.hold(.sample(.mills(7), [wide, other]), until: soon).hold != nil)
        try await ledger.settle(first, .failed(.unsent), answer: nil)
        #expect(try await waiting.value.hold != nil)
    }

    @Test("a request is refused at once, however many wait before it")
    func refusedAtOnce() async throws {
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let first = try #require(try await ledger.hold(.sample(.mills(6), [claim]), until: soon).hold)
        let waiting = await ask(.sample(.mills(7), [claim]))
        #expect(try await ledger.hold(.sample(.mills(11), [claim]), until: soon).refusal != nil)
        try await ledger.settle(first, .failed(.unsent), answer: nil)
        #expect(try await waiting.value.hold != nil)
    }

    @Test("who leaves the line makes way for those behind")
    func leaves() async throws {
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        _ = try await ledger.hold(.sample(.mills(6), [claim]), until: soon)
        let large = await ask(.sample(.mills(7), [claim]))
        let small = await ask(.sample(.mills(3), [claim]))
        large.cancel()
        await #expect(throws: CancellationError.self) { try await large.value }
        #expect(try await small.value.hold != nil)
        #expect(try await ledger.checkBooks() == [])
    }

    @Test("money set free through another connection to the file reaches who waits here")
    func otherConnection() async throws {
        let other = SQLiteLedger(store: try Store(path: path), clock: clock)
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let first = try #require(try await other.hold(.sample(.mills(6), [claim]), until: soon).hold)
        let waiting = await ask(.sample(.mills(7), [claim]))
        try await other.settle(first, .failed(.unsent), answer: nil)
        #expect(try await waiting.value.hold != nil)
    }

    @Test("the lease of an abandoned hold frees who waits for it")
    func abandoned() async throws {
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        _ = try await ledger.hold(.sample(.mills(6), [claim], lease: 5), until: soon)
        let waiting = await ask(.sample(.mills(7), [claim]))
        clock.advance(bySeconds: 6)
        #expect(try await waiting.value.hold != nil)
    }

    @Test("cancelled in all moments, nobody is forgotten and nothing stays held")
    func cancelledAnyTime() async throws {
        try await ledger.trust(clock: clock)
        let claim = BudgetClaim.global(.mills(10))
        let until = soon
        for round in 0..<40 {
            let tasks = (0..<8).map { _ in
                Task {
                    let hold = try await ledger.hold(.sample(.mills(6), [claim]), until: until).hold
                    if let hold { try await ledger.settle(hold, .failed(.unsent), answer: nil) }
                }
            }
            for _ in 0..<round { await Task.yield() }
            for (index, task) in tasks.enumerated() where index % 2 == round % 2 { task.cancel() }
            for task in tasks { _ = await task.result }
        }
        #expect(ledger.queue.waiting == 0)
        #expect(try await ledger.standings(of: [claim]) == [BudgetStanding(claim: claim, spent: .zero, held: .zero)])
    }
}
