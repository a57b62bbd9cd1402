import ModelServer
import Testing

private let key = [("Authorization", "Bearer test-key"), ("Content-Type", "application/json")]
private let schema = #"""
    {"type":"object","required":["findings"],"additionalProperties":false,"properties":{"findings":{"type":"array","items":
    {"type":"object","required":["file","line","quote","severity","confidence","fix"],"additionalProperties":false,
    "properties":{"file":{"type":"string"},"line":{"type":"integer"},"quote":{"type":"string"},
    "severity":{"type":"string","enum":["critical","high"]},"confidence":{"type":"number"},
    "fix":{"anyOf":[{"type":"null"},{"type":"object","required":["start"],"additionalProperties":false,
    "properties":{"start":{"type":"integer"}}}]}}}}}}
    """#
private let prompt = """
    === lib/a.py (lines 3-5) in load
    3 import os
    4+os.system(name)  # BUG: not quoted
    5-os.run()  # BUG: gone
    """

@Suite("The server's answers")
struct AnswerTests {
    private func ask(_ behaviour: Behaviour, _ more: String = "") async throws -> RawAnswer {
        let server = try await ModelServer.start(offered)
        server.faults.queue(behaviour)
        let content = JSON.string(prompt).serialised
        let body = #"{"model":"plain","messages":[{"role":"user","content":\#(content)}]\#(more)}"#
        let answer = await RawClient(port: server.port).post("/v1/chat/completions", headers: key, body)
        await server.stop()
        return answer
    }

    private func text(_ answer: RawAnswer) -> String {
        answer.json?["choices"]?.items?.first?["message"]?["content"]?.text ?? ""
    }

    @Test("the echo reviewer finds marked added lines, in the form the schema asks for")
    func review() async throws {
        let answer = try await ask(.prompt, "," + strict(schema))
        let value = try JSON(parsing: text(answer))
        let finding: JSON = [
            "file": "lib/a.py", "line": 4, "quote": "os.system(name)  # BUG: not quoted", "severity": "high",
            "confidence": .decimal("0.9"), "fix": .null,
        ]
        #expect(value == ["findings": [finding]])
    }

    @Test("scripted findings are answered whatever the prompt holds")
    func scripted() async throws {
        let finding = ScriptedFinding(
            path: "x.c", line: 9, quote: "free(p)", severity: "critical", title: "Freed twice")
        let value = try JSON(parsing: text(try await ask(.answering(.findings([finding])), "," + strict(schema))))
        #expect(value["findings"]?.items?.first?["severity"] == "critical")
        #expect(value["findings"]?.items?.first?["line"] == 9)
    }

    @Test(
        "bad answers are bad",
        arguments: [
            ("not-json", "I looked"), ("prose-around", "Here is my review:"), ("empty", ""),
            ("wrong-schema", #"{"verdict""#),
            ("hallucinated-file", #"{"findings":[{"file":"does/not/exist.py""#),
        ])
    func bad(words: String, beginning: String) async throws {
        let answer = try await ask(try #require(Behaviour(words: words)), "," + strict(schema))
        #expect(answer.status == 200)
        #expect(text(answer).hasPrefix(beginning), "\(text(answer))")
        #expect(beginning.isEmpty == text(answer).isEmpty)
    }

    @Test(
        "a stream is the same answer in pieces, however the bytes fall",
        arguments: ["prompt", "drip=7", "pace=1", "first-token=1"])
    func stream(words: String) async throws {
        let behaviour = try #require(Behaviour(words: words))
        let whole = try await ask(behaviour)
        let stream = try await ask(behaviour, #","stream":true,"stream_options":{"include_usage":true}"#)
        let pieces = stream.events.compactMap { $0["choices"]?.items?.first?["delta"]?["content"]?.text }
        #expect(pieces.joined() == text(whole))
        #expect(pieces.count > 3)
        #expect(stream.events.last?["usage"] == whole.json?["usage"])
        #expect(stream.text.hasSuffix("data: [DONE]\n\n"))
    }

    @Test("a huge answer is as long as it was told to be", arguments: [false, true])
    func huge(isStream: Bool) async throws {
        let answer = try await ask(.answering(.huge(bytes: 3_000_000)), isStream ? #","stream":true"# : "")
        #expect(answer.isWhole && answer.body.count >= 3_000_000)
        if !isStream { #expect(text(answer).utf8.count == 3_000_000) }
    }

    @Test("a refusal is told apart from an answer")
    func refusal() async throws {
        let message = try await ask(.answering(.refusal)).json?["choices"]?.items?.first?["message"]
        #expect(message?["content"] == .null)
        #expect(message?["refusal"]?.text?.isEmpty == false)
    }

    @Test(
        "behaviours that are not known are refused",
        arguments: ["nonsense", "cut=x", "latency", "retry-after=1", "cut=-1"])
    func words(text: String) {
        #expect(Behaviour(words: text) == nil)
    }

    @Test("a run of chances is repeated by its seed")
    func chances() async throws {
        func run(seed: UInt64) async throws -> [Int] {
            let plan = FaultPlan(seed: seed)
            plan.setUsual(.prompt, chances: [FaultPlan.Chance(.ending(.error(.rateLimited)), probability: 0.5)])
            let server = try await ModelServer.start(offered, faults: plan)
            var statuses: [Int] = []
            for _ in 0..<20 {
                statuses.append(
                    await RawClient(port: server.port).post("/v1/chat/completions", headers: key, chat()).status)
            }
            await server.stop()
            return statuses
        }
        let first = try await run(seed: 1)
        #expect(Set(first) == [200, 429])
        #expect(try await run(seed: 1) == first)
        #expect(try await run(seed: 2) != first)
    }
}
