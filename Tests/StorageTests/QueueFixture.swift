import Domain
import Storage
import Testing

/// A queue to be tried, with whatever must outlive it.
struct QueueUnderTest {
    let queue: any JobQueue
    let keptAlive: AnyObject?
}

/// A way to make an empty queue that gives up after three attempts: every implementation is put through the same tests.
struct QueueKind: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let make: @Sendable (ManualClock) throws -> QueueUnderTest

    static let all = [
        QueueKind(testDescription: "SQLite") { clock in
            let directory = try TemporaryDirectory()
            let store = try Store(path: directory.path + "/queue.db")
            let queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(clock), maxAttempts: 3)
            return QueueUnderTest(queue: queue, keptAlive: directory)
        }
    ]
}

extension JobRequest {
    /// A push to a change of "acme/shop", due `after` seconds past noon.
    static func sample(
        _ kind: JobKind = .review, change: Int = 1, repository: Int = 7, head: String? = "abc",
        priority: JobPriority = .push, after seconds: Double = 0, supersedes: Bool = false,
        payload: [UInt8] = [0, 0xFF, 0x7B]
    ) -> JobRequest {
        JobRequest(
            kind: kind, change: "github.com/\(repository)#\(change)", repository: "github.com/\(repository)",
            label: "acme/shop\(repository)#\(change)", head: head, priority: priority,
            notBefore: ManualClock.noon.advanced(bySeconds: seconds), supersedes: supersedes, payload: payload)
    }
}

extension Delivery {
    static func sample(_ id: String) -> Delivery {
        Delivery(
            id: "github.com/\(id)", event: "pull_request", action: "synchronize",
            receivedAt: ManualClock.noon.advanced(bySeconds: -0.5))
    }
}

extension Acceptance {
    var job: Int64? {
        switch self {
        case .queued(let job), .requeued(let job): job
        case .ignored, .duplicate: nil
        }
    }
}

extension JobQueue {
    /// The ids of all jobs that can be leased now, in their order; they are left running.
    func leaseAll(for seconds: Double = 60) async throws -> [Int64] {
        var ids: [Int64] = []
        while let (job, _) = try await lease(for: seconds) { ids.append(job.id) }
        return ids
    }

    func state(_ id: Int64) async throws -> JobState? { try await job(id)?.state }
}
