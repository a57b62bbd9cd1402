import JSON
import Domain
import Testing

@testable import Models

/// An error answer as a provider documents it, and what it must be taken for.
struct ErrorCase: CustomTestStringConvertible, Sendable {
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

func openAIError(_ message: String, type: String? = nil, code: String? = nil) -> String {
    func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
    let error: JSONObject = ["message": .string(message), "type": text(type), "param": .null, "code": text(code)]
    return String(decoding: JSONValue.object(["error": .object(error)]).serialised, as: UTF8.self)
}

private func anthropic(_ type: String, _ message: String, details: String? = nil) -> String {
    #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)""#
        + (details.map { #","details":{"error_code":"\#($0)"}"# } ?? "") + #"},"request_id":"req_1"}"#
}

let errorCases: [ErrorCase] = [
    // OpenAI
    ErrorCase(
        "rate limit", 429,
        openAIError("Rate limit reached, add a payment method: billing", code: "rate_limit_exceeded"),
        .rateLimited, after: 7, fields: [("Retry-After", "7")]),
    ErrorCase(
        "rate limit in milliseconds", 429,
        openAIError("Rate limit reached", type: "tokens", code: "rate_limit_exceeded"),
        .rateLimited, after: 0.25, fields: [("retry-after-ms", "250"), ("retry-after", "1")]),
    ErrorCase(
        "rate limit by its reset", 429, openAIError("Rate limit reached", code: "rate_limit_exceeded"), .rateLimited,
        after: 61.5,
        fields: [
            ("x-ratelimit-remaining-requests", "12"), ("x-ratelimit-reset-requests", "6h"),
            ("x-ratelimit-remaining-tokens", "0"), ("x-ratelimit-reset-tokens", "1m1.5s"),
        ]),
    ErrorCase("rate limit without a time", 429, openAIError("slow down", code: "rate_limit_exceeded"), .rateLimited),
    ErrorCase(
        "no quota", 429,
        openAIError("You exceeded your current quota", type: "insufficient_quota", code: "insufficient_quota"), .money,
        fields: [("retry-after", "20")]),
    ErrorCase(
        "credit gone", 429, openAIError("No.", type: "insufficient_quota", code: "credit_balance_exhausted"), .money),
    ErrorCase("project limit", 429, openAIError("No.", type: "x", code: "project_spend_limit_exceeded"), .money),
    ErrorCase(
        "organisation limit", 429, openAIError("No.", type: "x", code: "organization_spend_limit_exceeded"), .money),
    ErrorCase("usage limit", 429, openAIError("No.", type: "x", code: "organization_usage_limit_exceeded"), .money),
    ErrorCase("quota in words, no time", 429, openAIError("Your monthly quota is used up"), .money),
    ErrorCase("bare limit", 429, "{}", .rateLimited),
    ErrorCase(
        "context", 400, openAIError("Too long.", type: "invalid_request_error", code: "context_length_exceeded"),
        .contextTooLong),
    ErrorCase("model", 404, openAIError("The model `x` does not exist", code: "model_not_found"), .unknownModel),
    ErrorCase("model not for this project", 403, openAIError("No access", code: "model_not_found"), .unknownModel),
    ErrorCase("key", 401, openAIError("Incorrect API key provided", code: "invalid_api_key"), .unauthorised),
    ErrorCase(
        "region", 403, openAIError("Country not supported", code: "unsupported_country_region_territory"), .unauthorised
    ),
    ErrorCase(
        "parameter", 400, openAIError("Unsupported parameter: temperature", code: "unsupported_parameter"), .badRequest),
    ErrorCase("server", 500, openAIError("The server had an error", type: "server_error"), .serverError),
    ErrorCase("overloaded", 503, "", .serverError, after: 2, fields: [("retry-after", "2")]),
    ErrorCase("conflict", 409, openAIError("Conflict"), .serverError),
    ErrorCase("request timeout", 408, "", .timeout),
    ErrorCase("too early", 425, "", .serverError),
    // Azure
    ErrorCase(
        "Azure filter", 400,
        #"{"error":{"message":"The response was filtered due to the prompt triggering Azure OpenAI's content management policy.","type":null,"param":"prompt","code":"content_filter","status":400,"innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{}}}}"#,
        .refused),
    ErrorCase("Azure deployment", 404, #"{"error":{"code":"DeploymentNotFound","message":"No."}}"#, .unknownModel),
    ErrorCase(
        "Azure rate", 429, #"{"error":{"code":"429","message":"Requests have exceeded call rate limit"}}"#,
        .rateLimited, after: 26, fields: [("retry-after", "26")]),
    // Anthropic
    ErrorCase(
        "Anthropic request", 400, anthropic("invalid_request_error", "max_tokens: must be positive"), .badRequest),
    ErrorCase(
        "Anthropic spend limit", 400,
        anthropic("invalid_request_error", "You have reached your specified API usage limits."), .money),
    ErrorCase(
        "Anthropic credit", 400,
        anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), .money),
    ErrorCase(
        "Anthropic context", 400,
        anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), .contextTooLong),
    ErrorCase(
        "Anthropic context with answer", 400,
        anthropic(
            "invalid_request_error",
            "input length and `max_tokens` exceed context limit: 199000 + 4096 > 200000"), .contextTooLong),
    ErrorCase("Anthropic key", 401, anthropic("authentication_error", "invalid x-api-key"), .unauthorised),
    ErrorCase("Anthropic billing", 402, anthropic("billing_error", "No."), .money),
    ErrorCase("Anthropic permission", 403, anthropic("permission_error", "No."), .unauthorised),
    ErrorCase("Anthropic model", 404, anthropic("not_found_error", "model: claude-x"), .unknownModel),
    ErrorCase("Anthropic size", 413, anthropic("request_too_large", "Request exceeds the maximum size"), .badRequest),
    ErrorCase(
        "Anthropic rate", 429, anthropic("rate_limit_error", "This request would exceed your limit"), .rateLimited,
        after: 34, fields: [("retry-after", "34")]),
    ErrorCase(
        "Anthropic enforced limit", 429,
        anthropic("rate_limit_error", "No.", details: "enforced_spend_limit_reached"), .money),
    ErrorCase("Anthropic fault", 500, anthropic("api_error", "Internal server error"), .serverError),
    ErrorCase("Anthropic timeout", 504, anthropic("timeout_error", "Timed out"), .serverError),
    ErrorCase("Anthropic overload", 529, anthropic("overloaded_error", "Overloaded"), .serverError),
    // DeepSeek
    ErrorCase(
        "DeepSeek balance", 402,
        openAIError("Insufficient Balance", type: "unknown_error", code: "invalid_request_error"),
        .money),
    ErrorCase("DeepSeek model", 400, openAIError("Model Not Exist", code: "invalid_request_error"), .unknownModel),
    ErrorCase("DeepSeek parameters", 422, openAIError("Failed to deserialize"), .badRequest),
    ErrorCase(
        "DeepSeek context", 400,
        openAIError("This model's maximum context length is 131072 tokens. However, you requested 140000 tokens"),
        .contextTooLong),
    // OpenRouter
    ErrorCase(
        "OpenRouter credits", 402,
        #"{"error":{"code":402,"message":"Insufficient credits","metadata":{"limit_source":"openrouter_credits"}}}"#,
        .money, fields: [("retry-after", "3")]),
    ErrorCase(
        "OpenRouter key limit", 402,
        #"{"error":{"code":402,"message":"No.","metadata":{"limit_source":"openrouter_key_limit"}}}"#, .money),
    ErrorCase(
        "OpenRouter in flight", 402,
        #"{"error":{"code":402,"message":"No.","metadata":{"limit_source":"openrouter_in_flight_budget","error_type":"in_flight_budget_exhausted"}}}"#,
        .rateLimited, after: 5, fields: [("retry-after", "5")]),
    ErrorCase(
        "OpenRouter weight", 402,
        #"{"error":{"code":402,"message":"No.","metadata":{"error_type":"weight_exceeds_budget"}}}"#, .contextTooLong),
    ErrorCase(
        "OpenRouter moderation", 403,
        #"{"error":{"code":403,"message":"Input was blocked","metadata":{"reasons":["violence"],"flagged_input":"x","provider_name":"y"}}}"#,
        .refused),
    ErrorCase(
        "OpenRouter budget", 403,
        #"{"error":{"code":403,"message":"Over.","metadata":{"limit_usd":5,"spend_usd":5.01,"resets_at":"2026-12-01T00:00:00Z"}}}"#,
        .money),
    ErrorCase(
        "OpenRouter model", 400, #"{"error":{"code":400,"message":"x/y is not a valid model ID"}}"#, .unknownModel),
    ErrorCase("OpenRouter upstream", 502, #"{"error":{"code":502,"message":"Provider returned error"}}"#, .serverError),
    ErrorCase(
        "OpenRouter free models", 429, #"{"error":{"code":429,"message":"Rate limit exceeded: free-models-per-day"}}"#,
        .rateLimited, after: 120, fields: [("X-RateLimit-Reset", "1795348800000")]),
    // Gemini
    ErrorCase(
        "Gemini minute", 429,
        #"[{"error":{"code":429,"message":"You exceeded your current quota, please check your plan and billing details.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.QuotaFailure","violations":[{"quotaId":"GenerateRequestsPerMinutePerProjectPerModel-FreeTier"}]},{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}]"#,
        .rateLimited, after: 34.5),
    ErrorCase(
        "Gemini day", 429,
        #"[{"error":{"code":429,"message":"You exceeded your current quota.","status":"RESOURCE_EXHAUSTED","details":[{"violations":[{"quotaId":"GenerateRequestsPerDayPerProjectPerModel-FreeTier"}]},{"retryDelay":"34s"}]}}]"#,
        .money),
    ErrorCase("Gemini daily quota", 429, #"{"error":{"code":"quota_exceeded","message":"No."}}"#, .money),
    ErrorCase("Gemini money", 402, #"{"error":{"code":402,"message":"No.","status":"RESOURCE_EXHAUSTED"}}"#, .money),
    ErrorCase(
        "Gemini key", 400,
        #"[{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]"#,
        .unauthorised),
    ErrorCase(
        "Gemini context", 400,
        #"[{"error":{"code":400,"message":"The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).","status":"INVALID_ARGUMENT"}}]"#,
        .contextTooLong),
    // Others
    ErrorCase(
        "Kimi balance", 429, openAIError("Your account is suspended", type: "exceeded_current_quota_error"), .money),
    ErrorCase("Kimi context", 400, openAIError("Your request exceeded model token limit: 8192"), .contextTooLong),
    ErrorCase("GLM balance", 429, #"{"error":{"code":"1113","message":"余额不足或无可用资源包"}}"#, .money),
    ErrorCase("GLM rate", 429, #"{"error":{"code":"1302","message":"too many at once"}}"#, .rateLimited),
    ErrorCase("Qwen arrears", 400, #"{"code":"Arrearage","message":"Access denied","request_id":"r"}"#, .money),
    ErrorCase("Qwen context", 400, openAIError("Range of input length should be [1, 129024]"), .contextTooLong),
    ErrorCase("Qwen inspection", 400, openAIError("No.", code: "data_inspection_failed"), .refused),
    ErrorCase(
        "Mistral context", 400,
        #"{"object":"error","message":"Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length","type":"invalid_request_prompt","code":"3051"}"#,
        .contextTooLong),
    ErrorCase(
        "Mistral model", 400, #"{"object":"error","message":"Invalid model: x","type":"invalid_model","code":"1500"}"#,
        .unknownModel),
    ErrorCase(
        "Mistral parameter", 422,
        #"{"object":"error","message":{"detail":[{"type":"extra_forbidden","loc":["body","x"],"msg":"Extra inputs are not permitted"}]}}"#,
        .badRequest),
    ErrorCase(
        "xAI context", 400,
        #"{"code":"c","error":"This model's maximum prompt length is 131072 but the request contains 150000 tokens."}"#,
        .contextTooLong),
    ErrorCase(
        "Groq size", 413,
        openAIError(
            "Request too large for model `x` on tokens per minute (TPM): Limit 6000", type: "tokens",
            code: "rate_limit_exceeded"), .contextTooLong),
    ErrorCase(
        "llama.cpp context", 400,
        #"{"error":{"code":400,"message":"the request exceeds the available context size","type":"exceed_context_size_error","n_prompt_tokens":5000,"n_ctx":4096}}"#,
        .contextTooLong),
    ErrorCase(
        "llama.cpp loading", 503, #"{"error":{"code":503,"message":"Loading model","type":"unavailable_error"}}"#,
        .serverError),
    ErrorCase(
        "llama.cpp not built in", 501, #"{"error":{"code":501,"message":"No.","type":"not_supported_error"}}"#,
        .badRequest),
    ErrorCase(
        "vLLM context", 400,
        #"{"object":"error","message":"This model's maximum context length is 4096 tokens.","type":"BadRequestError","param":null,"code":400}"#,
        .contextTooLong),
    ErrorCase("FastAPI", 422, #"{"detail":[{"loc":["body"],"msg":"field required"}]}"#, .badRequest),
    ErrorCase("Ollama model", 404, #"{"error":"model 'x' not found"}"#, .unknownModel),
    ErrorCase("Ollama thinking", 400, #"{"error":"\"x\" does not support thinking"}"#, .badRequest),
    ErrorCase("Ollama memory", 500, #"{"error":"model requires more system memory"}"#, .serverError),
    // Gateways
    ErrorCase(
        "LiteLLM budget", 422,
        #"{"error":{"message":"Budget has been exceeded! Current cost: 1","type":"budget_exceeded","code":"422"}}"#,
        .money),
    ErrorCase("guardrail", 446, "", .refused),
    ErrorCase("proxy", 502, "<html><body>Bad gateway</body></html>", .serverError),
    ErrorCase("redirect", 302, "", .malformed),
    ErrorCase("nonsense in JSON", 400, #"{"error":[1,2]}"#, .badRequest),
    ErrorCase("proxy credentials", 407, "", .unauthorised),
]
