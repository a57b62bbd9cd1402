package import Domain

/// Which price class a model is in for a category, among the models of a configuration.
package struct TierRule: Sendable {
    private let bestQuality: [Category: Double]
    private let dearestOutput: TokenPrice

    package init(models: [RoutableModel]) {
        var best: [Category: Double] = [:]
        for category in Category.allCases {
            best[category] = models.filter { $0.supportedTasks.contains(category) }.map { $0.quality(for: category) }
                .max()
        }
        bestQuality = best
        dearestOutput = models.map(\.prices.base.output).max() ?? .zero
    }

    /// The first that holds: the tier written; strong within 0.05 of the best quality for the category; cheap at no
    /// more than a tenth of the dearest output price; else standard.
    package func tier(of model: RoutableModel, for category: Category) -> Tier {
        if let written = model.writtenTier { return written }
        // A hair of tolerance, since 0.90 − 0.85 is a little more than 0.05 in binary.
        if let best = bestQuality[category], model.quality(for: category) >= best - 0.05 - 1e-9 { return .strong }
        if model.prices.base.output.units * 10 <= dearestOutput.units { return .cheap }
        return .standard
    }
}
