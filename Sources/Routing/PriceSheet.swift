package import Domain

/// What each kind of token costs.
package struct TokenRates: Sendable, Hashable {
    package var input: TokenPrice
    package var cachedInput: TokenPrice
    package var cacheWrite: TokenPrice
    package var longCacheWrite: TokenPrice
    package var output: TokenPrice

    /// What is not given costs what input costs.
    package init(
        input: TokenPrice, output: TokenPrice, cachedInput: TokenPrice? = nil, cacheWrite: TokenPrice? = nil,
        longCacheWrite: TokenPrice? = nil
    ) {
        self.input = input
        self.output = output
        self.cachedInput = cachedInput ?? input
        self.cacheWrite = cacheWrite ?? input
        self.longCacheWrite = longCacheWrite ?? cacheWrite ?? input
    }

    /// The dearest way an input token can be billed.
    package var dearestInput: TokenPrice {
        max(max(input, cachedInput), max(cacheWrite, longCacheWrite))
    }

    /// The cost of a usage, rounded up once to a whole picodollar; saturates.
    package func cost(of usage: Usage) -> Money {
        var units: UInt128 = 0
        units += TokenRates.product(usage.uncachedInput, input)
        units += TokenRates.product(usage.cachedInput, cachedInput)
        units += TokenRates.product(usage.cacheWrite, cacheWrite)
        units += TokenRates.product(usage.longCacheWrite, longCacheWrite)
        units += TokenRates.product(usage.output, output)
        return TokenRates.money(units)
    }

    /// The cost of plain input and output.
    func cost(input tokens: Int, output answer: Int) -> Money {
        TokenRates.money(TokenRates.product(tokens, input) + TokenRates.product(answer, output))
    }

    private static func money(_ units: UInt128) -> Money {
        let (whole, rest) = units.quotientAndRemainder(dividingBy: TokenPrice.unitsPerPicodollar)
        let picodollars = rest == 0 ? whole : whole + 1
        return Money(picodollars: Int64(clamping: picodollars))
    }

    /// At most 10¹⁵ tokens (a call has a few million) × 10²², so that five of them fit in 128 bits.
    private static func product(_ tokens: Int, _ price: TokenPrice) -> UInt128 {
        UInt128(min(max(0, tokens), 1_000_000_000_000_000)) * price.units
    }

    /// The dearer rate in each kind.
    package func dearer(_ other: TokenRates) -> TokenRates {
        TokenRates(
            input: max(input, other.input), output: max(output, other.output),
            cachedInput: max(cachedInput, other.cachedInput), cacheWrite: max(cacheWrite, other.cacheWrite),
            longCacheWrite: max(longCacheWrite, other.longCacheWrite))
    }
}

/// A moment of the week in UTC, for prices that depend on the hour.
package struct WeekMoment: Sendable, Hashable {
    /// 1 is Monday.
    package let weekday: Int
    /// 0 to 1439.
    package let minute: Int

    package init(weekday: Int, minute: Int) {
        self.weekday = weekday
        self.minute = minute
    }

    /// From seconds since 1970-01-01 00:00 UTC, which was a Thursday.
    package init(unixSeconds: Int) {
        let day = unixSeconds >= 0 ? unixSeconds / 86_400 : (unixSeconds - 86_399) / 86_400
        weekday = ((day + 3) % 7 + 7) % 7 + 1
        minute = (unixSeconds - day * 86_400) / 60
    }
}

/// All prices of a model at a provider: by the size of the request, by the hour, and in batches.
package struct PriceSheet: Sendable, Hashable {
    /// Rates for requests of more than `above` input tokens.
    package struct Tier: Sendable, Hashable {
        package let above: Int
        package let rates: TokenRates

        package init(above: Int, rates: TokenRates) {
            self.above = above
            self.rates = rates
        }
    }

    package struct Hours: Sendable, Hashable {
        package let hours: [WeeklyHours]
        package let tiers: [Tier]

        package init(hours: [WeeklyHours], tiers: [Tier]) {
            self.hours = hours
            self.tiers = tiers
        }
    }

    /// By rising `above`; the first is above −1.
    package let tiers: [Tier]
    package let hours: [Hours]
    /// Empty when there is no batch price.
    package let batch: [Tier]

    package init(_ rates: TokenRates, tiers: [Tier] = [], hours: [Hours] = [], batch: [Tier] = []) {
        self.tiers = [Tier(above: -1, rates: rates)] + tiers.sorted { $0.above < $1.above }
        self.hours = hours
        self.batch = batch.sorted { $0.above < $1.above }
    }

    package var base: TokenRates { tiers[0].rates }

    /// The rates of a whole request of so many input tokens: a tier applies to every token of the request that passes
    /// its threshold, not to the excess. Without a moment the regular prices hold.
    package func rates(totalInput: Int, at moment: WeekMoment? = nil, batched: Bool = false) -> TokenRates {
        if batched, !batch.isEmpty { return PriceSheet.pick(batch, totalInput) ?? base }
        if let moment {
            for entry in hours
            where entry.hours.contains(where: { $0.contains(weekday: moment.weekday, minute: moment.minute) }) {
                return PriceSheet.pick(entry.tiers, totalInput) ?? base
            }
        }
        return PriceSheet.pick(tiers, totalInput) ?? base
    }

    /// What a call costs.
    package func cost(of usage: Usage, at moment: WeekMoment? = nil, batched: Bool = false) -> Money {
        rates(totalInput: usage.totalInput, at: moment, batched: batched).cost(of: usage)
    }

    /// The dearest rates that any request of up to so many input tokens can meet, at any hour: what a hold uses.
    package func dearestRates(upTo tokens: Int) -> TokenRates {
        var dearest = base
        for tier in tiers where tier.above < tokens { dearest = dearest.dearer(tier.rates) }
        for entry in hours {
            for tier in entry.tiers where tier.above < tokens { dearest = dearest.dearer(tier.rates) }
        }
        return dearest
    }

    private static func pick(_ tiers: [Tier], _ totalInput: Int) -> TokenRates? {
        tiers.last { $0.above < totalInput }?.rates ?? tiers.first?.rates
    }

    /// The dearer price in every tier and at every hour: what is held where a written price undercuts the catalogue.
    package func dearer(_ other: PriceSheet) -> PriceSheet {
        let thresholds = Set((tiers + other.tiers).map(\.above)).sorted()
        let merged = thresholds.map { above in
            Tier(
                above: above,
                rates: dearestRates(upTo: above + 1).dearer(other.dearestRates(upTo: above + 1)))
        }
        guard let first = merged.first else { return self }
        return PriceSheet(first.rates, tiers: Array(merged.dropFirst()))
    }
}
