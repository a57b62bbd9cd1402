import JSON
import Domain

/// Adds up what an Anthropic answer says of its usage.
///
/// `input_tokens` leaves cached and written input out, thinking is part of `output_tokens`. In a stream the start
/// carries the input figures, and each later report is cumulative: the last one counts, nothing is added.
struct AnthropicUsage {
    private var counts: [String: Int] = [:]
    private var problem: String?
    /// Output was reported at or after the end of the answer.
    private var isFinal = false

    private static let keys = [
        "input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens",
    ]

    mutating func take(_ usage: JSONValue, isFinal: Bool) {
        do {
            for key in AnthropicUsage.keys {
                if let count = try UsageReading.count(usage, key) { counts[key] = count }
            }
            for key in ["ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"] {
                if let count = try UsageReading.count(usage["cache_creation"], key) { counts[key] = count }
            }
            if let thinking = try UsageReading.count(usage["output_tokens_details"], "thinking_tokens") {
                counts["thinking_tokens"] = thinking
            }
            if isFinal, usage["output_tokens"] != nil { self.isFinal = true }
        } catch {
            problem = problem ?? error.text
        }
    }

    /// Nil when nothing final came.
    var reading: UsageReading? {
        if let problem { return .unusable(problem) }
        guard isFinal, let output = counts["output_tokens"] else { return nil }
        guard let input = counts["input_tokens"] else { return .unusable("input_tokens is missing") }
        let written = counts["cache_creation_input_tokens"] ?? 0
        let long = counts["ephemeral_1h_input_tokens"] ?? 0
        let short = counts["ephemeral_5m_input_tokens"]
        if let short, counts["cache_creation_input_tokens"] != nil, short + long != written {
            return .unusable("the parts of cache_creation are not cache_creation_input_tokens")
        }
        guard short != nil || long <= written else { return .unusable("more written to the cache than in all") }
        let thinking = counts["thinking_tokens"]
        guard thinking ?? 0 <= output else { return .unusable("more thinking than output_tokens") }
        return UsageReading(
            usage: Usage(
                uncachedInput: input, cachedInput: counts["cache_read_input_tokens"] ?? 0,
                cacheWrite: short ?? (written - long), longCacheWrite: long, output: output),
            reasoning: thinking)
    }
}
