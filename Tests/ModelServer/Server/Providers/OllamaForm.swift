/// Ollama's own `/api/chat`.
///
/// Source: Ollama's API page and the types of the `ollama` package 0.6, read November 2026. It knows no key, ignores
/// fields it does not know, streams unless told otherwise, and cuts a prompt beyond `options.num_ctx` without a word.
struct OllamaForm: ProviderForm {
    var requestIDHeader: String? { nil }
    /// What the service takes when the request does not say.
    static let usualWindow = 4096

    static func refusal(_ status: Int, _ message: String) -> Refusal {
        Refusal(status: status, body: ["error": .string(message)])
    }

    func authorise(_ request: Incoming, keys: Set<String>) throws(Refusal) {}

    func fault(_ fault: ServerFault, model: String, retryAfter: Int?) -> Refusal {
        var refusal =
            switch fault {
            case .unauthorised: OllamaForm.refusal(401, "unauthorized")
            case .insufficientQuota, .paymentRequired:
                OllamaForm.refusal(402, "this model requires a subscription, upgrade for access")
            case .modelNotFound: OllamaForm.refusal(404, "model '\(model)' not found")
            case .contextTooLong: OllamaForm.refusal(400, "the prompt is too long for the model's context window")
            case .rateLimited: OllamaForm.refusal(429, "too many concurrent requests")
            case .internalError: OllamaForm.refusal(500, "llama runner process has terminated: exit status 2")
            case .badGateway: OllamaForm.refusal(502, "bad gateway")
            case .unavailable:
                OllamaForm.refusal(503, "server busy, please try again.  maximum pending requests exceeded")
            case .gatewayTimeout: OllamaForm.refusal(504, "gateway timeout")
            case .overloaded: OllamaForm.refusal(529, "overloaded")
            }
        if let retryAfter { refusal.headers.append(Header(name: "retry-after", value: String(retryAfter))) }
        return refusal
    }

    func event(of refusal: Refusal) -> [UInt8] { refusal.body.bytes + [UInt8(ascii: "\n")] }

    func ask(of request: Incoming, offering models: [ServedModel], cache: PromptCache) throws(Refusal) -> Ask {
        guard let body = try? JSON(parsing: request.body), case .object = body else {
            throw OllamaForm.refusal(400, "invalid character in request body")
        }
        try check(body)
        guard let name = body["model"]?.text, !name.isEmpty else {
            throw OllamaForm.refusal(400, "model is required")
        }
        guard let model = models.first(where: { $0.name == name || $0.name + ":latest" == name }) else {
            throw OllamaForm.refusal(404, "model '\(name)' not found")
        }
        var messages: [Ask.Message] = []
        for item in body["messages"]?.items ?? [] {
            let role = item["role"]?.text ?? ""
            guard ["system", "user", "assistant", "tool"].contains(role) else {
                throw OllamaForm.refusal(400, "invalid role: \"\(role)\"")
            }
            messages.append(Ask.Message(role: role, text: item["content"]?.text ?? ""))
        }
        let options = body["options"]
        let limit = options?["num_predict"]?.whole ?? -1
        var ask = Ask(
            model: model, messages: messages, outputLimit: limit > 0 ? limit : model.mostOutput, reasoning: 0)
        ask.isStream = body["stream"]?.truth ?? true
        if let think = body["think"], think != .null, think.truth != false {
            guard let reasoning = model.reasoningTokens else {
                throw OllamaForm.refusal(400, "\"\(name)\" does not support thinking")
            }
            ask.reasoning = reasoning
        }
        if let format = body["format"], format != .null, format != "" {
            ask.wantsJSON = true
            if case .object = format { ask.schema = format }
        }
        cut(&ask, to: min(options?["num_ctx"]?.whole ?? OllamaForm.usualWindow, model.window))
        return ask
    }

    /// Older messages go first; what is still too long loses its beginning.
    private func cut(_ ask: inout Ask, to window: Int) {
        while ask.promptTokens > window, let index = ask.messages.firstIndex(where: { $0.role != "system" }),
            ask.messages.count > index + 1
        {
            ask.messages.remove(at: index)
        }
        while ask.promptTokens > window, var last = ask.messages.popLast(), !last.text.isEmpty {
            last.text = String(last.text.suffix(last.text.count * 9 / 10))
            ask.messages.append(last)
        }
    }

