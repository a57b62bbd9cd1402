package import Domain

/// What became of the provider entries of a configuration.
package struct ModelResolution: Sendable {
    /// In the order written.
    package var models: [RoutableModel] = []
    /// Entries that no hunk can be sent to, and why.
    package var unroutable: [(name: String, reason: String)] = []
    /// What makes the configuration unusable.
    package var problems: [SettingProblem] = []
    package var warnings: [String] = []

    /// Whether any of the models can be asked as things are.
    package var hasCallable: Bool { models.contains { $0.obstacle == nil } }
}

/// Completes provider entries with the catalogue's values and cautious assumptions.
package struct ModelResolver {
    let catalogue: Catalogue
    /// Whether an environment variable is set to something.
    let isSet: (String) -> Bool

    package init(catalogue: Catalogue = .builtIn, isSet: @escaping (String) -> Bool) {
        self.catalogue = catalogue
        self.isSet = isSet
    }

    package func resolve(_ settings: RoutingSettings) -> ModelResolution {
        var result = ModelResolution()
        for (index, entry) in settings.providers.enumerated() {
            resolve(entry, key: "routing.providers[\(index)]", into: &result)
        }
        let names = Set(settings.providers.map(\.name))
        for category in Category.allCases {
            for name in settings.fallback[category] ?? [] where !names.contains(name) {
                result.warnings.append(
                    "fallback for \(category.rawValue) names \(name), which is not among the providers: it is passed over"
                )
            }
        }
        if let baseline = settings.baselineModel, !names.contains(baseline) {
            result.warnings.append("baseline_model \(baseline) is not among the providers: the default is used")
        }
        return result
    }

    private func resolve(_ entry: ProviderSettings, key: String, into result: inout ModelResolution) {
        let model = entry.model ?? entry.name
        let home = homeOf(entry)
        var row: CatalogueEntry?
        switch catalogue.find(model, provider: home) {
        case .found(let found): row = found
        case .unknown: break
        case .ambiguous(let rows):
            let needsNothing = entry.prices.input != nil && entry.prices.output != nil && !entry.quality.isEmpty
            if !needsNothing {
                let candidates = rows.map(\.key).joined(separator: ", ")
                result.problems.append(
                    SettingProblem(
                        file: entry.file, line: entry.lines[entry.model == nil ? "name" : "model"] ?? entry.line,
                        key: key + (entry.model == nil ? ".name" : ".model"),
                        message:
                            "\(model) is served by several providers at different prices; write one of: \(candidates)"))
                return
            }
        }
        var completion = ModelCompletion(entry: entry, key: key, row: row, kin: kin(of: model), home: home)
        guard let completed = completion.model(isSet: isSet) else {
            result.unroutable.append((entry.name, completion.whyNot))
            return
        }
        result.warnings += completion.warnings
        result.models.append(completed)
    }

    /// The catalogue's provider that serves an entry; nil when only the name tells.
    private func homeOf(_ entry: ProviderSettings) -> String? {
        if entry.residency == "local" || entry.kind == .ollama { return "local" }
        if let url = entry.baseURL {
            guard let host = KnownProvider.host(of: url) else { return "unknown" }
            if KnownProvider.isLoopback(host: host) { return "local" }
            return KnownProvider.all.first { $0.serves(host: host) }?.name ?? "unknown"
        }
        switch entry.kind {
        case .anthropic: return "anthropic"
        case .openai: return "openai"
        default: return nil
        }
    }

    /// A row of the same model elsewhere: its quality and window hold wherever the model runs, its price does not.
    private func kin(of model: String) -> CatalogueEntry? {
        let wanted = CatalogueEntry.normalised(model)
        if let row = catalogue.entries.first(where: { $0.isCalled(wanted) }) { return row }
        let last = model.split(separator: "/").last.map { CatalogueEntry.normalised(String($0)) } ?? wanted
        return catalogue.entries.first { $0.isCalled(last) }
    }
}
