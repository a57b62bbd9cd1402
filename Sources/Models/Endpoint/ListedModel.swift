import JSON
package import Domain

/// A model as an endpoint's own list names it. What the list does not say is nil.
package struct ListedModel: Sendable, Hashable {
    package var id: String
    /// Tokens.
    package var contextWindow: Int?
    package var maxOutput: Int?
    /// Dollars a token, as written.
    package var prices = WrittenPrices()
    /// The day on which it is switched off, "2026-11-30".
    package var retires: String?

    package init(id: String) {
        self.id = id
    }
}

/// Reads the lists of models of all kinds of endpoints.
///
/// OpenAI `{"data":[{"id"}]}`; the same with lengths under the servers' own names (vLLM `max_model_len`, Groq
/// `context_window`, Mistral `max_context_length`, OpenRouter `context_length` and `pricing` in dollars a token as
/// texts); Together a bare list; Anthropic with `max_input_tokens` and `retires_at`; Ollama `{"models":[{"name"}]}`.
enum ModelList {
    static let mostModels = 5000

    /// By id; nil when it is no list of models.
    static func read(_ bytes: [UInt8]) -> [ListedModel]? {
        var limits = JSONReader.Limits()
        limits.bytes = 16 << 20
        limits.values = 1_000_000
        guard let value = try? JSONReader.read(bytes, limits: limits),
            let rows = value.array ?? value["data"]?.array ?? value["models"]?.array
        else { return nil }
        var models: [String: ListedModel] = [:]
        for row in rows.prefix(mostModels) {
            guard let model = model(row) else { continue }
            models[model.id] = model
        }
        return models.values.sorted { $0.id < $1.id }
    }

    private static func model(_ row: JSONValue) -> ListedModel? {
        guard var id = OpenAIAnswer.name(row["id"] ?? row["model"] ?? row["name"]) else { return nil }
        // Gemini names its own with the path of the resource.
        if id.hasPrefix("models/") { id.removeFirst(7) }
        var model = ListedModel(id: id)
        model.contextWindow = length(
            row["context_length"], row["context_window"], row["max_context_length"], row["max_model_len"],
            row["max_input_tokens"], row["meta"]?["n_ctx"], row["meta"]?["n_ctx_train"])
        model.maxOutput = length(
            row["top_provider"]?["max_completion_tokens"], row["max_completion_tokens"], row["max_output_tokens"],
            row["max_input_tokens"] == nil ? nil : row["max_tokens"])
        let pricing = row["pricing"]
        model.prices = WrittenPrices(
            input: price(pricing?["prompt"]), output: price(pricing?["completion"]),
            cachedInput: price(pricing?["input_cache_read"]), cacheWrite: price(pricing?["input_cache_write"]))
        if let text = row["retires_at"]?.string, text.utf8.count >= 10,
            text.utf8.prefix(10).allSatisfy({ $0 == UInt8(ascii: "-") || (0x30...0x39).contains($0) })
        {
            model.retires = String(text.prefix(10))
        }
        return model
    }

    private static func length(_ values: JSONValue?...) -> Int? {
        values.lazy.compactMap { $0?.integer }.first { $0 > 0 && $0 <= UsageReading.mostTokens }
    }

    /// Texts only: prices in numbers are a million tokens' elsewhere. Negative ones mean "it depends".
    private static func price(_ value: JSONValue?) -> ExactDecimal? {
        guard let text = value?.string, let price = ExactDecimal(text), price.mantissa >= 0 else { return nil }
        return price
    }
}
