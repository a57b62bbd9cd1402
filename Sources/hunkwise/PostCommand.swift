import ArgumentParser
import Domain
import Reviewing
import Server
import Storage

struct PostCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "post",
        abstract: "Publish a review that was only observed so far; `hunkwise report --observed` lists them.",
        discussion: "The service publishes it: what is queued here is written when `hunkwise serve` runs.")

    @Argument(help: ArgumentHelp("The review, by the beginning of its name.", valueName: "review"))
    var review: String

    @OptionGroup(title: "Configuration")
    var configuration: ConfigurationOptions

    func run() async throws {
        let service = try ServiceStore(try configuration.load())
        let publications = PublicationStore(store: service.store, clock: service.clock)
        do {
            let found = try await publications.publications(ofReview: review)
            guard let record = found.first else {
                throw Failure(
                    "there is no review \(Printable.text(review, limit: 80)); `hunkwise report --observed` lists them")
            }
            guard found.count == 1 else {
                throw Failure("several reviews begin so: \(found.prefix(5).map(\.review).joined(separator: ", "))")
            }
            guard record.state == .observed || record.state == .failed,
                let stored = try await publications.publication(record.key)
            else { throw Failure("review \(record.review) is \(record.state.rawValue) already") }
            let job = try await service.queue.add(
                .publish(stored.draft.address, key: record.key, now: service.clock.now()))
            try StandardOutput.write("Job \(job) publishes the review of \(stored.draft.address).\n")
        } catch {
            throw ServiceStore.failure(error)
        }
    }
}
