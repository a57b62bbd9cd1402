/// Requests over libcurl: one event thread, started with the first request, moves all of them.
///
/// Only configured places are reached, redirects are answers like others, and nothing is read from the environment, from
/// netrc or from cookies. A request that may change something is never sent twice.
package final class HTTPClient: Sendable {
    private let settings: ClientSettings
    private let loop: EventLoop

    package var configuration: HTTPClientConfiguration { settings.configuration }

    package init(_ configuration: HTTPClientConfiguration) {
        settings = ClientSettings(configuration)
        loop = EventLoop(configuration)
    }

    deinit {
        loop.close()
    }

    /// The whole answer. Cancelling the task aborts the transfer.
    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let prepared = try PreparedRequest(request, for: settings)
        try Self.checkCancellation()
        let id = loop.newID()
        let result: Result<HTTPResponse, HTTPError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                loop.start(id, prepared, .whole(continuation))
                // A cancellation that came before the start found nothing to cancel.
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try result.get()
    }

    /// The answer as it comes: returns once its head is there. Cancelling the task, or dropping the stream, aborts it.
    package func stream(_ request: HTTPRequest) async throws(HTTPError) -> HTTPStream {
        let prepared = try PreparedRequest(request, for: settings)
        try Self.checkCancellation()
        let id = loop.newID()
        let channel = StreamChannel()
        let lease = StreamLease(channel: channel, client: self, loop: loop, id: id)
        let result: StreamChannel.HeadResult = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                channel.expectHead(continuation)
                loop.start(id, prepared, .stream(channel))
                if Task.isCancelled { loop.cancel(id) }
            }
        } onCancel: {
            loop.cancel(id)
        }
        return HTTPStream(head: try result.get(), body: HTTPBody(lease: lease))
    }

    /// Ends every transfer under way with `closed`, and refuses new ones.
    package func shutdown() {
        loop.close()
    }

    private static func checkCancellation() throws(HTTPError) {
        if Task.isCancelled { throw HTTPError(.cancelled, wasSent: false, "cancelled") }
    }
}
