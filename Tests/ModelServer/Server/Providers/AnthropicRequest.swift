/// What Messages accept.
extension AnthropicForm {
    private static let fields: Set<String> = [
        "model", "messages", "max_tokens", "system", "metadata", "stop_sequences", "stream", "temperature", "top_k",
        "top_p", "thinking", "tools", "tool_choice", "service_tier", "container", "output_config", "cache_control",
        "inference_geo",
    ]

    func ask(of request: Incoming, offering models: [ServedModel], cache: PromptCache) throws(Refusal) -> Ask {
        guard let version = request.headers["anthropic-version"] else {
            throw AnthropicForm.invalid("anthropic-version: header is required")
        }
        guard ["2023-01-01", "2023-06-01", "2026-10-21"].contains(version) else {
            throw AnthropicForm.invalid("anthropic-version: \"\(version)\" is not a valid version")
        }
        guard request.isJSON, let body = try? JSON(parsing: request.body), case .object(let members) = body else {
            throw AnthropicForm.invalid("The request body is not valid JSON")
        }
        for member in members where !AnthropicForm.fields.contains(member.key) {
            throw AnthropicForm.invalid("\(member.key): Extra inputs are not permitted")
        }
        for name in ["tools", "tool_choice", "container"] where body[name] != nil {
            throw AnthropicForm.invalid("\(name): not served by this model")
        }
        guard let name = body["model"] else { throw AnthropicForm.invalid("model: Field required") }
        guard let name = name.text else { throw AnthropicForm.invalid("model: Input should be a valid string") }
        guard let limit = body["max_tokens"] else { throw AnthropicForm.invalid("max_tokens: Field required") }
        guard let limit = limit.whole else {
            throw AnthropicForm.invalid("max_tokens: Input should be a valid integer")
        }
        if limit < 1 { throw AnthropicForm.invalid("max_tokens: must be greater than or equal to 1") }
        guard let list = body["messages"] else { throw AnthropicForm.invalid("messages: Field required") }
        guard let list = list.items else { throw AnthropicForm.invalid("messages: Input should be a valid list") }
        var written = CacheMark()
        var messages = try system(of: body, mark: &written)
        messages += try conversation(list, mark: &written)
        guard let model = models.first(where: { $0.name == name }) else {
            throw AnthropicForm.refusal(404, "not_found_error", "model: \(name)")
        }
        if limit > model.mostOutput {
            throw AnthropicForm.invalid(
                "max_tokens: \(limit) > \(model.mostOutput), which is the maximum allowed number of output tokens for \(name)"
            )
        }
        var ask = Ask(model: model, messages: messages, outputLimit: limit, reasoning: 0)
        try readOptions(of: body, for: &ask)
        try readFormat(of: body, for: &ask)
        if ask.promptTokens > model.window {
            throw AnthropicForm.invalid(
                "prompt is too long: \(ask.promptTokens) tokens > \(model.window) maximum")
        }
        if ask.promptTokens + limit > model.window {
            throw AnthropicForm.invalid(
                "input length and `max_tokens` exceed context limit: \(ask.promptTokens) + \(limit) > \(model.window), decrease input length or `max_tokens` and try again"
            )
        }
        use(cache, written, for: &ask)
        return ask
    }

    /// The part of the prompt up to the last cache mark.
    private struct CacheMark {
        var text = ""
        var marked: String?
        var isForAnHour = false
    }

    /// Beginnings of 1,024 tokens and more are kept.
    private func use(_ cache: PromptCache, _ mark: CacheMark, for ask: inout Ask) {
        guard let beginning = mark.marked else { return }
        let tokens = Tokeniser.count(beginning)
        guard tokens >= 1024 else { return }
        if cache.knows(beginning, of: ask.model.name) {
            ask.cache.read = tokens
        } else if mark.isForAnHour {
            ask.cache.writtenForAnHour = tokens
        } else {
            ask.cache.written = tokens
        }
    }

    private func system(of body: JSON, mark: inout CacheMark) throws(Refusal) -> [Ask.Message] {
        guard let system = body["system"] else { return [] }
        return [Ask.Message(role: "system", text: try text(of: system, at: "system", mark: &mark))]
    }

    private func conversation(_ list: [JSON], mark: inout CacheMark) throws(Refusal) -> [Ask.Message] {
        if list.isEmpty { throw AnthropicForm.invalid("messages: at least one message is required") }
        var messages: [Ask.Message] = []
        for (index, item) in list.enumerated() {
            for member in item.members where !["role", "content"].contains(member.key) {
                throw AnthropicForm.invalid("messages.\(index).\(member.key): Extra inputs are not permitted")
            }
            guard let role = item["role"]?.text else {
                throw AnthropicForm.invalid("messages.\(index).role: Field required")
            }
            guard role == "user" || role == "assistant" else {
                throw AnthropicForm.invalid(
                    "messages: Unexpected role \"\(role)\". The Messages API accepts a top-level `system` parameter, not \"system\" as an input message role."
                )
            }
            guard let content = item["content"] else {
                throw AnthropicForm.invalid("messages.\(index).content: Field required")
            }
            let text = try text(of: content, at: "messages.\(index).content", mark: &mark)
            if text.isEmpty {
                throw AnthropicForm.invalid("messages.\(index): all messages must have non-empty content")
            }
            messages.append(Ask.Message(role: role, text: text))
        }
        return messages
    }

