import Testing

@testable import HTTPClient

/// A client that may reach these servers.
func makeClient(
    _ servers: RawServer..., allowing others: [String] = [], proxy: String? = nil, noProxy: [String] = [],
    allowsCompression: Bool = true
) throws -> HTTPClient {
    var allowed: Set<HTTPOrigin> = []
    for origin in servers.map(\.origin) + others { allowed.insert(try #require(HTTPOrigin(url: origin))) }
    return HTTPClient(
        HTTPClientConfiguration(
            allowed: allowed, proxy: proxy, noProxy: noProxy, idleConnectionSeconds: 3600, userAgent: "test",
            allowsCompression: allowsCompression))
}

/// The error of a request that must fail.
func failure(
    of client: HTTPClient, _ request: HTTPRequest, sourceLocation: SourceLocation = #_sourceLocation
) async throws -> HTTPError {
    do throws(HTTPError) {
        let response = try await client.send(request)
        Issue.record("answered with \(response.head.status)", sourceLocation: sourceLocation)
    } catch {
        #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
        #expect(error.message.utf8.allSatisfy { (0x20...0x7E).contains($0) }, sourceLocation: sourceLocation)
        return error
    }
    throw HTTPError(.protocolError, wasSent: true, "no failure")
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
