import JSON
import Domain
import HTTPClient
import Testing

@testable import Models

private func settings(
    _ baseURL: String = "https://api.example.com/v1", _ kind: ProviderKind = .openai,
    _ change: (inout EndpointSettings) -> Void = { _ in }
) -> EndpointSettings {
    var settings = EndpointSettings(name: "entry", kind: kind, baseURL: baseURL, model: "a-model")
    change(&settings)
    return settings
}

private func problem(_ settings: EndpointSettings) -> CallFailure? {
    do throws(CallFailure) {
        _ = try ModelEndpoint(settings, transport: Answering(500, ""), clock: StoppedClock())
        return nil
    } catch {
        return error
    }
}

@Suite struct EndpointTests {
    @Test(arguments: ProviderKind.allCases)
    func `The same question gives the same bytes, within the bounds that are held for`(_ kind: ProviderKind) throws {
        var request = ModelRequest.plain
        request.reasoningAllowance = 2000
        let endpoint = try ModelEndpoint(
            settings("https://h.example/v1", kind), transport: Answering(500, ""), clock: StoppedClock())
        let first = try endpoint.prepare(request)
        let second = try endpoint.prepare(request)
        #expect(first.body == second.body)
        #expect(first.inputTokenBound > first.body.count)
        #expect(first.outputTokenBound == 3200)
        #expect(first.destination == "h.example:443")
        #expect(String(decoding: first.body, as: UTF8.self).contains("3200"))
    }

    @Test func `A reasoning budget that is told apart is part of the bound`() throws {
        var settings = settings("https://dashscope-intl.aliyuncs.com/v1") { $0.capabilities = [.reasoning] }
        var request = ModelRequest.plain
        request.effort = .high
        request.reasoningAllowance = 2000
        for allowance in [0, 2000] {
            request.reasoningAllowance = allowance
            settings.isStreaming = false
            let call = try ModelEndpoint(settings, transport: Answering(500, ""), clock: StoppedClock()).prepare(
                request)
            let body = try JSONReader.read(call.body)
            let budget = body["thinking_budget"]?.integer ?? 0
            #expect(call.outputTokenBound == (body["max_tokens"]?.integer ?? 0) + budget)
            #expect(body["enable_thinking"]?.bool == (allowance > 0))
        }
    }

    @Test func `What an operator says of reasoning is passed on for models that nobody lists`() throws {
        func body(
            _ url: String, _ kind: ProviderKind, _ effort: ReasoningEffort?, allowance: Int = 1000
        ) throws -> JSONValue {
            let endpoint = try ModelEndpoint(
                settings(url, kind), transport: Answering(500, ""), clock: StoppedClock())
            var request = ModelRequest.plain
            request.effort = effort
            request.reasoningAllowance = allowance
            return try JSONReader.read(try endpoint.prepare(request).body)
        }
        let local = "http://127.0.0.1:8080/v1"
        #expect(try body(local, .openai, .off)["chat_template_kwargs"] == .object(["enable_thinking": false]))
        #expect(try body(local, .openai, .low)["reasoning_effort"] == "low")
        #expect(try body(local, .openai, nil)["reasoning_effort"] == nil)
        #expect(try body(local, .ollama, .off)["think"] == false)
        #expect(try body(local, .ollama, .high)["think"] == true)
        let remote = "https://api.openai.com/v1"
        #expect(try body(remote, .openai, .off)["reasoning_effort"] == nil)
        #expect(try body(remote, .openai, .off)["temperature"] == 0)
        #expect(try body(remote, .openai, .medium)["reasoning_effort"] == "medium")
        #expect(try body(remote, .openai, .medium)["temperature"] == nil)
    }

    @Test(arguments: [(0, nil), (1, nil), (500, 1024), (1000, 1024), (1024, 1024), (9000, 9000)] as [(Int, Int?)])
    func `A budget for thinking is what the provider takes, within the limit that is held for`(
        allowance: Int, budget: Int?
    ) throws {
        var request = ModelRequest.plain
        request.effort = .low
        request.reasoningAllowance = allowance
        let endpoint = try ModelEndpoint(
            settings("https://api.anthropic.com", .anthropic) { $0.thinkingForm = .budget },
            transport: Answering(500, ""), clock: StoppedClock())
        let body = try JSONReader.read(try endpoint.prepare(request).body)
        #expect(body["thinking"]?["budget_tokens"]?.integer == budget)
        #expect(body["max_tokens"]?.integer == 1200 + allowance)
    }

