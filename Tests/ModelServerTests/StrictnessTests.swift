import ModelServer
import Testing

/// A client's mistake, and how the real service answers it.
struct Mistake: Sendable, CustomTestStringConvertible {
    var what: String
    var path = "/v1/chat/completions"
    var headers: [(String, String)] = [("Authorization", "Bearer test-key"), ("Content-Type", "application/json")]
    var body: String
    var status = 400
    /// `error.code`, `error.type` or the whole `error`, whichever the provider tells clients apart by.
    var mark: String
    var testDescription: String { what }
}

private let openAI: [Mistake] = [
    Mistake(
        what: "no key", headers: [("Content-Type", "application/json")], body: "{}", status: 401,
        mark: "invalid_request_error"),
    Mistake(
        what: "a wrong key", headers: [("Authorization", "Bearer nope"), ("Content-Type", "application/json")],
        body: "{}",
        status: 401, mark: "invalid_api_key"),
    Mistake(what: "a body that is no JSON", body: "{\"model\":", mark: "invalid_request_error"),
    Mistake(
        what: "a body of another kind",
        headers: [("Authorization", "Bearer test-key"), ("Content-Type", "text/plain")], body: chat(),
        mark: "invalid_request_error"),
    Mistake(what: "no model", body: #"{"messages":[{"role":"user","content":"x"}]}"#, mark: "invalid_request_error"),
    Mistake(what: "an unknown model", body: chat(model: "nope"), status: 404, mark: "model_not_found"),
    Mistake(what: "no messages", body: #"{"model":"plain"}"#, mark: "missing_required_parameter"),
    Mistake(what: "empty messages", body: #"{"model":"plain","messages":[]}"#, mark: "empty_array"),
    Mistake(
        what: "a message without a role", body: #"{"model":"plain","messages":[{"content":"x"}]}"#,
        mark: "missing_required_parameter"),
    Mistake(
        what: "an unknown role", body: #"{"model":"plain","messages":[{"role":"robot","content":"x"}]}"#,
        mark: "invalid_value"),
    Mistake(
        what: "an unknown field of a message",
        body: #"{"model":"plain","messages":[{"role":"user","content":"x","mood":"good"}]}"#, mark: "unknown_parameter"),
    Mistake(
        what: "content that is a number", body: #"{"model":"plain","messages":[{"role":"user","content":3}]}"#,
        mark: "invalid_request_error"),
    Mistake(what: "an unknown field", body: chat(#""top_k":3"#), mark: "unknown_parameter"),
    Mistake(what: "a temperature as text", body: chat(#""temperature":"0""#), mark: "invalid_type"),
    Mistake(what: "a temperature above two", body: chat(#""temperature":2.5"#), mark: "decimal_above_max_value"),
    Mistake(what: "a fractional limit", body: chat(#""max_tokens":1.5"#), mark: "invalid_type"),
    Mistake(what: "a limit of nothing", body: chat(#""max_tokens":0"#), mark: "integer_below_min_value"),
    Mistake(what: "a limit beyond the model's", body: chat(#""max_tokens":16385"#), mark: "invalid_value"),
    Mistake(
        what: "both limits", body: chat(#""max_tokens":5,"max_completion_tokens":5"#),
        mark: "invalid_parameter_combination"),
    Mistake(
        what: "the old limit for a reasoning model", body: chat(#""max_tokens":5"#, model: "thinking"),
        mark: "unsupported_parameter"),
    Mistake(
        what: "a temperature for a reasoning model", body: chat(#""temperature":0"#, model: "thinking"),
        mark: "unsupported_value"),
    Mistake(what: "effort for a plain model", body: chat(#""reasoning_effort":"low""#), mark: "invalid_request_error"),
    Mistake(
        what: "an unknown effort", body: chat(#""reasoning_effort":"huge""#, model: "thinking"), mark: "invalid_value"),
    Mistake(what: "several choices", body: chat(#""n":2"#), mark: "invalid_value"),
    Mistake(what: "tools", body: chat(#""tools":[]"#), mark: "unsupported_parameter"),
    Mistake(
        what: "stream options without a stream", body: chat(#""stream_options":{"include_usage":true}"#),
        mark: "invalid_request_error"),
    Mistake(
        what: "an unknown stream option", body: chat(#""stream":true,"stream_options":{"usage":true}"#),
        mark: "unknown_parameter"),
    Mistake(what: "a prompt beyond the window", body: chat(model: "small"), mark: "context_length_exceeded"),
    Mistake(
        what: "prompt and limit beyond the window", body: chat(#""max_tokens":16384"#, model: "narrow"),
        mark: "context_length_exceeded"),
    Mistake(what: "an unknown format", body: chat(#""response_format":{"type":"xml"}"#), mark: "invalid_value"),
    Mistake(
        what: "JSON without the word", body: chat(#""response_format":{"type":"json_object"}"#),
        mark: "invalid_request_error"),
    Mistake(
        what: "a schema without a name",
        body: chat(#""response_format":{"type":"json_schema","json_schema":{"schema":{}}}"#), mark: "invalid_value"),
    Mistake(
        what: "a name with a space",
        body: chat(#""response_format":{"type":"json_schema","json_schema":{"name":"a b","schema":{}}}"#),
        mark: "invalid_value"),
    Mistake(
        what: "a strict schema that is open", body: chat(strict(#"{"type":"object","properties":{}}"#)),
        mark: "invalid_request_error"),
    Mistake(
        what: "a strict schema with an optional property",
        body: chat(
            strict(
                #"{"type":"object","properties":{"a":{"type":"string"}},"required":[],"additionalProperties":false}"#)),
        mark: "invalid_request_error"),
    Mistake(
        what: "a strict schema whose root is an array",
        body: chat(strict(#"{"type":"array","items":{"type":"string"}}"#)), mark: "invalid_request_error"),
    Mistake(what: "an unknown page", path: "/v1/completions", body: "{}", status: 404, mark: "invalid_request_error"),
]

private let azureHeaders = [("api-key", "test-key"), ("Content-Type", "application/json")]
private let azure: [Mistake] = [
    Mistake(
        what: "Azure: a wrong key", path: "/openai/deployments/plain/chat/completions?api-version=2024-10-21",
        headers: [("api-key", "nope"), ("Content-Type", "application/json")], body: chat(), status: 401, mark: "401"),
    Mistake(
        what: "Azure: no version", path: "/openai/deployments/plain/chat/completions", headers: azureHeaders,
        body: chat(), status: 404, mark: "invalid_request_error"),
    Mistake(
        what: "Azure: an unknown deployment", path: "/openai/deployments/nope/chat/completions?api-version=2024-10-21",
        headers: azureHeaders, body: chat(), status: 404, mark: "DeploymentNotFound"),
]

private let anthropicHeaders = [
    ("x-api-key", "test-key"), ("anthropic-version", "2023-06-01"), ("Content-Type", "application/json"),
]

private func anthropic(_ what: String, _ body: String, status: Int = 400, mark: String = "invalid_request_error")
    -> Mistake
{
    Mistake(
        what: "Anthropic: " + what, path: "/v1/messages", headers: anthropicHeaders, body: body, status: status,
        mark: mark)
}

private let messages: [Mistake] = [
    Mistake(
        what: "Anthropic: no key", path: "/v1/messages", headers: Array(anthropicHeaders.dropFirst()), body: message(),
        status: 401, mark: "authentication_error"),
    Mistake(
        what: "Anthropic: a wrong key", path: "/v1/messages",
        headers: [("x-api-key", "nope")] + anthropicHeaders.dropFirst(), body: message(), status: 401,
        mark: "authentication_error"),
    Mistake(
        what: "Anthropic: no version", path: "/v1/messages", headers: [anthropicHeaders[0], anthropicHeaders[2]],
        body: message(), mark: "invalid_request_error"),
    Mistake(
        what: "Anthropic: an unknown version", path: "/v1/messages",
        headers: [anthropicHeaders[0], anthropicHeaders[2], ("anthropic-version", "2000-01-01")], body: message(),
        mark: "invalid_request_error"),
    anthropic("no limit", #"{"model":"plain","messages":[{"role":"user","content":"x"}]}"#),
    anthropic("a limit as text", #"{"model":"plain","max_tokens":"5","messages":[{"role":"user","content":"x"}]}"#),
    anthropic("a limit beyond the model's", message(limit: 16_385)),
    anthropic("an unknown model", message(model: "nope"), status: 404, mark: "not_found_error"),
    anthropic("an unknown field", message(#""seed":3"#)),
    anthropic(
        "an unknown field of a message",
        #"{"model":"plain","max_tokens":5,"messages":[{"role":"user","content":"x","name":"me"}]}"#),
    anthropic(
        "the system as a role", #"{"model":"plain","max_tokens":5,"messages":[{"role":"system","content":"x"}]}"#),
    anthropic("empty content", #"{"model":"plain","max_tokens":5,"messages":[{"role":"user","content":""}]}"#),
    anthropic("a temperature above one", message(#""temperature":1.5"#)),
    anthropic("thinking for a plain model", message(#""thinking":{"type":"enabled","budget_tokens":1024}"#)),
    anthropic(
        "a budget below the least",
        message(#""thinking":{"type":"enabled","budget_tokens":100}"#, model: "thinking", limit: 2000)),
    anthropic(
        "a budget above the limit",
        message(#""thinking":{"type":"enabled","budget_tokens":1024}"#, model: "thinking", limit: 1024)),
    anthropic(
        "a temperature beside thinking",
        message(#""temperature":0,"thinking":{"type":"enabled","budget_tokens":1024}"#, model: "thinking", limit: 2000)),
    anthropic(
        "an open schema",
        message(#""output_config":{"format":{"type":"json_schema","schema":{"type":"object","properties":{}}}}"#)),
    anthropic("an unknown effort", message(#""output_config":{"effort":"huge"}"#)),
    anthropic(
        "an unknown cache mark",
        #"{"model":"plain","max_tokens":5,"system":[{"type":"text","text":"x","cache_control":{"type":"forever"}}],"messages":[{"role":"user","content":"x"}]}"#
    ),
    anthropic("a prompt beyond the window", message(model: "small")),
    anthropic("prompt and limit beyond the window", message(model: "narrow", limit: 16_384)),
]

private func ollama(_ what: String, _ body: String, status: Int = 400, mark: String) -> Mistake {
    Mistake(what: "Ollama: " + what, path: "/api/chat", body: body, status: status, mark: mark)
}

private let chats: [Mistake] = [
    ollama("no model", #"{"messages":[]}"#, mark: "model is required"),
    ollama("an unknown model", #"{"model":"nope","messages":[]}"#, status: 404, mark: "model 'nope' not found"),
    ollama(
        "a stream as text", #"{"model":"plain","stream":"yes"}"#,
        mark: "json: cannot unmarshal string into Go struct field ChatRequest.stream of type bool"),
    ollama(
        "content as a number", #"{"model":"plain","messages":[{"role":"user","content":3}]}"#,
        mark: "json: cannot unmarshal integer into Go struct field ChatRequest.messages.content of type string"),
    ollama(
        "an unknown role", #"{"model":"plain","messages":[{"role":"robot","content":"x"}]}"#,
        mark: "invalid role: \"robot\""),
    ollama(
        "a window as text", #"{"model":"plain","options":{"num_ctx":"big"}}"#,
        mark: "option \"num_ctx\" must be of type integer"),
    ollama(
        "an unknown format", #"{"model":"plain","format":"xml"}"#,
        mark: "invalid format: \"xml\"; expected \"json\" or a valid JSON Schema object"),
    ollama(
        "thinking without the gift", #"{"model":"plain","messages":[],"think":true}"#,
        mark: "\"plain\" does not support thinking"),
]

func chat(_ more: String = "", model: String = "plain") -> String {
    let rest = more.isEmpty ? "" : "," + more
    return #"{"model":"\#(model)","messages":[{"role":"user","content":"one two three four"}]\#(rest)}"#
}

func message(_ more: String = "", model: String = "plain", limit: Int = 50) -> String {
    let rest = more.isEmpty ? "" : "," + more
    return
        #"{"model":"\#(model)","max_tokens":\#(limit),"messages":[{"role":"user","content":"one two three four"}]\#(rest)}"#
}

func strict(_ schema: String) -> String {
    #""response_format":{"type":"json_schema","json_schema":{"name":"answer","strict":true,"schema":\#(schema)}}"#
}

let offered = ServerSettings(models: [
    ServedModel("plain", prices: TruePrices(input: 1_000_000, output: 4_000_000)),
    ServedModel("thinking", prices: TruePrices(input: 1_000_000, output: 4_000_000), reasoningTokens: 24),
    ServedModel("small", window: 8), ServedModel("narrow", window: 16_384),
])

@Suite("A strict server")
struct StrictnessTests {
    @Test(
        "refuses what the real one refuses, in its words, and bills nothing",
        arguments: openAI + azure + messages + chats)
    func refusal(mistake: Mistake) async throws {
        let server = try await ModelServer.start(offered)
        let answer = await RawClient(port: server.port).post(mistake.path, headers: mistake.headers, mistake.body)
        #expect(answer.status == mistake.status)
        let error = try #require(answer.json?["error"])
        let marks = [error["code"]?.text, error["type"]?.text, error.text].compactMap { $0 }
        #expect(marks.contains(mistake.mark), "\(answer.text)")
        #expect(server.ledger.billed.isEmpty)
        await server.stop()
    }

    @Test(
        "the same requests without the mistake are answered",
        arguments: [
            ("/v1/chat/completions", chat(#""temperature":0,"max_tokens":50,"seed":1,"user":null"#)),
            ("/v1/chat/completions", chat(#""reasoning_effort":"low","max_completion_tokens":50"#, model: "thinking")),
            (
                "/v1/chat/completions",
                chat(
                    strict(
                        #"{"type":"object","properties":{"a":{"type":["string","null"]}},"required":["a"],"additionalProperties":false}"#
                    ))
            ),
            (
                "/openai/deployments/plain/chat/completions?api-version=2024-10-21",
                #"{"messages":[{"role":"user","content":"x"}]}"#
            ),
            ("/v1/messages", message(#""temperature":0,"system":"Be kind.""#)),
            (
                "/v1/messages",
                message(
                    #""temperature":1,"thinking":{"type":"enabled","budget_tokens":1024}"#, model: "thinking",
                    limit: 2000)
            ),
            ("/api/chat", #"{"model":"plain","stream":false,"unknown":1,"messages":[{"role":"user","content":"x"}]}"#),
        ])
    func acceptance(path: String, body: String) async throws {
        let server = try await ModelServer.start(offered)
        let headers = anthropicHeaders + [("Authorization", "Bearer test-key"), ("api-key", "test-key")]
        let answer = await RawClient(port: server.port).post(path, headers: headers, body)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(server.ledger.billed.map(\.state) == [.finished])
        await server.stop()
    }
}
