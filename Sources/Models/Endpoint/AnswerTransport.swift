package import HTTPClient

/// What a model endpoint needs of an HTTP client.
protocol AnswerTransport: Sendable {
    associatedtype Body: AsyncSequence where Body.Element == [UInt8], Body.Failure == HTTPError

    /// Returns once the head of the answer is there. Dropping the body aborts the transfer.
    func open(_ request: HTTPRequest) async throws(HTTPError) -> (head: HTTPHead, body: Body)
}

extension HTTPClient: AnswerTransport {
    func open(_ request: HTTPRequest) async throws(HTTPError) -> (head: HTTPHead, body: HTTPBody) {
        let stream = try await stream(request)
        return (stream.head, stream.body)
    }
}
