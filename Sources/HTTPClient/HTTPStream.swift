/// An answer whose body is still coming. Dropping it aborts the transfer.
package struct HTTPStream: Sendable {
    package let head: HTTPHead
    package let body: HTTPBody

    /// As far as they are known now; final once the body has ended.
    package func timings() -> HTTPTimings { body.lease.channel.timings }
}

/// The bytes of a body as they arrive. Can be read once; while nobody reads, the transfer is held and its idle time
/// does not run.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPError

    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let lease: StreamLease
        fileprivate let isReader: Bool

        /// Whatever has arrived, at least one byte; nil after the last.
        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(HTTPError) -> [UInt8]? {
            guard isReader else {
                throw HTTPError(.closed, wasSent: true, "the body is already being read")
            }
            return try await lease.next()
        }
    }

    let lease: StreamLease

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(lease: lease, isReader: lease.channel.takeReading())
    }
}

/// Keeps a transfer alive for as long as somebody can read it, and its client with it.
final class StreamLease: Sendable {
    let channel: StreamChannel
    private let client: HTTPClient
    private let loop: EventLoop
    private let id: TransferID

    init(channel: StreamChannel, client: HTTPClient, loop: EventLoop, id: TransferID) {
        self.channel = channel
        self.client = client
        self.loop = loop
        self.id = id
    }

    deinit {
        if !channel.isEnded { loop.cancel(id) }
    }

    func next(isolation actor: isolated (any Actor)? = #isolation) async throws(HTTPError) -> [UInt8]? {
        if Task.isCancelled {
            loop.cancel(id)
            throw HTTPError(.cancelled, wasSent: true, "cancelled")
        }
        let result: StreamChannel.Piece = await withTaskCancellationHandler {
            do throws(HTTPError) {
                return .success(try await channel.next { loop.resume(id) })
            } catch {
                return .failure(error)
            }
        } onCancel: {
            loop.cancel(id)
        }
        return try result.get()
    }
}
