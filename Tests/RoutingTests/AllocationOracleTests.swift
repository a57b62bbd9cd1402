import Diffs
import Domain
import Testing

@testable import Routing

/// A small change, a few models and every kind of constraint, drawn at random; and the best choice found by trying all.
private struct Instance {
    let request: AllocationRequest
    let table: AllocationTable
    /// By candidate: the models that the constraints on single segments leave, worked out from the settings alone.
    let permitted: [[Int]]

    init(_ random: inout Seeded) {
        let entries = (0..<Int.random(in: 1...3, using: &random)).map { index in
            model(
                "m\(index)", input: "0.\(Int.random(in: 1...99, using: &random))",
                output: "\(Int.random(in: 1...30, using: &random))",
                quality: "0.\(Int.random(in: 2...9, using: &random))"
            ) {
                $0.residency = [nil, "local", "eu"].randomElement(using: &random) ?? nil
                $0.contextWindow = [1300, 2500, 100_000].randomElement(using: &random)
                if Int.random(in: 0..<3, using: &random) == 0 { $0.supportedTasks = [.review, .algorithm] }
            }
        }
        let hunks = (0..<Int.random(in: 2...5, using: &random)).map { index in
            hunk(
                "\(["web", "pay", "eu"].randomElement(using: &random) ?? "web")/\(index).py",
                [
                    segment(
                        [.review, .algorithm, .debugging].randomElement(using: &random) ?? .review,
                        risk: Double.random(in: 0...1, using: &random), lines: Int.random(in: 1...200, using: &random))
                ])
        }
        var bounds: [BudgetBound] = []
        func money() -> Money { Money(picodollars: Int64.random(in: 0...120_000_000_000, using: &random)) }
        if Bool.random(using: &random) { bounds.append(BudgetBound(name: "change", limit: money())) }
        if Bool.random(using: &random) {
            bounds.append(BudgetBound(name: "month", limit: money() + money(), spent: money(), held: .zero))
        }
        // Paces are no bounds of single calls, so they may be as tight as what is spent.
        func pace() -> Money { Money(picodollars: Int64.random(in: 0...1_500_000_000, using: &random)) }
        for name in [nil, "m0", "m1"] where Bool.random(using: &random) {
            bounds.append(BudgetBound(name: "paced", limit: pace(), model: name, isPace: true))
        }
        let floor = [nil, 0.5].randomElement(using: &random) ?? nil
        let resting = Int.random(in: 0..<4, using: &random) == 0 ? ["m1": "rests"] : [:]
        var request = constrained(hunks, entries, bounds, floor, resting)
        // Worth little enough that costs decide.
        request.settings.valueOfFinding = Money(picodollars: Int64.random(in: 1...100, using: &random) * 1_000_000_000)
        if Int.random(in: 0..<5, using: &random) == 0 { request.onlyModels = ["m0", "m2"] }
        self.request = request
        table = AllocationTable(request)
        permitted = table.candidates.map { candidate in
            request.models.indices.filter { Instance.permits(request, candidate, request.models[$0]) }
        }
    }

    private static func permits(
        _ request: AllocationRequest, _ candidate: Candidate, _ model: RoutableModel
    ) -> Bool {
        let category = candidate.segment.category
        let path = String(decoding: request.hunks[candidate.hunk].file.path.bytes, as: UTF8.self)
        if let only = request.onlyModels, !only.contains(model.name) { return false }
        if request.resting[model.name] != nil { return false }
        if path.hasPrefix("pay/"), model.residency != "local" { return false }
        if path.hasPrefix("eu/"), model.residency != "local", model.residency != "eu" { return false }
        if !model.supportedTasks.contains(category) { return false }
        if model.quality(for: category) < request.settings.qualityFloor[category] ?? 0 { return false }
        let input = candidate.size.promptBytes / 4 + 1 + 100
        let answer = RoutingSettings.defaultMaxOutputTokens[category] ?? 0
        if input + input / 4 + 10 + answer > model.contextWindow { return false }
        let held = CallHold.amount(
            prices: model.holdPrices, inputTokens: candidate.size.serialisedBytes + 400 + 10, outputTokens: answer,
            withRepair: true)
        for bound in request.bounds where !bound.isPace && (bound.model == nil || bound.model == model.name) {
            if held > max(.zero, bound.limit - (bound.spent ?? .zero)) { return false }
        }
        return true
    }

