import Crypto
package import Domain
import HTTPTypes
import HummingbirdCore
import NIOCore

/// The operator's address: metrics and status, always behind the token.
package final class AdminServer: Sendable {
    private let listener: HTTPListener

    private init(_ listener: HTTPListener) {
        self.listener = listener
    }

    package var port: Int { listener.port }

    /// - Parameters:
    ///   - token: May be replaced while the service runs.
    ///   - gauges: Figures of the moment, for the metrics.
    ///   - status: What `hunkwise status --format json` prints.
    package static func start(
        on address: ListenAddress, token: Live<Secret>, metrics: ServiceMetrics, log: ServiceLog,
        gauges: @escaping @Sendable () async throws -> [Gauge], status: @escaping @Sendable () async throws -> [UInt8]
    ) async throws(ListenError) -> AdminServer {
        var limits = HTTPLimits()
        limits.connections = 64
        limits.headerBytes = 16 << 10
        let listener = try await HTTPListener.start(
            on: address, limits: limits, log: log, refused: { _ in }
        ) { request, _ in
            guard isAllowed(request.headers[.authorization], token.value) else {
                var answer = HTTPAnswer.refused(.unauthorized, "needs Authorization: Bearer and the admin token")
                    .closing
                answer.challenge = "Bearer"
                return answer
            }
            guard request.method == .get || request.method == .head else {
                var answer = HTTPAnswer.refused(.methodNotAllowed, "use GET").closing
                answer.allow = "GET"
                return answer
            }
            do {
                switch (request.head.path ?? "").prefix(while: { $0 != "?" }) {
                case "/healthz": return .text(.ok, "alive")
                case "/metrics":
                    let text = metrics.text(try await gauges())
                    return HTTPAnswer(status: .ok, contentType: PrometheusText.contentType, body: Array(text.utf8))
                case "/api/status":
                    return HTTPAnswer(status: .ok, contentType: "application/json", body: try await status())
                default: return .refused(.notFound, "there is nothing here")
                }
            } catch {
                metrics.storeErrors.add()
                log.event(.error, "admin.failed", LogContext(), ["problem": .text("\(error)")])
                return .refused(.serviceUnavailable, "the store does not answer")
            }
        }
        return AdminServer(listener)
    }

    package func shutDown(within seconds: Double) async {
        await listener.shutDown(within: seconds)
    }

    /// Compares digests in constant time, so that neither content nor length of the token shows.
    private static func isAllowed(_ header: String?, _ token: Secret) -> Bool {
        guard let header, header.utf8.count <= 4096, !token.isEmpty else { return false }
        let words = header.split(separator: " ", maxSplits: 1)
        guard words.count == 2, words[0].lowercased() == "bearer" else { return false }
        let key = SymmetricKey(size: .bits256)
        let given = HMAC<SHA256>.authenticationCode(for: Array(words[1].utf8), using: key)
        return token.reveal { HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: $0, using: key) }
    }
}
