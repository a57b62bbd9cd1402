import JSON
import Domain
import HTTPClient

/// Writes requests for Anthropic's Messages (anthropic 2.11.0 types).
struct AnthropicRequest: WireShape {
    let settings: EndpointSettings

    /// Tokens the provider adds for structured output and thinking; its documentation gives a few hundred for tools,
    /// which are the longest of such additions.
    static let overheadBound = 512
    var overheadTokens: Int { Self.overheadBound }

    var framing: StreamFraming { .events }

    /// The base URL with or without `/v1` or `/v1/messages`.
    func address(_ base: EndpointAddress) -> EndpointAddress {
        var address = base
        address.dropEnding(["/v1/messages", "/v1"])
        address.path += "/v1/messages"
        return address
    }

    func listAddress(_ base: EndpointAddress) -> EndpointAddress {
        var address = base
        address.dropEnding(["/v1/messages", "/v1"])
        address.path += "/v1/models"
        address.query = "limit=1000"
        return address
    }

    func headers() -> [HTTPHeader] {
        var fields = [HTTPHeader("anthropic-version", settings.apiVersion ?? "2023-06-01")]
        if let key = settings.key { fields.append(key.reveal { HTTPHeader("x-api-key", sensitive: $0) }) }
        return fields
    }

    func reader(_ errors: ErrorClassifier, for call: PreparedCall) -> any AnswerReader {
        AnthropicAnswer(errors: errors)
    }

    func body(for request: ModelRequest) -> JSONObject {
        var body: JSONObject = [
            "model": .string(settings.model), "max_tokens": JSONValue(request.outputLimit),
        ]
        if !request.instructions.isEmpty { body["system"] = .array([stablePart(request.instructions)]) }
        body["messages"] = .array(messages(of: request))
        var configuration = JSONObject()
        if let schema = request.schema, settings.can(.jsonSchema),
            let value = try? JSONReader.read(Array(schema.json.utf8))
        {
            configuration["format"] = .object(["type": "json_schema", "schema": value])
        }
        if let effort = request.effort, settings.reasons(request) {
            switch form {
            case .adaptive:
                body["thinking"] = .object(["type": effort == .off ? "disabled" : "adaptive"])
                if effort != .off { configuration["effort"] = .string(effort.rawValue) }
            case .budget:
                if effort != .off, let budget = budget(of: request) {
                    body["thinking"] = .object(["type": "enabled", "budget_tokens": JSONValue(budget)])
                }
            }
        }
        if !configuration.members.isEmpty { body["output_config"] = .object(configuration) }
        // The present types have no temperature any more: newer models answer 400 to it.
        if let temperature = settings.temperature { body["temperature"] = JSONValue(temperature) }
        if settings.isStreaming { body["stream"] = true }
        return body
    }

    /// Hidden tokens as the provider takes them: 1,024 at least, and with room for an answer beside them. Nil when the
    /// limits do not allow it.
    private func budget(of request: ModelRequest) -> Int? {
        let budget = max(1024, request.hiddenLimit)
        return request.hiddenLimit > 0 && budget + request.visibleLimit / 2 < request.outputLimit ? budget : nil
    }

    /// The same in every request of a category, so marked for the provider's cache (five minutes).
    private func stablePart(_ text: String) -> JSONValue {
        var block: JSONObject = ["type": "text", "text": .string(text)]
        if settings.can(.promptCaching) { block["cache_control"] = .object(["type": "ephemeral"]) }
        return .object(block)
    }

    private func messages(of request: ModelRequest) -> [JSONValue] {
        func message(_ role: String, _ content: String) -> JSONValue {
            .object(["role": .string(role), "content": .string(content)])
        }
        var messages = [message("user", request.material)]
        if let repair = request.repair {
            // A turn may not be empty.
            messages.append(message("assistant", repair.answer.isBlank ? "(nothing)" : repair.answer))
            messages.append(message("user", repair.complaint))
        }
        return messages
    }

    /// The families that take a budget; no later one does.
    private static let budgetFamilies = [
        "claude-3-7", "claude-sonnet-4-0", "claude-sonnet-4-2025", "claude-sonnet-4-5", "claude-opus-4-0",
        "claude-opus-4-1", "claude-opus-4-2025", "claude-opus-4-5", "claude-haiku-4-5",
    ]

    private var form: EndpointSettings.ThinkingForm {
        settings.thinkingForm
            ?? (AnthropicRequest.budgetFamilies.contains(where: settings.model.contains) ? .budget : .adaptive)
    }
}
