import ArgumentParser
import Domain
import Reporting
import Reviewing
import Storage

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "How the service stands, on one screen.")

    @Option(help: "text or json.")
    var format = JobsCommand.Format.text

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    @OptionGroup(title: "Output")
    var output: OutputOptions

    func run() async throws {
        let service = try ServiceStore(try configuration.load())
        let document: StatusDocument
        do {
            document = try await StatusDocument(service.queue, service.ledger, now: service.clock.now())
        } catch {
            throw ServiceStore.failure(error)
        }
        switch format {
        case .text: try output.write(document.text(style: output.style))
        case .json: try output.write(document.json)
        }
    }
}

extension StatusDocument {
    init(_ queue: SQLiteJobQueue, _ ledger: SQLiteLedger, now: Instant) async throws {
        func jobs(_ state: JobState) async throws -> [Job] {
            try await queue.jobs(JobFilter(states: [state], limit: 8))
        }
        var spending: [Spend] = []
        for (name, days) in [("Today", 0.0), ("7 days", 6.0), ("30 days", 29.0)] {
            let midnight = Instant(milliseconds: now.milliseconds - now.milliseconds % 86_400_000)
            let total = try await ledger.total(SpendFilter(since: midnight.advanced(bySeconds: -days * 86_400)))
            spending.append(Spend(name: name, spent: total.chargedExact + total.chargedBounded, calls: total.calls))
        }
        self.init(
            now: now, jobs: try await queue.counts(), running: try await jobs(.running),
            waiting: try await jobs(.queued), dead: try await jobs(.dead), pauses: try await queue.pauses(),
            deliveries: try await queue.deliveries(since: now.advanced(bySeconds: -86_400)), spending: spending)
    }
}
