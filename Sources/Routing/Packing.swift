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
    /// The open unit of a model and category.
    private var open: [Key: Int] = [:]

    private struct Key: Hashable {
        let model: Int
        let category: Category
    }

    /// `assignment`: the model of each candidate, nil for none.
    init(table: AllocationTable, assignment: [Int?]) {
        self.table = table
        for (candidate, model) in assignment.enumerated() {
            if let model { add(candidate, model) }
        }
    }

    private mutating func add(_ candidate: Int, _ model: Int) {
        let category = table.candidates[candidate].segment.category
        let key = Key(model: model, category: category)
        guard let call = table.callCosts[model][category] else { return }
        if let index = open[key] {
            let shape = extended(units[index].shape, by: candidate, model: model)
            let held = call.held(shape)
            if fits(units[index], shape, held, call, candidate) {
                units[index].candidates.append(candidate)
                units[index].shape = shape
                units[index].held = held
                units[index].expected = call.expected(shape)
                return
            }
        }
        let estimate = table.request.estimate
        let empty = CallShape(
            inputTokens: estimate.fixedInputTokens + estimate.overheadTokens, answerTokens: estimate.fixedOutputTokens,
            reasoningTokens: estimate.reasoningTokens(allowance: call.reasoningAllowance),
            serialisedBytes: estimate.fixedSerialisedBytes)
        let shape = extended(empty, by: candidate, model: model)
        open[key] = units.count
        units.append(
            Unit(
                model: model, category: category, candidates: [candidate], shape: shape,
                expected: call.expected(shape), held: call.held(shape)))
    }

    private func extended(_ shape: CallShape, by candidate: Int, model: Int) -> CallShape {
        let added = table.candidates[candidate]
        var shape = shape
        shape.inputTokens += table.request.estimate.inputTokens(of: added.size, for: table.models[model].kind)
        shape.answerTokens += added.answerTokens
        shape.serialisedBytes += added.size.serialisedBytes
        return shape
    }

    private func fits(_ unit: Unit, _ shape: CallShape, _ held: Money, _ call: CallCost, _ candidate: Int) -> Bool {
        guard unit.candidates.count < AllocationTable.unitSegments, shape.answerTokens <= call.answerLimit,
            call.fitsWindow(shape),
            shape.serialisedBytes <= AllocationTable.unitBytes + table.request.estimate.fixedSerialisedBytes
        else { return false }
        if let limit = table.request.callLimit(of: table.models[unit.model].name), held > limit { return false }
        // One file's code never shares a request with code that may go to fewer places.
        return unit.candidates.first.map {
            table.candidates[$0].residency == table.candidates[candidate].residency
        } ?? true
    }

    var expected: Money { units.reduce(.zero) { $0 + $1.expected } }
    var held: Money { units.reduce(.zero) { $0 + $1.held } }

    /// By how much the calls could pass a limit: one after the other, each needs its hold beside what the earlier ones
    /// cost. Those that hold most beyond their cost go first, which is the order that needs least.
    func excess(over limit: Money, among chosen: (Unit) -> Bool = { _ in true }) -> Money {
        let order = units.filter(chosen).sorted {
            ($0.held - $0.expected).picodollars > ($1.held - $1.expected).picodollars
        }
        var spent = Money.zero
        var worst = Money.zero
        for unit in order {
            worst = max(worst, spent + unit.held)
            spent += unit.expected
        }
        return max(.zero, worst - limit)
    }
}
