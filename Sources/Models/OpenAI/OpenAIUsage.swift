import JSON
import Domain

/// Reads the figures of OpenAI-compatible answers.
///
/// Cached and written input are parts of `prompt_tokens`, reasoning is part of `completion_tokens` (openai 3.52.0
/// types). What differs: DeepSeek counts hits and misses of its cache, Kimi puts `cached_tokens` one level up, some name
/// cache writes as Anthropic does, xAI leaves reasoning out of `completion_tokens` and tells the cost in ticks, Gemini
/// leaves it out of everything but the total, OpenRouter tells the cost in dollars. Figures that contradict one another
/// are none.
enum OpenAIUsage {
    static func read(_ usage: JSONValue, service: OpenAIService) -> UsageReading {
        do throws(UsageProblem) {
            var reading = UsageReading(cost: try cost(usage, service))
            let prompt = try UsageReading.count(usage, "prompt_tokens")
            let completion = try UsageReading.count(usage, "completion_tokens")
            guard let prompt, let completion else {
                if reading.cost == nil { throw UsageProblem(text: "prompt_tokens or completion_tokens is missing") }
                return reading
            }
            let details = usage["prompt_tokens_details"]
            let cached = try cachedTokens(usage, details, prompt: prompt)
            let written = try firstCount(
                (details, "cache_write_tokens"), (details, "cache_creation_input_tokens"),
                (usage, "cache_creation_input_tokens"))
            guard cached + written <= prompt else {
                throw UsageProblem(text: "more cached than prompt_tokens")
            }
            let reasoning = try UsageReading.count(usage["completion_tokens_details"], "reasoning_tokens")
            let output = try outputTokens(
                prompt: prompt, completion: completion, reasoning: reasoning ?? 0,
                total: try UsageReading.count(usage, "total_tokens"), service)
            reading.usage = Usage(
                uncachedInput: prompt - cached - written, cachedInput: cached, cacheWrite: written, output: output)
            reading.reasoning = reasoning ?? (output > completion ? output - completion : nil)
            return reading
        } catch {
            return .unusable(error.text)
        }
    }

    private static func firstCount(_ places: (JSONValue?, String)...) throws(UsageProblem) -> Int {
        for (parent, key) in places {
            if let count = try UsageReading.count(parent, key) { return count }
        }
        return 0
    }

    private static func cachedTokens(
        _ usage: JSONValue, _ details: JSONValue?, prompt: Int
    ) throws(UsageProblem) -> Int {
        let hits = try UsageReading.count(usage, "prompt_cache_hit_tokens")
        let misses = try UsageReading.count(usage, "prompt_cache_miss_tokens")
        if let hits, let misses, hits + misses != prompt {
            throw UsageProblem(text: "cache hits and misses are not prompt_tokens")
        }
        let outer = try UsageReading.count(usage, "cached_tokens")
        let named = try UsageReading.count(details, "cached_tokens") ?? outer
        if let hits, let named, named != 0, hits != named {
            throw UsageProblem(text: "two different counts of cached tokens")
        }
        return hits ?? named ?? 0
    }

    private static func outputTokens(
        prompt: Int, completion: Int, reasoning: Int, total: Int?, _ service: OpenAIService
    ) throws(UsageProblem) -> Int {
        guard let total else {
            guard reasoning <= completion else { throw UsageProblem(text: "more reasoning than completion_tokens") }
            return completion
        }
        switch total - prompt - completion {
        case 0:
            guard reasoning <= completion else { throw UsageProblem(text: "more reasoning than completion_tokens") }
            return completion
        case reasoning: return completion + reasoning
        case let rest where rest > 0 && service.billsTheTotal: return completion + rest
        default: throw UsageProblem(text: "total_tokens is not the sum of its parts")
        }
    }

    /// The charge where the service names it. With a user's own upstream key OpenRouter's `cost` is its fee alone, and
    /// the upstream provider bills the rest.
    private static func cost(_ usage: JSONValue, _ service: OpenAIService) throws(UsageProblem) -> Money? {
        if service == .xai, let ticks = try UsageReading.count(usage, "cost_in_usd_ticks") {
            // A tick is 10⁻¹⁰ dollars.
            return Money(picodollars: Int64(ticks) * 100)
        }
        guard case .number? = usage["cost"] else {
            if let cost = usage["cost"], service == .openrouter {
                throw UsageProblem(text: "cost is not a number but \(cost.kindName)")
            }
            return nil
        }
        guard let cost = try UsageReading.dollars(usage, "cost") else { return nil }
        guard usage["is_byok"]?.bool == true else { return cost }
        let upstream = try UsageReading.dollars(usage["cost_details"], "upstream_inference_cost")
        return cost + (upstream ?? .zero)
    }
}

extension JSONValue {
    /// For messages.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a truth value"
        case .number: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
