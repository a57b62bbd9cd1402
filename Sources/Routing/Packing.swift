import Domain

/// Segments of one model and one category that go into one request.
struct Unit {
    let model: Int
    let category: Category
    var candidates: [Int]
    var shape: CallShape
    var expected: Money
    var held: Money
}

/// Packs segments into units, in the order of the change.
struct Packing {
    let table: AllocationTable
    /// In the order in which their first segments stand in the change.
    private(set) var units: [Unit] = []
    /// The open unit of each model and category.
    private var open: [Int?]

    /// `assignment`: the model of each candidate, nil for none.
    init(table: AllocationTable, assignment: [Int?]) {
        self.table = table
        open = Array(repeating: nil, count: table.models.count * Category.allCases.count)
        for (candidate, model) in assignment.enumerated() {
            if let model { add(candidate, model) }
        }
        price()
    }

    /// Some candidates, all at one model.
    init(table: AllocationTable, candidates: [Int], model: Int) {
        self.table = table
        open = Array(repeating: nil, count: table.models.count * Category.allCases.count)
        for candidate in candidates { add(candidate, model) }
        price()
    }

    private mutating func price() {
        for index in units.indices {
            let call = table.callCosts[units[index].model][units[index].category.ordinal]
            units[index].expected = call.expected(units[index].shape)
            units[index].held = call.held(units[index].shape)
        }
    }

    private mutating func add(_ candidate: Int, _ model: Int) {
        let category = table.candidates[candidate].segment.category
        let key = model * Category.allCases.count + category.ordinal
        let call = table.callCosts[model][category.ordinal]
        if let index = open[key] {
            let shape = extended(units[index].shape, by: candidate, call)
            if fits(units[index], shape, call, candidate) {
                units[index].candidates.append(candidate)
                units[index].shape = shape
                return
            }
        }
        let estimate = table.request.estimate
        let empty = CallShape(
            inputTokens: estimate.fixedInputTokens + estimate.overheadTokens, answerTokens: estimate.fixedOutputTokens,
            reasoningTokens: call.expectedReasoning, serialisedBytes: estimate.fixedSerialisedBytes)
        open[key] = units.count
        units.append(
            Unit(
                model: model, category: category, candidates: [candidate], shape: extended(empty, by: candidate, call),
                expected: .zero, held: .zero))
    }

    private func extended(_ shape: CallShape, by candidate: Int, _ call: CallCost) -> CallShape {
        var shape = shape
        shape.inputTokens += table.candidates[candidate].inputTokens[call.kindIndex]
        shape.answerTokens += table.candidates[candidate].answerTokens
        shape.serialisedBytes += table.candidates[candidate].size.serialisedBytes
        return shape
    }

    private func fits(_ unit: Unit, _ shape: CallShape, _ call: CallCost, _ candidate: Int) -> Bool {
        guard unit.candidates.count < AllocationTable.unitSegments, shape.answerTokens <= call.answerLimit,
            call.fitsWindow(shape),
            shape.serialisedBytes <= AllocationTable.unitBytes + table.request.estimate.fixedSerialisedBytes
        else { return false }
        if let limit = call.callLimit, call.held(shape) > limit { return false }
        // Code that may go everywhere never shares a request with code that may go to fewer places.
        return table.candidates[unit.candidates[0]].residency == table.candidates[candidate].residency
    }

    /// Without the units of these numbers.
    mutating func drop(_ numbers: Set<Int>) {
        units = units.enumerated().filter { !numbers.contains($0.offset) }.map(\.element)
    }

    var expected: Money { units.reduce(.zero) { $0 + $1.expected } }
    var held: Money { units.reduce(.zero) { $0 + $1.held } }

    /// By how much the calls could pass a bound. All together must not be expected to cost more than what is free; and
    /// one after the other, each needs its hold beside what the earlier ones cost. Those that hold most beyond their
    /// cost go first, which is the order that needs least.
    func excess(over bound: BudgetBound) -> Money {
        let own = units.filter { unit in bound.model.map { table.models[unit.model].name == $0 } ?? true }
        let total = own.reduce(.zero) { $0 + $1.expected }
        let beyond = max(.zero, total - bound.free)
        if bound.isPace { return beyond }
        let order = own.sorted { ($0.held - $0.expected).picodollars > ($1.held - $1.expected).picodollars }
        var spent = Money.zero
        var worst = Money.zero
        for unit in order {
            worst = max(worst, spent + unit.held)
            spent += unit.expected
        }
        return max(beyond, worst - bound.room)
    }
}
