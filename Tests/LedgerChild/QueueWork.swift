import Domain
import Glibc
import Storage

private func queue(_ path: String) throws -> SQLiteJobQueue {
    SQLiteJobQueue(store: try Store(path: path), clock: SystemClock(), elapsed: .system)
}

func jobRequest(change: Int, repository: Int, priority: JobPriority = .push, supersedes: Bool = false) -> JobRequest {
    JobRequest(
        kind: .review, change: "github.com/\(repository)#\(change)", repository: "github.com/\(repository)",
        label: "acme/shop\(repository)#\(change)", head: nil, priority: priority, notBefore: SystemClock().now(),
        supersedes: supersedes, payload: [UInt8](repeating: 0x78, count: 600))
}

func delivery(_ id: String) -> Delivery {
    Delivery(
        id: "github.com/\(id)", event: "pull_request", action: "synchronize", receivedAt: SystemClock().now())
}

/// Takes deliveries in and works on them without end, each step told once it is acknowledged. Whoever starts this kills
/// it. Leases are short, so that the next process soon takes up what this one leaves.
func serveQueue(path: String, name: String) async throws {
    let queue = try queue(path)
    say("ready")
    try await withThrowingTaskGroup(of: Void.self) { group in
        for task in 0..<4 {
            group.addTask {
                for number in 0... {
                    let id = "\(name)-\(task)-\(number)"
                    let request = jobRequest(
                        change: Int.random(in: 0..<12), repository: task % 2, supersedes: number % 3 == 0)
                    guard case .queued(let job) = try await queue.accept(delivery(id), .job(request)) else { exit(3) }
                    say("accepted \(id) \(job)")
                    // A forge that hears nothing for too long delivers again.
                    if number % 4 == 0 {
                        guard try await queue.accept(delivery(id), .job(request)) == .duplicate else { exit(4) }
                    }
                }
            }
        }
        for _ in 0..<4 {
            group.addTask { while true { try await work(queue) } }
        }
        try await group.waitForAll()
    }
}

private func work(_ queue: SQLiteJobQueue) async throws {
    guard let (job, lease) = try await queue.lease(for: 0.2) else { return await Task.yield() }
    say("leased \(job.id) \(lease.token)")
    switch job.id % 7 {
    case 0 where job.attempts < 3:
        if try await queue.giveBack(lease, until: SystemClock().now(), reason: "again", counts: true) {
            say("returned \(job.id) \(lease.token)")
        }
        return
    case 1:
        if case .stop(let state, let reason) = try await queue.heartbeat(lease, for: 0.2) {
            if try await queue.end(lease, as: state, reason: reason) { say("ended \(job.id) \(lease.token)") }
            return
        }
    default: break
    }
    if try await queue.end(lease, as: .done, reason: nil) { say("ended \(job.id) \(lease.token)") }
}

/// Leases all there is, some at a time, and tells each; ends them a little later.
func leaseAll(path: String) async throws {
    let queue = try queue(path)
    say("ready")
    try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<4 {
            group.addTask {
                var held: [JobLease] = []
                while let (job, lease) = try await queue.lease(for: 3600) {
                    say("leased \(job.id) \(job.attempts)")
                    held.append(lease)
                    if held.count > 3, try await !queue.end(held.removeFirst(), as: .done, reason: nil) { exit(3) }
                }
                for lease in held where try await !queue.end(lease, as: .done, reason: nil) { exit(3) }
            }
        }
        try await group.waitForAll()
    }
    say("finished")
}

/// Copies the database again and again, each to a file of its own.
func copies(path: String, destination: String, count: Int) async throws {
    let store = try Store(path: path)
    say("ready")
    let clock = ContinuousClock()
    for number in 0..<count {
        let start = clock.now
        try await store.backup(to: "\(destination)-\(number)")
        say("copied \(number) ms \(Int((clock.now - start) / .milliseconds(1)))")
    }
}
