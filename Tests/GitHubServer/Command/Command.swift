import ArgumentParser
import GitHubServer
import Glibc

/// The server as a process of its own.
@main
struct Command: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunkwise-github-server",
        abstract: "GitHub on loopback for trying things out: its REST API over bare git repositories of yours.",
        discussion: """
            Prints one line of JSON with its port, its App and a token, then serves until it is ended.
            GET /_control/requests shows what was asked, GET /_control/refused what was refused and why.
            """)

    @Option(help: "A directory of bare repositories, OWNER/NAME.git; each is served under its name.")
    var repositories: String

    @Option(help: "Port on 127.0.0.1; 0 takes a free one.")
    var port = 0

    func run() async throws {
        let server = try await GitHubServer.start(ServerSettings(repositories: repositories, port: port))
        print("{\"port\":\(server.port)}")
        fflush(nil)
        try await server.wait()
    }
}
