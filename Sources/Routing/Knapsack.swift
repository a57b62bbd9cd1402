/// A multiple-choice knapsack: one option of each item, so that Σ(profit − weight) is greatest while Σ weight keeps a
/// capacity and the options of each group keep the group's limits.
///
/// Solved greedily over the convex hulls of the items' options: from the lightest options, always the step with the
/// most profit for its weight, as long as it is worth more than it weighs. With the capacity alone this is optimal up
/// to one item (the greedy order is that of the linear relaxation, of which at most one step is fractional); a step
/// that does not fit is passed over and lighter ones are still tried. Group limits make it a heuristic.
struct Knapsack {
    struct Option {
        /// Money, in picodollars; not negative.
        var weight: Int64
        /// Worth in picodollars, before the weight is taken off.
        var profit: Double
        /// Index of a group; nil for an option that uses nothing limited.
        var group: Int?
        /// Share of the group's time that the option takes.
        var load = 0.0
    }

    struct Group {
        var capacity: Int64?
        /// Greatest sum of loads.
        var loadLimit: Double?
    }

    enum Obstacle: Equatable {
        case capacity, groupCapacity, groupLoad
    }

    struct Solution {
        /// Index of the chosen option of each item.
        var choices: [Int]
        /// Profit for weight of the best step that did not fit; nil when everything worth its weight did.
        var shadowPrice: Double?
        /// What kept the first refused option of an item from it, by item.
        var obstacles: [Int: Obstacle]
        var weight: Int64
    }

    /// Option 0 of each item is where it starts: the choice that costs nothing.
    let items: [[Option]]
    let capacity: Int64?
    let groups: [Group]

    func solve() -> Solution {
        var state = State(problem: self)
        var queue = StepQueue()
        for item in items.indices {
            if let step = state.nextStep(of: item) { queue.push(step) }
        }
        while let step = queue.pop() {
            if let obstacle = state.obstacle(to: step) {
                state.refuse(step, because: obstacle)
            } else {
                state.take(step)
            }
            if let next = state.nextStep(of: step.item) { queue.push(next) }
        }
        return Solution(
            choices: state.choices, shadowPrice: state.shadowPrice, obstacles: state.obstacles, weight: state.weight)
    }

    struct Step {
        let item: Int
        let option: Int
        /// Profit for weight; infinite when the step weighs nothing.
        let ratio: Double
        let gain: Double

        /// Best first; ties go to the greater gain and then to the order of the items, so that results never vary.
        func comesBefore(_ other: Step) -> Bool {
            if ratio != other.ratio { return ratio > other.ratio }
            if gain != other.gain { return gain > other.gain }
            return item < other.item
        }
    }

    private struct State {
        let problem: Knapsack
        var choices: [Int]
        /// By item and option, at `offsets`: steps that did not fit.
        var refused: [Bool]
        let offsets: [Int]
        var obstacles: [Int: Obstacle] = [:]
        var weight: Int64 = 0
        var shadowPrice: Double?
        var groupWeight: [Int64]
        var groupLoad: [Double]

        init(problem: Knapsack) {
            self.problem = problem
            choices = Array(repeating: 0, count: problem.items.count)
            var total = 0
            offsets = problem.items.map { options in
                defer { total += options.count }
                return total
            }
            refused = Array(repeating: false, count: total)
            groupWeight = Array(repeating: 0, count: problem.groups.count)
            groupLoad = Array(repeating: 0, count: problem.groups.count)
        }

        /// The steepest step from where the item stands: the next corner of its hull.
        func nextStep(of item: Int) -> Step? {
            let options = problem.items[item]
            guard !options.isEmpty else { return nil }
            let current = options[choices[item]]
            let offset = offsets[item]
            var best: Step?
            for (index, option) in options.enumerated() where option.weight >= current.weight {
                let profit = option.profit - current.profit
                let weight = Double(option.weight - current.weight)
                guard profit > weight, profit > 0, !refused[offset + index] else { continue }
                let step = Step(
                    item: item, option: index, ratio: weight == 0 ? .infinity : profit / weight, gain: profit - weight)
                if let known = best, !step.comesBefore(known) { continue }
                best = step
            }
            return best
        }

        func obstacle(to step: Step) -> Obstacle? {
            let old = problem.items[step.item][choices[step.item]]
            let new = problem.items[step.item][step.option]
            if let capacity = problem.capacity, weight - old.weight + new.weight > capacity { return .capacity }
            guard let group = new.group else { return nil }
            let staying = old.group == group
            if let limit = problem.groups[group].capacity,
                groupWeight[group] - (staying ? old.weight : 0) + new.weight > limit
            {
                return .groupCapacity
            }
            if let limit = problem.groups[group].loadLimit,
                groupLoad[group] - (staying ? old.load : 0) + new.load > limit
            {
                return .groupLoad
            }
            return nil
        }

        mutating func refuse(_ step: Step, because obstacle: Obstacle) {
            refused[offsets[step.item] + step.option] = true
            if obstacles[step.item] == nil { obstacles[step.item] = obstacle }
            if obstacle == .capacity, shadowPrice == nil { shadowPrice = step.ratio }
        }

        mutating func take(_ step: Step) {
            let old = problem.items[step.item][choices[step.item]]
            let new = problem.items[step.item][step.option]
            weight += new.weight - old.weight
            if let group = old.group {
                groupWeight[group] -= old.weight
                groupLoad[group] -= old.load
            }
            if let group = new.group {
                groupWeight[group] += new.weight
                groupLoad[group] += new.load
            }
            choices[step.item] = step.option
        }
    }
}

/// A binary heap of steps, best first.
private struct StepQueue {
    private var heap: [Knapsack.Step] = []

    mutating func push(_ step: Knapsack.Step) {
        heap.append(step)
        var child = heap.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].comesBefore(heap[parent]) else { break }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Knapsack.Step? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var parent = 0
        while true {
            var best = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < heap.count && heap[child].comesBefore(heap[best]) {
                best = child
            }
            if best == parent { return first }
            heap.swapAt(parent, best)
            parent = best
        }
    }
}
