/// What chat completions accept, as the service itself tells it to clients that get it wrong.
extension OpenAIForm {
    private enum Kind { case string, integer, number, boolean, array, object, stop, any }

    private static let fields: [String: Kind] = [
        "messages": .array, "model": .string, "audio": .object, "frequency_penalty": .number, "function_call": .any,
        "functions": .array, "logit_bias": .object, "logprobs": .boolean, "max_completion_tokens": .integer,
        "max_tokens": .integer, "metadata": .object, "modalities": .array, "n": .integer,
        "parallel_tool_calls": .boolean, "prediction": .object, "presence_penalty": .number,
        "prompt_cache_key": .string, "prompt_cache_retention": .string, "reasoning_effort": .string,
        "response_format": .object, "safety_identifier": .string, "seed": .integer, "service_tier": .string,
        "stop": .stop, "store": .boolean, "stream": .boolean, "stream_options": .object, "temperature": .number,
        "tool_choice": .any, "tools": .array, "top_logprobs": .integer, "top_p": .number, "user": .string,
        "verbosity": .string, "web_search_options": .object,
    ]
    private static let notServed: Set<String> = [
        "audio", "functions", "function_call", "tools", "tool_choice", "logprobs", "top_logprobs", "prediction",
        "web_search_options", "modalities",
    ]

    func ask(of request: Incoming, offering models: [ServedModel], cache: PromptCache) throws(Refusal) -> Ask {
        guard request.isJSON, let body = try? JSON(parsing: request.body), case .object(let members) = body else {
            throw OpenAIForm.refusal(
                400, "We could not parse the JSON body of your request. The API expects a JSON payload.")
        }
        try check(members)
        let model = try model(of: body, among: models)
        let messages = try messages(of: body)
        var ask = Ask(
            model: model, messages: messages, outputLimit: try outputLimit(of: body, for: model),
            reasoning: model.reasoningTokens ?? 0)
        try readOptions(of: body, for: &ask)
        try readFormat(of: body, for: &ask)
        if ask.promptTokens > model.window || ask.promptTokens + (limitAsked(body) ?? 0) > model.window {
            throw OpenAIForm.refusal(
                400,
                "This model's maximum context length is \(model.window) tokens. However, your messages resulted in \(ask.promptTokens) tokens. Please reduce the length of the messages.",
                param: "messages", code: "context_length_exceeded")
        }
        ask.outputLimit = min(ask.outputLimit, model.window - ask.promptTokens)
        // Prefixes of 1,024 tokens and more are cached, in steps of 128.
        if let first = messages.first, messages.count > 1 {
            let tokens = Tokeniser.count(first.text)
            if tokens >= 1024, cache.knows(first.text, of: model.name) { ask.cache.read = tokens / 128 * 128 }
        }
        return ask
    }

    private func check(_ members: [JSON.Member]) throws(Refusal) {
        for member in members {
            guard let kind = OpenAIForm.fields[member.key] else {
                throw OpenAIForm.refusal(
                    400, "Unknown parameter: '\(member.key)'.", param: member.key, code: "unknown_parameter")
            }
            if member.value == .null, member.key != "messages", member.key != "model" { continue }
            let fits =
                switch kind {
                case .string: member.value.text != nil
                case .integer: member.value.whole != nil
                case .number: member.value.number != nil
                case .boolean: member.value.truth != nil
                case .array: member.value.items != nil
                case .object: if case .object = member.value { true } else { false }
                case .stop: member.value.text != nil || member.value.items != nil
                case .any: true
                }
            if !fits { throw OpenAIForm.wrongType(member.value, member.key, "\(kind)") }
            if OpenAIForm.notServed.contains(member.key) {
                throw OpenAIForm.refusal(
                    400, "'\(member.key)' is not supported with this model.", param: member.key,
                    code: "unsupported_parameter")
            }
        }
    }

    private static func wrongType(_ value: JSON, _ name: String, _ wanted: String) -> Refusal {
        refusal(
            400, "Invalid type for '\(name)': expected \(wanted), but got \(value.kindName) instead.", param: name,
            code: "invalid_type")
    }

