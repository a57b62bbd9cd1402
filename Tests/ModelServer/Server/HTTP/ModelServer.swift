import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// What a server offers.
package struct ServerSettings: Sendable {
    package var models: [ServedModel]
    /// The keys that are let in.
    package var keys: Set<String>
    /// 0: any free one.
    package var port: Int
    /// What the echo reviewer looks for.
    package var marker: String

    package init(
        models: [ServedModel], keys: Set<String> = ["test-key"], port: Int = 0, marker: String = "BUG:"
    ) {
        self.models = models
        self.keys = keys
        self.port = port
        self.marker = marker
    }
}

/// A model provider on loopback: strict with its clients, honest in its own books, and as bad as it is told to be.
///
/// Served: `/v1/chat/completions`, `/v1/models`, `/openai/deployments/{name}/chat/completions`, `/v1/messages`,
/// `/api/chat`, `/api/tags`; and for tests in other processes `GET /_ledger` and `PUT /_behaviour`.
package struct ModelServer: Sendable {
    package let port: Int
    package let ledger: TrueLedger
    package let faults: FaultPlan
    /// Connections and bytes that reached the server.
    package let traffic: Traffic
    private let listening: any Channel
    private let running: Task<Void, any Error>

    /// Starts a server on 127.0.0.1 and returns when it answers.
    package static func start(_ settings: ServerSettings, faults: FaultPlan = FaultPlan()) async throws -> ModelServer {
        let ledger = TrueLedger()
        let traffic = Traffic()
        let desk = Desk(
            settings: settings, ledger: ledger, faults: faults, reviewer: EchoReviewer(marker: settings.marker))
        let (channels, announce) = AsyncStream<any Channel>.makeStream()
        var logger = Logger(label: "model-server")
        logger.logLevel = .critical
        let application = Application(
            responder: Wire(desk: desk, traffic: traffic),
            server: .http1(configuration: .init(additionalChannelHandlers: [TrafficCounter(traffic)])),
            configuration: .init(address: .hostname("127.0.0.1", port: settings.port), backlog: 1024),
            onServerRunning: { channel in
                announce.yield(channel)
                announce.finish()
            }, logger: logger)
        let running = Task {
            defer { announce.finish() }
            try await application.run()
        }
        for await channel in channels {
            return ModelServer(
                port: channel.localAddress?.port ?? 0, ledger: ledger, faults: faults, traffic: traffic,
                listening: channel, running: running)
        }
        try await running.value
        throw StartError()
    }

    package struct StartError: Error {}

    /// Where the OpenAI form and Anthropic's begin.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Closes every connection and waits for the end.
    package func stop() async {
        // A connection that was accepted and not yet looked at must not be dropped with the task: NIO ends the process.
        try? await listening.close()
        try? await Task.sleep(for: .milliseconds(20))
        running.cancel()
        _ = await running.result
    }

    /// Serves until the process ends.
    package func wait() async throws { try await running.value }
}
