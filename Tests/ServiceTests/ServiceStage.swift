import Foundation
import FoundationNetworking
import GitHubServer
import ModelServer
import Synchronization
import TestKit
import Testing

/// A GitHub on loopback with one repository, and `hunkwise serve` as a process of its own beside it.
final class ServiceStage: Sendable {
    let github: GitHubServer
    let folder: TemporaryDirectory
    private let configuration: String
    private let plain: String
    private let token: String
    private let running = Running()
    /// Trouble of the service's machine.
    let machine: TroubledMachine

    static let repository = "acme/shop"

    /// Twelve lines of a module that deletes accounts.
    static func session(_ body: String = "    require_owner(account)\n    account.delete()") -> String {
        """
        import os

        from shop.auth import require_owner
        from shop.store import load


        def delete_account(user, name):
            account = load(name)
        \(body)
            return account


        def name_of(account):
            return account.name

        """
    }

    /// A body that the static rules find high.
    static let unsafe = "    os.system(\"rm -r /srv/accounts/\" + name)\n    account.delete()"

    private actor Running {
        private(set) var child: ChildProcess?
        func take(_ child: ChildProcess?) -> ChildProcess? {
            defer { self.child = child }
            return self.child
        }
    }

    /// - Parameters:
    ///   - mode: Of the repository.
    ///   - person: Whose personal token is used in the place of the App.
    ///   - more: Further lines of the configuration.
    init(mode: String = "review", as person: String? = nil, more: String = "") async throws {
        folder = try TemporaryDirectory()
        machine = try TroubledMachine(folder.path + "/machine")
        let clock = ServerClock()
        github = try await GitHubServer.start(
            ServerSettings(repositories: folder.path, isEnterprise: true, clock: clock))
        let world = github.world
        world.addOrganization("acme")
        try world.makeRepository(Self.repository)
        try world.commit(
            ["auth/session.py": Self.session(), "README.md": "Hello\n"], on: "main", in: Self.repository,
            message: "The beginning")
        for (login, access) in [("ann", Access.write), ("reader", .read)] {
            world.addUser(login)
            try world.setAccess(access, of: login, to: Self.repository)
        }
        world.addUser("stranger")
        try world.install(github.app, on: "acme")
        token = world.token(for: person ?? "ann", scopes: ["repo"])
        let key = folder.path + "/app.pem"
        try github.app.privateKey.write(toFile: key, atomically: true, encoding: .utf8)
        chmod(key, 0o600)
        let credential =
            person == nil
            ? "app_id: \(github.app.id)\n    private_key_file: \(key)" : "token_env: HUNKWISE_TEST_TOKEN"
        configuration = folder.path + "/hunkwise.yaml"
        plain = """
            forges:
              - kind: github
                url: \(github.url)
                \(credential)
                webhook_secrets_env: [HUNKWISE_TEST_SECRET]
                repositories: [{match: "acme/*", mode: \(mode)}]
            storage: {url: "sqlite://\(folder.path)/state/hunkwise.db"}
            server: {listen: "127.0.0.1:0", admin_listen: "127.0.0.1:0", quiet_seconds: 0, workers: 2}

            """
        try configure(more)
    }

    /// Writes the configuration anew, with further lines.
    func configure(_ more: String) throws {
        try (plain + more).write(toFile: configuration, atomically: true, encoding: .utf8)
    }

    var world: World { github.world }
    private let readyAddress = Mutex("")

    /// What the ledger says of calls to models, once the service has ended.
    func books() throws -> ServiceBooks { try ServiceBooks(reading: folder.path + "/state/hunkwise.db") }

    /// What `/readyz` answers.
    func readiness() async throws -> Int {
        let address = try #require(URL(string: readyAddress.withLock { $0 }))
        let (_, response) = try await URLSession.shared.data(from: address)
        return (response as? HTTPURLResponse)?.statusCode ?? 0
    }

    private var environment: [String: String] {
        [
            "HUNKWISE_TEST_SECRET": github.app.webhookSecret, "HUNKWISE_TEST_TOKEN": token,
            "SERVED_MODELS_KEY": ServedModels.key,
        ]
    }

