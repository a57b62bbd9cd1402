import Domain

extension CallObstacle {
    /// What an entry lacks before its endpoint can be called. No key's value is read.
    static func of(
        _ entry: ProviderSettings, catalogued: CatalogueEntry?, isSet: (String) -> Bool
    ) -> CallObstacle? {
        let known = KnownProvider.all.first { provider in
            if let url = entry.baseURL { return KnownProvider.host(of: url).map(provider.serves) ?? false }
            return provider.name == catalogued?.provider
        }
        let isLocal =
            entry.kind == .ollama || entry.residency == "local"
            || entry.baseURL.flatMap(KnownProvider.host(of:)).map(KnownProvider.isLoopback) ?? false
        var missing: [String] = []
        var lines: [String] = []
        let hasDefaultURL = entry.kind == .anthropic || entry.kind == .openai || entry.kind == .ollama
        if entry.kind == nil, entry.baseURL == nil, let known {
            lines.append("kind: \(known.kind.rawValue)")
        }
        if entry.baseURL == nil, !hasDefaultURL {
            missing.append("base_url")
            lines.append("base_url: " + (known?.baseURL ?? "https://HOST/v1   # the endpoint's address"))
        }
        if entry.apiKeyVariable == nil, entry.apiKeyFile == nil, !isLocal {
            missing.append("api_key_env")
            let own = entry.kind.flatMap { kind in
                KnownProvider.all.first { $0.kind == kind && (kind == .anthropic || $0.name == "openai") }
            }
            let variable = (known ?? own)?.keyVariables.first ?? variableName(entry.name)
            lines.append("api_key_env: \(variable)")
        }
        if !missing.isEmpty {
            return CallObstacle(reason: "no \(missing.joined(separator: " and no "))", lines: lines)
        }
        if let variable = entry.apiKeyVariable, !isSet(variable) {
            return CallObstacle(reason: "the environment variable \(variable) is not set", lines: [])
        }
        return nil
    }

    private static func variableName(_ name: String) -> String {
        String(name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" }) + "_API_KEY"
    }
}
