import Domain

/// What the whole change would cost with one model for everything: the figures a plan is compared with.
struct SingleModelCosts {
    let dearest: Money
    let cheapest: Money
    let baseline: Money
    let baselineModel: String?

    init(_ table: AllocationTable) {
        let costs = table.models.indices.map { index in
            // Data policy holds for comparisons too: what may not be sent costs nothing.
            Packing(
                table: table,
                assignment: table.candidates.map { $0.residency.permits(table.models[index].residency) ? index : nil }
            ).expected
        }
        dearest = costs.max() ?? .zero
        cheapest = costs.min() ?? .zero
        let baselineIndex = SingleModelCosts.baseline(table)
        baseline = baselineIndex.map { costs[$0] } ?? .zero
        baselineModel = baselineIndex.map { table.models[$0].name }
    }

    /// The model configured, else the one with the best mean quality of those that meet every floor (of all, when none
    /// does); of equals the cheaper output.
    private static func baseline(_ table: AllocationTable) -> Int? {
        let settings = table.request.settings
        if let name = settings.baselineModel, let index = table.models.firstIndex(where: { $0.name == name }) {
            return index
        }
        func mean(_ model: RoutableModel) -> Double {
            Category.allCases.reduce(0) { $0 + model.quality(for: $1) } / Double(Category.allCases.count)
        }
        func meetsFloors(_ model: RoutableModel) -> Bool {
            Category.allCases.allSatisfy { model.quality(for: $0) >= settings.qualityFloor[$0] ?? 0 }
                && model.supportedTasks.count == Category.allCases.count
        }
        let fit = table.models.indices.filter { meetsFloors(table.models[$0]) }
        return (fit.isEmpty ? Array(table.models.indices) : fit).min { left, right in
            let (a, b) = (table.models[left], table.models[right])
            let (qa, qb) = (mean(a), mean(b))
            if abs(qa - qb) > 1e-9 { return qa > qb }
            if a.prices.base.output != b.prices.base.output { return a.prices.base.output < b.prices.base.output }
            return left < right
        }
    }
}
