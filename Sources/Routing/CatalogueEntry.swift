package import Domain

/// What is publicly known of a model at a provider on a date.
package struct CatalogueEntry: Sendable {
    package let provider: String
    package let model: String
    /// Other names people use for the model.
    package let aliases: [String]
    /// Nil when the prices are not known, as for weights one runs oneself.
    package let prices: PriceSheet?
    package let contextWindow: Int?
    package let maxOutput: Int?
    /// 0 to 1; see the head of the catalogue file for its meaning.
    package let quality: PerCategory<ExactDecimal>
    package let supports: Set<Capability>
    /// An SPDX-like name, or `proprietary` for closed weights.
    package let licence: String?
    /// What the weights need at four bits.
    package let memoryGigabytes: Int?
    /// The day the provider stops serving the model, as YYYY-MM-DD.
    package let deprecated: String?
    /// Medians that the provider publishes.
    package let firstTokenMilliseconds: Int?
    package let tokensPerSecond: Int?
    package let benchmarks: [Benchmark]
    /// The page the figures were taken from.
    package let source: String?
    /// The day on which the figures were taken.
    package let date: String
    /// The day on which quality, licence and other names were written down, where the prices are from elsewhere.
    package var knownSince: String?
    /// Prices come from a file the operator imported.
    package var isImported = false

    /// A public score, in percent.
    package struct Benchmark: Sendable, Hashable {
        package let name: String
        package let score: ExactDecimal
        /// As YYYY-MM-DD.
        package let day: String
    }

    /// `provider/model`: what names the row without doubt.
    package var key: String { "\(provider)/\(model)" }
    package var hasOpenWeights: Bool { licence != nil && licence != "proprietary" }
    package var origin: Origin { isImported ? .imported(key: key, date: date) : .catalogue(key: key, date: date) }
    /// Only an imported price file lists it.
    package var isExtra: Bool { isImported && knownSince == nil }
    /// Of what a price file does not tell.
    package var ownOrigin: Origin { .catalogue(key: key, date: knownSince ?? date) }

    /// Whether people mean this model by a name without provider: its name, an alias, or the last part of its name.
    func isCalled(_ normalised: String) -> Bool {
        names.contains(normalised)
    }

    private var names: [String] {
        let last = model.split(separator: "/").last.map(String.init) ?? model
        return ([model, last] + aliases).map(CatalogueEntry.normalised)
    }

    /// Case, dots and underscores do not tell names apart ("claude-opus-5.5" is "claude-opus-5-5").
    static func normalised(_ name: String) -> String {
        String(name.lowercased().map { $0 == "." || $0 == "_" ? "-" : $0 })
    }
}
