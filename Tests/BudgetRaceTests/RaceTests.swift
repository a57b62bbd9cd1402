import ModelServer
import Storage
import TestKit
import Testing

/// How a race is run.
struct Field: Sendable, CustomTestStringConvertible {
    /// The server's behaviour in words, with shares: "prompt rate-limited@0.3".
    var behaviour: String
    var processes = 1
    var atOnce = 50
    /// By each process.
    var calls = 50
    /// Milliseconds.
    var callLimit = 60_000
    var streams = false
    var seed: UInt64 = 1

    var testDescription: String {
        "\(behaviour), \(processes) × \(atOnce) at once" + (streams ? ", streamed" : "")
    }
}

/// Runs every process of a field to its end.
private func run(_ field: Field, in race: Race, budget: Int64 = Race.budget, _ more: [String] = []) async throws {
    let spenders = try (0..<field.processes).map { number in
        try race.spender(
            budget: budget, first: number * 1000, calls: field.calls, atOnce: field.atOnce, callLimit: field.callLimit,
            more + (field.streams ? ["--streams"] : []))
    }
    for spender in spenders {
        var last = ""
        for await line in spender.lines { last = line }
        #expect(await spender.end() == 0)
        #expect(last.contains("failed 0"), "\(last)")
    }
}

@Suite("A race for a budget")
struct RaceTests {
    @Test(
        "of honest calls spends nothing too much and leaves less than one hold unused, to the picodollar",
        arguments: [
            Field(behaviour: "latency=20", atOnce: 1), Field(behaviour: "latency=20", atOnce: 4),
            Field(behaviour: "latency=20"), Field(behaviour: "latency=20", atOnce: 200, calls: 200),
            Field(behaviour: "latency=20", processes: 4), Field(behaviour: "pace=2", streams: true),
        ])
    func honest(field: Field) async throws {
        let race = try await Race.start(field.behaviour)
        try await run(field, in: race)
        await race.server.stop()
        let result = try await race.result()
        #expect(result.billed.allSatisfy { $0.cost == Race.price })
        #expect(result.spent == result.trueTotal)
        #expect(result.rows(.settled).count == result.billed.count)
        #expect(result.worstHold > 3 * Race.price)
        expectKept(result)
        #expect(Race.budget - result.spent < result.worstHold)
    }

    @Test(
        "with calls that end badly never spends too much, whatever is unknown counts as spent",
        arguments: [
            Field(behaviour: "no-usage"), Field(behaviour: "no-usage", streams: true),
            Field(behaviour: "no-usage", processes: 4),
            Field(behaviour: "silence", callLimit: 150), Field(behaviour: "latency=1000", callLimit: 100),
            Field(behaviour: "close"), Field(behaviour: "cut=60"), Field(behaviour: "cut=600", streams: true),
            Field(behaviour: "stopped=5", streams: true), Field(behaviour: "failed=5", streams: true),
            Field(behaviour: "internal-error"), Field(behaviour: "cut=600", processes: 4, streams: true),
        ])
    func unknown(field: Field) async throws {
        let race = try await Race.start(field.behaviour)
        try await run(field, in: race)
        await race.server.stop()
        let result = try await race.result()
        #expect(result.rows(.settled).isEmpty)
        // A call that was given up before the server took it up is charged here and billed by nobody.
        #expect(result.rows(.bounded).count >= result.billed.count)
        #expect(result.spent == result.boundedCharges)
        expectKept(result)
        #expect(Race.budget - result.spent < result.worstHold)
    }

    @Test(
        "of calls that are refused without work costs nothing",
        arguments: ["rate-limited", "overloaded", "insufficient-quota"])
    func refused(behaviour: String) async throws {
        let race = try await Race.start(behaviour)
        try await run(Field(behaviour: behaviour, atOnce: 4, calls: 12), in: race)
        await race.server.stop()
        let result = try await race.result()
        #expect(result.spent == 0 && result.trueTotal == 0)
        #expect(result.rows(.refused).count == 12)
        expectKept(result)
    }

    @Test(
        "of everything at once keeps the books of both sides together",
        arguments: [
            Field(
                behaviour: "latency=5 no-usage@0.1 rate-limited@0.2 close@0.1 cut=80@0.1 internal-error@0.1", seed: 3),
            Field(
                behaviour: "latency=5 no-usage@0.1 overloaded@0.2 cut=700@0.2 stopped=6@0.1", processes: 4,
                streams: true,
                seed: 4),
        ])
    func mixed(field: Field) async throws {
        let race = try await Race.start(field.behaviour, seed: field.seed)
        try await run(field, in: race)
        await race.server.stop()
        let result = try await race.result()
        expectKept(result)
        #expect(Race.budget - result.spent < result.worstHold + result.boundedCharges)
    }

    @Test(
        "whose calls use twenty times what they may passes the budget by one call at most",
        arguments: [
            Field(behaviour: "latency=20+overuse=20"), Field(behaviour: "latency=20+overuse=20", processes: 4),
            Field(behaviour: "latency=20+overuse=20", atOnce: 200, calls: 200),
            Field(behaviour: "pace=1+overuse=20", streams: true),
        ], [Race.budget, Race.budget / 20])
    func understated(field: Field, budget: Int64) async throws {
        let model = ServedModel("priced", prices: TruePrices(input: 50_000, output: 450_000))
        let race = try await Race.start(field.behaviour, model: model)
        try await run(field, in: race, budget: budget, ["--input-price", "50000", "--output-price", "450000"])
        await race.server.stop()
        let result = try await race.result(budget: budget)
        #expect(result.billed.allSatisfy { $0.cost == Race.price })
        #expect(result.spent == result.trueTotal)
        #expect(result.spent <= budget + Race.price)
        #expect(budget > Race.price || result.billed.count == 1)
        expectSound(result)
    }

    private func expectKept(_ result: RaceResult) {
        #expect(result.spent <= Race.budget, "spent \(result.spent)")
        #expect(result.spent >= result.trueTotal)
        expectSound(result)
    }
}

/// What holds after every race: nothing is open, each exact bill is the server's, no request is charged below its bill.
func expectSound(_ result: RaceResult) {
    #expect(result.held == 0)
    #expect(result.wrongBills == [])
    #expect(result.underpaid == [])
    #expect(result.isSound && result.isWhole)
}
