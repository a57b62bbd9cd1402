import Domain

/// One provider entry while its missing values are found.
struct ModelCompletion {
    let entry: ProviderSettings
    let key: String
    /// The catalogue's row for this provider and model.
    let row: CatalogueEntry?
    /// A row of the same model at another provider.
    let kin: CatalogueEntry?
    let home: String?
    private(set) var warnings: [String] = []
    private(set) var whyNot = ""
    private var assumed: [String] = []
    private var values: [EffectiveValue] = []

    init(entry: ProviderSettings, key: String, row: CatalogueEntry?, kin: CatalogueEntry?, home: String?) {
        self.entry = entry
        self.key = key
        self.row = row
        self.kin = kin
        self.home = home
    }

    /// A model on a machine of one's own. An address alone does not say so: a gateway on this machine may pass code on to
    /// anywhere.
    private var isLocal: Bool { entry.residency == "local" || entry.kind == .ollama }

    private mutating func note(_ name: String, _ value: String, _ origin: Origin) {
        values.append(EffectiveValue("\(key).\(name)", value, origin))
        if origin == .assumed { assumed.append(name) }
    }

    /// The value written, else the row's, else the kin's, else an assumption; noted with its origin.
    private mutating func choose<Value>(
        _ name: String, written: Value?, from path: KeyPath<CatalogueEntry, Value?>, assume: Value
    ) -> Value {
        if let written {
            note(name, "\(written)", entry.origin(of: name))
            return written
        }
        for source in [row, kin] {
            if let source, let value = source[keyPath: path] {
                note(name, "\(value)", source.origin)
                return value
            }
        }
        note(name, "\(assume)", .assumed)
        return assume
    }

    /// Nil when the entry has no price; `whyNot` then says so.
    mutating func model(isSet: (String) -> Bool) -> RoutableModel? {
        note("name", entry.name, entry.origin(of: "name"))
        guard let sheet = prices() else { return nil }
        let holds = holdPrices(sheet)
        let contextWindow = choose(
            "context_window", written: entry.contextWindow, from: \.contextWindow, assume: 32_768)
        let maxOutput = choose("max_output", written: entry.maxOutput, from: \.maxOutput, assume: 4096)
        let (quality, outOfTen) = qualities()
        let reasoning = reasoningAllowances()
        if let deprecated = row?.deprecated, let date = row?.date, deprecated <= date {
            warnings.append(
                "\(entry.name): the provider listed \(entry.model ?? entry.name) as ending on \(deprecated)")
        }
        if let residency = entry.residency {
            note("residency", residency, entry.origin(of: "residency"))
        } else if isLocal {
            note("residency", "local", .builtIn)
        }
        return RoutableModel(
            name: entry.name, kind: entry.kind ?? .openai, model: entry.model ?? entry.name,
            endpoint: ModelCompletion.endpoint(of: entry), catalogued: row,
            prices: sheet, holdPrices: holds,
            pricesAreWritten: entry.prices.input != nil && entry.prices.output != nil, contextWindow: contextWindow,
            maxOutput: maxOutput, quality: quality,
            qualityOutOfTen: outOfTen, qualityIsWritten: !entry.quality.isEmpty,
            supportedTasks: entry.supportedTasks ?? Set(Category.allCases),
            residency: entry.residency ?? (isLocal ? "local" : nil), hardwarePerHour: entry.hardwarePerHour,
            tokensPerSecond: Double(entry.tokensPerSecond ?? row?.tokensPerSecond ?? (isLocal ? 30 : 80)),
            timeToFirstTokenMilliseconds: row?.firstTokenMilliseconds ?? entry.latencyTargetMilliseconds ?? 1000,
            latencyTargetMilliseconds: entry.latencyTargetMilliseconds,
            maxConcurrency: entry.maxConcurrency ?? (isLocal ? 1 : nil), requestsPerMinute: entry.requestsPerMinute,
            reasoningAllowance: reasoning, writtenTier: entry.tier, isDynamic: entry.isDynamic,
            obstacle: CallObstacle.of(entry, catalogued: row, isSet: isSet), assumed: assumed, values: values)
    }

    private static func endpoint(of entry: ProviderSettings) -> String {
        guard let url = entry.baseURL else { return (entry.kind ?? .openai).rawValue }
        // What follows the third slash is a path.
        var slashes = 0
        let authority = url.lowercased().prefix { character in
            if character == "/" { slashes += 1 }
            return slashes < 3
        }
        return String(authority)
    }

    // MARK: Prices

    private mutating func prices() -> PriceSheet? {
        let listed = row?.prices.flatMap { $0.base.output.units > 0 ? $0 : nil } ?? resold
        let written = entry.prices
        let isFreeByKind = entry.kind == .ollama && written.isEmpty
        guard let output = price("cost_per_output_token", written.output, listed?.base.output, isFreeByKind) else {
            if row?.prices != nil, listed == nil {
                whyNot = "the catalogue lists it free of charge; write cost_per_output_token: 0 to accept that"
            } else if written.input != nil {
                whyNot = "its output price is not known; write cost_per_output_token"
            } else {
                whyNot = "its price is not known; write cost_per_output_token and cost_per_input_token"
            }
            return nil
        }
        var input = price("cost_per_input_token", written.input, listed?.base.input, isFreeByKind)
        if input == nil {
            note("cost_per_input_token", output.perMillion + " per million", .assumed)
            input = output
        }
        guard let input else { return nil }
        let cached = price("cost_per_cached_input_token", written.cachedInput, listed?.base.cachedInput, false)
        let write = price("cost_per_cache_write_token", written.cacheWrite, listed?.base.cacheWrite, false)
        let rates = TokenRates(
            input: input, output: output, cachedInput: cached, cacheWrite: write,
            longCacheWrite: written.isEmpty ? listed?.base.longCacheWrite : nil)
        var tiers = entry.contextTiers.map { PriceSheet.Tier(above: $0.above, rates: overlay($0.prices, on: rates)) }
        if tiers.isEmpty, let listed, !entry.priceIsContract { tiers = Array(listed.tiers.dropFirst()) }
        var hours = entry.priceHours.map { span in
            PriceSheet.Hours(
                hours: [span.hours],
                tiers: [PriceSheet.Tier(above: -1, rates: overlay(span.prices, on: rates))])
        }
        if hours.isEmpty, written.isEmpty { hours = listed?.hours ?? [] }
        return PriceSheet(rates, tiers: tiers, hours: hours, batch: written.isEmpty ? listed?.batch ?? [] : [])
    }

