import ArgumentParser
import Domain
import Storage

struct StorageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage", abstract: "Look after the database.", subcommands: [Backup.self])

    struct Backup: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Copy the database into a new file, as of one moment, while the service goes on.",
            discussion: "To restore: stop the service and put the copy in the place of the database.")

        @Argument(help: ArgumentHelp("A file that does not exist yet.", valueName: "file"))
        var destination: String

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            let service = try ServiceStore(try configuration.load())
            do throws(StoreError) {
                try await service.store.backup(to: destination)
            } catch {
                throw Failure(Printable.text(error.description, limit: 600))
            }
            try StandardOutput.write("Copied to \(Printable.text(destination, limit: 300)).\n")
        }
    }
}
