package import Domain

extension Allocator {
    /// The same change under every policy, and by the ways to review without an allocator.
    package func compare(_ request: AllocationRequest) -> PlanComparison {
        var rows: [PlanComparison.Row] = []
        var chosen: Plan?
        for policy in RoutingPolicy.allCases {
            var own = request
            own.settings.policy = policy
            let plan = plan(own)
            if policy == request.settings.policy { chosen = plan }
            rows.append(
                PlanComparison.Row(
                    name: policy.rawValue, isChosen: policy == request.settings.policy, plan: plan,
                    value: plan.hunks.reduce(.zero) { sum, hunk in
                        hunk.segments.reduce(sum) { $0 + $1.expectedValue }
                    }))
        }
        // Values under different policies are weighed differently; told side by side they must be of one kind.
        for index in rows.indices {
            rows[index].value = PlanComparison.unscaled(rows[index].value, RoutingPolicy.allCases[index].valueScale)
        }
        let table = AllocationTable(request)
        let scale = request.settings.policy.valueScale
        rows += SingleModelCosts(table).rows(table).map { row in
            var row = row
            row.value = PlanComparison.unscaled(row.value, scale)
            return row
        }
        return PlanComparison(plan: chosen ?? plan(request), rows: rows)
    }
}

extension PlanComparison {
    fileprivate static func unscaled(_ value: Money, _ scale: Double) -> Money {
        Money(picodollars: Int64((Double(value.picodollars) / scale).rounded()))
    }
}

extension PlanComparison.Row {
    fileprivate init(name: String, isChosen: Bool, plan: Plan, value: Money) {
        let segments = plan.hunks.flatMap(\.segments)
        var byTier: [Tier: Int] = [:]
        for segment in segments { if let tier = segment.tier { byTier[tier, default: 0] += 1 } }
        self.init(
            name: name, model: nil, isChosen: isChosen, segments: segments.count { $0.decision == .model },
            byTier: byTier, calls: Set(segments.compactMap(\.unit)).count, expectedCost: plan.totals.expectedCost,
            heldCost: plan.totals.heldCost, value: value)
    }
}
