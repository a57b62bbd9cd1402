/// The wire shape an endpoint speaks.
package enum ProviderKind: String, CaseIterable, Sendable, Codable {
    case openai, azure, anthropic, ollama
}

package enum ReasoningEffort: String, CaseIterable, Sendable, Codable {
    case off, low, medium, high
}

/// What an endpoint can do beside answering.
package enum Capability: String, CaseIterable, Sendable, Codable {
    /// Answers that follow a JSON schema, enforced by the endpoint.
    case jsonSchema = "json_schema"
    /// Answers that are some JSON object.
    case jsonObject = "json_object"
    case reasoning
    case promptCaching = "prompt_caching"
    case streaming
    case batch
}

/// Prices as written, in dollars per token; nil where nothing is written.
package struct WrittenPrices: Sendable, Hashable {
    package var input: ExactDecimal?
    package var output: ExactDecimal?
    package var cachedInput: ExactDecimal?
    package var cacheWrite: ExactDecimal?

    package init(
        input: ExactDecimal? = nil, output: ExactDecimal? = nil, cachedInput: ExactDecimal? = nil,
        cacheWrite: ExactDecimal? = nil
    ) {
        self.input = input
        self.output = output
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
    }

    package var isEmpty: Bool { input == nil && output == nil && cachedInput == nil && cacheWrite == nil }
}

/// Hours of the week in UTC: some weekdays (1 is Monday), from a minute of the day up to another. A span whose end is
/// not after its start runs past midnight and belongs to the day on which it starts.
package struct WeeklyHours: Sendable, Hashable {
    package let weekdays: Set<Int>
    package let startMinute: Int
    package let endMinute: Int

    package init(weekdays: Set<Int>, startMinute: Int, endMinute: Int) {
        self.weekdays = weekdays
        self.startMinute = startMinute
        self.endMinute = endMinute
    }

    /// `weekday` from 1, `minute` from 0 to 1439.
    package func contains(weekday: Int, minute: Int) -> Bool {
        if startMinute < endMinute {
            return weekdays.contains(weekday) && minute >= startMinute && minute < endMinute
        }
        let yesterday = weekday == 1 ? 7 : weekday - 1
        return weekdays.contains(weekday) && minute >= startMinute
            || weekdays.contains(yesterday) && minute < endMinute
    }
}

/// One entry of `routing.providers`, as the operator wrote it. What is nil comes from the catalogue or is assumed.
package struct ProviderSettings: Sendable {
    package struct ContextTier: Sendable, Hashable {
        /// The tier holds for requests with more input tokens than this.
        package let above: Int
        package let prices: WrittenPrices

        package init(above: Int, prices: WrittenPrices) {
            self.above = above
            self.prices = prices
        }
    }

    package struct HourlyPrices: Sendable, Hashable {
        package let hours: WeeklyHours
        package let prices: WrittenPrices

        package init(hours: WeeklyHours, prices: WrittenPrices) {
            self.hours = hours
            self.prices = prices
        }
    }

    package var name: String
    package var kind: ProviderKind?
    package var baseURL: String?
    /// The name the endpoint knows the model by; the entry's own name when nil.
    package var model: String?
    package var apiKeyVariable: String?
    package var apiKeyFile: String?
    package var prices = WrittenPrices()
    package var contextTiers: [ContextTier] = []
    package var priceHours: [HourlyPrices] = []
    /// `price: contract`: holds use the written prices even where the catalogue's are dearer.
    package var priceIsContract = false
    package var contextWindow: Int?
    package var maxOutput: Int?
    /// As written: 0 to 1, or above 1 out of 10.
    package var quality = PerCategory<ExactDecimal>()
    package var tier: Tier?
    package var temperature: Double?
    package var reasoning = PerCategory<ReasoningEffort>()
    package var reasoningTokens: Int?
    /// JSON text of an object merged into each request.
    package var extraBody: String?
    package var headers: [String: String] = [:]
    /// `local` or the name of a region.
    package var residency: String?
    /// The operator vouches for `residency: local` although the address is not a private one.
    package var isResidencyAttested = false
    package var retention: String?
    package var maxConcurrency: Int?
    package var requestsPerMinute: Int?
    package var supports: Set<Capability>?
    /// Nil: all categories.
    package var supportedTasks: Set<Category>?
    package var latencyTargetMilliseconds: Int?
    /// `routing_mode: dynamic`: the endpoint picks the model.
    package var isDynamic = false
    package var hardwarePerHour: Money?
    package var tokensPerSecond: Int?
    /// The file the entry stands in, the line of each key written, and the line of the entry itself.
    package var file = ""
    package var line = 0
    package var lines: [String: Int] = [:]

    package init(name: String) {
        self.name = name
    }

    package func origin(of key: String) -> Origin {
        .file(file, line: lines[key] ?? line)
    }
}
