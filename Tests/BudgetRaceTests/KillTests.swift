import Foundation
import ModelServer
import Storage
import TestKit
import Testing

/// Crashes tried; `HUNKWISE_KILLS=100` for the full count.
private let kills = ProcessInfo.processInfo.environment["HUNKWISE_KILLS"].flatMap { Int($0) } ?? 16

@Suite("A crash")
struct KillTests {
    /// Rounds share one database and one server, each has a budget of its own. In every round a process with four calls
    /// in flight is killed: in even rounds by itself at a step drawn by chance, in odd ones from outside when it has told
    /// of that step, wherever it is by then. Then another process, whose clock is past every lease, wants the same calls
    /// and more than the budget affords.
    @Test("at any point, however often, neither overspends nor forgets a call")
    func anywhere() async throws {
        let race = try await Race.start("latency=3 pace=1@0.3 no-usage@0.1")
        var random = SeededGenerator(seed: 11)
        var died = 0
        for round in 1...kills {
            let step = Int.random(in: 1...40, using: &random)
            let isOwn = round % 2 == 0
            let streams = round % 3 == 0 ? ["--streams"] : []
            let victim = try race.spender(
                round: round, calls: 8, atOnce: 4,
                streams + (isOwn ? ["--dying-at", "\(step)"] : ["--tells"]))
            for await line in victim.lines where !isOwn && line.hasPrefix("\(step) ") { victim.kill() }
            if await victim.end() == 128 + SIGKILL { died += 1 }
            let heir = try race.spender(round: round, calls: 30, atOnce: 4, streams + ["--ahead", "120"])
            var last = ""
            for await line in heir.lines { last = line }
            #expect(await heir.end() == 0)
            #expect(last.contains("failed 0"), "round \(round): \(last)")
            try await expectKept(race.result(round: round), round: round, step: step)
        }
        await race.server.stop()
        // A round whose work is done before its step is no crash; nearly all are.
        #expect(died * 10 >= kills * 7, "\(died) of \(kills) died")
    }

    private func expectKept(_ result: RaceResult, round: Int, step: Int) {
        let place: Comment = "round \(round), step \(step)"
        #expect(result.spent <= Race.budget, place)
        #expect(result.spent >= result.trueTotal, place)
        #expect(Race.budget - result.spent < result.worstHold + result.boundedCharges, place)
        expectSound(result)
        // A call is made again only when nobody knows how it ended, and then once.
        var times: [String: Int] = [:]
        for entry in result.billed { times[entry.bodyDigest, default: 0] += 1 }
        let unknown = Set(result.rows(.bounded).map(\.requestDigest))
        for (digest, count) in times { #expect(count <= (unknown.contains(digest) ? 2 : 1), place) }
    }
}
