import ConfigurationFiles
import Domain
import GitRepository
import Reporting
import Reviewing
import Server
import Storage

/// The running service: intake, admin address, workers and housekeeping over one store.
final class Service: Sendable {
    private let store: Store
    private let queue: SQLiteJobQueue
    private let ledger: SQLiteLedger
    private let mirrors: Mirrors?
    private let parts: Live<ServiceParts>
    private let log: ServiceLog
    private let metrics: ServiceMetrics
    private let threshold: Live<LogLevel>
    private let wakeUp = WakeUp()
    private let workers: Workers
    private static let clock = SystemClock()

    /// How long jobs may go on after the service was told to end, and then how long for giving them back, in seconds.
    private static let patience = (finish: 20.0, giveBack: 10.0)

    static func make(_ setup: Setup) async throws -> Service {
        let configuration: Configuration
        do throws(ConfigurationErrors) {
            configuration = try Configuration(operator: setup.operatorFile)
        } catch {
            throw Failure(error.description)
        }
        guard let path = configuration.storagePath ?? DefaultPaths.storage else {
            throw Failure(
                "there is no place for the store: set HOME or XDG_STATE_HOME, or storage.url in the configuration")
        }
        let threshold = Live(configuration.server.logLevel)
        let log = ServiceLog.standardError(threshold: threshold, clock: clock)
        let store: Store
        do throws(StoreError) {
            store = try Store(path: path)
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
        let mirrors = try await mirrors(configuration.git, storagePath: path)
        let parts = try ServiceParts(setup, store: store, mirrors: mirrors)
        for note in parts.notes { log.event(.warning, "configuration.note", LogContext(), ["what": .text(note)]) }
        return Service(parts, store: store, mirrors: mirrors, threshold: threshold, log: log)
    }

    private init(_ parts: ServiceParts, store: Store, mirrors: Mirrors?, threshold: Live<LogLevel>, log: ServiceLog) {
        self.store = store
        self.mirrors = mirrors
        self.threshold = threshold
        self.log = log
        let live = Live(parts)
        self.parts = live
        let metrics = ServiceMetrics(startedAt: Self.clock.now())
        self.metrics = metrics
        queue = SQLiteJobQueue(
            store: store, clock: Self.clock, elapsed: .system, maxAttempts: ServiceWork.maxAttempts)
        ledger = SQLiteLedger(store: store, clock: Self.clock)
        let sleep: @Sendable (Double) async throws -> Void = { try await Task.sleep(for: .seconds($0)) }
        workers = Workers(
            queue: queue,
            doer: ServiceWork(
                store: store, queue: queue, clock: Self.clock, sink: { WorkLogging.write($0, log, metrics) },
                snapshot: { live.value.snapshot }),
            clock: Self.clock, wakeUp: wakeUp, sleep: sleep, report: { WorkLogging.write($0, log, metrics) })
    }

    /// Mirrors lie beside the database unless the configuration says otherwise.
    private static func mirrors(_ git: GitSettings, storagePath: String) async throws(Failure) -> Mirrors? {
        guard git.isEnabled else { return nil }
        let beside = storagePath.split(separator: "/", omittingEmptySubsequences: false).dropLast()
        let directory = git.directory ?? (beside.isEmpty ? "." : beside.joined(separator: "/")) + "/mirrors"
        let command: GitCommand
        do throws(TransportError) {
            command = try await GitCommand.find(in: environmentValue("PATH") ?? "")
        } catch {
            throw Failure(
                "\(error.description). With `git: {enabled: false}` changes are read by the forge's API alone")
        }
        try DefaultPaths.makeDirectory(of: directory)
        return Mirrors(in: AbsolutePath.of(directory), git: command)
    }

    // MARK: Running

    /// Serves until `ending` gives something, then ends in order.
    ///
    /// - Parameter said: Given one line for people once deliveries are taken.
    func run(reloading: Reloading, until ending: Ending, said: (String) throws -> Void) async throws {
        let server = parts.value.configuration.server
        let intakeSettings = Live(parts.value.intake)
        let intake: IntakeServer
        let admin: AdminServer?
        let token = parts.value.adminToken.map { Live($0) }
        do throws(ListenError) {
            intake = try await IntakeServer.start(
                on: server.listen, settings: intakeSettings, queue: queue, clock: Self.clock, metrics: metrics,
                log: log, readiness: { [store] in DiskRoom.problem(at: store.path) },
                queued: { [wakeUp] in wakeUp.ring() })
            admin = try await startAdmin(server, token)
        } catch {
            throw Failure(error.description)
        }
        log.event(
            .info, "service.started", LogContext(),
            [
                "version": .text(Version.text), "port": .number(Int64(intake.port)),
                "admin_port": .number(Int64(admin?.port ?? 0)),
            ])
        let name = "\(server.listen.host):\(intake.port)"
        try said(
            "hunkwise \(Version.text) takes deliveries at http://\(name)/webhooks/github"
                + (admin.map { "; metrics at http://\(server.adminListen.host):\($0.port)/metrics" } ?? "") + "\n")
        let reloader = Reloader(
            watched: { [parts] in parts.value.configuration.watchedFiles }, log: log, metrics: metrics
        ) { [self] in
            let old = parts.value
            let new = try ServiceParts(reloading.setup(), store: store, mirrors: mirrors)
            parts.replace(with: new)
            intakeSettings.replace(with: new.intake)
            threshold.replace(with: new.configuration.server.logLevel)
            if let token, let secret = new.adminToken { token.replace(with: secret) }
            return new.needsRestart(after: old)
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await reloader.watch() }
            group.addTask { for await _ in reloading.requests { await reloader.reload() } }
            group.addTask { await self.keepHouse() }
            group.addTask { await self.rest() }
            group.addTask { await self.workers.run(atOnce: server.workers) }
            await ending.wait()
            log.event(.info, "service.ending")
            workers.shutDown()
            await intake.shutDown(within: 10)
            await finishWork()
            await admin?.shutDown(within: 2)
            group.cancelAll()
        }
        log.event(.info, "service.ended")
    }

