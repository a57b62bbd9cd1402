import Domain

extension Catalogue {
    static let columns = [
        "provider", "model", "aliases", "input", "output", "cached_input", "cache_write", "long_cache_write", "tiers",
        "hours", "batch", "context_window", "max_output", "quality", "quality_by_category", "supports", "licence",
        "memory_gb", "deprecated", "first_token_ms", "tokens_per_second", "benchmarks", "source", "date",
    ]

    /// The row that names the columns.
    static var header: String { columns.joined(separator: "\t") }

    /// Parses the tab-separated form that the head of the file describes.
    package init(parsing bytes: [UInt8]) throws(CatalogueError) {
        var entries: [CatalogueEntry] = []
        var keys: Set<String> = []
        var sawHeader = false
        var number = 0
        for raw in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            number += 1
            if raw.isEmpty || raw.first == UInt8(ascii: "#") { continue }
            let fields = raw.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self)
            }
            guard fields.count == Catalogue.columns.count else {
                throw CatalogueError(line: number, reason: "\(fields.count) columns, not \(Catalogue.columns.count)")
            }
            if !sawHeader {
                guard fields == Catalogue.columns else {
                    throw CatalogueError(line: number, reason: "the first row must name the columns")
                }
                sawHeader = true
                continue
            }
            let entry = try CatalogueRow(line: number, fields: fields).entry()
            guard keys.insert(entry.key).inserted else {
                throw CatalogueError(line: number, reason: "\(entry.key) is listed twice")
            }
            entries.append(entry)
        }
        self.init(entries: entries)
    }
}

/// One row while it is read.
private struct CatalogueRow {
    let line: Int
    let fields: [String]

    func text(_ index: Int) -> String? {
        fields[index] == "-" || fields[index].isEmpty ? nil : fields[index]
    }

    func entry() throws(CatalogueError) -> CatalogueEntry {
        guard let provider = text(0), let model = text(1), let date = text(23) else {
            throw error("provider, model and date are needed")
        }
        return CatalogueEntry(
            provider: provider, model: model, aliases: list(2), prices: try prices(), contextWindow: try integer(11),
            maxOutput: try integer(12), quality: try quality(), supports: try supports(), licence: text(16),
            memoryGigabytes: try integer(17), deprecated: try day(18), firstTokenMilliseconds: try integer(19),
            tokensPerSecond: try integer(20), benchmarks: try benchmarks(), source: text(22), date: try known(date))
    }

    private func error(_ reason: String) -> CatalogueError { CatalogueError(line: line, reason: reason) }

    private func list(_ index: Int) -> [String] {
        text(index)?.split(separator: ",").map(String.init) ?? []
    }

    private func integer(_ index: Int) throws(CatalogueError) -> Int? {
        guard let text = text(index) else { return nil }
        guard let value = Int(text), value > 0 else { throw error("\(text) is not a count") }
        return value
    }

    private func known(_ day: String) throws(CatalogueError) -> String {
        guard CalendarDay(day) != nil else { throw error("\(day) is not a day as YYYY-MM-DD") }
        return day
    }

    private func day(_ index: Int) throws(CatalogueError) -> String? {
        guard let text = text(index) else { return nil }
        return try known(text)
    }

    private func benchmarks() throws(CatalogueError) -> [CatalogueEntry.Benchmark] {
        var benchmarks: [CatalogueEntry.Benchmark] = []
        for part in list(21) {
            let halves = part.split(separator: "=")
            let figures = halves.last?.split(separator: "@") ?? []
            guard halves.count == 2, figures.count == 2, let score = ExactDecimal(figures[0]),
                let value = score.value, (0...100).contains(value)
            else { throw error("\(part) is not a benchmark as name=percent@day") }
            benchmarks.append(
                CatalogueEntry.Benchmark(name: String(halves[0]), score: score, day: try known(String(figures[1]))))
        }
        return benchmarks
    }

    private func price(_ text: String) throws(CatalogueError) -> TokenPrice? {
        if text == "-" { return nil }
        guard let decimal = ExactDecimal(text), let price = TokenPrice(perMillion: decimal) else {
            throw error("\(text) is not a price")
        }
        return price
    }

