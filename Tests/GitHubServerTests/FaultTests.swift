import GitHubServer
import ModelServer
import Testing

@Suite("Faults")
struct FaultTests {
    private static let comment = #"{"body":"x"}"#

    private func count(_ stage: Stage) throws -> Int { try stage.world.comments(of: 1, in: "acme/shop").count }

    @Test("before the effect leave nothing behind, after it everything")
    func moments() async throws {
        let cases: [(Fault, Int, Int)] = [
            (.before(.status(502)), 502, 0), (.after(.status(502)), 502, 1), (.before(.dropped), 0, 0),
            (.after(.dropped), 0, 1), (.before(.secondaryLimit(status: 429, retryAfter: 7)), 429, 0),
            (.before(.primaryLimit(resetIn: 30)), 403, 0), (.after(.garbled), 200, 1),
        ]
        try await onStage { stage in
            for (fault, status, effect) in cases {
                let before = try count(stage)
                stage.server.faults.queue(fault, on: "issues/create-comment")
                let answer = await stage.bot.send("POST", Stage.comments, Self.comment)
                #expect(answer.status == status)
                #expect(try count(stage) - before == effect)
                #expect(answer.headers["retry-after"] == (status == 429 ? "7" : nil))
            }
            #expect(stage.server.faults.met == ["issues/create-comment": cases.count])
            #expect(stage.server.traffic.refused.isEmpty)
        }
    }

    @Test("meet the operations that they are meant for")
    func patterns() async throws {
        try await onStage { stage in
            stage.server.faults.queue(.before(.status(500)), on: "pulls/*")
            #expect(await stage.bot.get("/repos/acme/shop").status == 200)
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").status == 500)
            #expect(await stage.bot.get("/repos/acme/shop/pulls/1").status == 200)
            #expect(stage.server.traffic.count(of: "pulls/get") == 2)
        }
    }

    @Test("cut an answer short of the length it promised")
    func truncation() async throws {
        try await onStage { stage in
            stage.server.faults.queue(.after(.truncated(20)))
            let answer = await stage.bot.get("/repos/acme/shop")
            #expect(answer.status == 200)
            #expect(!answer.isWhole)
            #expect(answer.body.count == 20)
        }
    }

    @Test("hold a request at a gate, before or after its effect", arguments: [Fault.Moment.before, .after])
    func gates(moment: Fault.Moment) async throws {
        try await onStage { stage in
            let gate = Gate()
            stage.server.faults.queue(Fault(moment: moment, what: .held(gate)), on: "issues/create-comment")
            async let answer = stage.bot.send("POST", Stage.comments, Self.comment)
            await gate.waitForArrivals()
            let whileHeld = try count(stage)
            #expect(whileHeld == (moment == .before ? 0 : 1))
            gate.open()
            #expect(await answer.status == 201)
            let afterwards = try count(stage)
            #expect(afterwards == 1)
        }
    }

    @Test("that hold a request hold no server that is stopped")
    func stoppedGate() async throws {
        let stage = try await Stage()
        let gate = Gate()
        stage.server.faults.queue(.before(.held(gate)))
        async let answer = stage.bot.get("/repos/acme/shop")
        await gate.waitForArrivals()
        await stage.stop()
        #expect(await answer.isWhole == false)
    }

    @Test("by chance come again with the same seed")
    func chances() async throws {
        func run(_ seed: UInt64) async throws -> [Int] {
            let stage = try await Stage(seed: seed)
            stage.server.faults.chance(.before(.status(503)), probability: 0.5)
            var answers: [Int] = []
            for _ in 0..<20 { answers.append(await stage.bot.get("/repos/acme/shop").status) }
            stage.server.faults.clear()
            #expect(await stage.bot.get("/repos/acme/shop").status == 200)
            await stage.stop()
            return answers
        }
        let first = try await run(7)
        #expect(Set(first) == [200, 503])
        #expect(try await run(7) == first)
        #expect(try await run(8) != first)
    }
}
