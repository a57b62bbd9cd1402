import Domain
import Glibc
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOPosix
import Synchronization

/// Why an address cannot be listened on.
package struct ListenError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// Answers HTTP requests on one address until it is shut down.
final class HTTPListener: Sendable {
    /// A request with the connection it came by.
    typealias Respond = @Sendable (Request, any Channel) async throws -> HTTPAnswer

    let port: Int
    private let server: HummingbirdCore.Server<HTTP1Channel>
    private let running: Task<Void, any Error>
    private let connections: OpenConnections

    private init(
        port: Int, server: HummingbirdCore.Server<HTTP1Channel>, running: Task<Void, any Error>,
        connections: OpenConnections
    ) {
        self.port = port
        self.server = server
        self.running = running
        self.connections = connections
    }

    /// Returns when connections are accepted.
    ///
    /// - Parameter refused: Told of each request that is refused before it reaches `respond`, by status.
    static func start(
        on address: ListenAddress, limits: HTTPLimits, log: ServiceLog, refused: @escaping @Sendable (Int) -> Void,
        respond: @escaping Respond
    ) async throws(ListenError) -> HTTPListener {
        let connections = OpenConnections()
        var configuration = HTTP1Channel.Configuration(
            additionalChannelHandlers: [ConnectionGuard(limits: limits, connections: connections, refused: refused)],
            idleTimeout: .nanoseconds(Int64((limits.idleSeconds * 1e9).rounded())))
        configuration.httpDecoder.maxHeaderListSize = limits.headerBytes
        configuration.httpDecoder.maxHeaderFieldSize = limits.headerBytes
        configuration.httpDecoder.maxHeaderFieldCount = limits.headerFields
        let child = HTTP1Channel(
            responder: { request, writer, channel in
                let answer = try await respond(request, channel)
                let body =
                    request.method == .head ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
                try await writer.write(response: answer.head, body: body)
                if answer.closes { try await channel.triggerUserOutboundEvent(LingeringClose()) }
            }, configuration: configuration)
        let logger = LibraryLogHandler.logger(log, label: "http")
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let server = HummingbirdCore.Server(
            childChannelSetup: child,
            configuration: ServerConfiguration(
                address: .hostname(address.host, port: address.port), backlog: 1024,
                availableConnectionsDelegate: .maximum(limits.connections, logger: logger)),
            onServerRunning: { channel in
                announce.yield(channel.localAddress?.port ?? 0)
                announce.finish()
            }, eventLoopGroup: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let running = Task {
            defer { announce.finish() }
            try await server.run()
        }
        for await port in ports {
            return HTTPListener(port: port, server: server, running: running, connections: connections)
        }
        let reason: String
        switch await running.result {
        case .success: reason = "it ended at once"
        case .failure(let error): reason = Self.reason(error)
        }
        throw ListenError(description: "cannot listen on \(address): \(reason)")
    }

    /// Accepts nothing more and waits for requests under way; after so many seconds it cuts them off.
    func shutDown(within seconds: Double) async {
        let cut = Task {
            try await Task.sleep(for: .seconds(seconds))
            // Again, since one may have been accepted just now.
            for _ in 0..<40 {
                connections.cut()
                try await Task.sleep(for: .milliseconds(50))
            }
            // What still goes on waits for something else than its connection.
            running.cancel()
        }
        try? await server.shutdownGracefully()
        _ = await running.result
        cut.cancel()
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? IOError else { return "\(error)" }
        return String(cString: strerror(error.errnoCode))
    }
}
