import Crypto
import Glibc
import HTTPTypes
import Hummingbird
import Logging
import NIOCore

/// The least that a receiver of webhooks can do: read the body, verify its signature, answer.
enum BareServer {
    static func run() async throws {
        let router = Router()
        let key = SymmetricKey(data: Array(BenchDelivery.secret.utf8))
        let signature = HTTPField.Name("X-Hub-Signature-256")
        router.post("/webhooks/github") { request, _ -> Response in
            let body = try await request.body.collect(upTo: 25 << 20)
            guard let given = signature.flatMap({ request.headers[$0] }).flatMap(BenchDelivery.code),
                HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: body.readableBytesView, using: key)
            else { return Response(status: .unauthorized) }
            return Response(
                status: .accepted, headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: "{\"status\":\"queued\"}\n")))
        }
        var logger = Logger(label: "bare")
        logger.logLevel = .critical
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0), backlog: 1024),
            onServerRunning: { announce(port: $0.localAddress?.port ?? 0) }, logger: logger)
        try await application.run()
    }
}
