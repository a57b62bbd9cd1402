import ConfigurationFiles
import Domain
import Glibc
import Reviewing
import Routing
import Storage

/// What the configured models were used for in the last thirty days.
enum LastMonth {
    static let days = 30.0

    /// Nothing when no books have been opened yet.
    static func uses(of settings: Settings) async throws -> [BillEffect.Use] {
        guard let path = settings.configuration.storagePath ?? DefaultPaths.storage, access(path, F_OK) == 0 else {
            return []
        }
        let rows: [SpendRow]
        do {
            let clock = SystemClock()
            let ledger = SQLiteLedger(store: try Store(path: path), clock: clock)
            let since = clock.now().advanced(bySeconds: -days * 86_400)
            rows = try await ledger.spend(by: .model, SpendFilter(since: since)).rows
        } catch {
            throw Failure("the books cannot be read: \(Printable.text("\(error)", limit: 600))")
        }
        return rows.filter { $0.calls > 0 }.map { row in
            // The books know a call by its entry and model as one text.
            let model = settings.resolution.models.first { "\($0.name)/\($0.model)" == row.key }
            return BillEffect.Use(
                provider: model?.name ?? row.key, model: model?.model ?? "", calls: row.calls,
                usage: Usage(
                    uncachedInput: row.uncachedInput, cachedInput: row.cachedInput, cacheWrite: row.cacheWrite,
                    output: row.output), charged: row.charged)
        }
    }
}
