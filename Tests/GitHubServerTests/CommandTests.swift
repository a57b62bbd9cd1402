import Foundation
import GitHubServer
import ModelServer
import TestKit
import Testing

@Suite("The server as a process")
struct CommandTests {
    /// A directory with one repository that has a branch beside `main`.
    private func folder() throws -> TemporaryDirectory {
        let folder = try TemporaryDirectory()
        let world = World(ServerSettings(repositories: folder.path))
        try world.makeRepository("acme/shop")
        try world.commit(["a.txt": "1\n"], on: "main", in: "acme/shop")
        try world.commit(["a.txt": "2\n"], on: "topic", from: "main", in: "acme/shop")
        return folder
    }

    private func start(_ folder: TemporaryDirectory, _ options: String...) async throws -> (ChildProcess, JSON) {
        let child = try ChildProcess("hunkwise-github-server", ["--repositories", folder.path] + options)
        for await line in child.lines { return (child, try JSON(parsing: line)) }
        return (child, .null)
    }

    @Test("serves a directory of repositories and says in a line how to reach it")
    func start() async throws {
        let folder = try folder()
        let (child, told) = try await start(folder, "--enterprise", "--private", "--webhook-secret", "s")
        defer { child.kill() }
        #expect(told["repositories"] == ["acme/shop"])
        #expect(told["webhook_secret"] == "s")
        let keyFile = try #require(told["private_key_file"]?.text)
        defer { try? FileManager.default.removeItem(atPath: keyFile) }
        #expect(try String(contentsOfFile: keyFile, encoding: .utf8).contains("PRIVATE KEY"))
        let port = try #require(told["port"]?.whole)
        let client = RawClient(port: port, token: told["token"]?.text)
        let opened = await client.send("POST", "/_control/pulls", #"{"repository":"acme/shop","head":"topic"}"#)
        #expect(opened.json["number"] == 1, "\(opened.text)")
        let pull = await client.get("/api/v3/repos/acme/shop/pulls/1")
        #expect(pull.json["changed_files"] == 1, "\(pull.text)")
        #expect(await RawClient(port: port, token: nil).get("/api/v3/repos/acme/shop/pulls/1").status == 404)
        child.signal(SIGTERM)
        #expect(await child.end() == 143)
        #expect(!FileManager.default.fileExists(atPath: keyFile))
    }

    @Test("goes wrong as often as it is told")
    func faults() async throws {
        let folder = try folder()
        let (child, told) = try await start(folder, "--fault", "repos/get:status=502@1")
        defer { child.kill() }
        let client = RawClient(port: told["port"]?.whole ?? 0, token: told["token"]?.text)
        #expect(await client.get("/repos/acme/shop").status == 502)
        #expect(await client.get("/repos/acme/shop/pulls").status == 200)
        try? FileManager.default.removeItem(atPath: told["private_key_file"]?.text ?? "")
    }

    @Test("refuses a fault that is none")
    func wrongFault() async throws {
        let folder = try folder()
        let child = try ChildProcess(
            "hunkwise-github-server", ["--repositories", folder.path, "--fault", "repos/get:meteor@1"],
            errors: folder.file("errors"))
        #expect(await child.end() == 64)
        #expect(try String(contentsOfFile: folder.file("errors"), encoding: .utf8).contains("not a fault"))
    }
}
