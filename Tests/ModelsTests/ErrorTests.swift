import Domain
import HTTPClient
import Testing

@testable import Models

/// An error answer as a provider documents it, and what it must be taken for.
private struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let status: Int
    let body: String
    var fields: [(name: String, value: String)] = []
    let kind: CallFailure.Kind
    var retryAfter: Double?

    init(
        _ name: String, _ status: Int, _ body: String, _ kind: CallFailure.Kind, after retryAfter: Double? = nil,
        fields: [(name: String, value: String)] = []
    ) {
        self.name = name
        self.status = status
        self.body = body
        self.kind = kind
        self.retryAfter = retryAfter
        self.fields = fields
    }

    var testDescription: String { "\(name) \(status)" }
}

private func openAI(_ message: String, type: String? = nil, code: String? = nil) -> String {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    let error: JSONObject = ["message": .string(message), "type": text(type), "param": .null, "code": text(code)]
    return String(decoding: JSONValue.object(["error": .object(error)]).serialised, as: UTF8.self)
}

private func anthropic(_ type: String, _ message: String, details: String? = nil) -> String {
    #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)""#
        + (details.map { #","details":{"error_code":"\#($0)"}"# } ?? "") + #"},"request_id":"req_1"}"#
}

private let cases: [Case] = [
    // OpenAI
    Case(
        "rate limit", 429, openAI("Rate limit reached, add a payment method: billing", code: "rate_limit_exceeded"),
        .rateLimited, after: 7, fields: [("Retry-After", "7")]),
    Case(
        "rate limit in milliseconds", 429, openAI("Rate limit reached", type: "tokens", code: "rate_limit_exceeded"),
        .rateLimited, after: 0.25, fields: [("retry-after-ms", "250"), ("retry-after", "1")]),
    Case(
        "rate limit by its reset", 429, openAI("Rate limit reached", code: "rate_limit_exceeded"), .rateLimited,
        after: 61.5,
        fields: [
            ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "6h"),
            ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "1m1.5s"),
        ]),
    Case("rate limit without a time", 429, openAI("slow down", code: "rate_limit_exceeded"), .rateLimited),
    Case(
        "no quota", 429,
        openAI("You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota"), .money,
        fields: [("retry-after", "20")]),
    Case("credit gone", 429, openAI("No.", type: "insufficient_quota", code: "credit_balance_exhausted"), .money),
    Case("project limit", 429, openAI("No.", type: "x", code: "project_spend_limit_exceeded"), .money),
    Case("organisation limit", 429, openAI("No.", type: "x", code: "organization_spend_limit_exceeded"), .money),
    Case("usage limit", 429, openAI("No.", type: "x", code: "organization_usage_limit_exceeded"), .money),
    Case("quota in words, no time", 429, openAI("Your monthly quota is used up"), .money),
    Case("bare limit", 429, "{}", .rateLimited),
    Case(
        "context", 400, openAI("Too long.", type: "invalid_request_error", code: "context_length_exceeded"),
        .contextTooLong),
    Case("model", 404, openAI("The model `x` does not exist", code: "model_not_found"), .unknownModel),
    Case("model not for this project", 403, openAI("No access", code: "model_not_found"), .unknownModel),
    Case("key", 401, openAI("Incorrect API key provided", code: "invalid_api_key"), .unauthorised),
    Case("region", 403, openAI("Country not supported", code: "unsupported_country_region_territory"), .unauthorised),
    Case("parameter", 400, openAI("Unsupported parameter: temperature", code: "unsupported_parameter"), .badRequest),
    Case("server", 500, openAI("The server had an error", type: "server_error"), .serverError),
    Case("overloaded", 503, "", .serverError, after: 2, fields: [("retry-after", "2")]),
    Case("conflict", 409, openAI("Conflict"), .serverError),
    Case("request timeout", 408, "", .timeout),
    Case("too early", 425, "", .serverError),
    // Azure
    Case(
        "Azure filter", 400,
        #"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}}"#,
        .refused),
    Case("Azure deployment", 404, #"{"error":{"code":"DeploymentNotFound","message":"No."}}"#, .unknownModel),
    Case(
        "Azure rate", 429, #"{"error":{"code":"429","message":"Requests have exceeded call rate limit"}}"#,
        .rateLimited, after: 26, fields: [("retry-after", "26")]),
    // Anthropic
    Case("Anthropic request", 400, anthropic("invalid_request_error", "max_tokens: must be positive"), .badRequest),
    Case(
        "Anthropic spend limit", 400,
        anthropic("invalid_request_error", "You have reached your specified API usage limits."), .money),
    Case(
        "Anthropic credit", 400,
        anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), .money),
    Case(
        "Anthropic context", 400,
        anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), .contextTooLong),
    Case(
        "Anthropic context with answer", 400,
        anthropic(
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 199000 + 4096 > 200000"), .contextTooLong),
    Case("Anthropic key", 401, anthropic("authentication_error", "invalid x-api-key"), .unauthorised),
    Case("Anthropic billing", 402, anthropic("billing_error", "No."), .money),
    Case("Anthropic permission", 403, anthropic("permission_error", "No."), .unauthorised),
    Case("Anthropic model", 404, anthropic("not_found_error", "model: claude-x"), .unknownModel),
    Case("Anthropic size", 413, anthropic("request_too_large", "Request exceeds the maximum size"), .badRequest),
    Case(
        "Anthropic rate", 429, anthropic("rate_limit_error", "This request would exceed your limit"), .rateLimited,
        after: 34, fields: [("retry-after", "34")]),
    Case(
        "Anthropic enforced limit", 429,
        anthropic("rate_limit_error", "No.", details: "enforced_spend_limit_reached"), .money),
    Case("Anthropic fault", 500, anthropic("api_error", "Internal server error"), .serverError),
    Case("Anthropic timeout", 504, anthropic("timeout_error", "Timed out"), .serverError),
    Case("Anthropic overload", 529, anthropic("overloaded_error", "Overloaded"), .serverError),
    // DeepSeek
    Case(
        "DeepSeek balance", 402, openAI("Insufficient Balance", type: "unknown_error", code: "invalid_request_error"),
        .money),
    Case("DeepSeek model", 400, openAI("Model Not Exist", code: "invalid_request_error"), .unknownModel),
    Case("DeepSeek parameters", 422, openAI("Failed to deserialize"), .badRequest),
    Case(
        "DeepSeek context", 400,
        openAI("This model's maximum context length is 131072 tokens. However, you requested 140000 tokens"),
        .contextTooLong),
    // OpenRouter
    Case(
        "OpenRouter credits", 402,
        #"{"error":{"code":402,"message":"Insufficient credits","metadata":{"limit_source":"openrouter_credits"}}}"#,
        .money, fields: [("retry-after", "3")]),
    Case(
        "OpenRouter key limit", 402,
        #"{"error":{"code":402,"message":"No.","metadata":{"limit_source":"openrouter_key_limit"}}}"#, .money),
    Case(
        "OpenRouter in flight", 402,
        #"{"error":{"code":402,"message":"No.","metadata":{"limit_source":"openrouter_in_flight_budget","error_type":"in_flight_budget_exhausted"}}}"#,
        .rateLimited, after: 5, fields: [("retry-after", "5")]),
    Case(
        "OpenRouter weight", 402,
        #"{"error":{"code":402,"message":"No.","metadata":{"error_type":"weight_exceeds_budget"}}}"#, .contextTooLong),
    Case(
        "OpenRouter moderation", 403,
        #"{"error":{"code":403,"message":"Input was blocked","metadata":{"reasons":["violence"],"flagged_input":"x","provider_name":"y"}}}"#,
        .refused),
    Case(
        "OpenRouter budget", 403,
        #"{"error":{"code":403,"message":"Over.","metadata":{"limit_usd":5,"spend_usd":5.01,"resets_at":"2026-12-01T00:00:00Z"}}}"#,
        .money),
    Case("OpenRouter model", 400, #"{"error":{"code":400,"message":"x/y is not a valid model ID"}}"#, .unknownModel),
    Case("OpenRouter upstream", 502, #"{"error":{"code":502,"message":"Provider returned error"}}"#, .serverError),
    Case(
        "OpenRouter free models", 429, #"{"error":{"code":429,"message":"Rate limit exceeded: free-models-per-day"}}"#,
        .rateLimited, after: 120, fields: [("X-RateLimit-Reset", "1795348800000")]),
    // Gemini
    Case(
        "Gemini minute", 429,
        #"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}]"#,
        .rateLimited, after: 34.5),
    Case(
        "Gemini day", 429,
        #"[{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"34s"}]}}]"#,
        .money),
    Case("Gemini daily quota", 429, #"{"error":{"code":"quota_exceeded","message":"No."}}"#, .money),
    Case("Gemini money", 402, #"{"error":{"code":402,"message":"No.","status":"RESOURCE_EXHAUSTED"}}"#, .money),
    Case(
        "Gemini key", 400,
        #"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
        .unauthorised),
    Case(
        "Gemini context", 400,
        #"[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}]"#,
        .contextTooLong),
    // Others
    Case("Kimi balance", 429, openAI("Your account is suspended", type: "exceeded_current_quota_error"), .money),
    Case("Kimi context", 400, openAI("Your request exceeded model token limit: 8192"), .contextTooLong),
    Case("GLM balance", 429, #"{"error":{"code":"1113","message":"余额不足或无可用资源包"}}"#, .money),
    Case("GLM rate", 429, #"{"error":{"code":"1302","message":"too many at once"}}"#, .rateLimited),
    Case("Qwen arrears", 400, #"{"code":"Arrearage","message":"Access denied","request_id":"r"}"#, .money),
    Case("Qwen context", 400, openAI("Range of input length should be [1, 129024]"), .contextTooLong),
    Case("Qwen inspection", 400, openAI("No.", code: "data_inspection_failed"), .refused),
    Case(
        "Mistral context", 400,
        #"{"object":"error","message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","code":"3051"}"#,
        .contextTooLong),
    Case(
        "Mistral model", 400, #"{"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"}"#,
        .unknownModel),
    Case(
        "Mistral parameter", 422,
        #"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted"}]}}"#,
        .badRequest),
    Case(
        "xAI context", 400,
        #"{"code":"c","error":"This model's maximum prompt length is 131072 but the request contains 150000 tokens."}"#,
        .contextTooLong),
    Case(
        "Groq size", 413,
        openAI(
            "Request too large for model `x` on tokens per minute (TPM): Limit 6000", type: "tokens",
            code: "rate_limit_exceeded"), .contextTooLong),
    Case(
        "llama.cpp context", 400,
        #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}"#,
        .contextTooLong),
    Case(
        "llama.cpp loading", 503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
        .serverError),
    Case(
        "llama.cpp not built in", 501, #"{"error":{"code":501,"message":"No.","type":"not_supported_error"}}"#,
        .badRequest),
    Case(
        "vLLM context", 400,
        #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#,
        .contextTooLong),
    Case("FastAPI", 422, #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, .badRequest),
    Case("Ollama model", 404, #"{"error":"model 'x' not found"}"#, .unknownModel),
    Case("Ollama thinking", 400, #"{"error":"\"x\" does not support thinking"}"#, .badRequest),
    Case("Ollama memory", 500, #"{"error":"model requires more system memory"}"#, .serverError),
    // Gateways
    Case(
        "LiteLLM budget", 422,
        #"{"error":{"message":"Budget has been exceeded! Current cost: 1","type":"budget_exceeded","code":"422"}}"#,
        .money),
    Case("guardrail", 446, "", .refused),
    Case("proxy", 502, "<html><body>Bad gateway</body></html>", .serverError),
    Case("redirect", 302, "", .malformed),
    Case("nonsense in JSON", 400, #"{"error":[1,2]}"#, .badRequest),
    Case("proxy credentials", 407, "", .unauthorised),
]

@Suite struct ErrorTests {
    private var settings: EndpointSettings {
        EndpointSettings(name: "entry", kind: .openai, baseURL: "https://api.example.com/v1", model: "a-model")
    }

    @Test(arguments: cases)
    fileprivate func `An error answer means what its provider says it means`(_ one: Case) async throws {
        let outcome = try await settings.call(Answering(one.status, one.body, one.fields))
        let failure = try #require(outcome.failure)
        #expect(failure.kind == one.kind)
        #expect(failure.retryAfter == one.retryAfter)
        #expect(failure.message.hasPrefix("entry answered \(one.status): "))
        #expect(outcome.httpStatus == one.status && outcome.isComplete && outcome.usage == nil)
        let isFree = (400..<500).contains(one.status) || one.status == 503 || one.status == 529
        #expect(outcome.settlement == (isFree ? .refused : .bounded))
    }

    @Test func `No status, sensible or not, is taken for an answer`() async throws {
        for status in 0...999 where !(200..<300).contains(status) {
            let outcome = try await settings.call(Answering(status, "{}"))
            #expect(outcome.failure != nil && outcome.usage == nil)
            if let after = outcome.failure?.retryAfter { #expect(after >= 0 && after <= 120) }
        }
    }

    @Test func `Retrying is for what passes, and only that carries a time to wait`() async throws {
        for one in cases {
            let outcome = try await settings.call(Answering(one.status, one.body, [("retry-after", "9")]))
            let failure = try #require(outcome.failure)
            #expect((failure.retryAfter != nil) == failure.kind.isRetryable)
        }
    }

    @Test func `A provider's words are quoted short, on one line, and without keys`() async throws {
        let body = openAI(
            "Incorrect API key provided: sk-abcd1234efgh5678. \u{1B}[31mSee\u{202E}\n\nhttps://x "
                + "my-own-key-0123456789 sk-ab***78 A1b2C3d4E5f6G7h8I9j0K1l2M3n4 " + String(repeating: "é", count: 999))
        var settings = settings
        settings.key = Secret("my-own-key-0123456789")
        let message = try #require(try await settings.call(Answering(401, body)).failure?.message)
        for hidden in ["sk-", "0123456789", "A1b2C3", "\u{1B}", "\u{202E}", "\n"] { #expect(!message.contains(hidden)) }
        #expect(message.contains("Incorrect API key provided: [secret] [31mSee https://x [secret]"))
        let quoted = try #require(message.firstRange(of: "(it says: "))
        #expect(message[quoted.upperBound...].utf8.count <= Excerpt.limit + 1)
    }

    @Test func `What is no JSON is not quoted unless it is plain text`() async throws {
        let page = try await settings.call(Answering(502, "<html>Bad gateway</html>"))
        #expect(page.failure?.message.contains("gateway") == false)
        let head = HTTPHead(status: 413, headers: [("content-type", "text/plain")], httpVersion: "1.1")
        let text = try await settings.call(Answering(head: head, pieces: [Array("the prompt is too long".utf8)]))
        #expect(text.failure?.kind == .contextTooLong)
        #expect(text.failure?.message.contains("prompt is too long") == true)
    }

    @Test func `An error page of any size is read in part, and charged as far as it came to its end`() async throws {
        let page = Array(repeating: [UInt8](repeating: 0x20, count: 10_000), count: 50)
        let head = HTTPHead(status: 400, headers: [], httpVersion: "1.1")
        #expect(try await settings.call(Answering(head: head, pieces: page)).settlement == .refused)
        let endless = page + page + page
        #expect(try await settings.call(Answering(head: head, pieces: endless)).settlement == .bounded)
        let lost = HTTPError(.connectionLost, wasSent: true, "lost")
        let broken = try await settings.call(Answering(head: head, pieces: page, end: lost))
        #expect(broken.failure?.kind == .badRequest && broken.settlement == .bounded)
    }

    @Test(arguments: [
        (HTTPError.Kind.invalidURL, CallFailure.Kind.badRequest), (.invalidRequest, .badRequest),
        (.forbiddenHost, .forbiddenAddress), (.forbiddenAddress, .forbiddenAddress), (.nameLookup, .transport),
        (.connect, .transport), (.tls, .transport), (.timeout(.connect), .timeout), (.timeout(.total), .timeout),
        (.timeout(.idle), .timeout), (.bodyTooLarge, .tooLarge), (.headersTooLarge, .tooLarge),
        (.protocolError, .transport), (.connectionLost, .transport), (.cancelled, .cancelled), (.closed, .cancelled),
    ])
    func `A request that brings no answer says why, and whether it left`(
        error: HTTPError.Kind, kind: CallFailure.Kind
    ) async throws {
        for wasSent in [false, true] {
            let outcome = try await settings.call(Answering(failing: HTTPError(error, wasSent: wasSent, "why")))
            #expect(outcome.failure?.kind == kind)
            #expect(outcome.wasSent == wasSent && !outcome.isComplete && outcome.httpStatus == nil)
            #expect(outcome.settlement == (wasSent ? .bounded : .unsent))
        }
    }

    @Test func `An error inside a stream wins over the connection that breaks behind it`() async throws {
        let recording = try Recording("anthropic-overloaded")
        let lost = HTTPError(.connectionLost, wasSent: true, "lost")
        let outcome = try await recording.settings.call(
            Answering(head: recording.head, pieces: [recording.body], end: lost))
        #expect(outcome.failure?.kind == .serverError && outcome.settlement == .bounded)
    }
}

@Suite struct RetryDelayTests {
    private func asked(_ fields: [(name: String, value: String)]) -> Double? {
        RetryDelay.asked(
            by: HTTPHead(status: 429, headers: fields, httpVersion: "1.1"), now: StoppedClock().instant)
    }

    @Test(arguments: [
        ("0", 0), ("1.5", 1.5), ("-3", 0), ("119", 119), ("100000", 120), (" 4 ", 4),
        ("Sun, 22 Nov 2026 10:00:30 GMT", 30), ("Sun, 22 Nov 2026 09:00:00 GMT", 0),
        ("Mon, 23 Nov 2026 10:00:00 GMT", 120),
    ])
    func `A time to wait is seconds or a date, and bounded`(text: String, seconds: Double) {
        #expect(asked([("Retry-After", text)]) == seconds)
    }

    @Test func `A date is read against the server's own clock`() {
        #expect(
            asked([
                ("date", "Sun, 22 Nov 2026 12:00:00 GMT"), ("retry-after", "Sun, 22 Nov 2026 12:00:11 GMT"),
            ]) == 11)
    }

    @Test(arguments: [
        "soon", "", "nan", "inf", "1e99", "Sun, 22 Nov 2026 25:00:00 GMT", "Sun, 99 Nov 2026 10:00:00 GMT",
        "Sun, 22 Nov 99999999999999999999 10:00:00 GMT", "22 Nov 2026",
    ])
    func `What is no time is none`(text: String) {
        #expect(asked([("retry-after", text)]) == nil)
    }

    @Test(
        arguments: [
            ("6m0s", 360), ("120ms", 0.12), ("2m59.56s", 179.56), ("1h", 3600), ("7", 7), ("x", nil), ("5", 5),
            ("s", nil),
            ("1d", nil), ("", nil), ("1..2s", nil),
        ] as [(String, Double?)])
    func `Spans of time are read as they are written`(text: String, seconds: Double?) throws {
        let read = RetryDelay.duration(text)
        #expect((read == nil) == (seconds == nil))
        if let read, let seconds { #expect(abs(read - seconds) < 1e-9) }
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
        ("Tue, 29 Feb 2000 12:00:00 GMT", 951_825_600), ("Sun, 22 Nov 2026 10:00:00 GMT", 1_795_341_600),
    ])
    func `Dates count their seconds since 1970`(text: String, seconds: Int) {
        #expect(HTTPDate.seconds(text) == seconds)
    }
}
