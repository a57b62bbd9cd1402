package import Domain

/// Decides who looks at each segment of a change.
///
/// For segment h and model m the value is V = risk(h) × quality(m, category(h)) × value of a finding × the policy's
/// scale, the cost C comes from prices and predicted tokens. One option a segment is chosen (a skip rule's skip, the
/// static reviewer, or a model) so that Σ(V − C) is greatest within the budgets; see `Knapsack`.
package struct Allocator {
    package init() {}

    package func plan(_ request: AllocationRequest) -> Plan {
        var table = AllocationTable(request)
        let merit = table.merit
        table.add(request.paces.map { $0.bound(for: merit) })
        let outcome = allocate(table)
        var plan = PlanWriter(table: table, outcome: outcome).plan()
        plan.meritedValue = merit.value
        return plan
    }

    struct Outcome {
        /// The model of each candidate, nil for the static reviewer.
        var assignment: [Int?]
        var packing: Packing
        var solution: Knapsack.Solution
        /// Candidates that lost their model because a call's hold did not fit.
        var dropped: Set<Int>
        /// Candidates that share a call elsewhere than the knapsack put them.
        var moved: Set<Int>
    }

    /// Solves, packs, and tightens the money for the knapsack until the packed calls fit every budget: the knapsack
    /// prices a segment's part of a unit before the units are known.
    func allocate(_ table: AllocationTable) -> Outcome {
        let shared = table.request.bounds.filter { $0.model == nil }
        var capacity = table.request.totalLimit
        var (assignment, solution) = table.solve(capacity: capacity)
        var packing = Packing(table: table, assignment: assignment)
        for _ in 0..<6 {
            guard let current = capacity, let excess = shared.map({ packing.excess(over: $0) }).max(), excess > .zero
            else { break }
            let step = max(excess, Money(picodollars: current.picodollars / 8 + 1))
            capacity = max(.zero, current - step)
            (assignment, solution) = table.solve(capacity: capacity)
            packing = Packing(table: table, assignment: assignment)
        }
        var consolidation = Consolidation(table, assignment)
        consolidation.run()
        if !consolidation.moved.isEmpty {
            assignment = consolidation.assignment
            packing = Packing(table: table, assignment: assignment)
        }
        let dropped = shed(table, &assignment, &packing)
        return Outcome(
            assignment: assignment, packing: packing, solution: solution, dropped: dropped,
            moved: consolidation.moved.subtracting(dropped))
    }

    /// Takes whole units away, those with the least value for their cost first, while a budget is still passed.
    private func shed(_ table: AllocationTable, _ assignment: inout [Int?], _ packing: inout Packing) -> Set<Int> {
        var dropped: Set<Int> = []
        for bound in table.request.bounds {
            func concerns(_ unit: Unit) -> Bool { bound.model.map { table.models[unit.model].name == $0 } ?? true }
            while packing.excess(over: bound) > .zero {
                let worst = packing.units.indices.filter { concerns(packing.units[$0]) }.min { left, right in
                    worth(packing.units[left], table) < worth(packing.units[right], table)
                }
                guard let worst else { break }
                for candidate in packing.units[worst].candidates {
                    assignment[candidate] = nil
                    dropped.insert(candidate)
                }
                packing.drop([worst])
            }
        }
        return dropped
    }

    private func worth(_ unit: Unit, _ table: AllocationTable) -> Double {
        let value = unit.candidates.reduce(0.0) { $0 + table.options[$1][unit.model].value - table.staticValues[$1] }
        return value / Double(max(1, unit.expected.picodollars))
    }
}
