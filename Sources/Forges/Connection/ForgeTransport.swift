package import Domain
package import HTTPClient

/// A request to a forge, as it is to be sent.
package struct ForgeRequest: Sendable {
    package var method: String
    /// Absolute.
    package var url: String
    package var headers: [(name: String, value: String)]
    /// The value of the `Authorization` field.
    package var authorization: Secret?
    package var body: [UInt8]
    /// From the call to the last byte of the answer.
    package var seconds: Double
    /// Of the answer's body.
    package var maxBytes: Int

    package init(
        method: String, url: String, headers: [(name: String, value: String)], authorization: Secret?, body: [UInt8],
        seconds: Double, maxBytes: Int
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.authorization = authorization
        self.body = body
        self.seconds = seconds
        self.maxBytes = maxBytes
    }
}

/// Sends one request and gives the answer, whatever its status. It neither repeats nor follows anything.
package protocol ForgeTransport: Sendable {
    func send(_ request: ForgeRequest) async throws(HTTPError) -> HTTPResponse
}

/// Forges over HTTP. The client's list of allowed origins must hold the API's.
package struct HTTPForgeTransport: ForgeTransport {
    private let client: HTTPClient

    package init(_ client: HTTPClient) {
        self.client = client
    }

    package func send(_ request: ForgeRequest) async throws(HTTPError) -> HTTPResponse {
        var headers = request.headers.map { HTTPHeader($0.name, $0.value) }
        if let authorization = request.authorization {
            headers.append(authorization.reveal { HTTPHeader("Authorization", sensitive: $0) })
        }
        return try await client.send(
            HTTPRequest(
                method: request.method, url: request.url, headers: headers, body: request.body,
                limits: HTTPLimits(
                    totalSeconds: request.seconds, idleSeconds: min(request.seconds, 30),
                    maxBodyBytes: request.maxBytes)))
    }
}
