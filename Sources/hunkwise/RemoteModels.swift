import ConfigurationFiles
import Domain
import Fingerprints
import HTTPClient
import Models
import Reporting
import Reviewing
import Routing
import Storage

/// What the configured endpoints say they serve.
struct RemoteModels {
    private(set) var rows: [ModelRow] = []
    private(set) var warnings: [String] = []

    /// Seconds for one endpoint's answer.
    static let patience = 30.0

    /// Asks each endpoint once; every request is on record before it leaves.
    init(_ settings: Settings) async throws {
        let entries = Dictionary(settings.configuration.routing.providers.map { ($0.name, $0) }) { first, _ in first }
        var asked: [String: Set<String>] = [:]
        let endpoints = ModelEndpoints(
            settings.resolution.models, entries: settings.configuration.routing.providers,
            network: settings.configuration.network)
        for problem in endpoints.problems { warnings.append("\(problem.name) is not asked: \(problem.reason)") }
        for model in settings.resolution.models where endpoints.providers[model.name] != nil {
            guard let entry = entries[model.name] else { continue }
            if asked[model.endpoint] == nil {
                asked[model.endpoint] = try await ask(model, entry, endpoints.client, settings)
            }
            if let served = asked[model.endpoint], !served.isEmpty, !served.contains(model.model) {
                warnings.append(
                    "\(model.name): its endpoint does not list \(Printable.text(model.model, limit: 100)); calls may fail "
                        + "with \"unknown model\"")
            }
        }
    }

    /// The ids the endpoint lists; empty when it did not answer.
    private mutating func ask(
        _ model: RoutableModel, _ entry: ProviderSettings, _ client: HTTPClient, _ settings: Settings
    ) async throws -> Set<String> {
        let endpoint = try ModelEndpoints.settings(model, entry)
        try await record(model, settings)
        do throws(CallFailure) {
            let listed = try await EndpointListing(endpoint, client: client).models(deadline: Self.patience)
            rows += listed.map { ModelRow($0, from: model.endpoint) }
            return Set(listed.map(\.id))
        } catch {
            warnings.append("\(model.endpoint): \(error.message)")
            return []
        }
    }

    private func record(_ model: RoutableModel, _ settings: Settings) async throws {
        guard let path = settings.configuration.storagePath ?? DefaultPaths.storage else { return }
        do {
            let ledger = SQLiteLedger(store: try Store(path: path), clock: SystemClock())
            try await ledger.record(
                FreeRequest(
                    provider: model.name, purpose: "list of models", destination: model.endpoint, bytes: 0,
                    digest: RequestDigest.sha256([]), allowedBy: "no code is sent"))
        } catch {
            throw Books.failure(error)
        }
    }
}

extension ModelRow {
    fileprivate init(_ model: ListedModel, from endpoint: String) {
        func perMillion(_ price: ExactDecimal?) -> String? {
            price.flatMap { TokenPrice(perToken: $0)?.perMillion }
        }
        self.init(
            name: Printable.text(model.id, limit: 120), catalogueKey: nil, inputPrice: perMillion(model.prices.input),
            cachedInputPrice: perMillion(model.prices.cachedInput), outputPrice: perMillion(model.prices.output),
            quality: nil, efficiency: nil, contextWindow: model.contextWindow, maxOutput: model.maxOutput, tasks: nil,
            isCallable: nil, assumed: [], licence: nil, deprecated: model.retires, source: endpoint, date: nil)
    }
}
