import Domain
import Storage
import Testing

@Suite("Any queue: whose turn it is")
struct QueueOrderConformance {
    private let clock = ManualClock()

    @Test("interactive work goes before pushes, and they before batches; else the oldest", arguments: QueueKind.all)
    func priorities(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let batch = try await queue.add(.sample(change: 1, priority: .batch))
        let push = try await queue.add(.sample(change: 2))
        let laterPush = try await queue.add(.sample(change: 3))
        let command = try await queue.add(.sample(.command, change: 4, priority: .interactive))
        #expect(try await queue.leaseAll() == [command, push, laterPush, batch])
    }

    @Test("repositories take turns: one with many changes does not keep the others waiting", arguments: QueueKind.all)
    func fairness(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        var busy: [Int64] = []
        for number in 0..<6 { busy.append(try await queue.add(.sample(change: number, repository: 1))) }
        let small = [
            try await queue.add(.sample(change: 1, repository: 2)),
            try await queue.add(.sample(change: 2, repository: 2)),
        ]
        let late = try await queue.add(.sample(change: 1, repository: 3))
        #expect(
            try await queue.leaseAll() == [
                busy[0], small[0], late, busy[1], small[1], busy[2], busy[3], busy[4], busy[5],
            ])
        // Repository 3 was served before the others.
        let next = [
            try await queue.add(.sample(change: 9, repository: 1)),
            try await queue.add(.sample(change: 9, repository: 2)),
            try await queue.add(.sample(change: 9, repository: 3)),
        ]
        #expect(try await queue.leaseAll() == [next[2], next[1], next[0]])
    }

    @Test("a batch that has waited long goes before newer pushes and commands", arguments: QueueKind.all)
    func ageing(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        // A stream of commands, each younger than the last, and a worker that does one a minute.
        let batch = try await queue.add(.sample(change: 1, repository: 1, priority: .batch))
        for minute in 0..<120 {
            for number in 0..<2 {
                _ = try await queue.add(
                    .sample(.command, change: 2 + minute * 2 + number, repository: 1 + number, priority: .interactive))
            }
            let (job, lease) = try #require(try await queue.lease(for: 60))
            #expect(try await queue.end(lease, as: .done, reason: nil))
            if job.id == batch {
                #expect((20...50).contains(minute))
                return
            }
            clock.advance(bySeconds: 60)
        }
        Issue.record("the batch was never begun")
    }

    @Test(
        "jobs of a change run one after another, by priority and age; other changes do not wait",
        arguments: QueueKind.all)
    func oneOfAChange(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let review = try await queue.add(.sample())
        let (first, lease) = try #require(try await queue.lease(for: 60))
        #expect(first.id == review)
        let push = try await queue.add(.sample(.publish))
        let commands = [
            try await queue.add(.sample(.command, priority: .interactive)),
            try await queue.add(.sample(.command, priority: .interactive)),
        ]
        let other = try await queue.add(.sample(change: 2))
        #expect(try await queue.leaseAll() == [other])
        var order: [Int64] = []
        var running = lease
        while true {
            #expect(try await queue.end(running, as: .done, reason: nil))
            guard let (job, next) = try await queue.lease(for: 60) else { break }
            #expect(try await queue.lease(for: 60) == nil)
            order.append(job.id)
            running = next
        }
        #expect(order == commands + [push])
    }

    @Test(
        "other work of a change does not wait for a push whose place was taken by a later one", arguments: QueueKind.all
    )
    func takenPlaces(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let review = try await queue.add(.sample())
        let closing = try await queue.add(.sample(.publish))
        let first = try await queue.add(.sample(change: 2, priority: .interactive))
        #expect(try await queue.lease(for: 60)?.0.id == first)
        let later = try await queue.add(.sample(after: 30, supersedes: true))
        #expect(try await queue.state(review) == .superseded)
        #expect(try await queue.lease(for: 60)?.0.id == closing)
        #expect(try await queue.state(later) == .queued)
    }

    @Test("nothing is begun before its time, and the time is told", arguments: QueueKind.all)
    func waits(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        #expect(try await queue.nextDue() == nil)
        let later = try await queue.add(.sample(change: 1, priority: .interactive, after: 60))
        let sooner = try await queue.add(.sample(change: 2, after: 30))
        #expect(try await queue.lease(for: 60) == nil)
        #expect(try await queue.nextDue() == clock.now().advanced(bySeconds: 30))
        clock.advance(bySeconds: 29.999)
        #expect(try await queue.lease(for: 60) == nil)
        clock.advance(bySeconds: 0.001)
        #expect(try #require(try await queue.nextDue()) <= clock.now())
        #expect(try await queue.leaseAll() == [sooner])
        #expect(try await queue.nextDue() == ManualClock.noon.advanced(bySeconds: 60))
        clock.advance(bySeconds: 3600)
        #expect(try await queue.leaseAll().first == later)
    }

    @Test("what cannot be begun without another event has no time", arguments: QueueKind.all)
    func blockedHasNoTime(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        _ = try await queue.add(.sample())
        let (_, lease) = try #require(try await queue.lease(for: 600))
        _ = try await queue.add(.sample(.command))
        #expect(try await queue.lease(for: 60) == nil)
        #expect(try await queue.nextDue() == nil)
        #expect(try await queue.end(lease, as: .done, reason: nil))
        #expect(try #require(try await queue.nextDue()) <= clock.now())
        let repository = JobRequest.sample().repository
        try await queue.pause(repository, label: "acme/shop", by: "ada")
        #expect(try await queue.nextDue() == nil)
        _ = try await queue.add(.sample(repository: 8, after: 5))
        #expect(try await queue.nextDue() == clock.now().advanced(bySeconds: 5))
        try await queue.pause(nil, label: nil, by: "ada")
        #expect(try await queue.nextDue() == nil)
    }

    @Test("what is paused is not begun, and what runs is told at its next heartbeat", arguments: QueueKind.all)
    func pauses(kind: QueueKind) async throws {
        let made = try kind.make(clock)
        let queue = made.queue
        let paused = try await queue.add(.sample(change: 1, repository: 1))
        let (_, lease) = try #require(try await queue.lease(for: 60))
        let waiting = try await queue.add(.sample(change: 2, repository: 1))
        try await queue.pause("github.com/1", label: "acme/shop", by: "ada")
        try await queue.pause("github.com/1", label: "acme/shop", by: "bob")
        let pause = Pause(repository: "github.com/1", label: "acme/shop", since: clock.now(), by: "ada")
        #expect(try await queue.pauses() == [pause])
        guard case .pause(let reason) = try await queue.heartbeat(lease, for: 60) else {
            Issue.record("it was not told")
            return
        }
        #expect(reason.contains("acme/shop") && reason.contains("ada"))
        #expect(try await queue.giveBack(lease, until: clock.now(), reason: reason, counts: false))
        #expect(try await queue.job(paused)?.attempts == 0)
        let other = try await queue.add(.sample(change: 1, repository: 2))
        #expect(try await queue.leaseAll() == [other])
        try await queue.pause(nil, label: nil, by: "ada")
        _ = try await queue.add(.sample(change: 2, repository: 2))
        #expect(try await queue.leaseAll() == [])
        #expect(try await queue.pauses().map(\.repository) == [nil, "github.com/1"])
        #expect(try await queue.resume("github.com/1"))
        #expect(try await queue.resume("github.com/1") == false)
        #expect(try await queue.leaseAll() == [])
        #expect(try await queue.resume(nil))
        #expect(try await queue.resume(nil) == false)
        #expect(try await queue.leaseAll().count == 3)
        #expect(try await queue.state(waiting) == .running)
    }
}
