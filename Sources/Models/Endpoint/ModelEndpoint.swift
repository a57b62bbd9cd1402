import JSON
package import Domain
package import HTTPClient

/// One model at one endpoint: writes requests in its form and sends each once.
package struct ModelEndpoint: Provider {
    private let settings: EndpointSettings
    private let wire: any WireShape
    private let extraBody: JSONObject
    private let address: EndpointAddress
    private let caller: EndpointCaller

    /// Fails where the settings cannot work: an address, header or extra body that is not one.
    package init(
        _ settings: EndpointSettings, client: HTTPClient, clock: any WallClock = UnixClock()
    ) throws(CallFailure) {
        try self.init(settings, transport: client, clock: clock)
    }

    init(_ settings: EndpointSettings, transport: any AnswerTransport, clock: any WallClock) throws(CallFailure) {
        let base = try EndpointFields.base(of: settings)
        self.settings = settings
        extraBody = try ExtraBody.parse(settings.extraBody)
        wire = ModelEndpoint.wire(settings, host: base.origin.host)
        address = wire.address(base)
        caller = EndpointCaller(
            settings: settings, wire: wire, fields: try EndpointFields.fields(of: settings, wire: wire),
            addresses: EndpointFields.addresses(of: settings, origin: base.origin), transport: transport, clock: clock)
    }

    static func wire(_ settings: EndpointSettings, host: String) -> any WireShape {
        switch settings.kind {
        case .anthropic: AnthropicRequest(settings: settings)
        case .ollama: OllamaRequest(settings: settings)
        case .azure: OpenAIRequest(settings: settings, service: .azure)
        case .openai:
            OpenAIRequest(settings: settings, service: settings.service ?? OpenAIService(host: host))
        }
    }

    package func prepare(_ request: ModelRequest) throws(CallFailure) -> PreparedCall {
        if let schema = request.schema {
            guard case .object? = try? JSONReader.read(Array(schema.json.utf8)) else {
                throw CallFailure(.badRequest, "the answer schema \(schema.name) is not a JSON object")
            }
        }
        let body = JSONValue.object(try wire.body(for: request).merged(with: extraBody)).serialised
        return PreparedCall(
            body: body, url: address.text, destination: address.destination,
            inputTokenBound: body.count + wire.overheadTokens, outputTokenBound: request.outputLimit)
    }

    package func send(_ call: PreparedCall, deadline: Double) async -> CallOutcome {
        await caller.send(call, deadline: deadline)
    }
}