    private func rates(_ parts: [String]) throws(CatalogueError) -> TokenRates? {
        guard parts.count == 5 else { throw error("five prices are needed: input/output/cached/write/long write") }
        guard let input = try price(parts[0]), let output = try price(parts[1]) else { return nil }
        return TokenRates(
            input: input, output: output, cachedInput: try price(parts[2]), cacheWrite: try price(parts[3]),
            longCacheWrite: try price(parts[4]))
    }

    private func tiers(_ index: Int) throws(CatalogueError) -> [PriceSheet.Tier] {
        var tiers: [PriceSheet.Tier] = []
        for part in text(index)?.split(separator: ";") ?? [] {
            let halves = part.split(separator: ":", maxSplits: 1)
            guard halves.count == 2, let above = Int(halves[0]), above >= -1,
                let rates = try rates(halves[1].split(separator: "/").map(String.init))
            else { throw error("\(part) is not a tier") }
            tiers.append(PriceSheet.Tier(above: above, rates: rates))
        }
        return tiers
    }

    private func hours() throws(CatalogueError) -> [PriceSheet.Hours] {
        guard let text = text(9) else { return [] }
        let halves = text.split(separator: "=", maxSplits: 1)
        guard halves.count == 2, let rates = try rates(halves[1].split(separator: "/").map(String.init)) else {
            throw error("\(text) is not a list of hours")
        }
        var spans: [WeeklyHours] = []
        for span in halves[0].split(separator: "+") {
            guard let hours = WeeklyHours(parsing: span) else { throw error("\(span) is not a span of hours") }
            spans.append(hours)
        }
        return [PriceSheet.Hours(hours: spans, tiers: [PriceSheet.Tier(above: -1, rates: rates)])]
    }

    private func prices() throws(CatalogueError) -> PriceSheet? {
        guard let base = try rates(Array(fields[3...7])) else { return nil }
        return PriceSheet(base, tiers: try tiers(8), hours: try hours(), batch: try tiers(10))
    }

    private func quality() throws(CatalogueError) -> PerCategory<ExactDecimal> {
        var quality = PerCategory<ExactDecimal>()
        func share(_ text: Substring) throws(CatalogueError) -> ExactDecimal {
            guard let value = ExactDecimal(text), let share = value.value, (0...1).contains(share) else {
                throw error("\(text) is not a quality from 0 to 1")
            }
            return value
        }
        if let all = text(13) { quality.all = try share(all[...]) }
        for part in list(14) {
            let halves = part.split(separator: "=")
            guard halves.count == 2, let category = Category(rawValue: String(halves[0])) else {
                throw error("\(part) is not a category's quality")
            }
            quality.byCategory[category] = try share(halves[1])
        }
        return quality
    }

    private func supports() throws(CatalogueError) -> Set<Capability> {
        var capabilities: Set<Capability> = []
        for name in list(15) {
            guard let capability = Capability(rawValue: name) else { throw error("\(name) is not a capability") }
            capabilities.insert(capability)
        }
        return capabilities
    }
}

extension WeeklyHours {
    /// "1-5,10:00-24:00": weekdays from Monday, and a span of the day in UTC.
    init?(parsing text: Substring) {
        let halves = text.split(separator: ",")
        guard halves.count == 2 else { return nil }
        let days = halves[0].split(separator: "-").compactMap { Int($0) }
        let times = halves[1].split(separator: "-").compactMap(WeeklyHours.minute(of:))
        guard let first = days.first, let last = days.last, days.count <= 2, (1...7).contains(first),
            (first...7).contains(last), times.count == 2
        else { return nil }
        self.init(weekdays: Set(first...last), startMinute: times[0], endMinute: times[1])
    }

    private static func minute(of time: Substring) -> Int? {
        let parts = time.split(separator: ":").compactMap { Int($0) }
        guard parts.count == 2, (0...24).contains(parts[0]), (0...59).contains(parts[1]),
            parts[0] * 60 + parts[1] <= 1440
        else { return nil }
        return parts[0] * 60 + parts[1]
    }
}
