/// An answer whose body is still coming. Dropping it aborts the transfer.
package struct HTTPStream: Sendable {
    package let head: HTTPHead
    package let body: HTTPBody

    package func timings() -> HTTPTimings { HTTPTimings() }
}

/// The bytes of a body as they arrive. Can be read once; while nobody reads, the transfer is held.
package struct HTTPBody: AsyncSequence, Sendable {
    package typealias Element = [UInt8]
    package typealias Failure = HTTPError

    package struct AsyncIterator: AsyncIteratorProtocol {
        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(HTTPError) -> [UInt8]? { nil }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator() }
}
