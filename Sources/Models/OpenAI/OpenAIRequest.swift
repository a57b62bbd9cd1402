import JSON
import Domain
import HTTPClient

/// Writes requests for OpenAI-compatible chat completions.
///
/// Form: OpenAI's chat completions as of the 3.52.0 types; Azure's deployment addresses; each service's own words where
/// they differ (`OpenAIService`).
struct OpenAIRequest: WireShape {
    let settings: EndpointSettings
    let service: OpenAIService

    /// Tokens that chat templates and the providers' own system lines add to what the request says. The longest known
    /// are those of open reasoning models (about a hundred); the JSON around the texts counts as well and is not billed.
    static let overheadBound = 128
    var overheadTokens: Int { Self.overheadBound }

    /// The base URL up to and including `/v1`, or with `/chat/completions`, or for Azure the resource, the resource
    /// with `/openai/v1`, or the deployment.
    func address(_ base: EndpointAddress) -> EndpointAddress {
        var address = base
        address.dropEnding(["/chat/completions"])
        if isAzureResource(address) {
            if !address.path.contains("/deployments/") {
                address.dropEnding(["/openai"])
                address.path += "/openai/deployments/" + EndpointAddress.escaped(segment: settings.model)
            }
            addVersion(to: &address)
        }
        address.path += "/chat/completions"
        return address
    }

    func listAddress(_ base: EndpointAddress) -> EndpointAddress {
        var address = base
        address.dropEnding(["/chat/completions"])
        if isAzureResource(address) {
            address.path =
                String(
                    address.path.prefix(
                        upTo: address.path.firstRange(of: "/openai")?.lowerBound
                            ?? address.path.endIndex)) + "/openai"
            addVersion(to: &address)
        }
        address.path += "/models"
        return address
    }

    private func isAzureResource(_ address: EndpointAddress) -> Bool {
        service == .azure && !address.path.hasSuffix("/v1")
    }

    private func addVersion(to address: inout EndpointAddress) {
        let query = address.query ?? ""
        guard !query.contains("api-version=") else { return }
        let version = EndpointAddress.escaped(segment: settings.apiVersion ?? "2024-10-21")
        address.query = (query.isEmpty ? "" : query + "&") + "api-version=" + version
    }

    func body(for request: ModelRequest) -> JSONObject {
        var body: JSONObject = [
            "model": .string(settings.model), "messages": .array(messages(of: request)),
        ]
        let reasons = settings.reasons(request)
        let thinksApart = service.hasBudgetApart && reasons && request.effort != nil
        let limit = thinksApart ? request.visibleLimit : request.outputLimit
        body[service.limitKey(reasons: reasons)] = JSONValue(limit)
        if let temperature = temperature(reasons: reasons) { body["temperature"] = temperature }
        if let format = responseFormat(for: request) { body["response_format"] = format }
        // Switching off what is not there is refused by some; a chat template passes over it.
        if let effort = request.effort, reasons || service == .other {
            for member in service.reasoning(effort, allowance: request.hiddenLimit).members {
                body[member.key] = member.value
            }
        }
        if service == .openrouter {
            body["usage"] = .object(["include": true])
            // Else a provider that ignores the schema may be chosen.
            if body["response_format"] != nil { body["provider"] = .object(["require_parameters": true]) }
        }
        if settings.isStreaming {
            body["stream"] = true
            if service.takesStreamOptions { body["stream_options"] = .object(["include_usage": true]) }
        }
        return body
    }

    func headers() -> [HTTPHeader] {
        guard let key = settings.key else { return [] }
        return key.reveal { bytes in
            service == .azure
                ? [HTTPHeader("api-key", sensitive: bytes)]
                : [HTTPHeader("authorization", sensitive: Array("Bearer ".utf8) + bytes)]
        }
    }

    var framing: StreamFraming { .events }

    func reader(_ errors: ErrorClassifier, for call: PreparedCall) -> any AnswerReader {
        OpenAIAnswer(service: service, errors: errors)
    }

    private func temperature(reasons: Bool) -> JSONValue? {
        if let temperature = settings.temperature { return JSONValue(temperature) }
        return reasons && service.reasoningRefusesTemperature ? nil : 0
    }

    private func messages(of request: ModelRequest) -> [JSONValue] {
        var instructions = request.instructions
        // Endpoints with JSON mode refuse, or never end, a request in which the word does not occur.
        let isPlainJSON = request.schema != nil && !settings.can(.jsonSchema) && settings.can(.jsonObject)
        if isPlainJSON, !instructions.lowercased().contains("json") { instructions += "\nAnswer with a JSON object." }
        var messages = [message("system", instructions), message("user", request.material)]
        if let repair = request.repair {
            messages.append(message("assistant", repair.answer))
            messages.append(message("user", repair.complaint))
        }
        return messages
    }

    private func message(_ role: String, _ content: String) -> JSONValue {
        .object(["role": .string(role), "content": .string(content)])
    }

    private func responseFormat(for request: ModelRequest) -> JSONValue? {
        guard let schema = request.schema else { return nil }
        if settings.can(.jsonSchema), let value = try? JSONReader.read(Array(schema.json.utf8)) {
            return .object([
                "type": "json_schema",
                "json_schema": .object(["name": .string(schema.name), "strict": true, "schema": value]),
            ])
        }
        return settings.can(.jsonObject) ? .object(["type": "json_object"]) : nil
    }
}