    private func text(of content: JSON, at place: String, mark: inout CacheMark) throws(Refusal) -> String {
        if let text = content.text {
            mark.text += text
            return text
        }
        guard let blocks = content.items else {
            throw AnthropicForm.invalid("\(place): Input should be a valid string or list")
        }
        var text = ""
        for (index, block) in blocks.enumerated() {
            for member in block.members where !["type", "text", "cache_control", "citations"].contains(member.key) {
                throw AnthropicForm.invalid("\(place).\(index).\(member.key): Extra inputs are not permitted")
            }
            guard block["type"]?.text == "text", let piece = block["text"]?.text else {
                throw AnthropicForm.invalid("\(place).\(index): only text blocks are served by this model")
            }
            if piece.isEmpty {
                throw AnthropicForm.invalid("\(place).\(index): text content blocks must be non-empty")
            }
            text += piece
            mark.text += piece
            if let control = block["cache_control"], control != .null {
                guard control["type"]?.text == "ephemeral" else {
                    throw AnthropicForm.invalid("\(place).\(index).cache_control.type: Input should be 'ephemeral'")
                }
                mark.marked = mark.text
                mark.isForAnHour = control["ttl"]?.text == "1h"
            }
        }
        return text
    }

    private func readOptions(of body: JSON, for ask: inout Ask) throws(Refusal) {
        if let stream = body["stream"] {
            guard let stream = stream.truth else {
                throw AnthropicForm.invalid("stream: Input should be a valid boolean")
            }
            ask.isStream = stream
        }
        let temperature = body["temperature"]
        if let temperature {
            guard let value = temperature.number else {
                throw AnthropicForm.invalid("temperature: Input should be a valid number")
            }
            if value < 0 || value > 1 { throw AnthropicForm.invalid("temperature: range: 0..1") }
        }
        guard let thinking = body["thinking"] else { return }
        switch thinking["type"]?.text {
        case "disabled": break
        case "adaptive": ask.reasoning = ask.model.reasoningTokens ?? 0
        case "enabled":
            guard ask.model.reasoningTokens != nil else {
                throw AnthropicForm.invalid("\"thinking.type\" \"enabled\" is not supported for this model")
            }
            guard let budget = thinking["budget_tokens"]?.whole else {
                throw AnthropicForm.invalid("thinking.enabled.budget_tokens: Field required")
            }
            if budget < 1024 {
                throw AnthropicForm.invalid(
                    "thinking.enabled.budget_tokens: Input should be greater than or equal to 1024")
            }
            if budget >= ask.outputLimit {
                throw AnthropicForm.invalid("`max_tokens` must be greater than `thinking.budget_tokens`")
            }
            if let temperature, temperature.number != 1 {
                throw AnthropicForm.invalid("`temperature` may only be set to 1 when thinking is enabled")
            }
            ask.reasoning = min(budget, ask.model.reasoningTokens ?? 0)
        default:
            throw AnthropicForm.invalid(
                "thinking: Input tag does not match any of the expected tags: 'disabled', 'enabled', 'adaptive'")
        }
    }

    private func readFormat(of body: JSON, for ask: inout Ask) throws(Refusal) {
        guard let configuration = body["output_config"] else { return }
        for member in configuration.members where !["format", "effort", "task_budget"].contains(member.key) {
            throw AnthropicForm.invalid("output_config.\(member.key): Extra inputs are not permitted")
        }
        if let effort = configuration["effort"]?.text, !["low", "medium", "high", "xhigh", "max"].contains(effort) {
            throw AnthropicForm.invalid(
                "output_config.effort: Input should be 'low', 'medium', 'high', 'xhigh' or 'max'")
        }
        guard let format = configuration["format"], format != .null else { return }
        guard format["type"]?.text == "json_schema", let schema = format["schema"] else {
            throw AnthropicForm.invalid("output_config.format.schema: Field required")
        }
        if let problem = AnthropicForm.open(schema) { throw AnthropicForm.invalid(problem) }
        ask.schema = schema
        ask.wantsJSON = true
    }

    /// Objects of a schema must close themselves.
    private static func open(_ schema: JSON) -> String? {
        if schema["type"]?.text == "object" {
            if schema["additionalProperties"]?.truth != false {
                return
                    "output_config.format.schema: For 'object' type, 'additionalProperties' must be explicitly set to false"
            }
            for member in schema["properties"]?.members ?? [] {
                if let problem = open(member.value) { return problem }
            }
        }
        return schema["items"].flatMap(open)
    }
}
