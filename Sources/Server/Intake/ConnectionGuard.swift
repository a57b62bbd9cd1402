import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

/// The rest of a refused request is still read for a moment: a connection closed with unread bytes is reset, and its
/// sender may never see the answer.
struct LingeringClose: Sendable {}

/// Ends connections that are too slow with a body, answers heads that are too large, and lets refused ones linger.
///
/// A head that comes too slowly is ended by the idle timeout, which counts from the connection's last whole part.
final class ConnectionGuard: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: HTTPLimits
    private let refused: @Sendable (Int) -> Void
    private let connections: OpenConnections
    private var deadline: Scheduled<Void>?
    /// A head has come, and its body not yet as a whole.
    private var isInBody = false
    private var hasAnswered = false
    private var isLingering = false

    /// - Parameters:
    ///   - connections: Where this one is listed while it is open.
    ///   - refused: Told of each request refused here, by status.
    init(limits: HTTPLimits, connections: OpenConnections, refused: @escaping @Sendable (Int) -> Void) {
        self.limits = limits
        self.connections = connections
        self.refused = refused
    }

    func handlerAdded(context: ChannelHandlerContext) {
        connections.add(context.channel)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            hasAnswered = false
            isInBody = true
        case .body: break
        case .end:
            isInBody = false
            if isLingering {
                context.close(promise: nil)
            } else {
                cancel()
            }
        }
        context.fireChannelRead(data)
    }

    /// Most requests come in one piece, and need no deadline.
    func channelReadComplete(context: ChannelHandlerContext) {
        if isInBody, !isLingering, deadline == nil { start(context, limits.bodySeconds) { $0.bodyIsLate($1) } }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .head(let head) = unwrapOutboundIn(data), head.status.kind != .informational { hasAnswered = true }
        context.write(data, promise: promise)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is LingeringClose else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        linger(context)
        promise?.succeed()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        // Who went away within a request hears nothing any more.
        guard !hasAnswered, !isLingering, error != .invalidEOFState else {
            context.close(promise: nil)
            return
        }
        let answer: HTTPAnswer =
            error == .headerOverflow
            ? .refused(.requestHeaderFieldsTooLarge, "the request's header fields are too large")
            : .refused(.badRequest, "the request is not HTTP/1.1")
        reply(context, answer)
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        connections.remove(context.channel)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        cancel()
        connections.remove(context.channel)
    }

    private func bodyIsLate(_ context: ChannelHandlerContext) {
        if hasAnswered {
            context.close(promise: nil)
        } else {
            reply(context, .refused(.requestTimeout, "the request's body did not come in time"))
        }
    }

    private func reply(_ context: ChannelHandlerContext, _ answer: HTTPAnswer) {
        refused(answer.status.code)
        hasAnswered = true
        context.write(wrapOutboundOut(.head(answer.closing.head)), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: answer.body))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    private func linger(_ context: ChannelHandlerContext) {
        isLingering = true
        context.close(mode: .output, promise: nil)
        start(context, limits.lingerSeconds) { $1.close(promise: nil) }
    }

    private func start(
        _ context: ChannelHandlerContext, _ seconds: Double,
        _ action: @escaping (ConnectionGuard, ChannelHandlerContext) -> Void
    ) {
        cancel()
        let nanoseconds = Int64((seconds * 1e9).rounded())
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: .nanoseconds(nanoseconds)) {
            self.deadline = nil
            action(self, context)
        }
    }

    private func cancel() {
        deadline?.cancel()
        deadline = nil
    }
}

@available(*, unavailable)
extension ConnectionGuard: Sendable {}