    /// Starts the service and points the App's deliveries at it.
    func start() async throws {
        let child = try ChildProcess(
            "hunkwise", ["serve", "--config", configuration],
            environment: environment.merging(machine.environment) { $1 },
            errors: folder.path + "/service.log")
        var lines = child.lines.makeAsyncIterator()
        let line = try #require(await lines.next(), "the service did not start: \(log)")
        let port = try #require(line.firstMatch(of: /127\.0\.0\.1:([0-9]+)\/webhooks/)?.1)
        github.hooks.setTarget("http://127.0.0.1:\(port)/webhooks/github")
        readyAddress.withLock { $0 = "http://127.0.0.1:\(port)/readyz" }
        _ = await running.take(child)
    }

    /// Ends the service in order; the exit code.
    func stop() async throws -> Int32 {
        guard let child = await running.take(nil) else { return 0 }
        child.signal(SIGTERM)
        return await child.end()
    }

    /// As a power cut would.
    func kill() async {
        guard let child = await running.take(nil) else { return }
        child.kill()
        _ = await child.end()
    }

    func tearDown() async {
        await kill()
        await github.stop()
    }

    var log: String { (try? String(contentsOfFile: folder.path + "/service.log", encoding: .utf8)) ?? "" }

    /// Runs another command of the program on the same configuration; what it prints.
    func hunkwise(_ arguments: String...) async throws -> String {
        let child = try ChildProcess(
            "hunkwise", arguments + ["--config", configuration], environment: environment,
            errors: folder.path + "/command.log")
        var lines: [String] = []
        for await line in child.lines { lines.append(line) }
        let code = await child.end()
        try #require(code == 0, "hunkwise \(arguments) ended with \(code)")
        return lines.joined(separator: "\n")
    }

    // MARK: What people do

    /// Opens a pull request with this body of the function; its number.
    func open(
        _ body: String, branch: String = "topic", author: String = "ann", title: String = "Delete accounts",
        isDraft: Bool = false
    ) throws -> Int {
        try world.commit(
            ["auth/session.py": Self.session(body)], on: branch, from: "main", in: Self.repository, message: title)
        return try world.openPull(
            in: Self.repository, from: branch, into: "main", title: title, body: "", author: author, isDraft: isDraft
        ).number
    }

    func push(_ body: String, branch: String = "topic", number: Int) throws {
        try world.commit(["auth/session.py": Self.session(body)], on: branch, in: Self.repository, message: "More")
        try world.push(number, in: Self.repository)
    }

    @discardableResult
    func deliver(_ action: String, _ number: Int, sender: String = "ann") async throws -> Delivery.Attempt {
        try await github.hooks.deliver(.pull(action, number, in: Self.repository), sender: sender)
    }

    // MARK: What came of it

    /// Comments at lines of submitted reviews.
    func lineComments(_ number: Int) throws -> [ReviewComment] {
        try world.reviewComments(of: number, in: Self.repository)
    }

    func head(_ number: Int) throws -> String { try world.pull(number, in: Self.repository).headCommit }

    func checks(_ number: Int) throws -> [CheckRun] {
        try world.checkRuns(in: Self.repository, commit: try head(number))
    }

    private struct Status: Decodable {
        var jobs: [String: Int]
    }

    /// Waits until the queue holds nothing that is queued or running.
    func settle(within seconds: Int = 60) async throws {
        try await eventually("the queue is empty", within: seconds) {
            let status = try JSONDecoder().decode(
                Status.self, from: Data(try await self.hunkwise("status", "--format", "json").utf8))
            return status.jobs["queued"] == 0 && status.jobs["running"] == 0
        }
    }

    /// Looks again and again.
    func eventually(_ what: String, within seconds: Int = 60, _ holds: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < end {
            if try await holds() { return }
            try await Task.sleep(for: .milliseconds(30))
        }
        Issue.record("it never came to pass that \(what); the service's log:\n\(log.suffix(6000))")
        throw CancellationError()
    }
}

/// Runs a test beside a service of its own.
func onStage(
    mode: String = "review", as person: String? = nil, more: String = "",
    _ test: (ServiceStage) async throws -> Void
) async throws {
    let stage = try await ServiceStage(mode: mode, as: person, more: more)
    do {
        try await stage.start()
        try await test(stage)
    } catch {
        await stage.tearDown()
        throw error
    }
    await stage.tearDown()
}
