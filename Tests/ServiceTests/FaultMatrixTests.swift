import Foundation
import GitHubServer
import TestKit
import Testing

/// Kills, bursts of errors, lost answers, full disks, clocks that jump, doubled and reordered deliveries, all at once.
///
/// HUNKWISE_KILLS and HUNKWISE_REVIEWS ask for more than the few of the usual run.
@Suite("Whatever fails")
struct FaultMatrixTests {
    /// What the service's clock may be ahead, in seconds. Never thirty days between two of them, as stored answers are kept
    /// for so long (`DiskAndClockTests` jumps further).
    private static let shifts = [0, 3600, -3600, 14 * 86_400, -14 * 86_400]

    private static func count(_ name: String, _ otherwise: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? otherwise
    }

    @Test("each delivery ends once, each comment stands once, no stored answer is asked for again")
    func matrix() async throws {
        let kills = Self.count("HUNKWISE_KILLS", 4)
        let reviews = Self.count("HUNKWISE_REVIEWS", 3)
        var chance = SeededGenerator(seed: 0x5EED)
        let models = try await ServedModels(latency: 30)
        let stage = try await ServiceStage(more: models.configuration)
        do {
            let numbers = try (0..<reviews).map { index in
                try stage.open(
                    ServiceStage.unsafe + "\n    share = 1 / account.members  # BUG: \(index) members may be zero",
                    branch: "topic-\(index)")
            }
            stage.github.faults.chance(.before(.status(502)), on: "*", probability: 0.03)
            stage.github.faults.chance(.before(.dropped), on: "*", probability: 0.02)
            // After a lost answer the service waits for ten seconds, as GitHub may still be at it.
            stage.github.faults.queue(.after(.dropped), on: "pulls/create-review")
            if kills > 10 { stage.github.faults.chance(.after(.dropped), on: "*", probability: 0.01) }
            stage.github.faults.chance(
                .before(.secondaryLimit(status: 403, retryAfter: 1)), on: "pulls/create-review", probability: 0.05)

            var waiting = try numbers.flatMap { number in
                let opened = try stage.github.hooks.prepare(.pull("opened", number, in: ServiceStage.repository))
                let pushed = try stage.github.hooks.prepare(.pull("synchronize", number, in: ServiceStage.repository))
                return [pushed, opened, opened]
            }
            let deliveries = Set(waiting.map(\.guid))
            let total = waiting.count
            waiting.shuffle(using: &chance)
            var (fullDisks, jumps) = (0, 0)
            for _ in 0..<kills {
                try await stage.start()
                let isDiskToFill = Int.random(in: 0..<3, using: &chance) == 0
                let shift = Self.shifts.randomElement(using: &chance) ?? 0
                let moments = (0..<3).map { _ in Int.random(in: 0...200, using: &chance) }
                try await Task.sleep(for: .milliseconds(moments[0]))
                if isDiskToFill {
                    stage.machine.isDiskFull = true
                    fullDisks += 1
                }
                // Spread over the kills, so that each meets work under way.
                let share = max(1, min(waiting.count / 2, 2 * total / kills))
                var missed: [Delivery] = []
                for delivery in waiting.prefix(share) {
                    // What was not acknowledged is sent again, as a person would at GitHub.
                    if try await stage.github.hooks.send(delivery).status != 202 { missed.append(delivery) }
                }
                waiting = missed + waiting.dropFirst(share)
                try await Task.sleep(for: .milliseconds(moments[1]))
                if shift != stage.machine.clockShift {
                    stage.machine.clockShift = shift
                    jumps += 1
                }
                // Half of the services are killed while the disk is full.
                if moments[2] < 100 { stage.machine.isDiskFull = false }
                try await Task.sleep(for: .milliseconds(moments[2]))
                await stage.kill()
                stage.machine.isDiskFull = false
            }
            stage.machine.clockShift = 0
            stage.github.faults.clear()
            try await stage.start()
            for delivery in waiting {
                #expect(try await stage.github.hooks.send(delivery).status == 202)
            }
            try await stage.settle(within: 60 + 10 * reviews)

            let jobs = try await stage.hunkwise("jobs", "--limit", "10000")
            #expect(!jobs.contains("dead"), "\(jobs)")
            var comments = 0
            for number in numbers {
                let submitted = try stage.world.reviews(of: number, in: ServiceStage.repository)
                #expect(submitted.count == 1, "#\(number): \(submitted.map(\.state))")
                #expect(submitted.allSatisfy { $0.state == .commented })
                let lines = try stage.lineComments(number)
                #expect(lines.count == 3, "#\(number)")
                #expect(Set(lines.map(\.body)).count == lines.count)
                comments += lines.count
                #expect(try stage.world.comments(of: number, in: ServiceStage.repository).count == 1)
                let checks = try stage.checks(number)
                #expect(checks.count == 1)
                #expect(checks.allSatisfy { $0.status == "completed" })
            }
            let calls = try await models.calls()
            let repeated = calls.count - Set(calls.map(\.bodyDigest)).count
            #expect(try await stage.hunkwise("audit", "verify").isEmpty == false)
            #expect(try await stage.stop() == 0)
            let books = try stage.books()
            #expect(books.repeatedThoughStored == [])
            // Only what a kill or a full disk cut off is asked again.
            #expect(books.sent - books.answered <= (kills + fullDisks) * 2, "two workers")
            #expect(books.sent >= calls.count)
            let faults = stage.github.faults.met.values.reduce(0, +)
            print(
                """
                faults: \(deliveries.count) deliveries (\(waiting.count) sent again at the end), \(kills) kills, \
                \(fullDisks) full disks (\(stage.machine.refused) writes refused), \(jumps) clock jumps, \
                \(faults) faults met, \(reviews) reviews, \(comments) comments, \(calls.count) model calls, \
                \(repeated) of them repeated, none that had a stored answer (\(books.answered) were stored), queue empty
                """)
        } catch {
            await stage.tearDown()
            throw error
        }
        await stage.tearDown()
    }
}
