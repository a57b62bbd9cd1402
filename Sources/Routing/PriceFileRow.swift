import Domain

/// One model of a price file while it is read.
struct PriceFileRow {
    private let fields: [String: JSONText]

    init(_ value: JSONText) {
        var fields: [String: JSONText] = [:]
        if case .object(let members) = value {
            for (key, value) in members { fields[key] = value }
        }
        self.fields = fields
    }

    /// Nil when the row has no usable price.
    func entry(provider: String, model: String, date: String) throws(PriceFileError) -> CatalogueEntry? {
        guard let prices = try prices() else { return nil }
        var supports: Set<Capability> = [.streaming]
        if fields["supports_response_schema"]?.isTrue == true { supports.insert(.jsonSchema) }
        if fields["supports_reasoning"]?.isTrue == true { supports.insert(.reasoning) }
        if fields["supports_prompt_caching"]?.isTrue == true { supports.insert(.promptCaching) }
        if !prices.batch.isEmpty { supports.insert(.batch) }
        let source = fields["source"]?.text.flatMap { text in
            text.utf8.count <= 300 && text.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? text : nil
        }
        return CatalogueEntry(
            provider: provider, model: model, aliases: [], prices: prices,
            contextWindow: count("max_input_tokens") ?? count("max_tokens"), maxOutput: count("max_output_tokens"),
            quality: PerCategory(), supports: supports, licence: nil, memoryGigabytes: nil,
            deprecated: fields["deprecation_date"]?.text.flatMap { CalendarDay($0)?.text }, firstTokenMilliseconds: nil,
            tokensPerSecond: nil, benchmarks: [], source: source, date: date, isImported: true)
    }

    // MARK: Prices

    private func prices() throws(PriceFileError) -> PriceSheet? {
        let ranges = try rangeTiers()
        let base: TokenRates
        var tiers: [PriceSheet.Tier]
        if let rates = try rates(in: fields) {
            base = rates
            tiers = []
            for threshold in thresholds(ending: "k_tokens") {
                if let rates = try self.rates(in: fields, suffix: "_above_\(threshold)k_tokens") {
                    tiers.append(PriceSheet.Tier(above: threshold * 1000, rates: rates))
                }
            }
            if tiers.isEmpty { tiers = ranges.filter { $0.above > 0 } }
        } else if let first = ranges.first, first.above <= 0 {
            base = first.rates
            tiers = Array(ranges.dropFirst())
        } else {
            return nil
        }
        return PriceSheet(base, tiers: tiers, hours: try hours(), batch: try batch())
    }

    /// Input, output and cache prices under their names with a suffix; nil when either of the first two is not a price.
    private func rates(in fields: [String: JSONText], suffix: String = "") throws(PriceFileError) -> TokenRates? {
        func price(_ name: String) throws(PriceFileError) -> TokenPrice? {
            try PriceFileRow.price(fields[name + suffix], name + suffix)
        }
        guard let input = try price("input_cost_per_token"), var output = try price("output_cost_per_token") else {
            return nil
        }
        // Hidden reasoning is output; where it has a price of its own, the dearer holds.
        if let reasoning = try price("output_cost_per_reasoning_token") { output = max(output, reasoning) }
        var cached = try price("cache_read_input_token_cost")
        if cached == nil { cached = try price("input_cost_per_token_cache_hit") }
        let long = try PriceFileRow.price(
            fields["cache_creation_input_token_cost_above_1hr" + suffix], "cache_creation_input_token_cost_above_1hr")
        return TokenRates(
            input: input, output: output, cachedInput: cached, cacheWrite: try price("cache_creation_input_token_cost"),
            longCacheWrite: long)
    }

    /// N of every `input_cost_per_token_above_Nk_tokens…` with this end, rising.
    private func thresholds(ending end: String) -> [Int] {
        let start = "input_cost_per_token_above_"
        return fields.keys.compactMap { key in
            guard key.hasPrefix(start), key.hasSuffix(end) else { return nil }
            let number = key.dropFirst(start.count).dropLast(end.count)
            return Int(number).flatMap { (1...100_000).contains($0) ? $0 : nil }
        }.sorted()
    }

