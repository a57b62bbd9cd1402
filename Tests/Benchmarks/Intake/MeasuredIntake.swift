import ConfigurationFiles
import Domain
import Glibc
import Server
import Storage

/// Our intake as `serve` runs it, with a queue on the disk and its log on standard error.
enum MeasuredIntake {
    private struct Clock: WallClock {
        func now() -> Instant {
            var time = timespec()
            clock_gettime(CLOCK_REALTIME, &time)
            return Instant(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
        }
    }

    private static let configuration = """
        forges: [{kind: github, token_env: TOKEN, webhook_secrets_env: [SECRET], repositories: [{match: "acme/*", mode: review}]}]
        """

    static func run(directory: String) async throws {
        let configuration = try Configuration(
            operator: ConfigurationFile(name: "hunkwise.yaml", bytes: Array(configuration.utf8)))
        let secrets = try configuration.serviceSecrets(SecretReader { _ in BenchDelivery.secret })
        let clock = Clock()
        let queue = SQLiteJobQueue(
            store: try Store(path: directory + "/hunkwise.db"), clock: clock, elapsed: .system)
        let server = try await IntakeServer.start(
            on: ListenAddress(host: "127.0.0.1", port: 0), settings: Live(IntakeSettings(configuration, secrets)),
            queue: queue, clock: clock, metrics: ServiceMetrics(startedAt: clock.now()),
            log: .standardError(threshold: Live(.info), clock: clock), queued: {})
        announce(port: server.port)
        // Until the parent closes our standard input.
        await withCheckedContinuation { continuation in
            Thread.whenInputEnds { continuation.resume() }
        }
        await server.shutDown(within: 5)
        let counts = try await queue.counts()
        print("jobs \(counts.values.reduce(0, +))")
        print("deliveries \(try await queue.deliveries().values.reduce(0, +))")
    }

    private enum Thread {
        static func whenInputEnds(_ body: @escaping @Sendable () -> Void) {
            var thread = pthread_t()
            let box = Unmanaged.passRetained(Box(body)).toOpaque()
            pthread_create(
                &thread, nil,
                { pointer in
                    var byte: UInt8 = 0
                    while read(0, &byte, 1) > 0 {}
                    pointer.map { Unmanaged<Box>.fromOpaque($0).takeRetainedValue().body() }
                    return nil
                }, box)
        }

        private final class Box: Sendable {
            let body: @Sendable () -> Void
            init(_ body: @escaping @Sendable () -> Void) { self.body = body }
        }
    }
}