    @Test(arguments: [Int.max, .min, 0, -5])
    func `Absurd limits neither trap nor reach the wire`(limit: Int) throws {
        var request = ModelRequest.plain
        request.answerLimit = limit
        request.reasoningAllowance = limit
        let endpoint = try ModelEndpoint(settings(), transport: Answering(500, ""), clock: StoppedClock())
        let call = try endpoint.prepare(request)
        #expect(call.outputTokenBound >= 1 && call.outputTokenBound <= 20_000_000)
    }

    @Test(arguments: [
        "", "api.example.com/v1", "ftp://x/v1", "https://", "https://user:pw@x/v1", "https://x/v1#a", "https://x y/v1",
        "https://x/\u{0}", "https://exämple.com", "http://0x7f.1/", "file:///etc/passwd",
    ])
    func `What is no plain web address is refused before anything is sent`(url: String) throws {
        let failure = try #require(problem(settings(url)))
        #expect(failure.kind == .badRequest && failure.message.contains("base_url"))
    }

    @Test(arguments: [
        ("http://127.0.0.1:8080/v1", false, false, false, AddressRule.any),
        ("http://127.0.0.1:8080/v1", true, false, false, .privateOnly),
        ("http://llm.internal/v1", false, false, true, .privateOnly),
        ("http://llm.internal/v1", false, true, true, .any), ("https://llm.internal/v1", true, true, true, .any),
        ("https://llm.internal/v1", true, false, true, .privateOnly), ("https://api.x.ai/v1", false, false, true, .any),
    ])
    func `A local entry, and a key in the clear, stay within private networks unless attested`(
        url: String, isLocal: Bool, isAttested: Bool, hasKey: Bool, rule: AddressRule
    ) async throws {
        let transport = Answering(500, "")
        _ = try await settings(url) {
            $0.isLocal = isLocal
            $0.isAttested = isAttested
            if hasKey { $0.key = Secret("k-123456789") }
        }.call(transport)
        #expect(transport.request?.addresses == rule)
    }

    @Test func `A key in a header of the operator's counts as a key`() async throws {
        let transport = Answering(failing: HTTPError(.forbiddenAddress, wasSent: false, "no"))
        let outcome = try await settings("http://gateway.example/v1") {
            $0.headers = ["X-Gateway-Key": Secret("abc")]
        }.call(transport)
        #expect(transport.request?.addresses == .privateOnly)
        #expect(outcome.failure?.kind == .forbiddenAddress && outcome.settlement == .unsent)
        #expect(outcome.failure?.message.contains("unencrypted") == true)
    }

    @Test func `The key is nowhere but in a sensitive header`() async throws {
        for kind in ProviderKind.allCases {
            let transport = Answering(401, "{}")
            let outcome = try await settings("https://one.example/v1", kind) {
                $0.key = Secret("very-secret-key-1")
                $0.headers = ["x-other": Secret("very-secret-key-2")]
            }.call(transport)
            let request = try #require(transport.request)
            #expect(request.headers.filter(\.isSensitive).count == 2)
            var dumped = ""
            dump(request, to: &dumped)
            dump(outcome, to: &dumped)
            dumped += "\(request)\(request.headers)\(outcome)" + String(decoding: request.body, as: UTF8.self)
            #expect(!dumped.contains("very-secret"))
        }
    }

    @Test func `The operator's own header takes the place of ours`() async throws {
        let transport = Answering(500, "")
        _ = try await settings("https://one.example/v1") {
            $0.key = Secret("k")
            $0.headers = ["Authorization": Secret("Basic x"), "Content-Type": Secret("application/json")]
        }.call(transport)
        #expect(transport.request?.headers.map(\.name) == ["authorization", "content-type"])
    }

    @Test(arguments: [("a b", "x"), ("", "x"), ("ok", "a\r\nEvil: 1"), ("ok", "\u{0}"), ("é", "x"), ("x:", "y")])
    func `Headers that would split a request are refused`(name: String, value: String) throws {
        #expect(problem(settings { $0.headers = [name: Secret(value)] })?.kind == .badRequest)
    }

    @Test func `An empty key is an error, not a request without one`() {
        #expect(problem(settings { $0.key = Secret("") })?.message.contains("empty") == true)
    }

    @Test(arguments: [
        #"{"model":"dearer"}"#, #"{"models":["a"]}"#, #"{"n":4}"#, #"{"max_tokens":100000}"#,
        #"{"max_completion_tokens":null}"#, #"{"messages":[]}"#, #"{"stream":false}"#, #"{"stream_options":{}}"#,
        #"{"tools":[]}"#, #"{"plugins":[{"id":"web"}]}"#, #"{"web_search_options":{}}"#, #"{"enable_search":true}"#,
        #"{"service_tier":"priority"}"#, #"{"service_tier":null}"#, #"{"speed":"fast"}"#,
        #"{"options":{"num_predict":-1}}"#, #"{"options":{"num_ctx":1}}"#, #"{"reasoning":{"max_tokens":9}}"#,
        #"{"thinking_budget":99999}"#, "[]", "x", "{", #"{"a":1,"a":2}"#,
    ])
    func `An extra body cannot change what a call may cost or say`(text: String) throws {
        let failure = try #require(problem(settings { $0.extraBody = text }))
        #expect(failure.kind == .badRequest && failure.message.contains("extra_body"))
    }

