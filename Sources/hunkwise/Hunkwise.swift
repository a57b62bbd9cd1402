import ArgumentParser
import Reporting

/// The root command. Exit codes are a contract (see `ExitStatus`), so parsing and running are driven from here.
@main
struct Hunkwise: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunkwise",
        abstract: "Review changes by the hunk, spending only where it is worth it.",
        version: Version.text,
        subcommands: [
            ReviewCommand.self, ClassifyCommand.self, PlanCommand.self, ServeCommand.self, JobsCommand.self,
            StatusCommand.self, PauseCommand.self, ResumeCommand.self, ExplainCommand.self, PostCommand.self,
            ForgeCommand.self, ModelsCommand.self, ConfigCommand.self,
            ReportCommand.self, LedgerCommand.self, AuditCommand.self, StorageCommand.self, DoctorCommand.self,
        ])

    /// Shown for bare `hunkwise`: the least a newcomer needs.
    static let overview = """
        hunkwise reviews changes by the hunk, offline and without any key.

          hunkwise review                     review the last commit of this repository
          hunkwise review --range main...     review what this branch adds to main
          hunkwise review --staged            review what you are about to commit
          hunkwise plan                       see what each hunk would cost, and why
          hunkwise doctor                     check this installation

        Next: hunkwise review        All commands: hunkwise --help
        """

    func run() async throws {
        try StandardOutput.write(Self.overview + "\n")
    }

    static func main() async {
        StandardOutput.ignoreBrokenPipes()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let status as ExitStatus {
            status.exit()
        } catch let failure as Failure {
            StandardError.write("hunkwise: \(failure.message)\n")
            failure.status.exit()
        } catch is StandardOutput.Closed {
            ExitStatus.success.exit()
        } catch {
            let code = exitCode(for: error)
            let message = fullMessage(for: error)
            if code == .success {
                // Help and version are answers, not errors.
                try? StandardOutput.write(message + "\n")
                ExitStatus.success.exit()
            }
            StandardError.write("hunkwise: " + UsageError.line(message) + "\n")
            ExitStatus.usage.exit()
        }
    }
}
