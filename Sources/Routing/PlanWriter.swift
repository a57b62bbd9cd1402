import Domain

/// Turns an allocation into the plan people and programs read.
struct PlanWriter {
    let table: AllocationTable
    let outcome: Allocator.Outcome
    let tiers: TierRule

    init(table: AllocationTable, outcome: Allocator.Outcome) {
        self.table = table
        self.outcome = outcome
        tiers = TierRule(models: table.models)
    }

    func plan() -> Plan {
        let explainer = Explainer(table: table, outcome: outcome)
        let (expected, held, unitOf) = shares()
        var byPlace: [Int: [Int: [Int]]] = [:]
        for (index, candidate) in table.candidates.enumerated() {
            byPlace[candidate.hunk, default: [:]][candidate.index, default: []].append(index)
        }
        let hunks = table.request.hunks.enumerated().map { hunkIndex, hunk in
            PlannedHunk(
                hunk: hunk,
                segments: hunk.assessment.segments.enumerated().flatMap { index, segment in
                    guard let candidates = byPlace[hunkIndex]?[index] else { return [skipped(segment)] }
                    return candidates.map { candidate in
                        planned(
                            candidate, expected: expected[candidate], held: held[candidate], unit: unitOf[candidate],
                            explainer)
                    }
                })
        }
        let singles = SingleModelCosts(table)
        var plan = Plan(
            hunks: hunks,
            totals: Plan.Totals(
                expectedCost: outcome.packing.expected, heldCost: outcome.packing.held,
                allDearestCost: singles.dearest, allCheapestCost: singles.cheapest, baselineCost: singles.baseline),
            budgets: table.request.bounds.map {
                BudgetLine(name: $0.name, limit: $0.limit, spent: $0.spent, held: $0.held)
            },
            policy: table.request.settings.policy.rawValue, baselineModel: singles.baselineModel,
            estimate: table.request.estimate.name, warnings: explainer.warnings())
        plan.unaffordable = explainer.nothingAffordable
        return plan
    }

    private func skipped(_ segment: Segment) -> PlannedSegment {
        PlannedSegment(
            segment: segment, decision: segment.skip == nil ? .static : .skip, model: nil, tier: nil, unit: nil,
            callable: nil, expectedCost: .zero, heldCost: .zero, expectedValue: .zero,
            why: segment.skip.map { "skip rule \($0): the static rules look, no model" } ?? "nothing to send",
            alternatives: [])
    }

    private func planned(
        _ index: Int, expected: Money, held: Money, unit: Int?, _ explainer: Explainer
    ) -> PlannedSegment {
        let candidate = table.candidates[index]
        let model = outcome.assignment[index]
        let value = model.map { table.options[index][$0].value } ?? table.staticValues[index]
        var planned = PlannedSegment(
            segment: candidate.segment, decision: model == nil ? .static : .model,
            model: model.map { table.models[$0].name },
            tier: model.map { tiers.tier(of: table.models[$0], for: candidate.segment.category) }, unit: unit,
            callable: model.map { table.models[$0].isCallable }, expectedCost: expected, heldCost: held,
            expectedValue: Money(picodollars: Int64(value.rounded())), why: explainer.why(index),
            alternatives: explainer.alternatives(index))
        planned.part = candidate.part
        planned.isTooLarge = table.isTooLarge(index)
        return planned
    }

    /// Each unit's cost and hold, divided among its segments by their size so that the parts add up exactly.
    private func shares() -> (expected: [Money], held: [Money], unit: [Int?]) {
        var expected = [Money](repeating: .zero, count: table.candidates.count)
        var held = expected
        var unitOf = [Int?](repeating: nil, count: table.candidates.count)
        for (number, unit) in outcome.packing.units.enumerated() {
            let weights = unit.candidates.map { Int64(max(1, table.candidates[$0].size.promptBytes)) }
            for (position, part) in PlanWriter.divide(unit.expected, by: weights).enumerated() {
                expected[unit.candidates[position]] = part
            }
            for (position, part) in PlanWriter.divide(unit.held, by: weights).enumerated() {
                held[unit.candidates[position]] = part
            }
            for candidate in unit.candidates { unitOf[candidate] = number }
        }
        return (expected, held, unitOf)
    }

    /// Parts in proportion to the weights, whole picodollars, adding up to the amount.
    static func divide(_ amount: Money, by weights: [Int64]) -> [Money] {
        let total = weights.reduce(Int128(0)) { $0 + Int128($1) }
        guard total > 0 else { return weights.map { _ in .zero } }
        var before: Int128 = 0
        var weight: Int128 = 0
        return weights.map { own in
            weight += Int128(own)
            let upTo = Int128(amount.picodollars) * weight / total
            defer { before = upTo }
            return Money(picodollars: Int64(clamping: upTo - before))
        }
    }
}
