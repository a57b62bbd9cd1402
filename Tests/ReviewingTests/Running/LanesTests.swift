import Domain
import Synchronization
import TestKit
import Testing

@testable import Reviewing

@Suite("Lanes", .serialized)
struct LanesTests {
    /// Who is in a lane, who was, and how many were at most.
    private final class Traffic: Sendable {
        private struct State {
            var running: [String: Int] = [:]
            var most: [String: Int] = [:]
            var mostInAll = 0
            var order: [Int] = []
            var served = 0
        }
        private let state = Mutex(State())

        func enter(_ provider: String, _ number: Int = 0) {
            state.withLock { state in
                state.running[provider, default: 0] += 1
                state.most[provider] = max(state.most[provider] ?? 0, state.running[provider] ?? 0)
                state.mostInAll = max(state.mostInAll, state.running.values.reduce(0, +))
                state.order.append(number)
            }
        }
        func leave(_ provider: String) { state.withLock { $0.running[provider, default: 0] -= 1 } }
        var most: [String: Int] { state.withLock { $0.most } }
        var mostInAll: Int { state.withLock { $0.mostInAll } }
        var order: [Int] { state.withLock { $0.order } }
        func serve() { state.withLock { $0.served += 1 } }
        var served: Int { state.withLock { $0.served } }
    }

    private struct Job: Sendable {
        let provider: String
        let yields: Int
        let isCancelled: Bool
    }

    /// Starts a task that waits for a lane, and returns when it stands in line.
    private func line(_ lanes: Lanes, _ provider: String, _ run: @escaping @Sendable (Bool) async -> Void)
        async -> Task<Void, Never>
    {
        let before = await lanes.waitingCount
        let task = Task { await run(await lanes.enter(provider)) }
        while await lanes.waitingCount == before { await Task.yield() }
        return task
    }

    @Test("those who wait come to their turn in the order in which they asked")
    func inOrder() async {
        let lanes = Lanes(total: 1, limits: [:], perMinute: [:])
        let traffic = Traffic()
        #expect(await lanes.enter("a"))
        var tasks: [Task<Void, Never>] = []
        for number in 0..<20 {
            tasks.append(
                await line(lanes, number % 2 == 0 ? "a" : "b") { _ in
                    traffic.enter("", number)
                    traffic.leave("")
                    await lanes.leave(number % 2 == 0 ? "a" : "b")
                })
        }
        await lanes.leave("a")
        for task in tasks { await task.value }
        #expect(traffic.order == Array(0..<20))
    }

    @Test("a provider whose lanes are full does not hold up the others")
    func otherProviders() async {
        let lanes = Lanes(total: 3, limits: ["a": 1], perMinute: [:])
        #expect(await lanes.enter("a"))
        let waiting = await line(lanes, "a") { _ in await lanes.leave("a") }
        #expect(await lanes.enter("b"))
        #expect(await lanes.enter("b"))
        await lanes.leave("a")
        await waiting.value
        await lanes.leave("b")
        #expect(await lanes.enter("a"))
    }

    @Test("one who is cancelled while waiting takes no lane, and the next one gets it")
    func cancelled() async {
        let lanes = Lanes(total: 1, limits: [:], perMinute: [:])
        let got = Mutex<[Bool]>([])
        #expect(await lanes.enter("a"))
        let first = await line(lanes, "a") { entered in got.withLock { $0.append(entered) } }
        let second = await line(lanes, "a") { entered in
            got.withLock { $0.append(entered) }
            await lanes.leave("a")
        }
        first.cancel()
        await first.value
        await lanes.leave("a")
        await second.value
        #expect(got.withLock { $0 } == [false, true])
        #expect(await lanes.enter("a"))
    }

    @Test("one who is cancelled before asking takes no lane")
    func cancelledBefore() async {
        let lanes = Lanes(total: 1, limits: [:], perMinute: [:])
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await lanes.enter("a")
        }
        #expect(await task.value == false)
        #expect(await lanes.enter("a"))
    }

    @Test(
        "whatever comes and goes: never more at once than allowed, and everybody who stays gets a lane",
        arguments: UInt64(1)...12)
    func property(seed: UInt64) async {
        var random = SeededGenerator(seed: seed)
        let total = Int.random(in: 1...6, using: &random)
        let limits = ["a": Int.random(in: 1...4, using: &random), "b": Int.random(in: 1...4, using: &random)]
        let lanes = Lanes(total: total, limits: limits, perMinute: [:])
        let traffic = Traffic()
        let jobs = (0..<200).map { _ in
            Job(
                provider: ["a", "b", "c"][Int.random(in: 0..<3, using: &random)],
                yields: Int.random(in: 0..<6, using: &random), isCancelled: Int.random(in: 0..<8, using: &random) == 0)
        }
        let expected = jobs.count { !$0.isCancelled }
        await withTaskGroup(of: Void.self) { group in
            for job in jobs {
                group.addTask {
                    let task = Task {
                        guard await lanes.enter(job.provider) else { return }
                        traffic.enter(job.provider)
                        for _ in 0..<job.yields { await Task.yield() }
                        traffic.leave(job.provider)
                        await lanes.leave(job.provider)
                        if !job.isCancelled { traffic.serve() }
                    }
                    if job.isCancelled { task.cancel() }
                    await task.value
                }
            }
        }
        #expect(traffic.served == expected)
        #expect(traffic.mostInAll <= total)
        for (provider, limit) in limits { #expect(traffic.most[provider] ?? 0 <= limit) }
        #expect(await lanes.waitingCount == 0)
        for _ in 0..<total { #expect(await lanes.enter("c")) }
    }

    @Test("requests a minute are spread over the minute, and time that passed is not made up for")
    func spacing() async {
        let lanes = Lanes(total: 9, limits: [:], perMinute: ["a": 6])
        let now = TestTime.noon
        let end = now.advanced(bySeconds: 600)
        #expect(await lanes.turn(of: "a", now: now, before: end) == 0)
        #expect(await lanes.turn(of: "a", now: now, before: end) == 10)
        #expect(await lanes.turn(of: "a", now: now.advanced(bySeconds: 15), before: end) == 5)
        #expect(await lanes.turn(of: "a", now: now.advanced(bySeconds: 90), before: end) == 0)
        #expect(await lanes.turn(of: "a", now: now.advanced(bySeconds: 90), before: end) == 10)
        #expect(await lanes.turn(of: "b", now: now, before: end) == 0)
    }

    @Test("a turn that would come after the deadline is not taken, and delays nobody")
    func turnTooLate() async {
        let lanes = Lanes(total: 9, limits: [:], perMinute: ["a": 1])
        let now = TestTime.noon
        #expect(await lanes.turn(of: "a", now: now, before: now.advanced(bySeconds: 50)) == 0)
        #expect(await lanes.turn(of: "a", now: now, before: now.advanced(bySeconds: 50)) == nil)
        #expect(await lanes.turn(of: "a", now: now, before: now.advanced(bySeconds: 61)) == 60)
    }
}
