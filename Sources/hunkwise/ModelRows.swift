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
        add(
            "quiet hours",
            prices?.hours.first?.tiers.first.map { tier in
                "input $\(tier.rates.input.perMillion), output $\(tier.rates.output.perMillion)"
            })
        add(
            "in batches",
            prices?.batch.first.map { tier in
                "input $\(tier.rates.input.perMillion), output $\(tier.rates.output.perMillion)"
            })
        let own: Set<String> = ["quality"]
        return values.map { key, value in
            EffectiveValue(key, value, own.contains { key.hasPrefix($0) } ? ownOrigin : origin)
        } + facts
    }

    /// What is known beside prices, windows and quality.
    var facts: [EffectiveValue] {
        var facts: [EffectiveValue] = []
        func add(_ key: String, _ value: String?, _ origin: Origin) {
            if let value { facts.append(EffectiveValue(key, value, origin)) }
        }
        add("supports", supports.isEmpty ? nil : supports.map(\.rawValue).sorted().joined(separator: ", "), ownOrigin)
        add("weights", licence.map { hasOpenWeights ? "open, \($0)" : "closed" }, ownOrigin)
        add("memory", memoryGigabytes.map { "\($0) GB at four bits" }, ownOrigin)
        add("time to first token", firstTokenMilliseconds.map { "\($0) ms" }, ownOrigin)
        add("speed", tokensPerSecond.map { "\($0) tokens a second" }, ownOrigin)
        for benchmark in benchmarks { add(benchmark.name, "\(benchmark.score.text) % on \(benchmark.day)", ownOrigin) }
        add("end of service", deprecated, origin)
        add("source", source, origin)
        return facts
    }
}
