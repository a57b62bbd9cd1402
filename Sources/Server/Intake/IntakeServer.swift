package import Domain
import HTTPTypes
import HummingbirdCore
import NIOCore
import Synchronization

/// The public address: webhooks and health.
package final class IntakeServer: Sendable {
    private let listener: HTTPListener
    private let isShuttingDown: Live<Bool>

    private init(_ listener: HTTPListener, _ isShuttingDown: Live<Bool>) {
        self.listener = listener
        self.isShuttingDown = isShuttingDown
    }

    /// The port that is listened on.
    package var port: Int { listener.port }

    /// Returns when deliveries are taken.
    ///
    /// - Parameters:
    ///   - readiness: Why the service cannot work just now, in words; nil when it can. Asked at most once a second.
    ///   - queued: Called after each job that a delivery queued.
    package static func start(
        on address: ListenAddress, settings: Live<IntakeSettings>, queue: any JobQueue, clock: any WallClock,
        metrics: ServiceMetrics, log: ServiceLog, limits: HTTPLimits = HTTPLimits(),
        readiness: @escaping @Sendable () async -> String? = { nil }, queued: @escaping @Sendable () -> Void
    ) async throws(ListenError) -> IntakeServer {
        let isShuttingDown = Live(false)
        let troubleSince = Live<ContinuousClock.Instant?>(nil)
        let desk = IntakeDesk(
            settings: settings, queue: queue, clock: clock, metrics: metrics, log: log,
            reader: BodyReader(limits: limits, room: BodyRoom(bytes: limits.sharedBodyBytes)),
            troubleSince: troubleSince, queued: queued)
        let health = HealthDesk(
            queue: queue, readiness: readiness, isShuttingDown: isShuttingDown, troubleSince: troubleSince)
        let listener = try await HTTPListener.start(
            on: address, limits: limits, log: log, refused: { metrics.refused.add([String($0)]) }
        ) { request, channel in
            let path = (request.head.path ?? "").prefix { $0 != "?" }
            switch (path, request.method) {
            case ("/webhooks/github", .post): return try await desk.receive(request, channel)
            case ("/healthz", .get), ("/healthz", .head): return .text(.ok, "alive")
            case ("/readyz", .get), ("/readyz", .head): return await health.ready()
            case ("/webhooks/github", _): return Self.wrongMethod("POST")
            case ("/healthz", _), ("/readyz", _): return Self.wrongMethod("GET")
            default: return HTTPAnswer.refused(.notFound, "there is nothing here").closing
            }
        }
        return IntakeServer(listener, isShuttingDown)
    }

    /// From now on not ready; deliveries are still taken.
    package func announceShutdown() {
        isShuttingDown.replace(with: true)
    }

    /// Takes no more deliveries, answers those under way, and cuts off what is not done after so many seconds.
    package func shutDown(within seconds: Double) async {
        announceShutdown()
        await listener.shutDown(within: seconds)
    }

    private static func wrongMethod(_ allow: String) -> HTTPAnswer {
        var answer = HTTPAnswer.refused(.methodNotAllowed, "use \(allow)").closing
        answer.allow = allow
        return answer
    }
}
