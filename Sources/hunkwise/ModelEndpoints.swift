import Domain
import HTTPClient
import Models
import Routing

/// The endpoints that a configuration's callable models are reached at.
struct ModelEndpoints {
    /// By the name of the provider entry.
    private(set) var providers: [String: any Provider] = [:]
    /// Entries that cannot be called, and why.
    private(set) var problems: [(name: String, reason: String)] = []
    let client: HTTPClient

    init(_ models: [RoutableModel], entries: [ProviderSettings], network: NetworkSettings) {
        let byName = Dictionary(entries.map { ($0.name, $0) }) { first, _ in first }
        var wanted: [(RoutableModel, EndpointSettings)] = []
        var problems: [(name: String, reason: String)] = []
        var origins: Set<HTTPOrigin> = []
        for model in models {
            guard let entry = byName[model.name] else { continue }
            if let obstacle = model.obstacle {
                problems.append((model.name, obstacle.reason))
                continue
            }
            do throws(Failure) {
                let settings = try Self.settings(model, entry)
                if let origin = HTTPOrigin(url: settings.baseURL) { origins.insert(origin) }
                wanted.append((model, settings))
            } catch {
                problems.append((model.name, error.message))
            }
        }
        client = HTTPClient(
            HTTPClientConfiguration(
                allowed: origins, proxy: network.proxy, noProxy: network.noProxy, caFile: network.caFile,
                userAgent: "hunkwise/" + Version.text))
        for (model, settings) in wanted {
            do throws(CallFailure) {
                providers[model.name] = try ModelEndpoint(settings, client: client)
            } catch {
                problems.append((model.name, error.message))
            }
        }
        self.problems = problems
    }

    /// - Throws: A key that cannot be read.
    static func settings(_ model: RoutableModel, _ entry: ProviderSettings) throws(Failure) -> EndpointSettings {
        var settings = EndpointSettings(
            name: entry.name, kind: model.kind, baseURL: entry.baseURL ?? defaultURL(of: model.kind),
            model: model.model)
        settings.key = try key(of: entry)
        settings.headers = entry.headers.mapValues { Secret($0) }
        settings.extraBody = entry.extraBody
        settings.temperature = entry.temperature
        let behind = gatewayModel(model)
        if behind != nil { settings.service = .openai }
        settings.capabilities = entry.supports ?? model.catalogued?.supports ?? behind?.supports ?? []
        settings.isLocal = model.residency == "local"
        settings.isAttested = entry.isResidencyAttested
        settings.contextWindow = model.contextWindow
        return settings
    }

    /// One of OpenAI's own models at another address: a gateway, which takes requests in OpenAI's own words.
    private static func gatewayModel(_ model: RoutableModel) -> CatalogueEntry? {
        guard model.kind == .openai, model.catalogued == nil,
            case .found(let row) = Catalogue.builtIn.find(model.model, provider: "openai")
        else { return nil }
        return row
    }

    private static func defaultURL(of kind: ProviderKind) -> String {
        switch kind {
        case .openai, .azure: "https://api.openai.com/v1"
        case .anthropic: "https://api.anthropic.com"
        case .ollama: "http://127.0.0.1:11434"
        }
    }

    private static func key(of entry: ProviderSettings) throws(Failure) -> Secret? {
        if let variable = entry.apiKeyVariable {
            guard let value = environmentValue(variable), !value.isEmpty else {
                throw Failure("the environment variable \(variable) is not set")
            }
            return Secret(value.trimmed)
        }
        guard let path = entry.apiKeyFile else { return nil }
        let bytes = try InputFile.read(path, limit: 64 << 10)
        let key = String(decoding: bytes, as: UTF8.self).trimmed
        guard !key.isEmpty else { throw Failure("\(Printable.text(path)) holds no key") }
        return Secret(key)
    }
}

extension String {
    /// Without blanks and line ends around it, as editors leave them in key files.
    fileprivate var trimmed: String {
        var text = Substring(self)
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return String(text)
    }
}
