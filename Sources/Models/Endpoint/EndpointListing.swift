package import Domain
package import HTTPClient

/// Asks an endpoint for its own list of models.
package struct EndpointListing: Sendable {
    private let settings: EndpointSettings
    private let url: String
    private let fields: [HTTPHeader]
    private let addresses: AddressRule
    private let transport: any AnswerTransport
    private let clock: any WallClock

    package init(
        _ settings: EndpointSettings, client: HTTPClient, clock: any WallClock = UnixClock()
    ) throws(CallFailure) {
        try self.init(settings, transport: client, clock: clock)
    }

    init(_ settings: EndpointSettings, transport: any AnswerTransport, clock: any WallClock) throws(CallFailure) {
        let base = try EndpointFields.base(of: settings)
        let wire = ModelEndpoint.wire(settings, host: base.origin.host)
        self.settings = settings
        self.transport = transport
        self.clock = clock
        url = wire.listAddress(base).text
        fields = try EndpointFields.fields(of: settings, wire: wire)
        addresses = EndpointFields.addresses(of: settings, origin: base.origin)
    }

    /// By id, at most 5,000.
    ///
    /// - Parameter deadline: Seconds.
    package func models(deadline: Double) async throws(CallFailure) -> [ListedModel] {
        try await models(deadline: deadline, by: transport)
    }

    private func models<Transport: AnswerTransport>(
        deadline: Double, by transport: Transport
    ) async throws(CallFailure) -> [ListedModel] {
        var request = HTTPRequest(url: url, headers: fields)
        request.limits = HTTPLimits(totalSeconds: deadline, idleSeconds: deadline, maxBodyBytes: 16 << 20)
        request.addresses = addresses
        let failures = TransportFailure(name: settings.name, isLocal: settings.isLocal)
        let head: HTTPHead
        var body: [UInt8] = []
        do throws(HTTPError) {
            let opened = try await transport.open(request)
            head = opened.head
            for try await piece in opened.body { body += piece }
        } catch {
            throw failures.failure(of: error, hasBegun: false)
        }
        guard (200..<300).contains(head.status) else {
            let errors = ErrorClassifier(name: settings.name, model: "a list of models", key: settings.key)
            throw errors.failure(
                status: head.status, error: ErrorBody.parse(body, isText: head.isPlainText),
                asked: RetryDelay.asked(by: head, now: clock.now()))
        }
        guard let models = ModelList.read(body) else {
            throw CallFailure(.malformed, "\(settings.name) sent something that is no list of models; check base_url")
        }
        return models
    }
}
