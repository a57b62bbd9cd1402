import Domain

/// Moves segments between models where sharing a call is worth more than each having its best model.
///
/// The knapsack prices a segment with an even part of what a call costs whatever is in it (instructions, hidden
/// reasoning), as if all segments of a category went to one model. Spread over several models each pays it anew. Here
/// the calls are priced as they are: first whole groups, all segments of a category at one model, move to where the sum
/// of value and cost is best; then single segments move to groups that exist, at what they add to them; then groups again.
struct Consolidation {
    private let table: AllocationTable
    private(set) var assignment: [Int?]
    /// Candidates that are not where the knapsack put them.
    private(set) var moved: Set<Int> = []
    /// Candidates of each model and category, in order.
    private var groups: [[Int]]
    /// What the calls of each group are expected to cost.
    private var costs: [Money]
    private var loads: [Double]
    private let bounds: [(free: Money, model: Int?)]

    init(_ table: AllocationTable, _ assignment: [Int?]) {
        self.table = table
        self.assignment = assignment
        groups = Array(repeating: [], count: table.models.count * Category.allCases.count)
        costs = Array(repeating: .zero, count: groups.count)
        loads = Array(repeating: 0, count: table.models.count)
        bounds = table.request.bounds.compactMap { bound in
            guard let name = bound.model else { return (bound.free, nil) }
            return table.models.firstIndex { $0.name == name }.map { (bound.free, $0) }
        }
        for (candidate, model) in assignment.enumerated() {
            guard let model else { continue }
            groups[key(model, candidate)].append(candidate)
            loads[model] += table.options[candidate][model].load
        }
        for key in groups.indices where !groups[key].isEmpty { costs[key] = cost(groups[key], key) }
    }

    mutating func run() {
        let start = assignment
        mergeGroups()
        moveSingly()
        mergeGroups()
        moved = Set(assignment.indices.filter { assignment[$0] != start[$0] })
    }

    private func key(_ model: Int, _ candidate: Int) -> Int {
        model * Category.allCases.count + table.candidates[candidate].segment.category.ordinal
    }

    private func cost(_ candidates: [Int], _ key: Int) -> Money {
        Packing(table: table, candidates: candidates, model: key / Category.allCases.count).expected
    }

    private func value(_ candidate: Int, _ model: Int?) -> Double {
        guard let model else { return table.staticValues[candidate] }
        let option = table.options[candidate][model]
        return option.value - option.shadow
    }

    // MARK: Whole groups

    private mutating func mergeGroups() {
        for _ in 0..<4 {
            var hasMoved = false
            for key in groups.indices where !groups[key].isEmpty {
                if let move = bestMove(of: key) {
                    apply(move, from: key)
                    hasMoved = true
                }
            }
            if !hasMoved { return }
        }
    }

    private struct Move {
        /// Nil: to the static rules.
        let model: Int?
        let gain: Double
        let cost: Money
    }

    private func bestMove(of key: Int) -> Move? {
        let own = groups[key]
        let (model, category) = key.quotientAndRemainder(dividingBy: Category.allCases.count)
        let worth = own.reduce(0.0) { $0 + value($1, model) }
        // A hair above nothing, so that rounding never moves a group to and fro.
        var best: Move?
        func consider(_ move: Move) {
            if move.gain > max(1000, best?.gain ?? 0) { best = move }
        }
        let dull = own.reduce(0.0) { $0 + value($1, nil) }
        consider(Move(model: nil, gain: dull - worth + Double(costs[key].picodollars), cost: .zero))
        for other in table.models.indices where other != model {
            guard own.allSatisfy({ table.options[$0][other].exclusion == nil }) else { continue }
            let target = other * Category.allCases.count + category
            let better = own.reduce(0.0) { $0 + value($1, other) } - worth
            // The merged calls cost at least what the texts and answers add: most moves need no packing to be ruled out.
            let least = own.reduce(Money.zero) { $0 + marginal($1, other) }
            guard better + Double((costs[key] - least).picodollars) > max(1000, best?.gain ?? 0) else { continue }
            let merged = cost((groups[target] + own).sorted(), target)
            let more = merged - costs[target]
            let gain = better + Double((costs[key] - more).picodollars)
            if gain > max(1000, best?.gain ?? 0),
                isAffordable(own, from: model, to: other, saving: costs[key], adding: more)
            {
                consider(Move(model: other, gain: gain, cost: merged))
            }
        }
        return best
    }

