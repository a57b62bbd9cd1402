/// OpenAI's chat completions, and Azure's form of them.
///
/// Source: the published API reference and the types of the `openai` package 2.x/3.x, read November 2026. Requests that
/// ask for what is not served here (tools, several choices, audio) are refused rather than half obeyed.
struct OpenAIForm: ProviderForm {
    /// The deployment in the path, where the form is Azure's.
    var deployment: String?

    private var isAzure: Bool { deployment != nil }
    var requestIDHeader: String? { "x-request-id" }

    func event(of refusal: Refusal) -> [UInt8] {
        Array("data: ".utf8) + refusal.body.bytes + Array("\n\n".utf8)
    }

    func authorise(_ request: Incoming, keys: Set<String>) throws(Refusal) {
        let bearer = request.headers["authorization"].flatMap {
            $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
        }
        let key = isAzure ? request.headers["api-key"] ?? bearer : bearer
        if isAzure {
            if let key, keys.contains(key) { return }
            throw Refusal(
                status: 401,
                body: [
                    "error": [
                        "code": "401",
                        "message":
                            "Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.",
                    ]
                ])
        }
        guard let key else {
            throw OpenAIForm.refusal(
                401, "You didn't provide an API key. You need to provide your API key in an Authorization header.")
        }
        guard keys.contains(key) else {
            throw OpenAIForm.refusal(
                401, "Incorrect API key provided: \(key.prefix(3))***\(key.suffix(2)).", code: "invalid_api_key")
        }
    }

    static func refusal(
        _ status: Int, _ message: String, type: String = "invalid_request_error", param: String? = nil,
        code: String? = nil
    ) -> Refusal {
        Refusal(
            status: status,
            body: [
                "error": [
                    "message": .string(message), "type": .string(type), "param": param.map(JSON.string) ?? .null,
                    "code": code.map(JSON.string) ?? .null,
                ]
            ])
    }

    func fault(_ fault: ServerFault, model: String, retryAfter: Int?) -> Refusal {
        var refusal = OpenAIForm.described(fault, model: model)
        if let retryAfter { refusal.headers.append(Header(name: "retry-after", value: String(retryAfter))) }
        return refusal
    }

    private static func described(_ fault: ServerFault, model: String) -> Refusal {
        switch fault {
        case .unauthorised: refusal(401, "Incorrect API key provided.", code: "invalid_api_key")
        case .insufficientQuota:
            refusal(
                429, "You exceeded your current quota, please check your plan and billing details.",
                type: "insufficient_quota", code: "insufficient_quota")
        case .paymentRequired:
            refusal(402, "Insufficient Balance", type: "unknown_error", code: "invalid_request_error")
        case .modelNotFound: modelNotFound(model)
        case .contextTooLong:
            refusal(
                400, "This model's maximum context length is 8192 tokens. However, your messages resulted in more.",
                param: "messages", code: "context_length_exceeded")
        case .rateLimited:
            refusal(429, "Rate limit reached for requests.", type: "requests", code: "rate_limit_exceeded")
        case .internalError:
            refusal(500, "The server had an error while processing your request.", type: "server_error")
        case .badGateway: refusal(502, "Bad gateway.", type: "server_error")
        case .unavailable: refusal(503, "The engine is currently overloaded.", type: "service_unavailable_error")
        case .gatewayTimeout: refusal(504, "Gateway timeout.", type: "server_error")
        case .overloaded: refusal(529, "Overloaded.", type: "server_error")
        }
    }

    static func modelNotFound(_ model: String) -> Refusal {
        refusal(
            404, "The model `\(model)` does not exist or you do not have access to it.", code: "model_not_found")
    }
}

extension OpenAIForm {
    func answer(_ production: Production, to ask: Ask, as words: AnswerWords) -> Reply {
        ask.isStream ? stream(production, ask, words) : whole(production, ask, words)
    }

    private func head(_ ask: Ask, _ words: AnswerWords, object: String) -> [JSON.Member] {
        [
            JSON.Member("id", .string("chatcmpl-" + words.requestID)), JSON.Member("object", .string(object)),
            JSON.Member("created", .integer(words.created)), JSON.Member("model", .string(ask.model.name)),
            JSON.Member("system_fingerprint", .null),
        ]
    }

    private func finishReason(_ finish: Production.Finish) -> JSON {
        switch finish {
        case .complete: "stop"
        case .length: "length"
        // Azure's filter cuts the answer; OpenAI's model says so itself, in `refusal`.
        case .refused: isAzure ? "content_filter" : "stop"
        }
    }

