import ArgumentParser

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Review pull requests as webhooks announce them.",
        discussion: """
            Takes deliveries at POST /webhooks/github of server.listen, keeps them in the store before it answers, and
            works on them until it is told to end (SIGTERM, Ctrl-C): running reviews get half a minute, what is left goes on
            at the next start. SIGHUP, or a change of the file, reads the configuration anew.

            Needs `forges` in the configuration: `hunkwise forge add` makes a GitHub App and prints the entry;
            `hunkwise forge verify` checks it. The log is one JSON object a line on standard error.
            """)

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    func run() async throws {
        // Before anything else: a signal that comes early is not to be lost.
        let ending = Ending()
        let reloading = Reloading(configuration)
        let service = try await Service.make(try configuration.load())
        try await service.run(reloading: reloading, until: ending) { try StandardOutput.write($0) }
    }
}