    private func check(_ body: JSON) throws(Refusal) {
        func wrong(_ value: JSON, _ name: String, _ kind: String) -> Refusal {
            OllamaForm.refusal(
                400,
                "json: cannot unmarshal \(value.kindName.split(separator: " ").last ?? "value") into Go struct field ChatRequest.\(name) of type \(kind)"
            )
        }
        if let value = body["model"], value.text == nil { throw wrong(value, "model", "string") }
        if let value = body["stream"], value != .null, value.truth == nil { throw wrong(value, "stream", "bool") }
        if let value = body["messages"], value != .null {
            guard let items = value.items else { throw wrong(value, "messages", "[]api.Message") }
            for item in items {
                guard case .object = item else { throw wrong(item, "messages", "api.Message") }
                if let content = item["content"], content.text == nil {
                    throw wrong(content, "messages.content", "string")
                }
            }
        }
        if let value = body["options"], value != .null {
            guard case .object = value else { throw wrong(value, "options", "map[string]interface {}") }
            for name in ["num_ctx", "num_predict"] {
                if let number = value[name], number.whole == nil {
                    throw OllamaForm.refusal(400, "option \"\(name)\" must be of type integer")
                }
            }
        }
        guard let format = body["format"], format != .null, format != "", format != "json" else { return }
        guard case .object = format else {
            throw OllamaForm.refusal(
                400, "invalid format: \(format.serialised); expected \"json\" or a valid JSON Schema object")
        }
    }
}

extension OllamaForm {
    func answer(_ production: Production, to ask: Ask, as words: AnswerWords) -> Reply {
        let text = production.text + String(repeating: "x", count: production.padding)
        let thinking = production.tokens.reasoning > 0 ? "Hm." : nil
        guard ask.isStream else {
            return Reply(parts: [line(ask, words, text: text, thinking: thinking, done: production).bytes])
        }
        var reply = Reply(contentType: "application/x-ndjson", parts: [], isStream: true)
        func send(_ value: JSON) { reply.parts.append(value.bytes + [UInt8(ascii: "\n")]) }
        if let thinking { send(line(ask, words, text: "", thinking: thinking, done: nil)) }
        for piece in Tokeniser.pieces(of: text, tokens: production.padding > 0 ? 4096 : 3) {
            send(line(ask, words, text: piece, thinking: nil, done: nil))
        }
        send(line(ask, words, text: "", thinking: nil, done: production))
        return reply
    }

    private func line(
        _ ask: Ask, _ words: AnswerWords, text: String, thinking: String?, done: Production?
    ) -> JSON {
        var message = [JSON.Member("role", "assistant"), JSON.Member("content", .string(text))]
        if let thinking { message.append(JSON.Member("thinking", .string(thinking))) }
        var members = [
            JSON.Member("model", .string(ask.model.name)),
            JSON.Member("created_at", .string(Timestamp.text(words.created))),
            JSON.Member("message", .object(message)), JSON.Member("done", .bool(done != nil)),
        ]
        guard let done else { return .object(members) }
        let reason: JSON = ask.messages.isEmpty ? "load" : done.finish == .length ? "length" : "stop"
        members += [
            JSON.Member("done_reason", reason), JSON.Member("total_duration", 4_000_000),
            JSON.Member("load_duration", 1_000_000),
        ]
        if let tokens = words.told {
            members += [
                JSON.Member("prompt_eval_count", .integer(tokens.input)),
                JSON.Member("prompt_eval_duration", 1_000_000),
                JSON.Member("eval_count", .integer(tokens.output)), JSON.Member("eval_duration", 2_000_000),
            ]
        }
        return .object(members)
    }
}

/// Dates as JSON likes them.
enum Timestamp {
    /// RFC 3339, in UTC, of seconds since 1970. Days by the civil calendar (Hinnant, "chrono-compatible low-level date
    /// algorithms").
    static func text(_ seconds: Int) -> String {
        let days = seconds / 86_400 + 719_468
        let era = days / 146_097
        let day = days - era * 146_097
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365
        let dayOfYear = day - (365 * year + year / 4 - year / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        func padded(_ value: Int, _ width: Int = 2) -> String {
            let digits = String(value)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let date = [
            padded(era * 400 + year + (month <= 2 ? 1 : 0), 4), padded(month),
            padded(dayOfYear - (153 * shifted + 2) / 5 + 1),
        ].joined(separator: "-")
        let rest = seconds % 86_400
        return date + "T" + [rest / 3600, rest / 60 % 60, rest % 60].map { padded($0) }.joined(separator: ":") + "Z"
    }
}
