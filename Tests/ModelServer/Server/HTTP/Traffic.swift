import NIOCore
import Synchronization

/// How much reached the server, whether or not it was HTTP.
package final class Traffic: Sendable {
    private let figures = Mutex<(connections: Int, requests: Int)>((0, 0))

    package init() {}

    package var connections: Int { figures.withLock { $0.connections } }
    package var requests: Int { figures.withLock { $0.requests } }

    func countConnection() { figures.withLock { $0.connections += 1 } }
    func countRequest() { figures.withLock { $0.requests += 1 } }
}

/// Counts a connection when it opens.
final class TrafficCounter: ChannelInboundHandler, RemovableChannelHandler, Sendable {
    typealias InboundIn = Any
    private let traffic: Traffic

    init(_ traffic: Traffic) { self.traffic = traffic }

    func handlerAdded(context: ChannelHandlerContext) { traffic.countConnection() }
}
