import JSON
import Domain

/// Whose OpenAI-compatible endpoint it is, as far as the wire differs. Recognised by host, never by a model's name.
package enum OpenAIService: String, CaseIterable, Sendable {
    case openai, azure, openrouter, deepseek, gemini, dashscope, zai, moonshot, mistral, xai, groq, together, fireworks
    /// vLLM, llama.cpp, LM Studio, Ollama's compatible endpoint, gateways, and whatever else speaks the form.
    case other

    private static let hosts: [(ending: String, service: OpenAIService)] = [
        ("api.openai.com", .openai), ("openai.azure.com", .azure), ("cognitiveservices.azure.com", .azure),
        ("services.ai.azure.com", .azure), ("openrouter.ai", .openrouter), ("api.deepseek.com", .deepseek),
        ("generativelanguage.googleapis.com", .gemini), ("aliyuncs.com", .dashscope), ("api.z.ai", .zai),
        ("bigmodel.cn", .zai), ("moonshot.ai", .moonshot), ("moonshot.cn", .moonshot), ("mistral.ai", .mistral),
        ("api.x.ai", .xai), ("api.groq.com", .groq), ("together.xyz", .together), ("together.ai", .together),
        ("fireworks.ai", .fireworks),
    ]

    /// By the whole host or one of its parent domains; OpenAI's regional hosts are "eu.api.openai.com" and the like.
    package init(host: String) {
        let match = OpenAIService.hosts.first { host == $0.ending || host.hasSuffix("." + $0.ending) }
        self = match?.service ?? .other
    }

    /// How the output limit is spelled: OpenAI's reasoning models refuse `max_tokens`, Mistral and older servers refuse
    /// `max_completion_tokens`, and Azure knows the new name since 2024-09-01-preview only.
    func limitKey(reasons: Bool) -> String {
        switch self {
        case .openai, .groq, .xai: "max_completion_tokens"
        case .azure: reasons ? "max_completion_tokens" : "max_tokens"
        default: "max_tokens"
        }
    }

    /// Whether a reasoning model takes a temperature other than its own. OpenRouter would find no provider that
    /// supports all parameters of such a request.
    var reasoningRefusesTemperature: Bool {
        switch self {
        case .openai, .azure, .moonshot, .openrouter: true
        default: false
        }
    }

    /// Mistral refuses `stream_options` and always ends a stream with the figures.
    var takesStreamOptions: Bool { self != .mistral }

    /// The output limit is for the visible answer alone, and hidden tokens have a budget of their own.
    var hasBudgetApart: Bool { self == .dashscope }

    /// Hidden tokens may be left out of `completion_tokens` without being named; what is billed is the total.
    var billsTheTotal: Bool { self == .gemini }

    /// What says how much to reason, in the service's own words; empty when nothing is said.
    ///
    /// - Parameter allowance: Hidden tokens at most, where the service can be told.
    func reasoning(_ effort: ReasoningEffort, allowance: Int) -> JSONObject {
        let word = JSONValue.string(effort == .off ? "none" : effort.rawValue)
        let toggle: JSONValue = .object(["type": effort == .off ? "disabled" : "enabled"])
        switch self {
        case .openai, .azure, .gemini, .fireworks:
            return ["reasoning_effort": word]
        case .openrouter:
            return ["reasoning": .object(effort == .off ? ["enabled": false] : ["effort": word])]
        case .deepseek:
            return effort == .off ? ["thinking": toggle] : ["thinking": toggle, "reasoning_effort": word]
        case .zai, .moonshot:
            return ["thinking": toggle]
        case .dashscope:
            guard effort != .off, allowance > 0 else { return ["enable_thinking": false] }
            return ["enable_thinking": true, "thinking_budget": JSONValue(allowance)]
        case .mistral:
            return ["reasoning_effort": effort == .off ? "none" : "high"]
        case .xai:
            return effort == .off ? [:] : ["reasoning_effort": effort == .high ? "high" : "low"]
        case .groq:
            return ["reasoning_effort": effort == .off ? "low" : word]
        case .together:
            return effort == .off ? ["reasoning": .object(["enabled": false])] : ["reasoning_effort": word]
        case .other:
            // Chat templates of open models have a switch; those with levels take the word.
            return effort == .off
                ? ["chat_template_kwargs": .object(["enable_thinking": false])] : ["reasoning_effort": word]
        }
    }
}