    private func model(of body: JSON, among models: [ServedModel]) throws(Refusal) -> ServedModel {
        if let deployment {
            // Azure's path names the model; the body's name does not matter.
            guard let model = models.first(where: { $0.name == deployment }) else {
                throw Refusal(
                    status: 404,
                    body: [
                        "error": [
                            "code": "DeploymentNotFound",
                            "message":
                                "The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.",
                        ]
                    ])
            }
            return model
        }
        guard let name = body["model"]?.text else {
            throw OpenAIForm.refusal(400, "you must provide a model parameter")
        }
        guard let model = models.first(where: { $0.name == name }) else { throw OpenAIForm.modelNotFound(name) }
        return model
    }

    private func messages(of body: JSON) throws(Refusal) -> [Ask.Message] {
        guard let list = body["messages"]?.items else {
            throw OpenAIForm.refusal(
                400, "Missing required parameter: 'messages'.", param: "messages", code: "missing_required_parameter")
        }
        if list.isEmpty {
            throw OpenAIForm.refusal(
                400,
                "Invalid 'messages': empty array. Expected an array with minimum length 1, but got an empty array instead.",
                param: "messages", code: "empty_array")
        }
        var messages: [Ask.Message] = []
        for (index, item) in list.enumerated() {
            let place = "messages[\(index)]"
            guard case .object(let members) = item else { throw OpenAIForm.wrongType(item, place, "an object") }
            for member in members
            where !["role", "content", "name", "refusal", "tool_calls", "tool_call_id", "audio", "function_call"]
                .contains(member.key)
            {
                throw OpenAIForm.refusal(
                    400, "Unknown parameter: '\(place).\(member.key)'.", param: "\(place).\(member.key)",
                    code: "unknown_parameter")
            }
            guard let role = item["role"]?.text else {
                throw OpenAIForm.refusal(
                    400, "Missing required parameter: '\(place).role'.", param: "\(place).role",
                    code: "missing_required_parameter")
            }
            guard ["system", "developer", "user", "assistant"].contains(role) else {
                throw OpenAIForm.refusal(
                    400,
                    "Invalid value: '\(role)'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.",
                    param: "\(place).role", code: "invalid_value")
            }
            messages.append(Ask.Message(role: role, text: try text(of: item["content"], at: "\(place).content")))
        }
        return messages
    }

    private func text(of content: JSON?, at place: String) throws(Refusal) -> String {
        switch content {
        case .string(let text): return text
        case .array(let parts):
            var text = ""
            for part in parts {
                guard part["type"]?.text == "text", let piece = part["text"]?.text else {
                    throw OpenAIForm.refusal(
                        400, "Invalid content type at '\(place)'. Only 'text' is supported with this model.",
                        param: place, code: "invalid_value")
                }
                text += piece
            }
            return text
        default:
            throw OpenAIForm.refusal(
                400,
                "Invalid value for 'content': expected a string, got \((content ?? .null).kindName).", param: place,
                code: nil)
        }
    }

    private func limitAsked(_ body: JSON) -> Int? {
        body["max_completion_tokens"]?.whole ?? body["max_tokens"]?.whole
    }

    private func outputLimit(of body: JSON, for model: ServedModel) throws(Refusal) -> Int {
        let older = body["max_tokens"]?.whole
        let newer = body["max_completion_tokens"]?.whole
        if older != nil, newer != nil {
            throw OpenAIForm.refusal(
                400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.",
                code: "invalid_parameter_combination")
        }
        if older != nil, model.reasoningTokens != nil {
            throw OpenAIForm.refusal(
                400,
                "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
                param: "max_tokens", code: "unsupported_parameter")
        }
        guard let limit = newer ?? older else { return model.mostOutput }
        let name = newer == nil ? "max_tokens" : "max_completion_tokens"
        if limit < 1 {
            throw OpenAIForm.refusal(
                400,
                "Invalid '\(name)': integer below minimum value. Expected a value >= 1, but got \(limit) instead.",
                param: name, code: "integer_below_min_value")
        }
        if limit > model.mostOutput {
            throw OpenAIForm.refusal(
                400,
                "\(name) is too large: \(limit). This model supports at most \(model.mostOutput) completion tokens, whereas you provided \(limit).",
                param: name, code: "invalid_value")
        }
        return limit
    }

