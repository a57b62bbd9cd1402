import ConfigurationFiles
import Domain
import Glibc
import Reviewing
import Storage

/// The service's store, for the commands that look into it or steer it while it runs.
struct ServiceStore {
    let configuration: Configuration
    let store: Store
    let queue: SQLiteJobQueue
    let ledger: SQLiteLedger
    let clock = SystemClock()

    /// - Throws: `Failure` when there is no store yet, or it cannot be used.
    init(_ setup: Setup) throws(Failure) {
        do throws(ConfigurationErrors) {
            configuration = try Configuration(operator: setup.operatorFile)
        } catch {
            throw Failure(error.description)
        }
        guard let path = configuration.storagePath ?? DefaultPaths.storage, access(path, F_OK) == 0 else {
            throw Failure("there is no store yet: it is made when `hunkwise serve` first runs")
        }
        do throws(StoreError) {
            store = try Store(path: path)
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
        queue = SQLiteJobQueue(store: store, clock: clock, elapsed: .system)
        ledger = SQLiteLedger(store: store, clock: clock)
    }

    /// Says in one line why the store could not be used.
    static func failure(_ error: any Error) -> Failure {
        (error as? Failure) ?? Failure("the store cannot be used: \(Printable.text("\(error)", limit: 600))")
    }

    /// `github.com/123`, the queue's name of a repository that people call `owner/name`, as far as any job told it.
    func repositoryKey(of name: String) async throws(Failure) -> String {
        guard let repository = RepositoryName(name) else {
            throw Failure("\(Printable.text(name, limit: 80)) is not a repository: write owner/name")
        }
        do {
            let jobs = try await queue.jobs(JobFilter(limit: 10_000))
            let label = repository.description.lowercased()
            if let job = jobs.first(where: { $0.request.label.lowercased().hasPrefix(label + "#") }) {
                return job.request.repository
            }
        } catch {
            throw Self.failure(error)
        }
        throw Failure("nothing was ever queued for \(repository): check the name, or pause everything with --all")
    }
}