    func net(_ choice: [Int?]) -> Double {
        choice.enumerated().reduce(0) { sum, entry in
            guard let model = entry.element else { return sum + table.staticValues[entry.offset] }
            let option = table.options[entry.offset][model]
            return sum + option.value - option.shadow - Double(option.cost.picodollars)
        }
    }

    func keepsBudgets(_ choice: [Int?]) -> Bool {
        request.bounds.allSatisfy { bound in
            let cost = choice.enumerated().reduce(Money.zero) { sum, entry in
                guard let model = entry.element, bound.model == nil || bound.model == request.models[model].name else {
                    return sum
                }
                return sum + table.options[entry.offset][model].cost
            }
            return cost <= bound.limit - (bound.spent ?? .zero) - (bound.held ?? .zero) || cost == .zero
        }
    }

    /// Tries every choice.
    func best() -> Double {
        var best = -Double.infinity
        func go(_ choice: [Int?]) {
            guard choice.count < permitted.count else {
                if keepsBudgets(choice) { best = max(best, net(choice)) }
                return
            }
            for option in [nil] + permitted[choice.count].map(Optional.some) { go(choice + [option]) }
        }
        go([])
        return best
    }

    /// The most that one segment alone can gain.
    var oneItem: Double {
        permitted.indices.map { index in
            permitted[index].map { model in
                let option = table.options[index][model]
                return option.value - option.shadow - Double(option.cost.picodollars) - table.staticValues[index]
            }.max() ?? 0
        }.max().map { max(0, $0) } ?? 0
    }
}

private func constrained(
    _ hunks: [AssessedHunk], _ entries: [ProviderSettings], _ bounds: [BudgetBound], _ floor: Double?,
    _ resting: [String: String]
) -> AllocationRequest {
    request(
        hunks, entries, bounds: bounds,
        residency: { path in
            if path.bytes.starts(with: Array("pay/".utf8)) { return .only(["local"]) }
            return path.bytes.starts(with: Array("eu/".utf8)) ? .only(["local", "eu"]) : .anywhere
        }, resting: resting, tweak: { $0.qualityFloor = PerCategory(all: floor) })
}

@Suite struct AllocationOracleTests {
    @Test func `No choice within all the constraints beats the allocator's by more than one item`() {
        var random = Seeded(2026)
        var short = 0
        var exact = 0
        var lost = 0.0
        for _ in 0..<1500 {
            let instance = Instance(&random)
            let (chosen, solution) = instance.table.solve(capacity: instance.request.totalLimit)
            for (index, model) in chosen.enumerated() {
                if let model { #expect(instance.permitted[index].contains(model), "a filter was loosened") }
            }
            #expect(instance.keepsBudgets(chosen))
            let (mine, best) = (instance.net(chosen), instance.best())
            #expect(mine <= best + 1e-3)
            #expect(mine + instance.oneItem >= best - 1e-3)
            if !solution.obstacles.isEmpty { short += 1 }
            if mine >= best - 1e-3 { exact += 1 }
            lost = max(lost, best > 0 ? (best - mine) / best : 0)
        }
        #expect(short > 250, "enough instances must be short of something; were \(short)")
        #expect(exact > 1400, "mostly it is the very best; was \(exact) of 1500, worst loss \(lost)")
    }

    @Test func `A plan keeps every constraint at once, with its calls packed`() {
        var random = Seeded(77)
        for _ in 0..<400 {
            let instance = Instance(&random)
            let plan = Allocator().plan(instance.request)
            let segments = plan.hunks.flatMap { hunk in hunk.segments.map { (hunk.hunk, $0) } }
            for bound in instance.request.bounds {
                let cost = segments.reduce(Money.zero) { sum, entry in
                    bound.model == nil || entry.1.model == bound.model ? sum + entry.1.expectedCost : sum
                }
                #expect(cost <= bound.free)
            }
            for (hunk, planned) in segments {
                guard let name = planned.model,
                    let model = instance.request.models.first(where: { $0.name == name })
                else { continue }
                #expect(instance.request.residency(hunk.file.path).permits(model.residency))
                #expect(instance.request.resting[name] == nil)
            }
        }
    }
}
