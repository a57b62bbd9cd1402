import Domain
import Reporting
import Routing

extension ModelRow {
    init(_ model: RoutableModel) {
        let entry = model.catalogued
        self.init(
            name: model.name, catalogueKey: entry?.key, inputPrice: model.prices.base.input.perMillion,
            cachedInputPrice: model.prices.base.cachedInput.perMillion,
            outputPrice: model.prices.base.output.perMillion, quality: model.qualityOutOfTen.text,
            efficiency: model.valueEfficiency, contextWindow: model.contextWindow, maxOutput: model.maxOutput,
            tasks: model.supportedTasks.count == Category.allCases.count
                ? nil : Category.allCases.filter(model.supportedTasks.contains),
            isCallable: model.isCallable, assumed: model.assumed, licence: entry?.licence,
            deprecated: entry?.deprecated, source: entry?.source, date: entry?.date,
            obstacle: model.obstacle?.reason, linesToAdd: model.obstacle?.lines ?? [])
    }

    init(_ entry: CatalogueEntry) {
        let rates = entry.prices?.base
        let quality = entry.quality.all.map { ExactDecimal(mantissa: $0.mantissa, exponent: $0.exponent + 1) }
        self.init(
            name: entry.key, catalogueKey: entry.key, inputPrice: rates?.input.perMillion,
            cachedInputPrice: rates?.cachedInput.perMillion, outputPrice: rates?.output.perMillion,
            quality: quality?.text,
            efficiency: quality.flatMap { quality in
                rates.map { ValueEfficiency.text(qualityOutOfTen: quality, outputPrice: $0.output) }
            }, contextWindow: entry.contextWindow, maxOutput: entry.maxOutput, tasks: nil, isCallable: nil,
            assumed: [], licence: entry.licence, deprecated: entry.deprecated, source: entry.source, date: entry.date)
    }
}

extension CatalogueEntry {
    /// What the catalogue knows, value by value.
    var values: [EffectiveValue] {
        var values: [(String, String)] = []
        func add(_ key: String, _ value: String?) {
            if let value { values.append((key, value)) }
        }
        let rates = prices?.base
        add("input", rates.map { "$\($0.input.perMillion) a million tokens" })
        add("cached input", rates.map { "$\($0.cachedInput.perMillion)" })
        add("cache write", rates.map { "$\($0.cacheWrite.perMillion)" })
        add("output", rates.map { "$\($0.output.perMillion)" })
        for tier in prices?.tiers.dropFirst() ?? [] {
            add(
                "above \(tier.above) tokens",
                "input $\(tier.rates.input.perMillion), output $\(tier.rates.output.perMillion)")
        }
        add("context window", contextWindow.map(String.init))
        add("max output", maxOutput.map(String.init))
        add("quality", quality.all.map { $0.text })
        for category in Category.allCases {
            add("quality for \(category.rawValue)", quality.byCategory[category].map { $0.text })
        }
        add("supports", supports.isEmpty ? nil : supports.map(\.rawValue).sorted().joined(separator: ", "))
        add("licence", licence)
        add("memory", memoryGigabytes.map { "\($0) GB at four bits" })
        add("deprecated", deprecated)
        add("source", source)
        return values.map { EffectiveValue($0.0, $0.1, origin) }
    }
}
