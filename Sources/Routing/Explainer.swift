import Domain

/// Says why a segment got what it got, and why not something else.
struct Explainer {
    let table: AllocationTable
    let outcome: Allocator.Outcome
    /// By model and category: why it is no option there; kept because the same sentence is said of many segments.
    private let exclusions: [[Category: [Exclusion: String]]]
    private let best: [Int?]

    init(table: AllocationTable, outcome: Allocator.Outcome) {
        self.table = table
        self.outcome = outcome
        best = table.candidates.indices.map(table.unboundedBest)
        exclusions = table.models.map { model in
            Dictionary(
                uniqueKeysWithValues: Category.allCases.map { category in
                    (category, Explainer.sentences(model, category, table.request))
                })
        }
    }

    private static func sentences(
        _ model: RoutableModel, _ category: Category, _ request: AllocationRequest
    ) -> [Exclusion: String] {
        let floor = request.settings.qualityFloor[category] ?? 0
        let limit = request.callLimit(of: model.name)?.usd ?? "0"
        return [
            .notAllowedByCaller: "not among the models asked for",
            .breaker: "breaker: " + (request.resting[model.name] ?? "it failed repeatedly and rests"),
            .supportedTasks: "supported_tasks leaves \(category.rawValue) out",
            .qualityFloor:
                "quality \(Explainer.number(model.quality(for: category))) is below the floor \(Explainer.number(floor))",
            .dataPolicy: "data policy: the code may not leave for \(model.residency ?? "an unnamed region")",
            .window: "it does not fit the context window of \(model.contextWindow) tokens",
            .callLimit: "budget: one call could cost more than the $\(limit) left",
        ]
    }

    /// Two decimals.
    static func number(_ value: Double) -> String {
        if value > 0, value < 0.005 { return "<0.01" }
        let hundredths = Int((min(max(value, 0), 1000) * 100).rounded())
        let fraction = hundredths % 100
        return "\(hundredths / 100)." + (fraction < 10 ? "0" : "") + "\(fraction)"
    }

    /// Dollars to a precision people read; the exact figures stand beside it.
    static func dollars(_ picodollars: Double) -> String {
        let value = min(max(picodollars, 0), 9e18)
        // Two significant digits below a cent, else hundredths of a cent.
        var step = 100_000_000.0
        while step > 1, value < step * 100, value > 0 { step /= 10 }
        return "$" + Money(picodollars: Int64((value / step).rounded() * step)).usd
    }

    func why(_ index: Int) -> String {
        let candidate = table.candidates[index]
        let category = candidate.segment.category
        if let reason = degraded(index) { return reason }
        guard let model = outcome.assignment[index] else {
            return outcome.moved.contains(index)
                ? "risk \(Explainer.number(candidate.segment.risk)): no call is worth its fixed costs here"
                : whyStatic(index)
        }
        let option = table.options[index][model]
        let value = Explainer.dollars(option.value)
        let cost = Explainer.dollars(Double(option.cost.picodollars))
        let shadow = option.shadow > 0 ? " and \(Explainer.dollars(option.shadow)) of machine time" : ""
        return "risk \(Explainer.number(candidate.segment.risk)) × quality "
            + "\(Explainer.number(table.models[model].quality(for: category))) for \(category.rawValue): worth \(value), "
            + "costs \(cost)\(shadow)"
            + (outcome.moved.contains(index) ? "; shares a call that is made anyway" : "")
    }

    private func whyStatic(_ index: Int) -> String {
        if table.models.isEmpty { return "no model with a price is configured: the static rules look" }
        let row = table.options[index]
        if row.allSatisfy({ $0.exclusion != nil }) {
            let category = table.candidates[index].segment.category
            let reasons = Set(
                row.enumerated().compactMap { model, option in
                    option.exclusion.flatMap { exclusions[model][category]?[$0] }
                })
            return "no model may look: " + reasons.sorted().prefix(3).joined(separator: "; ")
        }
        return "risk \(Explainer.number(table.candidates[index].segment.risk)): no model finds more than it costs here"
    }

    /// Why the segment got less than it merits; nil when it did not.
    private func degraded(_ index: Int) -> String? {
        guard isDegraded(index), let wanted = best[index] else { return nil }
        let chosen = outcome.assignment[index]
        let chosenValue = chosen.map { table.options[index][$0].value } ?? table.staticValues[index]
        let chosenCost = chosen.map { table.options[index][$0].cost } ?? .zero
        let more = Explainer.dollars(table.options[index][wanted].value - chosenValue)
        let cost = Explainer.dollars(Double((table.options[index][wanted].cost - chosenCost).picodollars))
        let name = table.models[wanted].name
        if table.options[index][wanted].exclusion == .callLimit {
            let limit = table.request.callLimit(of: name)?.usd ?? "0"
            return
                "budget: \(name) would find \(more) more for \(cost), but one call could cost more than the $\(limit) left"
        }
        switch outcome.solution.obstacles[index] {
        case .groupLoad:
            return "capacity: \(name) would find \(more) more, but has no time left before the deadline"
        case .groupCapacity:
            return "budget: \(name) would find \(more) more for \(cost), but its own budget is used up"
        case .capacity, nil:
            let price = outcome.solution.shadowPrice.map { "; a dollar buys \(Explainer.number($0)) elsewhere" } ?? ""
            return "budget: \(name) would find \(more) more for \(cost)\(price)"
        }
    }

