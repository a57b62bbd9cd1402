import Domain
import HTTPClient

/// Writes requests for Ollama's own chat API.
struct OllamaRequest: WireShape {
    let settings: EndpointSettings

    /// Tokens of the chat templates of open models, which may hold a system text of their own.
    let overheadTokens = 256

    var framing: StreamFraming { .lines(LineDecoder(maxLineBytes: StreamFraming.longestEvent)) }

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

    /// Tokens. The same for every request: the server loads a model anew when it changes.
    var room: Int { max(1, settings.contextWindow ?? 8192) }

    func reader(_ errors: ErrorClassifier, outputLimit: Int) -> any AnswerReader {
        OllamaAnswer(errors: errors, room: room)
    }

    /// Twelve bytes a token is more than any text of code reaches: what does not fit even so is refused, since the
    /// server would cut the front off without a word.
    private static let mostBytesPerToken = 12

    func body(for request: ModelRequest) throws(CallFailure) -> JSONObject {
        let bytes = request.instructions.utf8.count + request.material.utf8.count
        guard bytes / OllamaRequest.mostBytesPerToken + request.outputLimit < room else {
            throw CallFailure(
                .contextTooLong,
                "\(settings.name) has room for \(room) tokens, which the request and its answer pass; "
                    + "raise context_window if the model can take more")
        }
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
        if let effort = request.effort, settings.can(.reasoning) { body["think"] = .bool(effort != .off) }
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
