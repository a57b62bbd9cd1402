import Domain
import Testing

@testable import Storage

/// Random calls on the queue, by two of its kind on one file as two processes would have, beside the plain model.
@Suite("The queue beside its model")
struct QueueModelTests {
    private struct Held {
        var lease: JobLease
        var number: Int
    }

    @Test("whatever is asked in whatever order, queue and model answer alike", arguments: UInt64(1)...8)
    func agrees(seed: UInt64) async throws {
        var random = SeededGenerator(state: seed)
        let clock = ManualClock()
        let directory = try TemporaryDirectory()
        let path = directory.path + "/queue.db"
        let queues = try (0..<2).map { _ in
            SQLiteJobQueue(store: try Store(path: path), clock: clock, elapsed: .following(clock), maxAttempts: 3)
        }
        var model = QueueModel()
        var held: [Held] = []
        for step in 0..<400 {
            let queue = queues[Int.random(in: 0..<2, using: &random)]
            let now = clock.now()
            let id = Int64.random(in: 1...Int64(max(1, model.entries.count)), using: &random)
            let context = "seed \(seed), step \(step)"
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<5:
                let delivery = "\(Int.random(in: 0..<(step + 1), using: &random))"
                let intake = Self.intake(now, &random)
                let answer = try await queue.accept(.sample(delivery), intake)
                #expect(answer == model.accept(delivery, intake, now: now), "\(context)")
            case 5:
                let request = Self.request(now, &random)
                #expect(try await queue.add(request) == model.add(request, now: now), "\(context)")
            case 6..<10:
                let leased = try await queue.lease(for: 60)
                let expected = model.lease(for: 60, now: now)
                #expect(leased?.0.id == expected?.0, "\(context)")
                if let (_, lease) = leased, let (_, number) = expected {
                    held.append(Held(lease: lease, number: number))
                }
            case 10..<12:
                guard let one = held.randomElement(using: &random) else { continue }
                let answer =
                    switch try await queue.heartbeat(one.lease, for: 45) {
                    case .lost: "lost"
                    case .goOn: "go on"
                    case .pause: "pause"
                    case .stop(let state, let reason): "stop \(state) \(reason)"
                    }
                #expect(answer == model.heartbeat(one.lease.job, one.number, for: 45, now: now), "\(context)")
            case 12, 13:
                guard let one = held.randomElement(using: &random) else { continue }
                let state = [JobState.done, .ignored, .superseded, .dead].randomElement(using: &random) ?? .done
                let answer = try await queue.end(one.lease, as: state, reason: "so")
                #expect(answer == model.end(one.lease.job, one.number, as: state, now: now), "\(context)")
            case 14:
                guard let one = held.randomElement(using: &random) else { continue }
                let until = now.advanced(bySeconds: Double(Int.random(in: -10...200, using: &random)))
                let counts = Bool.random(using: &random)
                let answer = try await queue.giveBack(one.lease, until: until, reason: "so", counts: counts)
                #expect(
                    answer == model.giveBack(one.lease.job, one.number, until: until, counts: counts, now: now),
                    "\(context)")
            case 15: #expect(try await queue.retry(id) == model.retry(id, now: now), "\(context)")
            case 16: #expect(try await queue.cancel(id) == model.cancel(id, now: now), "\(context)")
            case 17:
                let repository = Self.repository(&random)
                if Int.random(in: 0..<3, using: &random) == 0 {
                    try await queue.pause(repository, label: nil, by: "ada")
                    model.pauses.insert(repository)
                } else {
                    #expect(
                        try await queue.resume(repository) == (model.pauses.remove(repository) != nil), "\(context)")
                }
            case 18:
                // Now and then the clock is put right, forth or back.
                let isJump = Int.random(in: 0..<12, using: &random) == 0
                let span = isJump ? -3000...3000 : 0...40
                clock.advance(bySeconds: Double(Int.random(in: span, using: &random)))
            default: clock.advance(bySeconds: Double(Int.random(in: 0...400, using: &random)))
            }
            try await compare(queue, model, clock.now(), context)
        }
        let jobs = try await queues[0].jobs(JobFilter(limit: 1000))
        #expect(Set(jobs.map(\.state)).count >= 4)
    }

    private func compare(
        _ queue: SQLiteJobQueue, _ model: QueueModel, _ now: Instant, _ context: String
    ) async throws {
        var jobs = try await queue.jobs(JobFilter(limit: 1000))
        for index in jobs.indices { jobs[index].reason = nil }
        #expect(jobs == model.entries.map(\.job).reversed(), "\(context)")
        let next = try await queue.nextDue()
        if let expected = model.nextDue() {
            #expect(next == expected || expected.milliseconds == .min && next != nil, "\(context)")
        } else {
            #expect(next == nil, "\(context)")
        }
    }

    private static func repository(_ random: inout SeededGenerator) -> String? {
        let number = Int.random(in: 0..<4, using: &random)
        return number == 0 ? nil : "github.com/\(number)"
    }

    private static func intake(_ now: Instant, _ random: inout SeededGenerator) -> Intake {
        switch Int.random(in: 0..<10, using: &random) {
        case 0: .ignored(reason: "by a bot")
        case 1: .withdraw(change: request(now, &random).change, reason: "closed")
        default: .job(request(now, &random))
        }
    }

    private static func request(_ now: Instant, _ random: inout SeededGenerator) -> JobRequest {
        var request = JobRequest.sample(
            Bool.random(using: &random) ? .review : .command, change: Int.random(in: 1...3, using: &random),
            repository: Int.random(in: 1...3, using: &random),
            priority: JobPriority.allCases.randomElement(using: &random) ?? .push,
            supersedes: Bool.random(using: &random))
        request.notBefore = now.advanced(bySeconds: Double(Int.random(in: -5...60, using: &random)))
        return request
    }
}
