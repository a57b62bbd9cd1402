import Domain
import Storage
import Testing

@Suite("Any queue: what comes in")
struct IntakeConformance {
    private let clock = ManualClock()

    @Test("a delivery becomes a job that says what was asked for", arguments: QueueKind.all)
    func queues(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let request = JobRequest.sample(.command, head: nil, priority: .interactive, after: 3, supersedes: false)
        let id = try #require(try await queue.accept(.sample("1"), .job(request)).job)
        let job = try #require(try await queue.job(id))
        #expect(
            job
                == Job(
                    id: id, request: request, state: .queued, attempts: 0, createdAt: clock.now(),
                    changedAt: clock.now()))
        #expect(try await queue.counts() == [.queued: 1])
        #expect(try await queue.job(id + 1) == nil)
        withExtendedLifetime(made.keptAlive) {}
    }

    @Test("ids of jobs are never given twice, and only grow", arguments: QueueKind.all)
    func numbers(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        var ids: [Int64] = []
        for number in 0..<20 {
            ids.append(try await made.queue.add(.sample(change: number)))
        }
        #expect(ids == ids.sorted() && Set(ids).count == 20)
    }

    enum Fate: CaseIterable {
        case queued, running, done, superseded, ignored, cancelled, withdrawn, nothing
    }

    @Test("the same delivery again changes nothing unless its work is dead", arguments: QueueKind.all, Fate.allCases)
    func knowsDuplicates(kind: QueueKind, fate: Fate) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let request = JobRequest.sample(supersedes: true)
        let first: Intake =
            switch fate {
            case .nothing: .ignored(reason: "a draft")
            default: .job(request)
            }
        let id = try await queue.accept(.sample("1"), first).job
        switch fate {
        case .queued, .nothing: break
        case .running: _ = try await queue.lease(for: 60)
        case .done, .ignored:
            let (_, lease) = try #require(try await queue.lease(for: 60))
            #expect(try await queue.end(lease, as: fate == .done ? .done : .ignored, reason: nil))
        case .superseded: _ = try await queue.add(request)
        case .cancelled: #expect(try await queue.cancel(#require(id)))
        case .withdrawn:
            _ = try await queue.accept(.sample("2"), .withdraw(change: request.change, reason: "closed"))
        }
        let before = try await queue.jobs(JobFilter())
        clock.advance(bySeconds: 29 * 86_400)
        for intake in [first, .job(.sample(change: 9)), .ignored(reason: "other")] {
            #expect(try await queue.accept(.sample("1"), intake) == .duplicate)
        }
        #expect(try await queue.jobs(JobFilter()) == before)
    }

    @Test("a delivery whose work is dead is queued again, once, with its attempts forgotten", arguments: QueueKind.all)
    func revives(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try #require(try await queue.accept(.sample("1"), .job(.sample())).job)
        for attempt in 1...3 {
            let (job, lease) = try #require(try await queue.lease(for: 60))
            #expect(job.attempts == attempt)
            #expect(try await queue.giveBack(lease, until: clock.now(), reason: "no answer", counts: true))
        }
        #expect(try await queue.state(id) == .dead)
        #expect(try await queue.accept(.sample("1"), .job(.sample())) == .requeued(job: id))
        #expect(try await queue.accept(.sample("1"), .job(.sample())) == .duplicate)
        let (job, lease) = try #require(try await queue.lease(for: 60))
        #expect(job.id == id && job.attempts == 1)
        #expect(try await queue.end(lease, as: .done, reason: nil))
        #expect(try await queue.accept(.sample("1"), .job(.sample())) == .duplicate)
    }

    @Test("what is ignored makes no job, and says why", arguments: QueueKind.all)
    func ignores(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        #expect(
            try await made.queue.accept(.sample("1"), .ignored(reason: "by a bot")) == .ignored(reason: "by a bot"))
        #expect(try await made.queue.counts() == [:])
    }

    @Test(
        "a newer push takes the place of the queued ones of its change and kind, and of no others",
        arguments: QueueKind.all)
    func supersedes(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let older = [try await queue.add(.sample()), try await queue.add(.sample())]
        let others = [
            try await queue.add(.sample(.command)), try await queue.add(.sample(change: 2)),
            try await queue.add(.sample(repository: 8)),
        ]
        let newer = try #require(try await queue.accept(.sample("1"), .job(.sample(head: "def", supersedes: true))).job)
        for id in older {
            let job = try #require(try await queue.job(id))
            #expect(job.state == .superseded && job.reason?.contains("\(newer)") == true)
        }
        for id in others + [newer] { #expect(try await queue.state(id) == .queued) }
    }

    @Test("of many pushes at once one is left", arguments: QueueKind.all)
    func coalesces(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let ids = try await withThrowingTaskGroup(of: Int64?.self) { group in
            for number in 0..<50 {
                group.addTask { try await queue.accept(.sample("\(number)"), .job(.sample(supersedes: true))).job }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }.compactMap { $0 }
        #expect(Set(ids).count == 50)
        #expect(try await queue.counts() == [.queued: 1, .superseded: 49])
        #expect(try await queue.leaseAll() == [ids.max()])
    }

    @Test("each push starts the quiet period anew, but a change waits four of them at most", arguments: QueueKind.all)
    func debounces(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        var due: [Double] = []
        for second in stride(from: 0.0, through: 120, by: 20) {
            let id = try await queue.add(.sample(after: second + 30, supersedes: true))
            let job = try #require(try await queue.job(id))
            due.append(job.request.notBefore.seconds(since: ManualClock.noon))
            clock.advance(bySeconds: 20)
        }
        #expect(due == [30, 50, 70, 90, 110, 120, 120])
        #expect(try await queue.lease(for: 60) != nil)
        let id = try await queue.add(.sample(after: 170, supersedes: true))
        #expect(try await queue.job(id)?.request.notBefore == ManualClock.noon.advanced(bySeconds: 170))
    }

    @Test("reviews of a change that was closed end unseen; one that runs is asked to stop", arguments: QueueKind.all)
    func withdraws(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let running = try await queue.add(.sample())
        let (_, lease) = try #require(try await queue.lease(for: 60))
        let waiting = try await queue.add(.sample())
        let command = try await queue.add(.sample(.command))
        let other = try await queue.add(.sample(change: 2))
        let change = JobRequest.sample().change
        #expect(
            try await queue.accept(.sample("1"), .withdraw(change: change, reason: "it was closed"))
                == .ignored(reason: "it was closed"))
        #expect(try await queue.job(waiting)?.reason == "it was closed")
        #expect(try await queue.state(waiting) == .ignored)
        #expect(try await queue.state(command) == .queued)
        #expect(try await queue.state(other) == .queued)
        #expect(try await queue.state(running) == .running)
        #expect(try await queue.heartbeat(lease, for: 60) == .stop(.ignored, reason: "it was closed"))
        #expect(try await queue.end(lease, as: .ignored, reason: "it was closed"))
        #expect(try await queue.leaseAll() == [command, other])
    }

    @Test("jobs are listed latest first, by state, change and repository", arguments: QueueKind.all)
    func lists(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        var ids: [Int64] = []
        for number in 0..<6 { ids.append(try await queue.add(.sample(change: number % 3, repository: number % 2))) }
        let (first, _) = try #require(try await queue.lease(for: 60))
        func list(_ filter: JobFilter) async throws -> [Int64] { try await queue.jobs(filter).map(\.id) }
        #expect(try await list(JobFilter()) == ids.reversed())
        #expect(try await list(JobFilter(limit: 2)) == [ids[5], ids[4]])
        #expect(try await list(JobFilter(states: [.running])) == [first.id])
        #expect(try await list(JobFilter(states: [.running, .queued])) == ids.reversed())
        #expect(try await list(JobFilter(states: [])) == [])
        #expect(try await list(JobFilter(change: "github.com/1#1")) == [ids[1]])
        #expect(try await list(JobFilter(repository: "github.com/0")) == [ids[4], ids[2], ids[0]])
        #expect(try await list(JobFilter(states: [.dead], repository: "github.com/0", limit: -1)) == [])
    }
}
