import ArgumentParser
import ConfigurationFiles
import Domain
import Reporting
import Routing

struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the configured and the known models with prices, quality and origin.",
        subcommands: [List.self, Show.self, Import.self, Probe.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        enum Format: String, CaseIterable, ExpressibleByArgument {
            case text, json
        }

        static let configuration = CommandConfiguration(
            abstract: "Configured models, or with --all the whole catalogue.",
            discussion: """
                Efficiency is quality (out of 10) divided by the output price per million tokens: what a dollar buys.
                """)

        @Flag(help: "The whole catalogue with what was imported, also when models are configured.")
        var all = false

        @Flag(help: "Ask the configured endpoints what they serve, instead.")
        var remote = false

        @Option(help: "text or json.")
        var format = Format.text

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() async throws {
            let settings = try configuration.load().settingsWithoutChange()
            if remote { return try await listRemote(settings) }
            let rows =
                all || !settings.hasModels
                ? settings.catalogue.entries.filter { all || !$0.isExtra }.map(ModelRow.init)
                : settings.resolution.models.map(ModelRow.init)
            switch format {
            case .text:
                try output.write(ModelsText.document(rows, style: output.style))
                for warning in settings.resolution.warnings { StandardError.write("warning: \(warning)\n") }
                for item in settings.resolution.unroutable {
                    StandardError.write("warning: \(item.name) is not used: \(item.reason)\n")
                }
            case .json: try output.write(ModelsJSON.document(rows))
            }
        }

        private func listRemote(_ settings: Settings) async throws {
            guard settings.hasModels else {
                throw Failure("no endpoint is configured; `hunkwise config init` writes a first file")
            }
            let remote = try await RemoteModels(settings)
            for warning in remote.warnings { StandardError.write("warning: \(warning)\n") }
            switch format {
            case .text: try output.write(ModelsText.document(remote.rows, style: output.style))
            case .json: try output.write(ModelsJSON.document(remote.rows))
            }
            if remote.rows.isEmpty { throw Failure("no endpoint gave a list of its models") }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Everything known of one model, each value with its origin.")

        @Argument(help: "Name of a configured model, or of the catalogue: MODEL or PROVIDER/MODEL.")
        var name: String

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() throws {
            let settings = try configuration.load().settingsWithoutChange()
            if let model = settings.resolution.models.first(where: { $0.name == name }) {
                let values = model.values + (model.catalogued?.facts ?? [])
                return try output.write(ModelsText.details(ModelRow(model), values: values, style: output.style))
            }
            switch settings.catalogue.find(name) {
            case .found(let entry):
                try output.write(ModelsText.details(ModelRow(entry), values: entry.values, style: output.style))
            case .ambiguous(let entries):
                throw Failure(
                    "\(Printable.text(name)) is served by several providers; name one of: "
                        + entries.map(\.key).joined(separator: ", "))
            case .unknown:
                throw Failure(
                    "no model \(Printable.text(name)) is configured or in the catalogue; `hunkwise models list --all` "
                        + "shows what is known, a hunkwise.yaml entry with its prices adds it")
            }
        }
    }
}