    private mutating func apply(_ move: Move, from key: Int) {
        let own = groups[key]
        let (model, category) = key.quotientAndRemainder(dividingBy: Category.allCases.count)
        groups[key] = []
        costs[key] = .zero
        loads[model] -= own.reduce(0.0) { $0 + table.options[$1][model].load }
        for candidate in own { assignment[candidate] = move.model }
        guard let other = move.model else { return }
        let target = other * Category.allCases.count + category
        groups[target] = (groups[target] + own).sorted()
        costs[target] = move.cost
        loads[other] += own.reduce(0.0) { $0 + table.options[$1][other].load }
    }

    private func isAffordable(
        _ candidates: [Int], from model: Int?, to other: Int, saving: Money, adding: Money
    ) -> Bool {
        let limited = table.models[other].maxConcurrency != nil || table.models[other].requestsPerMinute != nil
        if limited {
            let load = candidates.reduce(0.0) { $0 + table.options[$1][other].load }
            if loads[other] + load > Double(table.request.settings.deadlineSeconds) { return false }
        }
        for bound in bounds {
            if let only = bound.model {
                guard only == other else { continue }
                if adding > .zero, spent(at: other) + adding > bound.free { return false }
            } else if adding > saving, total - saving + adding > bound.free {
                return false
            }
        }
        return true
    }

    private var total: Money { costs.reduce(.zero, +) }

    private func spent(at model: Int) -> Money {
        let count = Category.allCases.count
        return costs[model * count..<(model + 1) * count].reduce(.zero, +)
    }

    // MARK: Single segments

    /// To groups of the same category that exist, at what they add. All moves stand or fall together with the true sums.
    private mutating func moveSingly() {
        let before = self
        let used = groups.indices.filter { !groups[$0].isEmpty }
        guard used.count > 1 || assignment.contains(where: { $0 == nil }) else { return }
        var hasMoved = false
        for candidate in assignment.indices {
            let model = assignment[candidate]
            let category = table.candidates[candidate].segment.category.ordinal
            var best: (model: Int?, gain: Double) = (model, 1000)
            for key in used where key % Category.allCases.count == category {
                let other = key / Category.allCases.count
                guard other != model, table.options[candidate][other].exclusion == nil else { continue }
                let gain =
                    value(candidate, other) - value(candidate, model)
                    - Double(
                        (marginal(candidate, other) - (model.map { marginal(candidate, $0) } ?? .zero)).picodollars)
                if gain > best.gain { best = (other, gain) }
            }
            if best.model != model {
                assignment[candidate] = best.model
                hasMoved = true
            }
        }
        guard hasMoved else { return }
        self = Consolidation(table, assignment)
        if net <= before.net || !keepsBounds { self = before }
    }

    /// What the segment's own text and answer cost in a call that is made anyway.
    private func marginal(_ candidate: Int, _ model: Int) -> Money {
        let own = table.candidates[candidate]
        let call = table.callCosts[model][own.segment.category.ordinal]
        return call.expected(input: own.inputTokens[call.kindIndex], output: own.answerTokens)
    }

    private var net: Double {
        assignment.indices.reduce(0.0) { $0 + value($1, assignment[$1]) } - Double(total.picodollars)
    }

    private var keepsBounds: Bool {
        let isInTime = table.models.indices.allSatisfy { index in
            let model = table.models[index]
            return model.maxConcurrency == nil && model.requestsPerMinute == nil
                || loads[index] <= Double(table.request.settings.deadlineSeconds)
        }
        return isInTime && bounds.allSatisfy { ($0.model.map(spent(at:)) ?? total) <= $0.free }
    }
}
