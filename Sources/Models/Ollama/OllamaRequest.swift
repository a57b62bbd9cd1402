import JSON
import Domain
import HTTPClient

/// Writes requests for Ollama's own chat API.
struct OllamaRequest: WireShape {
    let settings: EndpointSettings

    /// Tokens of the chat templates of open models, which may hold a system text of their own.
    static let overheadBound = 256
    var overheadTokens: Int { Self.overheadBound }

    var framing: StreamFraming { .lines }

    /// The base URL with or without `/api`, `/api/chat` or the `/v1` of the compatible endpoint.
    func address(_ base: EndpointAddress) -> EndpointAddress {
        var address = base
        address.dropEnding(["/api/chat", "/api", "/v1"])
        address.path += "/api/chat"
        return address
    }

    func listAddress(_ base: EndpointAddress) -> EndpointAddress {
        var address = base
        address.dropEnding(["/api/chat", "/api", "/v1"])
        address.path += "/api/tags"
        return address
    }

    func headers() -> [HTTPHeader] {
        guard let key = settings.key else { return [] }
        return key.reveal { [HTTPHeader("authorization", sensitive: Array("Bearer ".utf8) + $0)] }
    }

    func reader(_ errors: ErrorClassifier, for call: PreparedCall) -> any AnswerReader {
        let request = try? JSONReader.read(call.body)
        return OllamaAnswer(errors: errors, room: request?["options"]?["num_ctx"]?.integer ?? .max)
    }

    /// Tokens the server makes room for. It loads a model anew when that changes, and memory grows with it: so steps of
    /// twice the size, as far as the model's window.
    private func room(for request: ModelRequest) throws(CallFailure) -> Int {
        let window = max(1, settings.contextWindow ?? .max)
        let texts = [request.instructions, request.material, request.repair?.answer, request.repair?.complaint]
        let bytes = texts.reduce(0) { $0 + ($1?.utf8.count ?? 0) }
        // Twelve bytes a token is more than any text of code reaches: what does not fit even so is refused, since the
        // server would cut the front off without a word.
        guard bytes / 12 + request.outputLimit < window else {
            throw CallFailure(
                .contextTooLong,
                "\(settings.name) has a window of \(window) tokens, which the request and its answer pass; "
                    + "raise context_window if the model can take more")
        }
        // Two bytes a token is less than any but the densest text has.
        let need = bytes / 2 + overheadTokens + request.outputLimit
        var room = 8192
        while room < need { room *= 2 }
        return min(room, window)
    }

    func body(for request: ModelRequest) throws(CallFailure) -> JSONObject {
        let room = try room(for: request)
        var body: JSONObject = [
            "model": .string(settings.model), "messages": .array(messages(of: request)),
            "stream": .bool(settings.isStreaming),
        ]
        if let schema = request.schema {
            if settings.can(.jsonSchema), let value = try? JSONReader.read(Array(schema.json.utf8)) {
                body["format"] = value
            } else if settings.can(.jsonObject) {
                body["format"] = "json"
            }
        }
        if let effort = request.effort { body["think"] = .bool(effort != .off) }
        body["options"] = .object([
            "num_predict": JSONValue(request.outputLimit), "num_ctx": JSONValue(room),
            "temperature": JSONValue(settings.temperature ?? 0),
        ])
        return body
    }

    private func messages(of request: ModelRequest) -> [JSONValue] {
        func message(_ role: String, _ content: String) -> JSONValue {
            .object(["role": .string(role), "content": .string(content)])
        }
        var messages = [message("system", request.instructions), message("user", request.material)]
        if let repair = request.repair {
            messages.append(message("assistant", repair.answer))
            messages.append(message("user", repair.complaint))
        }
        return messages
    }
}