    /// `tiered_pricing`: [{"range": [from, to], …}], where a request of exactly `from` tokens belongs to the tier below.
    private func rangeTiers() throws(PriceFileError) -> [PriceSheet.Tier] {
        var tiers: [PriceSheet.Tier] = []
        for element in (fields["tiered_pricing"]?.elements ?? []).prefix(32) {
            guard case .object(let members) = element, let from = element["range"]?.elements.first,
                let above = PriceFileRow.count(from, allowsZero: true)
            else { throw PriceFileError("a tier of tiered_pricing has no range") }
            var own: [String: JSONText] = [:]
            for (key, value) in members { own[key] = value }
            guard let rates = try rates(in: own) else { continue }
            tiers.append(PriceSheet.Tier(above: above, rates: rates))
        }
        return tiers.sorted { $0.above < $1.above }
    }

    private func batch() throws(PriceFileError) -> [PriceSheet.Tier] {
        guard let base = try rates(in: fields, suffix: "_batches") else { return [] }
        var tiers = [PriceSheet.Tier(above: -1, rates: base)]
        for threshold in thresholds(ending: "k_tokens_batches") {
            if let rates = try rates(in: fields, suffix: "_above_\(threshold)k_tokens_batches") {
                tiers.append(PriceSheet.Tier(above: threshold * 1000, rates: rates))
            }
        }
        return tiers
    }

    /// `off_peak_pricing`: rates, and windows of {"hours_utc": "00:00-06:00" or a list, "weekdays": [1, …]}.
    private func hours() throws(PriceFileError) -> [PriceSheet.Hours] {
        guard case .object(let members)? = fields["off_peak_pricing"] else { return [] }
        var own: [String: JSONText] = [:]
        for (key, value) in members { own[key] = value }
        guard let rates = try rates(in: own) else { return [] }
        var spans: [WeeklyHours] = []
        for window in (own["windows"]?.elements ?? []).prefix(32) {
            let days = Set((window["weekdays"]?.elements ?? []).compactMap { PriceFileRow.count($0) })
            let texts = window["hours_utc"].map { $0.text.map { [$0] } ?? $0.elements.compactMap(\.text) } ?? []
            guard !days.isEmpty, days.isSubset(of: Set(1...7)), !texts.isEmpty else {
                throw PriceFileError("a window of off_peak_pricing cannot be read")
            }
            for text in texts.prefix(32) {
                guard let span = WeeklyHours(weekdays: days, parsing: text) else {
                    throw PriceFileError("a window of off_peak_pricing cannot be read")
                }
                spans.append(span)
            }
        }
        guard !spans.isEmpty else { return [] }
        return [PriceSheet.Hours(hours: spans, tiers: [PriceSheet.Tier(above: -1, rates: rates)])]
    }

    // MARK: Numbers

    /// Nil where nothing or zero is written, which means free as well as unknown.
    private static func price(_ value: JSONText?, _ name: String) throws(PriceFileError) -> TokenPrice? {
        switch value {
        case nil, .null: return nil
        case .number(let text):
            guard let decimal = ExactDecimal(text), let price = TokenPrice(perTokenRoundedUp: decimal) else {
                throw PriceFileError("\(name) is no price a token")
            }
            return price == .zero ? nil : price
        default: throw PriceFileError("\(name) is no number")
        }
    }

    private func count(_ name: String) -> Int? { fields[name].flatMap { PriceFileRow.count($0) } }

    /// A whole number, also as "256000.0".
    private static func count(_ value: JSONText, allowsZero: Bool = false) -> Int? {
        guard case .number(let text) = value, let number = ExactDecimal(text)?.scaled(byPowerOfTen: 0),
            number > 0 || allowsZero && number == 0, number <= 1_000_000_000
        else { return nil }
        return Int(number)
    }
}

extension WeeklyHours {
    /// "10:00-00:00" in UTC; an end of 00:00 is midnight, and "00:00-00:00" the whole day.
    fileprivate init?(weekdays: Set<Int>, parsing text: String) {
        let times = text.split(separator: "-").map { time -> Int? in
            let parts = time.split(separator: ":").map { Int($0) }
            guard parts.count == 2, let hour = parts[0], let minute = parts[1], (0...24).contains(hour),
                (0...59).contains(minute), hour * 60 + minute <= 1440
            else { return nil }
            return hour * 60 + minute
        }
        guard times.count == 2, let start = times[0], let end = times[1] else { return nil }
        self.init(weekdays: weekdays, startMinute: start, endMinute: end == 0 ? 1440 : end)
    }
}
