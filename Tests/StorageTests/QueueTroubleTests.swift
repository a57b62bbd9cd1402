import Domain
import GRDB
import Synchronization
import Testing

@testable import Storage

@Suite("The queue in trouble")
struct QueueTroubleTests {
    private let clock = ManualClock()
    /// What passes while the wall clock is put right.
    private let steady = ManualClock()
    private let directory: TemporaryDirectory
    private let store: Store
    private let queue: SQLiteJobQueue
    private var elapsed: ElapsedTime { .following(steady) }

    init() throws {
        directory = try TemporaryDirectory()
        store = try Store(path: directory.path + "/queue.db", busyTimeout: 0.05)
        queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(steady), maxAttempts: 3)
    }

    private func pass(seconds: Double) {
        clock.advance(bySeconds: seconds)
        steady.advance(bySeconds: seconds)
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

    private func allow(pages: Int) async throws {
        // The database may not grow beyond what it has.
        try await store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = \(pages)") }
    }

    // MARK: The clock

    @Test("a clock that is put forward takes no job from a worker that is alive")
    func clockForward() async throws {
        let id = try await queue.add(.sample())
        let (_, lease) = try #require(try await queue.lease(for: 60))
        pass(seconds: 20)
        #expect(try await queue.lease(for: 60) == nil)
        for _ in 0..<5 {
            clock.advance(bySeconds: 7200)
            #expect(try await queue.lease(for: 60) == nil)
        }
        #expect(try await queue.job(id)?.state == .running)
        guard case .goOn = try await queue.heartbeat(lease, for: 60) else {
            Issue.record("the lease was lost")
            return
        }
        // A lost worker is noticed as soon as ever.
        pass(seconds: 30)
        #expect(try await queue.lease(for: 60) == nil)
        pass(seconds: 30)
        #expect(try await queue.lease(for: 60)?.0.id == id)
        #expect(try await queue.heartbeat(lease, for: 60) == .lost)
    }

    @Test("nor does one that is put forward while nothing can be stored")
    func clockForwardWhileFailing() async throws {
        let id = try await queue.add(.sample())
        _ = try #require(try await queue.lease(for: 60))
        clock.advance(bySeconds: 7200)
        try await store.pool.write {
            try $0.execute(sql: "CREATE TRIGGER no_room BEFORE UPDATE ON jobs BEGIN SELECT RAISE(ABORT, 'full'); END")
        }
        await #expect(throws: StoreError.self) { try await queue.lease(for: 60) }
        try await store.pool.write { try $0.execute(sql: "DROP TRIGGER no_room") }
        #expect(try await queue.lease(for: 60) == nil)
        #expect(try await queue.job(id)?.state == .running)
    }

    /// Says each of these times once, and the last for ever.
    private final class JumpingClock: WallClock {
        private let times: Mutex<[Instant]>

        init() { times = Mutex([ManualClock.noon]) }

        func say(_ next: [Instant]) { times.withLock { $0 = next } }
        func now() -> Instant { times.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] } }
    }

    @Test("a wait is as long as it was meant when the clock is put right before it is written", arguments: [-1.0, 1])
    func clockBetween(sign: Double) async throws {
        let jumping = JumpingClock()
        let queue = SQLiteJobQueue(store: store, clock: jumping, elapsed: .system, maxAttempts: 3)
        let before = ManualClock.noon.advanced(bySeconds: -sign * 40 * 86_400)
        var request = JobRequest.sample()
        request.notBefore = before.advanced(bySeconds: 30)
        jumping.say([before, ManualClock.noon])
        let id = try await queue.add(request)
        #expect(try await queue.job(id)?.request.notBefore == ManualClock.noon.advanced(bySeconds: 30))
        jumping.say([ManualClock.noon.advanced(bySeconds: 30)])
        let (_, lease) = try #require(try await queue.lease(for: 60))
        jumping.say([before, ManualClock.noon])
        let until = before.advanced(bySeconds: 15)
        #expect(try await queue.giveBack(lease, until: until, reason: "", counts: false))
        #expect(try await queue.job(id)?.request.notBefore == ManualClock.noon.advanced(bySeconds: 15))
    }

    @Test("a clock that is put back keeps neither a lost worker's job nor a waiting one for long")
    func clockBack() async throws {
        let lost = try await queue.add(.sample(change: 1))
        _ = try #require(try await queue.lease(for: 60))
        let waiting = try await queue.add(.sample(change: 2, after: 30))
        let batch = try await queue.add(.sample(change: 3, repository: 9, priority: .batch))
        _ = try await queue.add(.sample(.command, change: 3, repository: 9, priority: .batch))
        #expect(try await queue.leaseAll(for: 60) == [batch])
        clock.advance(bySeconds: -86_400)
        #expect(try await queue.lease(for: 60) == nil)
        #expect(try await queue.nextDue() == clock.now().advanced(bySeconds: 30))
        pass(seconds: 30)
        #expect(try await queue.leaseAll(for: 600) == [waiting])
        pass(seconds: 30)
        #expect(try await queue.leaseAll(for: 600).contains(lost))
    }

    @Test("a clock that was put back before the service began again keeps no job waiting")
    func clockBackBetweenProcesses() async throws {
        let waiting = try await queue.add(.sample(change: 1, after: 30))
        #expect(try await queue.lease(for: 60) == nil)
        clock.advance(bySeconds: -86_400)
        let later = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(clock))
        #expect(try await later.lease(for: 60) == nil)
        clock.advance(bySeconds: 30)
        #expect(try await later.lease(for: 60)?.0.id == waiting)
    }

    @Test("what is put to wait while the clock is ahead for a moment waits no longer for it")
    func clockAheadForAMoment() async throws {
        #expect(try await queue.lease(for: 60) == nil)
        clock.advance(bySeconds: 86_400)
        var request = JobRequest.sample()
        request.notBefore = clock.now().advanced(bySeconds: 30)
        let waiting = try await queue.add(request)
        clock.advance(bySeconds: -86_400)
        #expect(try await queue.lease(for: 60) == nil)
        pass(seconds: 30)
        #expect(try await queue.lease(for: 60)?.0.id == waiting)
    }

    @Test("times far away and lengths that are none do no harm")
    func oddTimes() async throws {
        var request = JobRequest.sample(supersedes: true)
        for time in [Int64.max, .min, 0] {
            request.notBefore = Instant(milliseconds: time)
            _ = try await queue.add(request)
        }
        for length in [Double.nan, .infinity, -.infinity, -5, 0, 1e300] {
            let (_, lease) = try #require(try await queue.lease(for: length))
            #expect(lease.endsAt > clock.now() && lease.endsAt <= clock.now().advanced(bySeconds: 86_400))
            _ = try await queue.heartbeat(lease, for: length)
            let until = Instant(milliseconds: .max)
            #expect(try await queue.giveBack(lease, until: until, reason: "", counts: false))
            let job = try #require(try await queue.job(lease.job))
            #expect(job.request.notBefore <= clock.now().advanced(bySeconds: 367 * 86_400))
            #expect(try await queue.cancel(lease.job))
            #expect(try await queue.retry(lease.job))
        }
    }

    // MARK: The disk

    @Test("a full disk is named, takes nothing in and loses nothing, and work goes on once there is room")
    func diskFull() async throws {
        var accepted: [Int64] = []
        for number in 0..<20 {
            let intake = Intake.job(.sample(change: number))
            accepted.append(try #require(try await queue.accept(.sample("a\(number)"), intake).job))
        }
        let (job, lease) = try #require(try await queue.lease(for: 60))
        let before = try await queue.jobs(JobFilter())
        try await allow(pages: 1)
        let large = [UInt8](repeating: 0x78, count: 60_000)
        let failures = await withTaskGroup(of: StoreError.Kind?.self) { group in
            for number in 0..<100 {
                group.addTask {
                    await kind {
                        let intake = Intake.job(.sample(change: number, supersedes: true, payload: large))
                        _ = try await queue.accept(.sample("b\(number)"), intake)
                    }
                }
            }
            return await group.reduce(into: Set<StoreError.Kind?>()) { $0.insert($1) }
        }
        #expect(failures == [.diskFull])
        #expect(try await queue.jobs(JobFilter()) == before)
        #expect(try await queue.delivery("github.com/b1") == nil)
        try await allow(pages: 1_000_000)
        #expect(try await queue.accept(.sample("b1"), .job(.sample(change: 99))).job != nil)
        #expect(try await queue.end(lease, as: .done, reason: nil))
        #expect(try await queue.leaseAll().count == 20)
        #expect(try await queue.state(job.id) == .done)
        #expect(try store.check().problems == [])
    }

    @Test("a database held by another process is named, and nothing is half taken in")
    func locked() async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let other = try DatabaseQueue(path: store.path, configuration: configuration)
        try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
        #expect(await kind { _ = try await queue.accept(.sample("1"), .job(.sample())) } == .locked)
        #expect(await kind { _ = try await queue.lease(for: 60) } == .locked)
        try await other.writeWithoutTransaction { try $0.execute(sql: "COMMIT") }
        #expect(try await queue.accept(.sample("1"), .job(.sample())).job != nil)
    }

    @Test("deliveries are known again after a restart")
    func restart() async throws {
        let id = try #require(try await queue.accept(.sample("1"), .job(.sample())).job)
        _ = try await queue.accept(.sample("2"), .ignored(reason: "by a bot"))
        let again = SQLiteJobQueue(store: try Store(path: store.path), clock: clock, elapsed: elapsed)
        #expect(try await again.accept(.sample("1"), .job(.sample())) == .duplicate)
        #expect(try await again.accept(.sample("2"), .job(.sample())) == .duplicate)
        #expect(try await again.leaseAll() == [id])
    }

    // MARK: What it is asked

    @Test("ids and payloads beyond their bounds are refused before anything is written")
    func bounds() async throws {
        for id in ["", String(repeating: "x", count: 201)] {
            var delivery = Delivery.sample("1")
            delivery.id = id
            await #expect(throws: JobProblem.badDeliveryID) {
                _ = try await queue.accept(delivery, .ignored(reason: ""))
            }
        }
        let request = JobRequest.sample(payload: [UInt8](repeating: 0, count: 65_537))
        await #expect(throws: JobProblem.payloadTooLarge(bytes: 65_537)) { _ = try await queue.add(request) }
        await #expect(throws: JobProblem.payloadTooLarge(bytes: 65_537)) {
            _ = try await queue.accept(.sample("1"), .job(request))
        }
        #expect(try await queue.counts() == [:])
        #expect(try await queue.deliveries() == [:])
    }

    @Test("a delivery's outcome is its job's at every moment")
    func outcomes() async throws {
        let id = try #require(try await queue.accept(.sample("1"), .job(.sample())).job)
        _ = try await queue.accept(.sample("2"), .ignored(reason: "by a\u{7} bot"))
        _ = try await queue.add(.sample(change: 2))
        #expect(try await queue.deliveries() == [.queued: 1, .ignored: 1])
        #expect(try await queue.delivery("github.com/2")?.reason == "by a  bot")
        let (_, lease) = try #require(try await queue.lease(for: 60))
        #expect(try await queue.deliveries() == [.running: 1, .ignored: 1])
        #expect(try await queue.end(lease, as: .dead, reason: "it cannot be read"))
        let record = try #require(try await queue.delivery("github.com/1"))
        #expect(record.delivery == .sample("1") && record.job == id)
        #expect(record.outcome == .dead && record.reason == "it cannot be read")
        #expect(try await queue.deliveries(since: clock.now().advanced(bySeconds: 1)) == [:])
        _ = try await queue.retry(id)
        #expect(try await queue.deliveries() == [.queued: 1, .ignored: 1])
    }

    @Test("a job's end and what it leaves behind are kept together or not at all")
    func finishes() async throws {
        let memory = ChangeMemory(store: store, clock: clock)
        let update = ChangeUpdate(
            address: .sample(), review: LastReview(head: "abc", policyVersion: "7"),
            reviewed: [ReviewedHunk(key: "k", head: "abc", isByModel: true)])
        _ = try await queue.add(.sample())
        let (_, lost) = try #require(try await queue.lease(for: 60))
        pass(seconds: 60)
        let (job, lease) = try #require(try await queue.lease(for: 60))
        #expect(try await queue.finish(lost, as: .done, reason: nil, memory: update) == false)
        #expect(try await memory.change(update.address.key) == nil)
        let facts = String(repeating: "x", count: 16_385)
        var large = update
        large.findings = [.sample("f1", facts: facts)]
        await #expect(throws: MemoryProblem.factsTooLarge(bytes: 16_385)) {
            _ = try await queue.finish(lease, as: .done, reason: nil, memory: large)
        }
        #expect(try await queue.state(job.id) == .running)
        try await allow(pages: 1)
        large.findings = (0..<50).map { .sample("f\($0)", facts: String(facts.dropLast())) }
        #expect(
            await kind { _ = try await queue.finish(lease, as: .done, reason: nil, memory: large) } == .diskFull)
        #expect(try await queue.state(job.id) == .running)
        #expect(try await memory.change(update.address.key) == nil)
        try await allow(pages: 1_000_000)
        #expect(try await queue.finish(lease, as: .done, reason: nil, memory: update))
        #expect(try await queue.state(job.id) == .done)
        #expect(try await memory.reviewedHunks(of: update.address.key).count == 1)
    }
}
