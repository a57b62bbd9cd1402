import ConfigurationFiles
import Domain
import Models
import Reviewing
import Routing
import Storage

/// What reviews with models share: the books and the ways to the endpoints. A command makes one for itself, the service
/// keeps one as long as its configuration holds.
struct ModelRoom: Sendable {
    let store: Store
    let ledger: SQLiteLedger
    let history: ReviewHistory
    let endpoints: ModelEndpoints
    /// How the endpoints have fared so far.
    let breakers: BreakerBoard
    /// What delimiters of untrusted text are made with.
    let tagKey: [UInt8]
    let clock = SystemClock()

    /// - Throws: `Failure` when the books cannot be opened.
    init(_ settings: Settings, configurationDigest: String) throws(Failure) {
        guard let path = settings.configuration.storagePath ?? DefaultPaths.storage else {
            throw Failure(
                "there is no place for the books: set HOME or XDG_STATE_HOME, or storage.url in the configuration")
        }
        do throws(StoreError) {
            try self.init(settings, store: Store(path: path), configurationDigest: configurationDigest)
        } catch {
            throw Failure(Printable.text(error.description, limit: 600))
        }
    }

    init(_ settings: Settings, store: Store, configurationDigest: String) throws(StoreError) {
        self.store = store
        ledger = SQLiteLedger(store: store, clock: clock)
        history = ReviewHistory(store: store)
        tagKey = Array("delimiters of \(try store.installationID())".utf8)
        endpoints = ModelEndpoints(
            settings.resolution.models, entries: settings.configuration.routing.providers,
            network: settings.configuration.network)
        breakers = BreakerBoard(Breakers(configurationDigest: configurationDigest))
    }
}
