import ModelServer
import TestKit
import Testing

private let key = [("Authorization", "Bearer test-key"), ("Content-Type", "application/json")]

@Suite("The server's books")
struct BooksTests {
    @Test("no text has more tokens than bytes, and its pieces are the text")
    func tokeniser() {
        var random = SeededGenerator(seed: 7)
        let alphabet = Array("ab_Z09  \n\t{}\":,.é漢🙂")
        for _ in 0..<2000 {
            let text = String(
                (0..<Int.random(in: 0...40, using: &random)).map { _ in
                    alphabet[Int.random(in: 0..<alphabet.count, using: &random)]
                })
            let count = Tokeniser.count(text)
            #expect(count <= text.utf8.count)
            #expect(text.isEmpty == (count == 0))
            let limit = Int.random(in: 0...20, using: &random)
            let prefix = Tokeniser.prefix(of: text, tokens: limit)
            #expect(text.hasPrefix(prefix) && Tokeniser.count(prefix) <= max(limit, 0))
        }
    }

    @Test("an accepted request is entered with its digest, tokens and cost, and told the same")
    func entry() async throws {
        let server = try await ModelServer.start(offered)
        server.faults.queue(.answering(.filler(tokens: 10)))
        let answer = await RawClient(port: server.port).post("/v1/chat/completions", headers: key, chat())
        let entry = try #require(server.ledger.snapshot.first)
        // Three for the message, three for the answer's beginning, and "one two thre|e four" as five.
        #expect(entry.tokens.input == 11)
        #expect(entry.tokens.output == 10)
        #expect(entry.cost == 11 * 1_000_000 + 10 * 4_000_000)
        #expect(entry.bodyDigest.count == 64 && entry.bodyBytes == chat().utf8.count)
        #expect(entry.requestID == answer.headers["x-request-id"])
        #expect(answer.json?["usage"]?["prompt_tokens"] == 11)
        #expect(answer.json?["usage"]?["completion_tokens"] == 10)
        #expect(entry.state == .finished && entry.usageWasTold)
        await server.stop()
    }

    @Test("a limit cuts the answer, and a starved one is billed whole", arguments: [false, true])
    func limits(isStarved: Bool) async throws {
        let server = try await ModelServer.start(offered)
        server.faults.queue(.answering(isStarved ? .starved : .filler(tokens: 500)))
        let answer = await RawClient(port: server.port).post(
            "/v1/chat/completions", headers: key, chat(#""max_completion_tokens":30"#, model: "thinking"))
        let choice = try #require(answer.json?["choices"]?.items?.first)
        #expect(choice["finish_reason"] == "length")
        #expect(answer.json?["usage"]?["completion_tokens"] == 30)
        #expect(Tokeniser.count(choice["message"]?["content"]?.text ?? "") == (isStarved ? 0 : 6))
        #expect(server.ledger.snapshot.first?.tokens.reasoning == (isStarved ? 30 : 24))
        await server.stop()
    }

    @Test("the books keep the truth of what was told otherwise", arguments: ["no-usage", "understated=20"])
    func told(words: String) async throws {
        let server = try await ModelServer.start(offered)
        let behaviour = try #require(Behaviour(words: words + "+filler=100"))
        server.faults.queue(behaviour)
        let answer = await RawClient(port: server.port).post("/v1/chat/completions", headers: key, chat())
        #expect(answer.json?["usage"]?["completion_tokens"]?.whole == (words == "no-usage" ? nil : 5))
        #expect(server.ledger.snapshot.first?.tokens.output == 100)
        #expect(server.ledger.snapshot.first?.usageWasTold == (words != "no-usage"))
        await server.stop()
    }

    @Test(
        "work that nobody got is billed; errors without work are not",
        arguments: [
            ("close", true), ("cut=40", true), ("internal-error", true), ("gateway-timeout", true),
            ("rate-limited", false),
            ("overloaded", false), ("unavailable", false), ("insufficient-quota", false), ("unauthorised", false),
        ])
    func broken(words: String, isBilled: Bool) async throws {
        let server = try await ModelServer.start(offered)
        server.faults.queue(try #require(Behaviour(words: words)))
        let answer = await RawClient(port: server.port).post("/v1/chat/completions", headers: key, chat())
        #expect(answer.status != 200 || !answer.isWhole)
        #expect(server.ledger.billed.count == (isBilled ? 1 : 0))
        #expect((server.ledger.total > 0) == isBilled)
        await server.stop()
    }

    @Test(
        "a client that leaves in the middle of a stream leaves its bill",
        arguments: ["stopped=3", "failed=3", "cut=900"])
    func unfinishedStreams(words: String) async throws {
        let server = try await ModelServer.start(offered)
        server.faults.queue(try #require(Behaviour(words: words + "+filler=60")))
        let answer = await RawClient(port: server.port).post(
            "/v1/chat/completions", headers: key, chat(#""stream":true,"stream_options":{"include_usage":true}"#))
        #expect(answer.status == 200)
        #expect(!answer.text.contains("[DONE]"))
        #expect(answer.isWhole == !words.hasPrefix("cut"))
        #expect(answer.events.contains { $0["error"] != nil } == words.hasPrefix("failed"))
        #expect(server.ledger.snapshot.map(\.state) == [.aborted])
        #expect(server.ledger.total == 11 * 1_000_000 + 60 * 4_000_000)
        await server.stop()
    }

    @Test("fifty at once are all entered once, under different names")
    func atOnce() async throws {
        let server = try await ModelServer.start(offered)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<50 {
                group.addTask {
                    let body = #"{"model":"plain","messages":[{"role":"user","content":"call \#(number)"}]}"#
                    _ = await RawClient(port: server.port).post("/v1/chat/completions", headers: key, body)
                }
            }
        }
        #expect(server.ledger.billed.count == 50)
        #expect(Set(server.ledger.snapshot.map(\.requestID)).count == 50)
        #expect(Set(server.ledger.snapshot.map(\.bodyDigest)).count == 50)
        #expect(server.traffic.requests == 50)
        await server.stop()
    }

    @Test("entries survive the way to another process")
    func page() async throws {
        let server = try await ModelServer.start(offered)
        let client = RawClient(port: server.port)
        _ = await client.post("/v1/chat/completions", headers: key, chat())
        _ = await client.post("/v1/chat/completions", headers: key, "{}")
        let page = await client.get("/_ledger")
        #expect(page.json?.items?.compactMap(TrueEntry.init(json:)) == server.ledger.snapshot)
        await server.stop()
    }
}
