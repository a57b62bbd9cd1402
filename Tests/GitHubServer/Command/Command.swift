import ArgumentParser
import Foundation
import GitHubServer
import Glibc

/// The server as a process of its own.
@main
struct Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunkwise-github-server",
        abstract: "GitHub on loopback for trying things out: its REST API over bare git repositories of yours.",
        discussion: """
            Serves the API, git over HTTP, the pages on which an App is made from a manifest and installed, and at
            /_control the other side: GET /_control/ lists what people can do there, such as opening a pull request from a
            branch; GET /_control/refused tells what was refused and why.
            Prints one line of JSON with its port, its App and a maintainer's token, then serves until it is ended.
            """)

    @Option(help: "A directory of bare repositories, OWNER/NAME.git; each is served under its name.")
    var repositories: String

    @Option(help: "Port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    @Option(help: "PEM of the App's private key; without it one is made and written to a file of its own.")
    var privateKey: String?

    @Option(help: "What deliveries are signed with.")
    var webhookSecret = "It's a Secret to Everybody"

    @Option(help: "Where deliveries go; without it none are sent.")
    var webhookUrl: String?

    @Option(help: "The person whose token is printed and who is signed in on the pages; an admin of every repository.")
    var login = "maintainer"

    @Flag(help: "Serve the API below /api/v3, as an Enterprise server does.")
    var enterprise = false

    @Flag(help: "Repositories are private.")
    var `private` = false

    @Option(help: "New comments, reviews and the like a minute before the secondary limit answers; 0: no limit.")
    var contentPerMinute = 80

    @Option(
        help: ArgumentHelp(
            "A fault of a share of the requests: OPERATION:FAULT[:after]@PROBABILITY, e.g. '*:status=502@0.05'.",
            valueName: "fault"))
    var fault: [String] = []

    @Option(help: "Repeats the chances of a run.")
    var seed: UInt64 = 0

    func run() async throws {
        var limits = ServiceLimits()
        limits.contentPerMinute = contentPerMinute == 0 ? nil : contentPerMinute
        let key = try privateKey.map { try String(contentsOfFile: $0, encoding: .utf8) }
        let settings = ServerSettings(
            repositories: repositories, port: port, isEnterprise: enterprise, limits: limits, privateKey: key,
            webhookSecret: webhookSecret)
        let faults = FaultPlan(seed: seed)
        for words in fault { try add(words, to: faults) }
        let server = try await GitHubServer.start(settings, faults: faults)
        let names = try serveRepositories(of: server)
        server.world.signIn(login)
        if let webhookUrl { server.hooks.setTarget(webhookUrl) }
        let line = Announcement(
            port: server.port, api: server.apiURL, app_id: server.app.id, client_id: server.app.clientID,
            private_key_file: try privateKey ?? writeKey(server.app.privateKey), webhook_secret: webhookSecret,
            token: server.world.token(for: login), repositories: names)
        let ending = privateKey == nil ? Command.removing(line.private_key_file) : []
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
        fflush(nil)
        defer { for source in ending { source.cancel() } }
        try await server.wait()
    }

    /// The line that is printed.
    private struct Announcement: Encodable {
        var port: Int
        var api: String
        var app_id: Int
        var client_id: String
        var private_key_file: String
        var webhook_secret: String
        var token: String
        var repositories: [String]
    }

    private func add(_ words: String, to faults: FaultPlan) throws {
        let halves = words.split(separator: "@").map(String.init)
        let parts = (halves.first ?? "").split(separator: ":").map(String.init)
        guard halves.count == 2, let probability = Double(halves[1]), (2...3).contains(parts.count),
            let fault = Fault(words: parts[1], isAfter: parts.last == "after")
        else { throw ValidationError("not a fault: \(words)") }
        faults.chance(fault, on: parts[0], probability: probability)
    }

    /// Every `OWNER/NAME.git` of the directory, with the App installed on its owner.
    private func serveRepositories(of server: GitHubServer) throws -> [String] {
        let files = FileManager.default
        var names: [String] = []
        for owner in try files.contentsOfDirectory(atPath: repositories).sorted() {
            let folder = repositories + "/" + owner
            let entries = (try? files.contentsOfDirectory(atPath: folder)) ?? []
            for entry in entries.sorted() where entry.hasSuffix(".git") {
                let name = owner + "/" + entry.dropLast(4)
                try server.world.addRepository(
                    name, directory: folder + "/" + entry, isPrivate: `private`, defaultBranch: nil)
                try server.world.setAccess(.admin, of: login, to: name)
                names.append(name)
            }
            if !entries.isEmpty { try server.world.install(server.app, on: owner) }
        }
        return names
    }

    /// The key that was made goes with the server that made it.
    private static func removing(_ path: String) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number)
            source.setEventHandler {
                unlink(path)
                Glibc.exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    private func writeKey(_ key: String) throws -> String {
        let path = NSTemporaryDirectory() + "hunkwise-github-\(UUID().uuidString).pem"
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path, contents: Data(key.utf8), attributes: attributes) else {
            throw ValidationError("cannot write the App's key to \(path)")
        }
        return path
    }
}
