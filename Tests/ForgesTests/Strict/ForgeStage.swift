import Domain
import Forges
import GitHubServer
import HTTPClient
import Synchronization
import TestKit
import Testing

/// The strict GitHub on loopback with acme/shop, and forges that talk to it over HTTP.
///
/// Each pull request changes `src/cart.py` at lines 3 and 17 of twenty and adds `src/new.py` of three lines.
final class ForgeStage: Sendable {
    let server: GitHubServer
    let client: HTTPClient
    let address: GitHubWebAddress
    private let folder: TemporaryDirectory

    private static func lines(_ changed: [Int: String] = [:]) -> String {
        (1...20).map { changed[$0] ?? "line \($0)" }.joined(separator: "\n") + "\n"
    }

    init(isEnterprise: Bool, permissions: [String: String]?) async throws {
        folder = try TemporaryDirectory()
        server = try await GitHubServer.start(
            ServerSettings(
                repositories: folder.path, isEnterprise: isEnterprise,
                clock: ServerClock(standingAt: 1_790_000_000)))
        address = try GitHubWebAddress(server.url, apiURL: server.apiURL)
        let origin = try #require(address.apiOrigin)
        client = HTTPClient(HTTPClientConfiguration(allowed: [origin]))
        let world = server.world
        world.addOrganization("acme")
        try world.makeRepository("acme/shop", isPrivate: true)
        try world.commit(["src/cart.py": Self.lines(), "README.md": "Hello\n"], on: "main", in: "acme/shop")
        try world.setAccess(.write, of: "maintainer", to: "acme/shop")
        try world.setAccess(.read, of: "reader", to: "acme/shop")
        try world.install(server.app, on: "acme", permissions: permissions)
    }

    var world: World { server.world }

    /// A new pull request, and what Hunkwise would say about it: line 10 is not in the change.
    func change(
        _ name: String = "feature", author: String = "octocat", lines: [Int] = [3, 10, 17]
    ) throws -> Draft {
        let head = try world.commit(
            ["src/cart.py": Self.lines([3: "changed 3", 17: "changed 17"]), "src/new.py": "one\ntwo\n\(name)\n"],
            on: name, from: "main", in: "acme/shop")
        let number = try world.openPull(in: "acme/shop", from: name, title: "Change \(name)", author: author).number
        let repository = try #require(RepositoryName("acme/shop"))
        let id = try world.repository("acme/shop").id
        return Draft(
            key: "key-of-\(name)",
            address: ChangeAddress(
                forge: address.host, repositoryID: Int64(id), repository: repository, number: number),
            head: head, summary: "**Findings.**", summaryWhenPresent: "**No findings.**", reviewBody: "Some things.",
            comments: lines.map { line in
                DraftComment(
                    identity: "finding-\(line)", path: "src/cart.py", isOnOldSide: line == 17,
                    startLine: line == 3 ? 2 : nil, line: line, body: "**High: fault at \(line).**",
                    summaryLine: "High · `src/cart.py:\(line)` fault")
            },
            check: DraftCheck(
                conclusion: .success, title: "Findings", summary: "All of it.",
                annotations: (0..<120).map {
                    DraftCheck.Annotation(
                        path: "src/cart.py", startLine: 3, endLine: 3, level: .notice, title: "note",
                        message: "note \($0)")
                }))
    }

    enum Account {
        case app
        case person(String)
    }

    func forge(
        as account: Account = .app, faults: [Int: MemoryGitHub.Fault] = [:]
    ) throws -> (forge: GitHubForge, transport: FaultyTransport) {
        let transport = FaultyTransport(HTTPForgeTransport(client), faults, clock: world.clock)
        let credential: GitHubSettings.Credential =
            switch account {
            case .app: .app(id: Int64(server.app.id), privateKey: Secret(server.app.privateKey))
            case .person(let login): .token(Secret(world.token(for: login)))
            }
        let settings = try GitHubSettings(address: address, credential: credential, markerKey: MemoryWorld.markerKey)
        let clock = WorldClock(clock: world.clock)
        let timing = ForgeTiming(
            clock: clock,
            sleep: { seconds in
                if transport.isKilled { throw CancellationError() }
                clock.clock.advance(bySeconds: Int(seconds.rounded(.up)))
            }, random: { 0.5 })
        return (try GitHubForge(settings: settings, transport: transport, timing: timing), transport)
    }

    func stop() async {
        client.shutdown()
        await server.stop()
    }
}

private struct WorldClock: WallClock {
    let clock: ServerClock

    func now() -> Instant { Instant(milliseconds: Int64(clock.now()) * 1000) }
}

/// Loses requests and answers on the way to a server that knows nothing of it.
final class FaultyTransport: ForgeTransport {
    private struct State {
        var faults: [Int: MemoryGitHub.Fault]
        var count = 0
        var isKilled = false
    }

    private let transport: any ForgeTransport
    private let clock: ServerClock
    private let state: Mutex<State>

    init(_ transport: any ForgeTransport, _ faults: [Int: MemoryGitHub.Fault], clock: ServerClock) {
        self.transport = transport
        self.clock = clock
        state = Mutex(State(faults: faults))
    }

    var count: Int { state.withLock { $0.count } }
    var isKilled: Bool { state.withLock { $0.isKilled } }

    func send(_ request: ForgeRequest) async throws(HTTPError) -> HTTPResponse {
        let (fault, isKilled) = state.withLock { state in
            defer { state.count += 1 }
            return (state.faults[state.count], state.isKilled)
        }
        if isKilled { throw HTTPError(.cancelled, wasSent: false, "killed") }
        switch fault {
        case nil: return try await answer(to: request)
        case .lostBefore, .illBefore, .secondaryLimit: throw HTTPError(.connectionLost, wasSent: true, "lost")
        case .lostAfter, .illAfter:
            _ = try await answer(to: request)
            throw HTTPError(.connectionLost, wasSent: true, "lost")
        case .killedBefore, .killedAfter:
            if fault == .killedAfter { _ = try await answer(to: request) }
            state.withLock { $0.isKilled = true }
            throw HTTPError(.cancelled, wasSent: true, "killed")
        }
    }

    /// With the date by the clock that the server's tokens live by; the server's HTTP writes the machine's.
    private func answer(to request: ForgeRequest) async throws(HTTPError) -> HTTPResponse {
        let response = try await transport.send(request)
        var headers = response.head.headers.filter { $0.name.lowercased() != "date" }
        let now = Instant(milliseconds: Int64(clock.now()) * 1000)
        headers.append((name: "Date", value: MemoryGitHub.http(now)))
        return HTTPResponse(
            head: HTTPHead(status: response.head.status, headers: headers, httpVersion: response.head.httpVersion),
            body: response.body, timings: response.timings)
    }
}

/// Runs a test on a stage of its own.
func onForgeStage(
    isEnterprise: Bool = false, permissions: [String: String]? = nil, _ test: (ForgeStage) async throws -> Void
) async throws {
    let stage = try await ForgeStage(isEnterprise: isEnterprise, permissions: permissions)
    do { try await test(stage) } catch {
        await stage.stop()
        throw error
    }
    await stage.stop()
}
