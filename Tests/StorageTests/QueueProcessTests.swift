import Domain
import Glibc
import Testing

@testable import Storage

@Suite("The queue between processes, and killed ones", .serialized)
struct QueueProcessTests {
    private let directory: TemporaryDirectory
    private var path: String { directory.path + "/queue.db" }

    init() throws { directory = try TemporaryDirectory() }

    @Test("several processes that lease at once never hold the same job, and together hold all")
    func race() async throws {
        let store = try Store(path: path)
        let queue = SQLiteJobQueue(store: store, clock: SystemClock(), elapsed: .system)
        var all: Set<Int64> = []
        for number in 0..<300 {
            var request = JobRequest.sample(change: number, repository: number % 5)
            request.notBefore = SystemClock().now()
            all.insert(try await queue.add(request))
        }
        let children = try (0..<3).map { _ in try ChildProcess("lease", path) }
        var leased: [Int64] = []
        for child in children {
            for line in child.rest() {
                let words = line.split(separator: " ")
                guard words.first == "leased" else { continue }
                leased.append(try #require(Int64(words[1])))
                #expect(words[2] == "1", "begun twice")
            }
            #expect(child.wait() == 0)
        }
        #expect(leased.count == all.count && Set(leased) == all)
        #expect(try await queue.counts() == [.done: all.count])
    }

    /// `HUNKWISE_KILLS` asks for more rounds.
    private static let rounds = getenv("HUNKWISE_KILLS").flatMap { Int(String(cString: $0)) } ?? 16

    @Test("killed at any moment: no acknowledged delivery is lost, and each ends once")
    func kills() async throws {
        var random = SeededGenerator(state: 11)
        var told = Told()
        for round in 0..<Self.rounds {
            let child = try ChildProcess("serve", path, "round\(round)")
            #expect(child.line() == "ready")
            for _ in 0..<Int.random(in: 0...120, using: &random) { told.hear(child.line()) }
            // Not always just after a line was read.
            usleep(UInt32.random(in: 0...4000, using: &random))
            child.kill()
            for line in child.rest() { told.hear(line) }
        }
        #expect(told.accepted.count > Self.rounds && told.ended.count > Self.rounds)
        // Later, when all leases are over: the rest is worked off by one that is not killed.
        let store = try Store(path: path)
        let clock = SystemClock(offset: 3600)
        let queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .following(clock))
        var late: Set<Int64> = []
        while let (job, lease) = try await queue.lease(for: 3600) {
            #expect(told.ended[job.id] == nil, "job \(job.id) had ended")
            #expect(late.insert(job.id).inserted)
            #expect(try await queue.end(lease, as: .done, reason: nil))
        }
        #expect(try store.check().problems == [])
        let counts = try await queue.counts()
        #expect(counts[.queued] == nil && counts[.running] == nil)
        #expect(try await queue.deliveries() == counts)
        for (id, job) in told.accepted {
            let record = try #require(try await queue.delivery("github.com/" + id), "\(id) was lost")
            #expect(record.job == job && record.outcome.isEnded)
        }
        for job in told.ended.keys {
            let state = try await queue.job(job)?.state
            #expect(state == .done || state == .superseded)
        }
        #expect(told.faults == [])
        print(
            "kills \(Self.rounds): deliveries acknowledged \(told.accepted.count), ends \(told.ended.count), states \(counts)"
        )
    }

    /// What the killed processes said before their end.
    private struct Told {
        var accepted: [String: Int64] = [:]
        /// The lease that ended a job.
        var ended: [Int64: String] = [:]
        private var tokens: Set<String> = []
        var faults: [String] = []

        mutating func hear(_ line: String?) {
            // The last line may have been cut.
            guard let line, case let words = line.split(separator: " ").map(String.init), words.count == 3 else {
                return
            }
            switch words[0] {
            case "accepted": accepted[words[1]] = Int64(words[2])
            case "leased":
                // The token of a cut line is short.
                guard let job = Int64(words[1]), words[2].count == 32 else { return }
                if ended[job] != nil { faults.append("leased after its end: \(line)") }
                if !tokens.insert(words[2]).inserted { faults.append("a token was given twice: \(line)") }
            case "ended":
                guard let job = Int64(words[1]), words[2].count == 32 else { return }
                if let former = ended.updateValue(words[2], forKey: job) {
                    faults.append("ended twice: \(line), before by \(former)")
                }
            case "returned": break
            default: faults.append(line)
            }
        }
    }
}