    /// It has not the model that is best for it alone, and not because it shares a call.
    private func isDegraded(_ index: Int) -> Bool {
        best[index] != nil && best[index] != outcome.assignment[index] && !outcome.moved.contains(index)
    }

    func alternatives(_ index: Int) -> [Alternative] {
        let chosen = outcome.assignment[index]
        let category = table.candidates[index].segment.category
        let staticValue = table.staticValues[index]
        let chosenNet = chosen.map { net(index, $0) } ?? staticValue
        var result: [Alternative] = []
        result.reserveCapacity(table.models.count)
        if chosen != nil {
            result.append(
                Alternative(
                    option: "static", expectedCost: .zero,
                    expectedValue: Money(picodollars: Int64(staticValue.rounded())),
                    why: "the static rules look in any case and find less"))
        }
        for (model, option) in table.options[index].enumerated() where model != chosen {
            let why: String
            if let exclusion = option.exclusion {
                why = exclusions[model][category]?[exclusion] ?? "excluded"
            } else if net(index, model) > chosenNet, outcome.moved.contains(index) {
                why = "a call of its own costs more than it adds"
            } else if net(index, model) > chosenNet {
                why = outcome.solution.obstacles[index] == .groupLoad ? "no time left before the deadline" : "budget"
            } else if net(index, model) <= staticValue {
                why = "costs more than it adds to the static rules"
            } else {
                why = "less value after cost"
            }
            result.append(
                Alternative(
                    option: table.models[model].name, expectedCost: option.cost,
                    expectedValue: Money(picodollars: Int64(option.value.rounded())), why: why))
        }
        return result
    }

    private func net(_ index: Int, _ model: Int) -> Double {
        let option = table.options[index][model]
        return option.value - option.shadow - Double(option.cost.picodollars)
    }

    // MARK: Warnings

    /// Some segment merited a model, and money kept every one of them from it.
    var nothingAffordable: Bool {
        outcome.packing.units.isEmpty && best.indices.contains { best[$0] != nil && !outcome.moved.contains($0) }
    }

    func warnings() -> [String] {
        var warnings: [String] = []
        if table.models.isEmpty, !table.candidates.isEmpty {
            warnings.append(
                "no model with a price is configured: the static reviewer alone; `hunkwise config init` writes a first file"
            )
        }
        let used = Set(outcome.packing.units.map(\.model)).sorted()
        for index in used {
            if let obstacle = table.models[index].obstacle {
                warnings.append("\(table.models[index].name) cannot be called: \(obstacle.reason)")
            }
        }
        for index in used where !table.models[index].assumed.isEmpty {
            warnings.append(
                "\(table.models[index].name): assumed \(table.models[index].assumed.joined(separator: ", "))")
        }
        let degraded = table.candidates.indices.filter(isDegraded)
        if !degraded.isEmpty {
            let price =
                outcome.solution.shadowPrice.map { ", where a dollar buys \(Explainer.number($0)) of value" } ?? ""
            warnings.append(
                "the budget or the time leaves \(degraded.count) segments with less than they merit\(price)")
        }
        let barred = table.candidates.indices.filter { index in
            !table.options[index].isEmpty && table.options[index].allSatisfy { $0.exclusion == .dataPolicy }
        }
        if !barred.isEmpty {
            warnings.append("data policy keeps \(barred.count) segments from every configured model")
        }
        let cut = Set(table.candidates.filter { $0.part != nil }.map { [$0.hunk, $0.index] }).count
        if cut > 0 {
            warnings.append(
                "\(cut) segments are larger than any permitted context window: they go in overlapping parts")
        }
        let tooLarge = table.candidates.indices.count(where: table.isTooLarge)
        if tooLarge > 0 {
            warnings.append("\(tooLarge) parts do not fit any permitted context window: no model looks at them")
        }
        let shadow = table.candidates.indices.reduce(0.0) { sum, index in
            sum + (outcome.assignment[index].map { table.options[index][$0].shadow } ?? 0)
        }
        if shadow > 0 {
            warnings.append("machine time of local models is worth about \(Explainer.dollars(shadow)); it is no charge")
        }
        return warnings
    }
}
