package import Domain

/// What the whole change would cost with one model for everything: the figures a plan is compared with.
struct SingleModelCosts {
    let dearest: Money
    let cheapest: Money
    let baseline: Money
    let baselineModel: String?
    private let costs: [Money]
    private let baselineIndex: Int?

    init(_ table: AllocationTable) {
        let all = table.models.indices.map { index in
            // Data policy holds for comparisons too: what may not be sent costs nothing.
            Packing(table: table, assignment: SingleModelCosts.assignment(of: index, table)).expected
        }
        costs = all
        dearest = all.max() ?? .zero
        cheapest = all.min() ?? .zero
        let index = SingleModelCosts.baseline(table)
        baseline = index.map { all[$0] } ?? .zero
        baselineModel = index.map { table.models[$0].name }
        baselineIndex = index
    }

    private static func assignment(of model: Int, _ table: AllocationTable) -> [Int?] {
        table.candidates.map { $0.residency.permits(table.models[model].residency) ? model : nil }
    }

    /// The three ways as rows of a comparison.
    func rows(_ table: AllocationTable) -> [PlanComparison.Row] {
        let tiers = TierRule(models: table.models)
        func row(_ name: String, _ model: Int?) -> PlanComparison.Row? {
            guard let model else { return nil }
            let assignment = SingleModelCosts.assignment(of: model, table)
            let packing = Packing(table: table, assignment: assignment)
            var byTier: [Tier: Int] = [:]
            var value = 0.0
            for (index, candidate) in table.candidates.enumerated() {
                guard assignment[index] != nil else {
                    value += table.staticValues[index]
                    continue
                }
                value += table.options[index][model].value
                byTier[tiers.tier(of: table.models[model], for: candidate.segment.category), default: 0] += 1
            }
            return PlanComparison.Row(
                name: name, model: table.models[model].name, isChosen: false,
                segments: assignment.count { $0 != nil }, byTier: byTier, calls: packing.units.count,
                expectedCost: packing.expected, heldCost: packing.held,
                value: Money(picodollars: Int64(min(value, 9e18).rounded())))
        }
        return [
            row("all dearest", costs.indices.max { costs[$0] < costs[$1] }),
            row("all cheapest", costs.indices.min { costs[$0] < costs[$1] }),
            row("baseline", baselineIndex),
        ].compactMap { $0 }
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

extension Allocator {
    /// What the change is expected to cost with every segment sent where the caller says, in the usual units: for
    /// comparing ways of choosing.
    ///
    /// - Parameter model: The name of a model for a hunk and a segment of it, or nil for none; not asked for segments that
    ///   a skip rule leaves out.
    package func cost(of request: AllocationRequest, sending model: (_ hunk: Int, _ segment: Int) -> String?) -> Money {
        let table = AllocationTable(request)
        let assignment = table.candidates.map { candidate in
            model(candidate.hunk, candidate.index).flatMap { name in table.models.firstIndex { $0.name == name } }
        }
        return Packing(table: table, assignment: assignment).expected
    }
}
