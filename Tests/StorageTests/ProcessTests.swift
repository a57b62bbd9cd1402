import Domain
import Glibc
import Testing

@testable import Storage

/// Nothing but the time of day.
struct SystemClock: WallClock {
    var offset = 0.0

    func now() -> Instant {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
            .advanced(bySeconds: offset)
    }
}

@Suite("Several processes, and killed ones", .serialized)
struct ProcessTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/books.db" }
    private let claim = BudgetClaim(
        scope: .repository, subject: "acme/shop", window: .none, limit: Money(picodollars: 10_000_000_000))

    init() throws { directory = try TemporaryDirectory() }

    /// Each call holds ten times what it costs: 200 calls cost four times the budget.
    @Test("four processes with fifty calls each on one budget never pass it, and all are let in that fit")
    func race() async throws {
        let ledger = SQLiteLedger(store: try Store(path: path), clock: SystemClock())
        let children = try (0..<4).map { try ChildProcess("race", path, "p\($0)", "50", "0.01", "0.002") }
        var granted = 0
        for child in children {
            let line = try #require(child.line())
            #expect(child.wait() == 0, "\(line)")
            let words = line.split(separator: " ")
            granted += Int(words[1]) ?? 0
            #expect(words[4...] == ["timedOut", "0"])
        }
        // A call is let in while what is spent and its hold fit: 0.0002 × n + 0.002 ≤ 0.01.
        #expect(granted == 41)
        let standing = try await ledger.standings(of: [claim])
        #expect(standing == [BudgetStanding(claim: claim, spent: Money(picodollars: 8_200_000_000), held: .zero)])
        #expect(try await ledger.checkBooks() == [])
        #expect(try await ledger.verify().fault == nil)
    }

    /// `HUNKWISE_CRASHES` asks for more rounds.
    private static let rounds = getenv("HUNKWISE_CRASHES").flatMap { Int(String(cString: $0)) } ?? 20

    @Test(
        "killed at any moment: what was acknowledged stays, what was sent is charged, answers stay with their charges")
    func crashes() async throws {
        var random = SeededGenerator(state: 7)
        var told = Told()
        for round in 0..<Self.rounds {
            let child = try ChildProcess("work", path, "round\(round)", "8")
            #expect(child.line() == "ready")
            for _ in 0..<Int.random(in: 0...60, using: &random) { told.hear(child.line()) }
            // Not always just after a line was read.
            usleep(UInt32.random(in: 0...4000, using: &random))
            child.kill()
            for line in child.rest() { told.hear(line) }
        }
        #expect(told.settled.count > Self.rounds)
        // Later, when all leases are over.
        let store = try Store(path: path)
        let ledger = SQLiteLedger(store: store, clock: SystemClock(offset: 3600))
        _ = try await ledger.recoverExpired()
        #expect(try await ledger.verify().fault == nil)
        #expect(try await ledger.checkBooks() == [])
        #expect(try store.check().problems == [])
        var rows: [HoldID: [AuditEntry]] = [:]
        for row in try await ledger.audit(AuditFilter(limit: .max)) {
            if let hold = row.hold { rows[hold, default: []].append(row) }
        }
        for (hold, amount) in told.held {
            let events = rows[HoldID(value: hold)] ?? []
            #expect(events.first?.amount?.picodollars == amount)
            let end = try #require(events.last)
            if let settled = told.settled[hold] {
                #expect(end.event == .settled && end.charge?.picodollars == settled.charge)
            } else if told.sent.contains(hold) {
                // The settlement may have been on the disk although nobody was told.
                #expect(end.event == .settled || (end.event == .bounded && end.charge?.picodollars == amount))
            } else {
                #expect([.released, .bounded, .settled].contains(end.event))
            }
        }
        var unsaid = 0
        for (_, events) in rows {
            guard let held = events.first, let end = events.last else { continue }
            #expect(held.event == .held && events.count == (end.event == .released ? 2 : 3))
            let answer = try await ledger.answer(toRequest: held.requestDigest, repository: "acme/shop")
            #expect((answer != nil) == (end.event == .settled), "\(held.requestDigest)")
            if end.event == .bounded { unsaid += 1 }
        }
        let total = try await ledger.total(SpendFilter())
        #expect(total.held == .zero)
        #expect(total.failures == (unsaid + total.unsent > 0 ? ["abandoned": unsaid + total.unsent] : [:]))
    }

    /// What the killed processes said before their end.
    private struct Told {
        var held: [Int64: Int64] = [:]
        var sent: Set<Int64> = []
        var settled: [Int64: (charge: Int64, digest: String)] = [:]

        mutating func hear(_ line: String?) {
            // The last line may have been cut.
            guard let words = line?.split(separator: " "), words.count > 1, let hold = Int64(words[1]) else { return }
            switch words[0] {
            case "held": held[hold] = Int64(words[2])
            case "sent": sent.insert(hold)
            case "settled": settled[hold] = (Int64(words[2]) ?? -1, String(words[3]))
            default: Issue.record("\(words)")
            }
        }
    }
}
