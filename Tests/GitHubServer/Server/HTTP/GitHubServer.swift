import Glibc
import Hummingbird
import Logging
import NIOCore
import NIOPosix

/// What a server offers.
package struct ServerSettings: Sendable {
    /// Where new bare repositories are made, as OWNER/NAME.git.
    package var repositories: String
    /// 0: any free one.
    package var port: Int
    /// Whether the API is below `/api/v3`, as on an Enterprise server.
    package var isEnterprise: Bool
    package var limits: ServiceLimits
    package var clock: ServerClock
    /// PEM of the App's private key; one is made if there is none.
    package var privateKey: String?
    package var webhookSecret: String
    /// What serves `/{owner}/{repo}.git/*` in place of git's own server side.
    package var git: GitHandler?

    package init(
        repositories: String, port: Int = 0, isEnterprise: Bool = false, limits: ServiceLimits = ServiceLimits(),
        clock: ServerClock = ServerClock(), privateKey: String? = nil,
        webhookSecret: String = "It's a Secret to Everybody", git: GitHandler? = nil
    ) {
        self.repositories = repositories
        self.port = port
        self.isEnterprise = isEnterprise
        self.limits = limits
        self.clock = clock
        self.privateKey = privateKey
        self.webhookSecret = webhookSecret
        self.git = git
    }
}

/// GitHub on loopback: its REST API over real git repositories, as strict with its clients as the real one, honest in
/// what it keeps, and as bad as it is told to be. `world` is the other side: what people do there, and what was posted.
package struct GitHubServer: Sendable {
    package let port: Int
    package let world: World
    package let faults: FaultPlan
    package let traffic: Traffic
    /// Deliveries of webhooks.
    package let hooks: Hooks
    /// The App that exists from the start; install it with `world.install`.
    package let app: App
    private let listening: any Channel
    private let running: Task<Void, any Error>

    /// Starts a server on 127.0.0.1 and returns when it answers.
    package static func start(
        _ settings: ServerSettings, faults: FaultPlan = FaultPlan()
    ) async throws -> GitHubServer {
        let world = World(settings)
        let app = try world.addApp(privateKey: settings.privateKey, webhookSecret: settings.webhookSecret)
        let traffic = Traffic()
        let prefix = settings.isEnterprise ? "/api/v3" : ""
        let desk = Desk(world: world, traffic: traffic, rates: RateLimits(settings.limits), prefix: prefix)
        let hooks = Hooks(world: world)
        let control = Control(world: world, faults: faults, traffic: traffic, hooks: hooks)
        let (channels, announce) = AsyncStream<any Channel>.makeStream()
        var logger = Logger(label: "github-server")
        logger.logLevel = .critical
        let application = Application(
            responder: Wire(desk: desk, control: control, faults: faults, git: settings.git ?? world.gitHandler()),
            configuration: .init(address: .hostname("127.0.0.1", port: settings.port), backlog: 1024),
            onServerRunning: { channel in
                let port = channel.localAddress?.port ?? 0
                world.setAddress("http://127.0.0.1:\(port)", prefix: prefix)
                announce.yield(channel)
                announce.finish()
            }, logger: logger)
        let running = Task {
            defer { announce.finish() }
            try await application.run()
        }
        for await channel in channels {
            return GitHubServer(
                port: channel.localAddress?.port ?? 0, world: world, faults: faults, traffic: traffic, hooks: hooks,
                app: app, listening: channel, running: running)
        }
        try await running.value
        throw StartError()
    }

    package struct StartError: Error {}

    /// Where the API begins, without a slash at the end.
    package var apiURL: String { world.use { $0.addresses.api } }

    /// Where pages and git begin.
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