    private func usage(_ words: AnswerWords) -> JSON? {
        guard let tokens = words.told else { return nil }
        var members = [
            JSON.Member("prompt_tokens", .integer(tokens.input)),
            JSON.Member("completion_tokens", .integer(tokens.output)),
            JSON.Member("total_tokens", .integer(tokens.input + tokens.output)),
            JSON.Member(
                "prompt_tokens_details", ["cached_tokens": .integer(tokens.cachedInput), "audio_tokens": 0]),
            JSON.Member(
                "completion_tokens_details",
                [
                    "reasoning_tokens": .integer(tokens.reasoning), "audio_tokens": 0,
                    "accepted_prediction_tokens": 0, "rejected_prediction_tokens": 0,
                ]),
        ]
        if let cost = words.cost { members.append(JSON.Member("cost", .decimal(cost))) }
        return .object(members)
    }

    private func whole(_ production: Production, _ ask: Ask, _ words: AnswerWords) -> Reply {
        let isRefusal = production.finish == .refused && !isAzure
        var choice = [
            JSON.Member("index", 0),
            JSON.Member(
                "message",
                [
                    "role": "assistant", "content": isRefusal ? .null : .string(production.text),
                    "refusal": isRefusal ? .string(production.text) : .null, "annotations": [],
                ]),
            JSON.Member("logprobs", .null), JSON.Member("finish_reason", finishReason(production.finish)),
        ]
        var members = head(ask, words, object: "chat.completion")
        if isAzure {
            choice.append(JSON.Member("content_filter_results", .object([])))
            members.append(JSON.Member("prompt_filter_results", [["prompt_index": 0, "content_filter_results": [:]]]))
        }
        members.append(JSON.Member("choices", [.object(choice)]))
        if let usage = usage(words) { members.append(JSON.Member("usage", usage)) }
        var reply = Reply(parts: [JSON.object(members).bytes])
        guard production.padding > 0 else { return reply }
        // The text's last byte is followed by the padding: the answer is cut open there.
        let marker = Array(JSON.string(production.text).serialised.utf8.dropLast())
        let bytes = reply.parts[0]
        let start = bytes.indices.first { bytes[$0...].starts(with: marker) } ?? 0
        reply.parts = [Array(bytes[..<(start + marker.count)]), Array(bytes[(start + marker.count)...])]
        reply.padding = production.padding
        return reply
    }

    private func stream(_ production: Production, _ ask: Ask, _ words: AnswerWords) -> Reply {
        var reply = Reply(contentType: "text/event-stream; charset=utf-8", parts: [], isStream: true)
        func send(_ value: JSON) { reply.parts.append(Array("data: ".utf8) + value.bytes + Array("\n\n".utf8)) }
        func chunk(_ delta: JSON, finish: JSON = .null) -> JSON {
            var members = head(ask, words, object: "chat.completion.chunk")
            var choice = [JSON.Member("index", 0), JSON.Member("delta", delta), JSON.Member("logprobs", .null)]
            choice.append(JSON.Member("finish_reason", finish))
            members.append(JSON.Member("choices", [.object(choice)]))
            if ask.includesUsage { members.append(JSON.Member("usage", .null)) }
            return .object(members)
        }
        if isAzure {
            // Azure's first chunk has no choice, only what its filter says of the prompt.
            var members = head(ask, words, object: "")
            members.append(JSON.Member("choices", []))
            members.append(JSON.Member("prompt_filter_results", [["prompt_index": 0, "content_filter_results": [:]]]))
            send(.object(members))
        }
        let isRefusal = production.finish == .refused && !isAzure
        send(chunk(["role": "assistant", "content": "", "refusal": .null]))
        for piece in Tokeniser.pieces(of: production.text, tokens: 3) {
            send(chunk(isRefusal ? ["refusal": .string(piece)] : ["content": .string(piece)]))
        }
        if production.padding > 0 {
            // Padding goes into as many chunks as it takes, as a model that does not stop would send it.
            send(chunk(["content": .string(String(repeating: "x", count: 16_384))]))
            if let part = reply.parts.last {
                reply.parts += Array(repeating: part, count: production.padding / 16_384)
            }
        }
        send(chunk([:], finish: finishReason(production.finish)))
        if ask.includesUsage, let usage = usage(words) {
            var members = head(ask, words, object: "chat.completion.chunk")
            members += [JSON.Member("choices", []), JSON.Member("usage", usage)]
            send(.object(members))
        }
        reply.parts.append(Array("data: [DONE]\n\n".utf8))
        return reply
    }
}
