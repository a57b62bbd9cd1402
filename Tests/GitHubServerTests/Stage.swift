import Foundation
import GitHubServer
import ModelServer
import TestKit

/// A server with one repository, acme/shop, and one pull request in it, #1 by octocat.
///
/// The pull request changes `src/cart.py` in two hunks, adds `src/new.py`, removes `src/old.py`, renames
/// `docs/a.md` to `docs/b.md` and changes a binary file.
final class Stage: Sendable {
    let server: GitHubServer
    let installation: Installation
    /// An installation token with everything that a reviewer needs.
    let token: String
    private let folder: TemporaryDirectory

    static let reviews = "/repos/acme/shop/pulls/1/reviews"
    static let reviewComments = "/repos/acme/shop/pulls/1/comments"
    static let comments = "/repos/acme/shop/issues/1/comments"
    static let checks = "/repos/acme/shop/check-runs"

    /// Twenty lines, the changed ones by their number.
    static func lines(_ changed: [Int: String] = [:]) -> String {
        (1...20).map { changed[$0] ?? "line \($0)" }.joined(separator: "\n") + "\n"
    }

    /// The files of the repository, made once and written for each stage; nil where a directory is.
    private static let model: Result<[(path: String, content: Data?)], any Error> = Result {
        let folder = try TemporaryDirectory()
        let world = World(
            ServerSettings(repositories: folder.path, clock: ServerClock(standingAt: 1_790_000_000)))
        try world.makeRepository("acme/shop")
        try world.commit(
            bytes: [
                "src/cart.py": Array(Stage.lines().utf8), "src/old.py": Array("gone\n".utf8),
                "docs/a.md": Array(Stage.lines().utf8), "logo.bin": [0, 1, 2, 3], "README.md": Array("Hello\n".utf8),
            ], on: "main", in: "acme/shop", message: "The beginning")
        try world.commit(
            bytes: [
                "src/cart.py": Array(Stage.lines([3: "changed 3", 17: "changed 17"]).utf8),
                "src/new.py": Array("one\ntwo\nthree\n".utf8), "src/old.py": nil, "docs/a.md": nil,
                "docs/b.md": Array(Stage.lines().utf8), "logo.bin": [0, 9, 9],
            ], on: "feature", from: "main", in: "acme/shop", message: "Change the cart")
        let directory = folder.file("acme/shop.git")
        return try FileManager.default.subpathsOfDirectory(atPath: directory).sorted().map { path in
            (path, FileManager.default.contents(atPath: directory + "/" + path))
        }
    }

    init(
        limits: ServiceLimits = ServiceLimits(), isPrivate: Bool = false, isEnterprise: Bool = false,
        clock: ServerClock = ServerClock(standingAt: 1_790_000_000), seed: UInt64 = 0, git: GitHandler? = nil
    ) async throws {
        folder = try TemporaryDirectory()
        let settings = ServerSettings(
            repositories: folder.path, isEnterprise: isEnterprise, limits: limits, clock: clock, git: git)
        server = try await GitHubServer.start(settings, faults: FaultPlan(seed: seed))
        let world = server.world
        world.addOrganization("acme")
        let directory = folder.file("acme/shop.git")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        for (path, content) in try Stage.model.get() {
            let place = directory + "/" + path
            if let content {
                try content.write(to: URL(filePath: place))
            } else {
                try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            }
        }
        try world.addRepository("acme/shop", directory: directory, isPrivate: isPrivate)
        try world.openPull(in: "acme/shop", from: "feature", title: "Change the cart")
        try world.setAccess(.write, of: "maintainer", to: "acme/shop")
        try world.setAccess(.read, of: "reader", to: "acme/shop")
        world.addUser("stranger")
        installation = try world.install(server.app, on: "acme")
        token = world.token(of: installation)
    }

    var world: World { server.world }

    /// The App's installation.
    var bot: RawClient { RawClient(port: server.port, token: token) }

    func person(_ login: String, scopes: [String] = ["repo"]) -> RawClient {
        RawClient(port: server.port, token: world.token(for: login, scopes: scopes))
    }

    func head() throws -> String { try world.pull(1, in: "acme/shop").headCommit }

    func stop() async { await server.stop() }
}

/// Runs a test on a stage of its own.
func onStage(
    limits: ServiceLimits = ServiceLimits(), isPrivate: Bool = false, isEnterprise: Bool = false,
    clock: ServerClock = ServerClock(standingAt: 1_790_000_000),
    _ test: (Stage) async throws -> Void
) async throws {
    let stage = try await Stage(limits: limits, isPrivate: isPrivate, isEnterprise: isEnterprise, clock: clock)
    do { try await test(stage) } catch {
        await stage.stop()
        throw error
    }
    await stage.stop()
}
