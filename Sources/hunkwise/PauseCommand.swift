import ArgumentParser
import Domain
import Storage

/// Which repositories a pause is about.
struct PauseScope: ParsableArguments {
    @Argument(help: ArgumentHelp("The repository.", valueName: "owner/name"))
    var repository: String?

    @Flag(help: "Everything.")
    var all = false

    func validate() throws {
        guard all == (repository == nil) else { throw ValidationError("name a repository, or give --all") }
    }
}

struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Begin no job and make no model call until `resume`; deliveries are still taken in.")

    @OptionGroup
    var scope: PauseScope

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    func run() async throws {
        let service = try ServiceStore(try configuration.load())
        var key: String?
        if let repository = scope.repository { key = try await service.repositoryKey(of: repository) }
        do {
            try await service.queue.pause(
                key, label: scope.repository,
                by: environmentValue("USER").flatMap { $0.isEmpty ? nil : $0 } ?? "operator")
        } catch {
            throw ServiceStore.failure(error)
        }
        try StandardOutput.write(
            "\(scope.repository ?? "Everything") is paused; running reviews stop before their next call.\n")
    }
}

struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "End a pause.")

    @OptionGroup
    var scope: PauseScope

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    func run() async throws {
        let service = try ServiceStore(try configuration.load())
        var key: String?
        if let repository = scope.repository { key = try await service.repositoryKey(of: repository) }
        let wasPaused: Bool
        do { wasPaused = try await service.queue.resume(key) } catch { throw ServiceStore.failure(error) }
        let name = scope.repository ?? "Everything"
        try StandardOutput.write(wasPaused ? "\(name) goes on.\n" : "\(name) was not paused.\n")
    }
}
