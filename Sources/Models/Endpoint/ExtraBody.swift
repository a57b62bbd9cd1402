import JSON
import Domain

/// What an operator adds to each request.
///
/// Keys that decide what a request may cost, or what it says, are the adapter's: a hold is computed from what the
/// adapter writes, so a second answer, a larger limit, a dearer tier, another model or a paid tool would break it.
enum ExtraBody {
    static func parse(_ text: String?) throws(CallFailure) -> JSONObject {
        guard let text else { return JSONObject() }
        guard let value = try? JSONReader.read(Array(text.utf8)), case .object(let object) = value else {
            throw CallFailure(.badRequest, "extra_body is not a JSON object: write it as {\"key\": value}")
        }
        for member in object.members {
            if ownKeys.contains(member.key) { throw refusal(member.key) }
            if let allowed = allowedValues[member.key], !allowed.contains(member.value.string ?? "") {
                throw CallFailure(
                    .badRequest,
                    "extra_body may set \(member.key) only to \(allowed.sorted().joined(separator: " or ")): "
                        + "other values cost more than what is held")
            }
            if case .object(let inner) = member.value, let own = ownInnerKeys[member.key] {
                for key in inner.members.map(\.key) where own.contains(key) { throw refusal("\(member.key).\(key)") }
            }
        }
        return object
    }

    private static func refusal(_ key: String) -> CallFailure {
        CallFailure(
            .badRequest, "extra_body may not set \(key): what a call may cost or say depends on it; remove it there")
    }

    private static let ownKeys: Set<String> = [
        "model", "models", "route", "messages", "system", "prompt", "input", "stream", "stream_options", "n",
        "best_of", "max_tokens", "max_completion_tokens", "max_output_tokens", "thinking_budget", "tools",
        "tool_choice", "functions", "function_call", "plugins", "web_search_options", "enable_search", "modalities",
        "audio", "usage", "num_choices", "batch",
    ]

    private static let ownInnerKeys: [String: Set<String>] = [
        "options": ["num_predict", "num_ctx"], "reasoning": ["max_tokens"], "cache_control": ["ttl"],
    ]

    private static let allowedValues: [String: Set<String>] = [
        "service_tier": ["default", "flex", "standard_only"], "speed": ["standard"],
    ]
}