    private func readOptions(of body: JSON, for ask: inout Ask) throws(Refusal) {
        ask.isStream = body["stream"]?.truth ?? false
        let options = body["stream_options"]
        if let options, options != .null {
            if !ask.isStream {
                throw OpenAIForm.refusal(
                    400, "The 'stream_options' parameter is only allowed when 'stream' is enabled.",
                    param: "stream_options")
            }
            for member in options.members where !["include_usage", "include_obfuscation"].contains(member.key) {
                throw OpenAIForm.refusal(
                    400, "Unknown parameter: 'stream_options.\(member.key)'.", param: "stream_options.\(member.key)",
                    code: "unknown_parameter")
            }
        }
        ask.includesUsage = options?["include_usage"]?.truth ?? false
        let isReasoning = ask.model.reasoningTokens != nil
        if let temperature = body["temperature"]?.number {
            if isReasoning, temperature != 1 {
                throw OpenAIForm.refusal(
                    400,
                    "Unsupported value: 'temperature' does not support \(body["temperature"]?.serialised ?? "") with this model. Only the default (1) value is supported.",
                    param: "temperature", code: "unsupported_value")
            }
            if temperature > 2 || temperature < 0 {
                throw OpenAIForm.refusal(
                    400, "Invalid 'temperature': decimal above maximum value or below minimum value.",
                    param: "temperature",
                    code: temperature > 2 ? "decimal_above_max_value" : "decimal_below_min_value")
            }
        }
        if let effort = body["reasoning_effort"]?.text {
            if !isReasoning {
                throw OpenAIForm.refusal(
                    400, "Unrecognized request argument supplied: reasoning_effort", code: nil)
            }
            let efforts = ["none", "minimal", "low", "medium", "high", "xhigh"]
            guard let step = efforts.firstIndex(of: effort) else {
                throw OpenAIForm.refusal(
                    400, "Invalid value: '\(effort)'.", param: "reasoning_effort", code: "invalid_value")
            }
            ask.reasoning = (ask.model.reasoningTokens ?? 0) * step / 3
        }
        if let count = body["n"]?.whole, count != 1 {
            throw OpenAIForm.refusal(400, "Only 'n' = 1 is served by this model.", param: "n", code: "invalid_value")
        }
    }

    private func readFormat(of body: JSON, for ask: inout Ask) throws(Refusal) {
        guard let format = body["response_format"], format != .null else { return }
        switch format["type"]?.text {
        case "text": break
        case "json_object":
            ask.wantsJSON = true
            guard ask.prompt.lowercased().contains("json") else {
                throw OpenAIForm.refusal(
                    400,
                    "'messages' must contain the word 'json' in some form, to use 'response_format' of type 'json_object'.",
                    param: "messages")
            }
        case "json_schema":
            guard let wanted = format["json_schema"], case .object = wanted else {
                throw OpenAIForm.refusal(
                    400, "Missing required parameter: 'response_format.json_schema'.",
                    param: "response_format.json_schema", code: "missing_required_parameter")
            }
            guard let name = wanted["name"]?.text, (1...64).contains(name.utf8.count),
                name.utf8.allSatisfy(StrictSchema.isNameByte)
            else {
                throw OpenAIForm.refusal(
                    400, "Invalid 'response_format.json_schema.name': string does not match pattern.",
                    param: "response_format.json_schema.name", code: "invalid_value")
            }
            let schema = wanted["schema"] ?? .object([])
            if wanted["strict"]?.truth == true, let problem = StrictSchema.problem(of: schema) {
                throw OpenAIForm.refusal(
                    400, "Invalid schema for response_format '\(name)': \(problem)", param: "response_format")
            }
            ask.schema = schema
            ask.wantsJSON = true
        default:
            throw OpenAIForm.refusal(
                400,
                "Invalid value: '\(format["type"]?.text ?? "")'. Supported values are: 'json_object', 'json_schema', and 'text'.",
                param: "response_format.type", code: "invalid_value")
        }
    }
}
