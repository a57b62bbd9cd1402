import ArgumentParser
import Domain
import Reporting
import Reviewing
import Storage

struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Look at the service's queue and steer it, also while it runs.",
        subcommands: [List.self, Show.self, Retry.self, Cancel.self], defaultSubcommand: List.self)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case text, json
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Jobs that wait and run, and those that ended lately.")

        @Option(
            help: ArgumentHelp(
                "Only jobs in this state: queued, running, done, superseded, ignored, cancelled or dead; may be given again.",
                valueName: "state"))
        var state: [JobState] = []

        @Option(help: "At most so many, latest first.")
        var limit = 50

        @Option(help: "text or json.")
        var format = Format.text

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func validate() throws {
            guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000") }
        }

        func run() async throws {
            let service = try ServiceStore(try configuration.load())
            let jobs: [Job]
            do {
                jobs = try await service.queue.jobs(
                    JobFilter(states: state.isEmpty ? nil : Set(state), limit: limit))
            } catch {
                throw ServiceStore.failure(error)
            }
            switch format {
            case .text: try output.write(JobsDocument.text(jobs, now: service.clock.now(), style: output.style))
            case .json: try output.write(JobsDocument.json(jobs))
            }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(commandName: "show", abstract: "One job in full.")

        @Argument(help: "The job's number.")
        var job: Int64

        @Option(help: "text or json.")
        var format = Format.text

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        @OptionGroup(title: "Output")
        var output: OutputOptions

        func run() async throws {
            let service = try ServiceStore(try configuration.load())
            let found = try await JobsCommand.find(job, in: service)
            switch format {
            case .text: try output.write(JobsDocument.text(found, now: service.clock.now()))
            case .json: try output.write(JobsDocument.json([found]))
            }
        }
    }

    struct Retry: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retry", abstract: "Queue a job again that has ended.")

        @Argument(help: "The job's number.")
        var job: Int64

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            let service = try ServiceStore(try configuration.load())
            let before = try await JobsCommand.find(job, in: service)
            let isQueued = try await JobsCommand.steer { try await service.queue.retry(job) }
            guard isQueued else {
                throw Failure("job \(job) is \(before.state.rawValue): only a job that has ended can be queued again")
            }
            try StandardOutput.write("Job \(job) is queued again.\n")
        }
    }

    struct Cancel: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "cancel", abstract: "End a job that waits; a running one stops before its next call.")

        @Argument(help: "The job's number.")
        var job: Int64

        @OptionGroup(title: "Configuration")
        var configuration: ConfigurationOptions

        func run() async throws {
            let service = try ServiceStore(try configuration.load())
            let before = try await JobsCommand.find(job, in: service)
            guard try await JobsCommand.steer({ try await service.queue.cancel(job) }) else {
                throw Failure("job \(job) has ended already: \(before.state.rawValue)")
            }
            try StandardOutput.write(
                before.state == .running
                    ? "Job \(job) stops before its next call.\n" : "Job \(job) is cancelled.\n")
        }
    }

    fileprivate static func find(_ id: Int64, in service: ServiceStore) async throws(Failure) -> Job {
        do {
            if let job = try await service.queue.job(id) { return job }
        } catch {
            throw ServiceStore.failure(error)
        }
        throw Failure("there is no job \(id); `hunkwise jobs` lists them")
    }

    fileprivate static func steer(_ work: () async throws -> Bool) async throws(Failure) -> Bool {
        do { return try await work() } catch { throw ServiceStore.failure(error) }
    }
}

extension JobState: ExpressibleByArgument {}
