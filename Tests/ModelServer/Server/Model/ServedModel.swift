/// A model that the server offers, with what it costs in truth.
package struct ServedModel: Sendable, Hashable {
    package var name: String
    package var prices: TruePrices
    /// Most tokens of prompt and answer together.
    package var window: Int
    /// Most tokens of an answer, hidden ones included.
    package var mostOutput: Int
    /// Hidden tokens of each answer; nil: the model does not reason.
    package var reasoningTokens: Int?

    package init(
        _ name: String, prices: TruePrices = .free, window: Int = 128_000, mostOutput: Int = 16_384,
        reasoningTokens: Int? = nil
    ) {
        self.name = name
        self.prices = prices
        self.window = window
        self.mostOutput = mostOutput
        self.reasoningTokens = reasoningTokens
    }
}

/// Picodollars (10⁻¹² USD) a token.
package struct TruePrices: Sendable, Hashable {
    package var input: Int64
    package var cachedInput: Int64
    package var cacheWrite: Int64
    package var longCacheWrite: Int64
    package var output: Int64

    package static let free = TruePrices(input: 0, output: 0)

    /// A cached token costs a tenth of the input price, a written one a quarter more, for an hour twice as much.
    package init(input: Int64, output: Int64) {
        self.init(
            input: input, cachedInput: input / 10, cacheWrite: input + input / 4, longCacheWrite: input * 2,
            output: output)
    }

    package init(input: Int64, cachedInput: Int64, cacheWrite: Int64, longCacheWrite: Int64, output: Int64) {
        self.input = input
        self.cachedInput = cachedInput
        self.cacheWrite = cacheWrite
        self.longCacheWrite = longCacheWrite
        self.output = output
    }

    /// In picodollars.
    package func cost(of tokens: TrueTokens) -> Int64 {
        Int64(tokens.freshInput) * input + Int64(tokens.cachedInput) * cachedInput
            + Int64(tokens.cacheWrite) * cacheWrite + Int64(tokens.longCacheWrite) * longCacheWrite
            + Int64(tokens.output) * output
    }
}

/// What a request took in truth; the kinds of input do not overlap.
package struct TrueTokens: Sendable, Hashable {
    package var freshInput: Int
    package var cachedInput = 0
    package var cacheWrite = 0
    package var longCacheWrite = 0
    /// Hidden tokens included.
    package var output: Int
    package var reasoning = 0

    package init(freshInput: Int, output: Int) {
        self.freshInput = freshInput
        self.output = output
    }

    package var input: Int { freshInput + cachedInput + cacheWrite + longCacheWrite }
}
