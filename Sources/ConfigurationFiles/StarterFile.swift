import Domain

/// The first configuration that `config init` writes: six lines or fewer, from the keys at hand.
package struct StarterFile: Sendable {
    package let text: String
    /// What was found and used, for the person to read; no key's value.
    package let notes: [String]

    /// `isSet`: whether an environment variable is set to something. No value is asked for.
    package init(isSet: (String) -> Bool) {
        var found: [(provider: KnownProvider, variable: String)] = []
        for provider in KnownProvider.all {
            if let variable = provider.keyVariables.first(where: isSet) { found.append((provider, variable)) }
        }
        var entries: [String] = []
        var notes: [String] = []
        let hasOllama = isSet("OLLAMA_HOST")
        // Four entries beside the two other lines. One service gives its cheap and its strong model.
        let room = hasOllama ? 3 : 4
        for (index, item) in found.prefix(room).enumerated() {
            let spare = room - found.prefix(room).count
            let models =
                index < spare ? [item.provider.cheapModel, item.provider.strongModel] : [item.provider.strongModel]
            entries += models.map { StarterFile.line(item.provider, $0, item.variable) }
            notes.append("\(item.variable) is set: \(models.joined(separator: " and "))")
        }
        for item in found.dropFirst(room) {
            notes.append("\(item.variable) is set too: left out, to keep the file short")
        }
        if hasOllama {
            entries.append("  - {name: local, kind: ollama, model: qwen3-coder-30b}")
            notes.append("OLLAMA_HOST is set: qwen3-coder-30b; put the model you have in its place")
        }
        if entries.isEmpty {
            let variables = KnownProvider.all.prefix(5).map { $0.keyVariables[0] }.joined(separator: ", ")
            text = """
                # No provider's key is in the environment, so the static reviewer works alone. To add a model:
                # providers:
                #   - {name: gpt-5.6-luna, kind: openai, api_key_env: OPENAI_API_KEY}
                # budgets: {global: {month_usd: 20}}

                """
            self.notes = ["no provider's key is in the environment (looked for \(variables) and others)"]
        } else {
            text = "providers:\n" + entries.joined(separator: "\n") + "\nbudgets: {global: {month_usd: 20}}\n"
            self.notes = notes
        }
    }

    private static func line(_ provider: KnownProvider, _ model: String, _ variable: String) -> String {
        let needsURL = provider.name != "openai" && provider.name != "anthropic"
        let url = needsURL ? ", base_url: \"\(provider.baseURL)\"" : ""
        return "  - {name: \(model), kind: \(provider.kind.rawValue)\(url), api_key_env: \(variable)}"
    }
}
