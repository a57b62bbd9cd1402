import ConfigurationFiles
import Domain
import Storage
import Synchronization
import TestKit
import Testing

@testable import Server

/// Lines that were logged.
final class LogLines: Sendable {
    private let lines = Mutex<[[UInt8]]>([])

    func add(_ line: [UInt8]) { lines.withLock { $0.append(line) } }
    var all: [String] { lines.withLock { $0.map { String(decoding: $0, as: UTF8.self) } } }
}

func intakeSettings(_ text: String, secrets: [String: String] = [:]) throws -> IntakeSettings {
    let configuration = try Configuration(
        operator: ConfigurationFile(name: "hunkwise.yaml", bytes: Array(text.utf8)))
    let read = try configuration.serviceSecrets(SecretReader { secrets[$0] ?? "value of " + $0 })
    return IntakeSettings(configuration, read)
}

let plainConfiguration = """
    mode: review
    forges:
      - {kind: github, token_env: TOKEN, webhook_secrets_env: [FIRST, SECOND], repositories: [{match: acme/shop}, {match: acme/off, mode: off}]}
      - {kind: github, url: "https://ghe.example", token_env: TOKEN, webhook_secrets_env: [THIRD], repositories: [{match: "tools/*"}]}
    server: {quiet_seconds: 10}
    skip: {labels: ["no review"], titles: ["wip*"], authors: ["dependabot*"]}
    classification: {rules: [{label: security, min_risk: 0.9}]}

    """

/// An intake on a port of its own over a real queue, or over one that a test scripts.
final class Reception: Sendable {
    let server: IntakeServer
    let store: TemporaryDirectory
    /// The real queue, behind the scripted one if there is one.
    let queue: SQLiteJobQueue
    let metrics: ServiceMetrics
    let log: LogLines
    let clock: ManualClock
    let settings: Live<IntakeSettings>

    var port: Int { server.port }

    static let secrets = ["FIRST": "first secret", "SECOND": "second secret", "THIRD": "third secret"]

    private init(
        server: IntakeServer, store: TemporaryDirectory, queue: SQLiteJobQueue, metrics: ServiceMetrics, log: LogLines,
        clock: ManualClock, settings: Live<IntakeSettings>
    ) {
        self.server = server
        self.store = store
        self.queue = queue
        self.metrics = metrics
        self.log = log
        self.clock = clock
        self.settings = settings
    }

    static func with<Result: Sendable>(
        _ configuration: String = plainConfiguration, limits: HTTPLimits = HTTPLimits(),
        scripted: @Sendable (SQLiteJobQueue) -> any JobQueue = { $0 },
        readiness: @escaping @Sendable () async -> String? = { nil },
        _ body: @Sendable (Reception) async throws -> Result
    ) async throws -> Result {
        let directory = try TemporaryDirectory()
        let clock = ManualClock(Instant(milliseconds: 1_795_255_200_000))
        let queue = SQLiteJobQueue(
            store: try Store(path: directory.file("hunkwise.db")), clock: clock, elapsed: .following(clock))
        let lines = LogLines()
        let log = ServiceLog(threshold: Live(.debug), clock: clock, write: lines.add)
        let metrics = ServiceMetrics(startedAt: clock.now())
        let live = Live(try intakeSettings(configuration, secrets: Reception.secrets))
        let server = try await IntakeServer.start(
            on: ListenAddress(host: "127.0.0.1", port: 0), settings: live, queue: scripted(queue), clock: clock,
            metrics: metrics, log: log, limits: limits, readiness: readiness, queued: {})
        let reception = Reception(
            server: server, store: directory, queue: queue, metrics: metrics, log: lines, clock: clock, settings: live)
        do {
            let result = try await body(reception)
            await server.shutDown(within: 0.2)
            return result
        } catch {
            await server.shutDown(within: 0.2)
            throw error
        }
    }

    func deliver(_ delivery: SignedDelivery) async throws -> WebAnswer {
        try await exchange(port: port, delivery.bytes)
    }

    func jobs() async throws -> [Job] { try await queue.jobs(JobFilter(limit: 10_000)) }
}

/// A queue whose intake does as a test says; the rest is the real one's.
final class ScriptedQueue: JobQueue {
    private let real: SQLiteJobQueue
    private let script: @Sendable (Delivery, Intake, SQLiteJobQueue) async throws -> Acceptance
    private let isBroken: Bool

    init(
        _ real: SQLiteJobQueue, isBroken: Bool = false,
        accept: @escaping @Sendable (Delivery, Intake, SQLiteJobQueue) async throws -> Acceptance
    ) {
        self.real = real
        self.isBroken = isBroken
        script = accept
    }

    struct Broken: Error, CustomStringConvertible { let description = "disk I/O error" }

    func accept(_ delivery: Delivery, _ intake: Intake) async throws -> Acceptance {
        try await script(delivery, intake, real)
    }
    func counts() async throws -> [JobState: Int] {
        if isBroken { throw Broken() }
        return try await real.counts()
    }
    func add(_ request: JobRequest) async throws -> Int64 { try await real.add(request) }
    func lease(for seconds: Double) async throws -> (Job, JobLease)? { try await real.lease(for: seconds) }
    func nextDue() async throws -> Instant? { try await real.nextDue() }
    func heartbeat(_ lease: JobLease, for seconds: Double) async throws -> JobSignal {
        try await real.heartbeat(lease, for: seconds)
    }
    func end(_ lease: JobLease, as state: JobState, reason: String?) async throws -> Bool {
        try await real.end(lease, as: state, reason: reason)
    }
    func giveBack(_ lease: JobLease, until: Instant, reason: String, counts: Bool) async throws -> Bool {
        try await real.giveBack(lease, until: until, reason: reason, counts: counts)
    }
    func jobs(_ filter: JobFilter) async throws -> [Job] { try await real.jobs(filter) }
    func job(_ id: Int64) async throws -> Job? { try await real.job(id) }
    func retry(_ id: Int64) async throws -> Bool { try await real.retry(id) }
    func cancel(_ id: Int64) async throws -> Bool { try await real.cancel(id) }
    func pause(_ repository: String?, label: String?, by: String) async throws {
        try await real.pause(repository, label: label, by: by)
    }
    func resume(_ repository: String?) async throws -> Bool { try await real.resume(repository) }
    func pauses() async throws -> [Pause] { try await real.pauses() }
}

/// Opened once, after which everybody passes.
final class Gate: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var arrivals = 0
        var watchers: [(count: Int, CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    func open() {
        let waiting = state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let (isOpen, told) = state.withLock { state in
                state.arrivals += 1
                let arrivals = state.arrivals
                let told = state.watchers.filter { $0.count <= arrivals }
                state.watchers.removeAll { $0.count <= arrivals }
                if !state.isOpen { state.waiting.append(continuation) }
                return (state.isOpen, told)
            }
            for one in told { one.1.resume() }
            if isOpen { continuation.resume() }
        }
    }

    /// Returns when so many have come to the gate.
    func arrived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                if state.arrivals >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }
}
