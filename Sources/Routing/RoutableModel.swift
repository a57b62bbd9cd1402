package import Domain

/// A configured model with every value the allocator needs.
package struct RoutableModel: Sendable {
    /// The name of the provider entry: what people call it in configuration and reports.
    package var name: String
    package var kind: ProviderKind
    /// The name the endpoint knows the model by.
    package var model: String
    /// Scheme, host and port of its address, or the kind where the address is the kind's own: models with the same one
    /// are likely to fail together.
    package var endpoint: String
    /// The catalogue's row, if one was found.
    package var catalogued: CatalogueEntry?
    /// What calls are expected to be charged by.
    package var prices: PriceSheet
    /// What holds are computed by: the dearer of written and catalogued prices, unless the price is a contract's.
    package var holdPrices: PriceSheet
    /// Input and output prices stand in the configuration.
    package var pricesAreWritten: Bool
    package var contextWindow: Int
    package var maxOutput: Int
    /// 0 to 1; all categories are present.
    package var quality: [Category: Double]
    /// The quality out of ten that lists show, exact.
    package var qualityOutOfTen: ExactDecimal
    /// The operator's own figure, which nothing measured replaces.
    package var qualityIsWritten: Bool
    /// The quality rests on cases put before this very model.
    package var isProbed = false
    package var supportedTasks: Set<Category>
    package var residency: String?
    /// Nil for models that cost nothing to keep.
    package var hardwarePerHour: Money?
    package var tokensPerSecond: Double
    /// Expected, at the median.
    package var timeToFirstTokenMilliseconds: Int
    /// The median wished for.
    package var latencyTargetMilliseconds: Int?
    package var maxConcurrency: Int?
    package var requestsPerMinute: Int?
    /// Hidden tokens added to the visible limit of a request.
    package var reasoningAllowance: [Category: Int]
    /// The tier written in the configuration.
    package var writtenTier: Tier?
    package var isDynamic: Bool
    /// What keeps it from being called; nil when it can be.
    package var obstacle: CallObstacle?
    /// The keys whose values nobody knows, in the order of listing.
    package var assumed: [String]
    /// Every value with its origin, for listings.
    package var values: [EffectiveValue]

    package var isCallable: Bool { obstacle == nil }

    package func quality(for category: Category) -> Double { quality[category] ?? 0 }

    /// Quality out of ten divided by the output price in dollars a million, to one decimal ("34.8"); "free" at no price.
    package var valueEfficiency: String {
        ValueEfficiency.text(qualityOutOfTen: qualityOutOfTen, outputPrice: prices.base.output)
    }
}

/// Why a model cannot be called, and what to add so that it can.
package struct CallObstacle: Sendable, Hashable {
    package let reason: String
    /// Lines for the provider's entry in the configuration, in order; empty when the fault lies elsewhere.
    package let lines: [String]

    package init(reason: String, lines: [String]) {
        self.reason = reason
        self.lines = lines
    }
}

/// Quality for money, the figure by which models are commonly compared.
package enum ValueEfficiency {
    /// Exact division, rounded half up to one decimal.
    package static func text(qualityOutOfTen: ExactDecimal, outputPrice: TokenPrice) -> String {
        guard outputPrice.units > 0 else { return "free" }
        // Six places hold every quality people write; finer ones are cut off.
        var quality = qualityOutOfTen
        while quality.exponent < -6 {
            quality = ExactDecimal(mantissa: quality.mantissa / 10, exponent: quality.exponent + 1)
        }
        guard let millionths = quality.scaled(byPowerOfTen: 6), (0...10_000_000).contains(millionths) else {
            return "?"
        }
        // Tenths of quality over dollars a million: q·10⁶ × 10¹³ over units of 10⁻²⁴ a token.
        let numerator = UInt128(millionths) * 10_000_000_000_000
        let tenths = (2 * numerator + outputPrice.units) / (2 * outputPrice.units)
        return "\(tenths / 10).\(tenths % 10)"
    }
}