    /// OpenRouter passes the makers' list prices on and says what a call cost; until then they are assumed.
    private var resold: PriceSheet? {
        guard home == "openrouter", let kin, let prices = kin.prices, prices.base.output.units > 0,
            (entry.model ?? entry.name).hasPrefix(kin.provider + "/")
        else { return nil }
        return prices
    }

    private mutating func price(
        _ name: String, _ written: ExactDecimal?, _ listed: TokenPrice?, _ isFree: Bool
    ) -> TokenPrice? {
        if let written, let price = TokenPrice(perToken: written) {
            note(name, "\(written.text) (\(price.perMillion) per million)", entry.origin(of: name))
            return price
        }
        if let listed {
            note(name, listed.perMillion + " per million", row?.origin ?? .assumed)
            return listed
        }
        guard isFree else { return nil }
        note(name, "0", .builtIn)
        return .zero
    }

    private func overlay(_ prices: WrittenPrices, on base: TokenRates) -> TokenRates {
        func pick(_ written: ExactDecimal?, _ other: TokenPrice) -> TokenPrice {
            written.flatMap { TokenPrice(perToken: $0) } ?? other
        }
        return TokenRates(
            input: pick(prices.input, base.input), output: pick(prices.output, base.output),
            cachedInput: pick(prices.cachedInput, base.cachedInput),
            cacheWrite: pick(prices.cacheWrite, base.cacheWrite), longCacheWrite: base.longCacheWrite)
    }

    private mutating func holdPrices(_ sheet: PriceSheet) -> PriceSheet {
        guard let row, let listed = row.prices, !entry.prices.isEmpty, !entry.priceIsContract else { return sheet }
        for (word, mine, theirs) in [
            ("input", sheet.base.input, listed.base.input), ("output", sheet.base.output, listed.base.output),
        ] where mine < theirs {
            warnings.append(
                "\(entry.name): the written \(word) price, $\(mine.perMillion) per million, is below the catalogue's "
                    + "$\(theirs.perMillion) (\(row.key), \(row.date)); holds use the dearer unless `price: contract`")
        }
        return sheet.dearer(listed)
    }

    // MARK: Quality and reasoning

    private mutating func qualities() -> ([Category: Double], ExactDecimal) {
        var quality: [Category: Double] = [:]
        var origins: Set<Origin> = []
        let source = row ?? kin
        for category in Category.allCases {
            let value: ExactDecimal
            if let written = entry.quality[category] {
                value = ModelCompletion.share(written)
                origins.insert(entry.origin(of: "quality"))
            } else if let source, let known = source.quality[category] {
                value = known
                origins.insert(source.ownOrigin)
            } else {
                value = ExactDecimal(mantissa: 5, exponent: -1)
                origins.insert(.assumed)
            }
            quality[category] = value.value ?? 0
        }
        let overall: ExactDecimal
        if let written = entry.quality.all {
            overall = ModelCompletion.share(written)
        } else if entry.quality.isEmpty, let known = source?.quality.all {
            overall = known
        } else {
            // The mean of the categories, to four places.
            let mean = quality.values.reduce(0, +) / Double(max(1, quality.count))
            overall = ExactDecimal(mantissa: Int64((mean * 10_000).rounded()), exponent: -4)
        }
        let origin: Origin =
            origins.contains(entry.origin(of: "quality")) ? entry.origin(of: "quality") : origins.first ?? .assumed
        let outOfTen = ExactDecimal(mantissa: overall.mantissa, exponent: overall.exponent + 1)
        note("quality", overall.text, origin)
        return (quality, outOfTen)
    }

    /// 0 to 1 as it is; above 1, out of ten.
    private static func share(_ written: ExactDecimal) -> ExactDecimal {
        (written.value ?? 0) > 1 ? ExactDecimal(mantissa: written.mantissa, exponent: written.exponent - 1) : written
    }

    private mutating func reasoningAllowances() -> [Category: Int] {
        let reasons = (row ?? kin)?.supports.contains(.reasoning) ?? false
        var allowances: [Category: Int] = [:]
        for category in Category.allCases {
            let effort = entry.reasoning[category]
            if effort == .off {
                allowances[category] = 0
            } else if let tokens = entry.reasoningTokens {
                allowances[category] = tokens
            } else {
                allowances[category] =
                    switch effort {
                    case .low: 1000
                    case .medium: 4000
                    case .high: 12_000
                    // Without a word most reasoning models reason a little; Anthropic's wait to be asked.
                    case nil: reasons && entry.kind != .anthropic && home != "anthropic" && !isLocal ? 2000 : 0
                    case .off: 0
                    }
            }
        }
        let largest = allowances.values.max() ?? 0
        note(
            "reasoning_tokens", "\(largest)",
            entry.reasoningTokens != nil ? entry.origin(of: "reasoning_tokens") : .builtIn)
        return allowances
    }
}