    @Test func `An extra body merges objects, replaces values and takes away with null`() throws {
        let endpoint = try ModelEndpoint(
            settings {
                $0.extraBody =
                    #"{"temperature":null,"seed":7,"top_p":0.9,"service_tier":"flex","a":{"b":{"c":null,"d":1}}}"#
            }, transport: Answering(500, ""), clock: StoppedClock())
        let body = try JSONReader.read(try endpoint.prepare(.plain).body)
        #expect(body["temperature"] == nil && body["seed"] == 7 && body["top_p"] == .number("0.9"))
        #expect(body["service_tier"] == "flex" && body["a"]?["b"] == .object(["d": 1]))
    }

    @Test func `The deadline ends a call however slowly its answer drips`() async throws {
        let transport = Answering(500, "")
        let endpoint = try ModelEndpoint(settings(), transport: transport, clock: StoppedClock())
        _ = await endpoint.send(try endpoint.prepare(.plain), deadline: 12.5)
        let limits = try #require(transport.request?.limits)
        #expect(limits.totalSeconds == 12.5 && limits.idleSeconds <= 12.5)
        #expect(limits.maxBodyBytes == 4 << 20)
        let timeout = HTTPError(.timeout(.total), wasSent: true, "12.5 s")
        let recording = try Recording("openai-stream")
        let outcome = try await recording.settings.call(
            Answering(head: recording.head, pieces: [Array(recording.body.prefix(900))], end: timeout))
        #expect(outcome.failure?.kind == .timeout && outcome.settlement == .bounded && outcome.usage == nil)
    }

    @Test func `A body limit grows with the tokens that may come, and has an end`() {
        func limit(_ tokens: Int) -> Int {
            AnswerReading.bodyLimit(
                of: PreparedCall(body: [], url: "", destination: "", inputTokenBound: 0, outputTokenBound: tokens))
        }
        #expect(limit(0) == 4 << 20 && limit(32_768) == 32 << 20 && limit(10_000_000) == 64 << 20)
        #expect(limit(.max) <= 64 << 20 && limit(.min) >= 4 << 20)
    }

    @Test func `Ollama is told to make room in steps, and asked nothing that cannot fit`() throws {
        func room(_ bytes: Int, window: Int?) throws -> Int? {
            let endpoint = try ModelEndpoint(
                settings("http://127.0.0.1:11434", .ollama) { $0.contextWindow = window },
                transport: Answering(500, ""), clock: StoppedClock())
            var request = ModelRequest.plain
            request.material = String(repeating: "x", count: bytes)
            return try JSONReader.read(try endpoint.prepare(request).body)["options"]?["num_ctx"]?.integer
        }
        #expect(try room(100, window: nil) == 8192)
        #expect(try room(13_000, window: nil) == 8192)
        #expect(try room(20_000, window: nil) == 16_384)
        #expect(try room(20_000, window: 12_000) == 12_000)
        #expect(throws: CallFailure.self) { try room(200_000, window: 12_000) }
        do {
            _ = try room(100, window: 1000)
            Issue.record("an answer that passes the window was asked for")
        } catch {
            #expect((error as? CallFailure)?.kind == .contextTooLong)
        }
    }

    @Test(arguments: [
        ("api.openai.com", OpenAIService.openai), ("eu.api.openai.com", .openai), ("openrouter.ai", .openrouter),
        ("one.openai.azure.com", .azure), ("dashscope.aliyuncs.com", .dashscope), ("notopenrouter.ai", .other),
        ("openrouter.ai.evil.example", .other), ("127.0.0.1", .other), ("api.z.ai", .zai),
        ("api.moonshot.cn", .moonshot),
    ])
    func `A service is known by its whole host`(host: String, service: OpenAIService) {
        #expect(OpenAIService(host: host) == service)
    }

    @Test func `A service can be named where the host does not tell`() async throws {
        let transport = Answering(500, "")
        _ = try await settings("https://gateway.example/v1") { $0.service = .mistral }.call(transport)
        let body = try JSONReader.read(try #require(transport.request?.body))
        #expect(body["stream"] == true && body["stream_options"] == nil)
    }
}
