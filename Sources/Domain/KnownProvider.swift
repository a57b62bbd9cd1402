/// A service people commonly hold a key of: what is needed to write its entry.
package struct KnownProvider: Sendable {
    /// As the catalogue spells it.
    package let name: String
    package let kind: ProviderKind
    package let baseURL: String
    package let keyVariables: [String]
    /// A cheap and a strong model of the catalogue, for a first configuration.
    package let cheapModel: String
    package let strongModel: String

    /// Whether a base URL is this service's.
    package func serves(host: String) -> Bool {
        guard let own = KnownProvider.host(of: baseURL) else { return false }
        return host == own
    }

    /// In the order in which a first configuration prefers them.
    package static let all: [KnownProvider] = [
        KnownProvider(
            name: "anthropic", kind: .anthropic, baseURL: "https://api.anthropic.com",
            keyVariables: ["ANTHROPIC_API_KEY"], cheapModel: "claude-haiku-5-5", strongModel: "claude-opus-5-5"),
        KnownProvider(
            name: "openai", kind: .openai, baseURL: "https://api.openai.com/v1", keyVariables: ["OPENAI_API_KEY"],
            cheapModel: "gpt-5.6-luna", strongModel: "gpt-5.6-sol"),
        KnownProvider(
            name: "gemini", kind: .openai, baseURL: "https://generativelanguage.googleapis.com/v1beta/openai",
            keyVariables: ["GEMINI_API_KEY", "GOOGLE_API_KEY"], cheapModel: "gemini-2.5-flash-lite",
            strongModel: "gemini-2.5-pro"),
        KnownProvider(
            name: "deepseek", kind: .openai, baseURL: "https://api.deepseek.com/v1",
            keyVariables: ["DEEPSEEK_API_KEY"], cheapModel: "deepseek-v4-flash", strongModel: "deepseek-v4-pro"),
        KnownProvider(
            name: "openrouter", kind: .openai, baseURL: "https://openrouter.ai/api/v1",
            keyVariables: ["OPENROUTER_API_KEY"], cheapModel: "deepseek/deepseek-v4-flash",
            strongModel: "anthropic/claude-opus-5.5"),
        KnownProvider(
            name: "mistral", kind: .openai, baseURL: "https://api.mistral.ai/v1", keyVariables: ["MISTRAL_API_KEY"],
            cheapModel: "devstral-small-latest", strongModel: "mistral-medium-latest"),
        KnownProvider(
            name: "moonshot", kind: .openai, baseURL: "https://api.moonshot.ai/v1",
            keyVariables: ["MOONSHOT_API_KEY"], cheapModel: "kimi-k2.5", strongModel: "kimi-k2.7-code"),
        KnownProvider(
            name: "zai", kind: .openai, baseURL: "https://api.z.ai/api/paas/v4", keyVariables: ["ZAI_API_KEY"],
            cheapModel: "glm-5.3-flash", strongModel: "glm-5.3"),
        KnownProvider(
            name: "dashscope", kind: .openai, baseURL: "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
            keyVariables: ["DASHSCOPE_API_KEY"], cheapModel: "qwen3-coder-flash", strongModel: "qwen3-coder-plus"),
        KnownProvider(
            name: "xai", kind: .openai, baseURL: "https://api.x.ai/v1", keyVariables: ["XAI_API_KEY"],
            cheapModel: "grok-code-fast-1", strongModel: "grok-4.7"),
        KnownProvider(
            name: "groq", kind: .openai, baseURL: "https://api.groq.com/openai/v1", keyVariables: ["GROQ_API_KEY"],
            cheapModel: "openai/gpt-oss-20b", strongModel: "openai/gpt-oss-120b"),
        KnownProvider(
            name: "together", kind: .openai, baseURL: "https://api.together.xyz/v1",
            keyVariables: ["TOGETHER_API_KEY"], cheapModel: "openai/gpt-oss-20b", strongModel: "openai/gpt-oss-120b"),
        KnownProvider(
            name: "fireworks", kind: .openai, baseURL: "https://api.fireworks.ai/inference/v1",
            keyVariables: ["FIREWORKS_API_KEY"], cheapModel: "accounts/fireworks/models/qwen3-coder-30b-a3b-instruct",
            strongModel: "accounts/fireworks/models/qwen3-coder-480b-a35b-instruct"),
    ]

    /// The lowercase host of an http or https URL, without port and brackets; nil for anything else and for a URL with
    /// credentials in it.
    package static func host(of url: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { url.lowercased().hasPrefix($0) }) else { return nil }
        var authority = url.dropFirst(scheme.count).prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@"), !authority.isEmpty else { return nil }
        if authority.first == "[" {
            guard let close = authority.firstIndex(of: "]") else { return nil }
            return authority[authority.index(after: authority.startIndex)..<close].lowercased()
        }
        if let colon = authority.firstIndex(of: ":") { authority = authority[..<colon] }
        return authority.isEmpty ? nil : authority.lowercased()
    }

    /// Whether a host is this machine by name or loopback address. What a name resolves to is checked at connect time.
    package static func isLoopback(host: String) -> Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
