import Domain
import Storage
import Testing

@Suite("Any queue: who works on what")
struct QueueLeaseConformance {
    private let clock = ManualClock()

    @Test("a leased job is running until its worker ends it, once", arguments: QueueKind.all, JobState.allCases)
    func ends(kind: QueueKind, state: JobState) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        clock.advance(bySeconds: 2)
        let (job, lease) = try #require(try await queue.lease(for: 60))
        #expect(job.id == id && job.state == .running && job.attempts == 1 && job.changedAt == clock.now())
        #expect(job.leaseEndsAt == lease.endsAt && lease.endsAt == clock.now().advanced(bySeconds: 60))
        #expect(job.request.payload == JobRequest.sample().payload)
        clock.advance(bySeconds: 30)
        guard state.isEnded else {
            await #expect(throws: JobProblem.notAnEnd(state.rawValue)) {
                _ = try await queue.end(lease, as: state, reason: nil)
            }
            #expect(try await queue.state(id) == .running)
            return
        }
        #expect(try await queue.end(lease, as: state, reason: "as\u{202E} it\nwas"))
        #expect(try await queue.end(lease, as: .done, reason: nil) == false)
        let ended = try #require(try await queue.job(id))
        #expect(ended.state == state && ended.reason == "as  it was" && ended.leaseEndsAt == nil)
        #expect(ended.changedAt == clock.now())
        #expect(try await queue.lease(for: 60) == nil)
    }

    @Test("a heartbeat moves the lease's end", arguments: QueueKind.all)
    func beats(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        let (_, first) = try #require(try await queue.lease(for: 60))
        for _ in 0..<10 {
            clock.advance(bySeconds: 45)
            guard case .goOn(let lease) = try await queue.heartbeat(first, for: 60) else {
                Issue.record("the lease was lost")
                return
            }
            #expect(lease.endsAt == clock.now().advanced(bySeconds: 60))
            #expect(try await queue.lease(for: 60) == nil)
        }
        #expect(try await queue.job(id)?.attempts == 1)
    }

    @Test(
        "what a lost worker left is taken up again, and the lost one can change nothing any more",
        arguments: QueueKind.all)
    func takesUp(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        let (_, lost) = try #require(try await queue.lease(for: 60))
        clock.advance(bySeconds: 59.999)
        #expect(try await queue.lease(for: 60) == nil)
        clock.advance(bySeconds: 0.001)
        let (job, lease) = try #require(try await queue.lease(for: 60))
        #expect(job.id == id && job.attempts == 2 && lease.token != lost.token)
        #expect(try await queue.heartbeat(lost, for: 60) == .lost)
        #expect(try await queue.end(lost, as: .done, reason: nil) == false)
        #expect(try await queue.giveBack(lost, until: clock.now(), reason: "", counts: true) == false)
        #expect(try await queue.state(id) == .running)
        #expect(try await queue.end(lease, as: .done, reason: nil))
        #expect(try await queue.heartbeat(lease, for: 60) == .lost)
    }

    @Test("a worker that was only late goes on, as long as nobody has taken its job", arguments: QueueKind.all)
    func late(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        let (_, lease) = try #require(try await queue.lease(for: 60))
        clock.advance(bySeconds: 3600)
        #expect(
            try await queue.heartbeat(lease, for: 60)
                == .goOn(JobLease(job: id, token: lease.token, endsAt: clock.now().advanced(bySeconds: 60))))
        #expect(try await queue.lease(for: 60) == nil)
        clock.advance(bySeconds: 3600)
        #expect(try await queue.end(lease, as: .done, reason: nil))
        #expect(try await queue.state(id) == .done)
    }

    @Test("after the last attempt a job is dead and says why", arguments: QueueKind.all, [true, false])
    func givesUp(kind: QueueKind, isLost: Bool) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        for _ in 0..<3 {
            let (_, lease) = try #require(try await queue.lease(for: 60))
            if isLost {
                clock.advance(bySeconds: 60)
            } else {
                #expect(try await queue.giveBack(lease, until: clock.now(), reason: "the forge is ill", counts: true))
            }
        }
        #expect(try await queue.lease(for: 60) == nil)
        let job = try #require(try await queue.job(id))
        #expect(job.state == .dead && job.attempts == 3)
        #expect(job.reason?.contains("3 attempts") == true)
        #expect(job.reason?.contains(isLost ? "lost" : "the forge is ill") == true)
        #expect(try await queue.nextDue() == nil)
    }

    @Test(
        "a job that is given back waits until the time given; only what it is to blame for counts",
        arguments: QueueKind.all)
    func givesBack(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        for round in 0..<10 {
            let (job, lease) = try #require(try await queue.lease(for: 60))
            #expect(job.attempts == 1)
            let until = clock.now().advanced(bySeconds: 90)
            #expect(try await queue.giveBack(lease, until: until, reason: "limited \(round)", counts: false))
            let waiting = try #require(try await queue.job(id))
            #expect(waiting.state == .queued && waiting.attempts == 0 && waiting.reason == "limited \(round)")
            #expect(try await queue.nextDue() == until)
            #expect(try await queue.lease(for: 60) == nil)
            clock.advance(bySeconds: 90)
        }
    }

    @Test(
        "a running job is asked to stop by a newer push, and the newer one waits for its end", arguments: QueueKind.all)
    func stops(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let older = try await queue.add(.sample(supersedes: true))
        let (_, lease) = try #require(try await queue.lease(for: 60))
        let newer = try await queue.add(.sample(head: "def", supersedes: true))
        #expect(try await queue.lease(for: 60) == nil)
        guard case .stop(.superseded, let reason) = try await queue.heartbeat(lease, for: 60) else {
            Issue.record("it was not asked to stop")
            return
        }
        #expect(reason.contains("\(newer)"))
        #expect(try await queue.end(lease, as: .superseded, reason: reason))
        #expect(try await queue.leaseAll() == [newer])
        #expect(try await queue.state(older) == .superseded)
    }

    @Test("a running job goes on when another is asked for about the same head", arguments: QueueKind.all)
    func sameHead(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        _ = try await queue.add(.sample(supersedes: true))
        let (_, lease) = try #require(try await queue.lease(for: 60))
        let again = try await queue.add(.sample(supersedes: true))
        guard case .goOn(let held) = try await queue.heartbeat(lease, for: 60) else {
            Issue.record("it was asked to stop")
            return
        }
        #expect(try await queue.end(held, as: .done, reason: nil))
        #expect(try await queue.leaseAll() == [again])
    }

    enum Leaving: CaseIterable { case lost, givenBack, givenBackUncounted }

    @Test(
        "what was asked to stop ends so, too, when its worker is lost or gives it back", arguments: QueueKind.all,
        Leaving.allCases)
    func stopsTheLost(kind: QueueKind, leaving: Leaving) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let older = try await queue.add(.sample())
        let (_, lease) = try #require(try await queue.lease(for: 60))
        #expect(try await queue.cancel(older))
        let newer = try await queue.add(.sample(supersedes: true))
        switch leaving {
        case .lost: clock.advance(bySeconds: 60)
        case .givenBack, .givenBackUncounted:
            #expect(
                try await queue.giveBack(
                    lease, until: clock.now(), reason: "shutdown", counts: leaving == .givenBack))
        }
        #expect(try await queue.leaseAll() == [newer])
        let job = try #require(try await queue.job(older))
        // What it was asked first holds.
        #expect(job.state == .cancelled && job.reason?.contains("operator") == true)
    }

    @Test(
        "a queued job is cancelled at once, a running one is asked to stop, an ended one stays",
        arguments: QueueKind.all)
    func cancels(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let running = try await queue.add(.sample())
        let (_, lease) = try #require(try await queue.lease(for: 60))
        let waiting = try await queue.add(.sample())
        #expect(try await queue.cancel(waiting))
        #expect(try await queue.state(waiting) == .cancelled)
        #expect(try await queue.cancel(waiting) == false)
        #expect(try await queue.cancel(running))
        guard case .stop(.cancelled, _) = try await queue.heartbeat(lease, for: 60) else {
            Issue.record("it was not asked to stop")
            return
        }
        #expect(try await queue.end(lease, as: .cancelled, reason: nil))
        #expect(try await queue.cancel(running) == false)
        #expect(try await queue.cancel(running + 99) == false)
        #expect(try await queue.lease(for: 60) == nil)
    }

    @Test("an ended job is queued again when asked for", arguments: QueueKind.all, JobState.allCases.filter(\.isEnded))
    func retries(kind: QueueKind, state: JobState) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let id = try await queue.add(.sample())
        #expect(try await queue.retry(id) == false)
        let (_, lease) = try #require(try await queue.lease(for: 60))
        #expect(try await queue.retry(id) == false)
        #expect(try await queue.end(lease, as: state, reason: "so it ended"))
        #expect(try await queue.retry(id))
        #expect(try await queue.retry(id) == false)
        #expect(try await queue.retry(id + 99) == false)
        #expect(try await queue.end(lease, as: .done, reason: nil) == false)
        let (job, _) = try #require(try await queue.lease(for: 60))
        #expect(job.id == id && job.attempts == 1)
    }

    @Test("of many workers at once each gets its own job", arguments: QueueKind.all)
    func manyWorkers(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        for number in 0..<60 { _ = try await queue.add(.sample(change: number / 2, repository: number % 3)) }
        let leased = try await withThrowingTaskGroup(of: [Int64].self) { group in
            for _ in 0..<16 {
                group.addTask {
                    var ids: [Int64] = []
                    while let (job, lease) = try await queue.lease(for: 60) {
                        ids.append(job.id)
                        #expect(try await queue.end(lease, as: .done, reason: nil))
                    }
                    return ids
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        #expect(leased.count == Set(leased).count)
        // A worker may have found nothing while the last jobs' changes had others running.
        let rest = try await queue.leaseAll()
        #expect(Set(leased + rest).count == leased.count + rest.count)
        #expect(try await queue.counts()[.done] == leased.count)
    }
}