    /// Lets running jobs go on for a while, then has them given back.
    private func finishWork() async {
        for (seconds, isLast) in [(Self.patience.finish, false), (Self.patience.giveBack, true)] {
            if isLast { workers.stopWork() }
            let end = ContinuousClock.now + .seconds(seconds)
            while workers.runningCount > 0, ContinuousClock.now < end {
                try? await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func startAdmin(
        _ server: ServiceSettings, _ token: Live<Secret>?
    ) async throws(ListenError) -> AdminServer? {
        guard let token else {
            log.event(
                .info, "admin.off", LogContext(),
                ["what": "metrics and status are not served: set server.admin_token_env"])
            return nil
        }
        return try await AdminServer.start(
            on: server.adminListen, token: token, metrics: metrics, log: log,
            gauges: { [queue, ledger] in
                [ServiceMetrics.jobs(try await queue.counts()), try await Self.spending(ledger)]
            },
            status: { [queue, ledger] in
                try await StatusDocument(queue, ledger, now: Self.clock.now()).json
            })
    }

    private static func spending(_ ledger: SQLiteLedger) async throws -> Gauge {
        let now = clock.now()
        let midnight = Instant(milliseconds: now.milliseconds - now.milliseconds % 86_400_000)
        let total = try await ledger.total(SpendFilter(since: midnight))
        return Gauge(
            "hunkwise_spent_today_usd", "Charged since midnight UTC; bounded: at the worst case, usage unknown.",
            labels: ["settlement"],
            values: [(["exact"], total.chargedExact.usd), (["bounded"], total.chargedBounded.usd)])
    }

    /// Soon after the start, and once a minute while no job runs: memory that is not needed just now is given back.
    private func rest() async {
        var pause = 2.0
        while true {
            do { try await Task.sleep(for: .seconds(pause)) } catch { return }
            if workers.runningCount == 0 { IdleMemory.giveBack() }
            pause = 60
        }
    }

    /// Every hour: what is past its time is forgotten.
    private func keepHouse() async {
        while !Task.isCancelled {
            do {
                let swept = try await store.sweep(now: Self.clock.now())
                let mirrorsGone = mirrors?.removeIdle(now: Self.clock.now()) ?? 0
                let headsGone = await mirrors?.collectIdle(now: Self.clock.now()) ?? 0
                log.event(
                    .debug, "house.kept", LogContext(),
                    [
                        "answers": .number(Int64(swept.answers)), "jobs": .number(Int64(swept.jobs)),
                        "deliveries": .number(Int64(swept.deliveries)), "mirrors": .number(Int64(mirrorsGone)),
                        "heads": .number(Int64(headsGone)),
                    ])
            } catch {
                metrics.storeErrors.add()
                log.event(.warning, "house.failed", LogContext(), ["problem": .text("\(error)")])
            }
            do { try await Task.sleep(for: .seconds(3600)) } catch { return }
        }
    }
}

extension Configuration {
    /// Files whose change makes the configuration another one.
    fileprivate var watchedFiles: [String] {
        let secrets = secretSources.compactMap { source -> String? in
            if case .file(let path) = source.place { return path }
            return nil
        }
        return (operatorFile.map { [$0] } ?? []) + secrets
    }
}
