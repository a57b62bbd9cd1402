/// Requests over libcurl: one event thread moves all of them.
package final class HTTPClient: Sendable {
    package let configuration: HTTPClientConfiguration

    package init(_ configuration: HTTPClientConfiguration) {
        self.configuration = configuration
    }

    /// The whole answer. Cancelling the task aborts the transfer.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        throw HTTPError(.closed, wasSent: false, "the client is closed")
    }

    /// The answer as it comes: returns once its head is there.
    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        throw HTTPError(.closed, wasSent: false, "the client is closed")
    }

    /// Ends every transfer under way with `closed`, and refuses new ones.
    package func shutdown() {}
}
