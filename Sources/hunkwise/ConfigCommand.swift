import Routing
import ArgumentParser
import ConfigurationFiles
import Domain
import Glibc
import Reporting

struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Check or start a configuration.", subcommands: [Check.self, Init.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print every effective value with its origin, and what is missing to call each model.")

        @Option(
            help: ArgumentHelp("Print the budgets and policies that hold for this repository.", valueName: "owner/name")
        )
        var repo: String?

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() throws {
            let settings = try configuration.load().settingsWithoutChange(repository: repo)
            let configuration = settings.configuration
            try output.write(
                ConfigurationText.document(
                    file: configuration.operatorFile, scope: repo, values: configuration.listing,
                    bounds: configuration.bounds(repository: repo),
                    models: settings.resolution.models.map(ModelRow.init),
                    notes: settings.notes.map(\.text) + settings.resolution.warnings
                        + settings.resolution.unroutable.map { "\($0.name) is not used: \($0.reason)" }
                        + configuration.secretNotes(SecretReader(environment: environmentValue)),
                    style: output.style))
        }
    }

    struct Init: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a small hunkwise.yaml for the keys found in the environment. Asks nothing.")

        @Option(name: .customLong("output"), help: ArgumentHelp("Where to write it.", valueName: "file"))
        var path = "hunkwise.yaml"

        func run() throws {
            let starter = StarterFile { name in !(environmentValue(name) ?? "").isEmpty }
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
            guard descriptor >= 0 else {
                if errno == EEXIST {
                    throw Failure(
                        "\(Printable.text(path)) exists already; remove it or name another file with --output")
                }
                throw Failure("cannot write \(Printable.text(path)): \(String(cString: strerror(errno)))")
            }
            defer { close(descriptor) }
            try FileDescriptorWriter.write(Array(starter.text.utf8), to: descriptor)
            var said = "wrote \(Printable.text(path)):\n\n\(starter.text)\n"
            for note in starter.notes { said += "note: \(note)\n" }
            try StandardOutput.write(said + "Next: hunkwise config check\n")
        }
    }
}
