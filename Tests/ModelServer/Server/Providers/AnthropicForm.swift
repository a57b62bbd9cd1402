/// Anthropic's Messages.
///
/// Source: the published API reference and the types of the `anthropic` package 2.x, read November 2026. Tools are not
/// served and refused.
struct AnthropicForm: ProviderForm {
    var requestIDHeader: String? { "request-id" }

    static func refusal(_ status: Int, _ type: String, _ message: String) -> Refusal {
        Refusal(
            status: status,
            body: [
                "type": "error", "error": ["type": .string(type), "message": .string(message)],
                "request_id": .null,
            ])
    }

    static func invalid(_ message: String) -> Refusal { refusal(400, "invalid_request_error", message) }

    func authorise(_ request: Incoming, keys: Set<String>) throws(Refusal) {
        // The package sends the key as a bearer token since 2.x; the older header is documented and as good.
        let bearer = request.headers["authorization"].flatMap {
            $0.hasPrefix("Bearer ") ? String($0.dropFirst(7)) : nil
        }
        guard let key = request.headers["x-api-key"] ?? bearer else {
            throw AnthropicForm.refusal(401, "authentication_error", "x-api-key header is required")
        }
        guard keys.contains(key) else {
            throw AnthropicForm.refusal(401, "authentication_error", "invalid x-api-key")
        }
    }

    func fault(_ fault: ServerFault, model: String, retryAfter: Int?) -> Refusal {
        var refusal = AnthropicForm.described(fault, model: model)
        if let retryAfter { refusal.headers.append(Header(name: "retry-after", value: String(retryAfter))) }
        return refusal
    }

    private static func described(_ fault: ServerFault, model: String) -> Refusal {
        switch fault {
        case .unauthorised: refusal(401, "authentication_error", "invalid x-api-key")
        case .insufficientQuota:
            invalid(
                "Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits."
            )
        case .paymentRequired: refusal(402, "billing_error", "There is an issue with your billing information.")
        case .modelNotFound: refusal(404, "not_found_error", "model: \(model)")
        case .contextTooLong: invalid("prompt is too long: 200001 tokens > 200000 maximum")
        case .rateLimited:
            refusal(429, "rate_limit_error", "This request would exceed your organization's rate limit.")
        case .internalError: refusal(500, "api_error", "Internal server error")
        case .badGateway: refusal(502, "api_error", "Bad gateway")
        case .unavailable: refusal(503, "api_error", "Service unavailable")
        case .gatewayTimeout: refusal(504, "timeout_error", "Request timed out")
        case .overloaded: refusal(529, "overloaded_error", "Overloaded")
        }
    }

    func event(of refusal: Refusal) -> [UInt8] {
        Array("event: error\ndata: ".utf8) + refusal.body.bytes + Array("\n\n".utf8)
    }
}

extension AnthropicForm {
    func answer(_ production: Production, to ask: Ask, as words: AnswerWords) -> Reply {
        ask.isStream ? stream(production, ask, words) : whole(production, ask, words)
    }

    private func stopReason(_ finish: Production.Finish) -> JSON {
        switch finish {
        case .complete: "end_turn"
        case .length: "max_tokens"
        case .refused: "refusal"
        }
    }

    private func usage(_ tokens: TrueTokens, output: Int) -> [JSON.Member] {
        [
            JSON.Member("input_tokens", .integer(tokens.freshInput)),
            JSON.Member("cache_creation_input_tokens", .integer(tokens.cacheWrite + tokens.longCacheWrite)),
            JSON.Member("cache_read_input_tokens", .integer(tokens.cachedInput)),
            JSON.Member(
                "cache_creation",
                [
                    "ephemeral_5m_input_tokens": .integer(tokens.cacheWrite),
                    "ephemeral_1h_input_tokens": .integer(tokens.longCacheWrite),
                ]),
            JSON.Member("output_tokens", .integer(output)), JSON.Member("service_tier", "standard"),
        ]
    }

    private func usage(wholeOf tokens: TrueTokens) -> [JSON.Member] {
        usage(tokens, output: tokens.output)
            + [JSON.Member("output_tokens_details", ["thinking_tokens": .integer(tokens.reasoning)])]
    }

    private func message(_ ask: Ask, _ words: AnswerWords, content: [JSON], stop: JSON, usage: [JSON.Member]?) -> JSON {
        var members = [
            JSON.Member("id", .string("msg_" + words.requestID)), JSON.Member("type", "message"),
            JSON.Member("role", "assistant"), JSON.Member("model", .string(ask.model.name)),
            JSON.Member("content", .array(content)), JSON.Member("stop_reason", stop),
            JSON.Member("stop_sequence", .null),
        ]
        if let usage { members.append(JSON.Member("usage", .object(usage))) }
        return .object(members)
    }

    private static let thinking: JSON = ["type": "thinking", "thinking": "", "signature": "c2lnbmF0dXJl"]

    private func whole(_ production: Production, _ ask: Ask, _ words: AnswerWords) -> Reply {
        var content: [JSON] = []
        if production.tokens.reasoning > 0 { content.append(AnthropicForm.thinking) }
        let text = production.text + String(repeating: "x", count: production.padding)
        if !text.isEmpty { content.append(["type": "text", "text": .string(text)]) }
        let figures = words.told.map { usage(wholeOf: $0) }
        let value = message(ask, words, content: content, stop: stopReason(production.finish), usage: figures)
        return Reply(parts: [value.bytes])
    }

    private func stream(_ production: Production, _ ask: Ask, _ words: AnswerWords) -> Reply {
        var reply = Reply(contentType: "text/event-stream; charset=utf-8", parts: [], isStream: true)
        func send(_ type: String, _ members: [JSON.Member]) {
            let value = JSON.object([JSON.Member("type", .string(type))] + members)
            reply.parts.append(Array("event: \(type)\ndata: ".utf8) + value.bytes + Array("\n\n".utf8))
        }
        // The first event knows the input; the output's figure there is only a beginning.
        let opening = words.told.map { usage($0, output: min(1, $0.output)) }
        send("message_start", [JSON.Member("message", message(ask, words, content: [], stop: .null, usage: opening))])
        send("ping", [])
        var index = 0
        func block(_ start: JSON, _ deltas: [JSON]) {
            send("content_block_start", [JSON.Member("index", .integer(index)), JSON.Member("content_block", start)])
            for delta in deltas {
                send("content_block_delta", [JSON.Member("index", .integer(index)), JSON.Member("delta", delta)])
            }
            send("content_block_stop", [JSON.Member("index", .integer(index))])
            index += 1
        }
        if production.tokens.reasoning > 0 {
            block(AnthropicForm.thinking, [["type": "signature_delta", "signature": "c2lnbmF0dXJl"]])
        }
        var pieces = Tokeniser.pieces(of: production.text, tokens: 3)
        if production.padding > 0 {
            let filler = String(repeating: "x", count: 16_384)
            pieces += Array(repeating: filler, count: production.padding / 16_384)
        }
        if !pieces.isEmpty {
            block(["type": "text", "text": ""], pieces.map { ["type": "text_delta", "text": .string($0)] })
        }
        var closing = [
            JSON.Member("delta", ["stop_reason": stopReason(production.finish), "stop_sequence": .null])
        ]
        if let tokens = words.told {
            // Cumulative, and again with the input's figures.
            closing.append(JSON.Member("usage", .object(usage(wholeOf: tokens))))
        }
        send("message_delta", closing)
        send("message_stop", [])
        return reply
    }
}
