import Diffs
import Domain
import Testing

@testable import Routing

/// What a plan is worth beyond its calls' true costs.
private func net(_ plan: Plan) -> Int64 {
    plan.hunks.flatMap(\.segments).reduce(0) { $0 + $1.expectedValue.picodollars - $1.expectedCost.picodollars }
}

/// A model whose every call costs a cent of hidden reasoning.
private let thinker = model("thinker", input: "1", output: "10", quality: "0.8") { $0.reasoningTokens = 2000 }

@Suite struct ConsolidationTests {
    @Test func `A call that costs more than it finds is not made; its segment shares one that is made anyway`() {
        // The thinker would be best for the first hunk if its cent were shared among many.
        let hunks =
            [hunk("a.py", [segment(.review, risk: 0.03)])]
            + (0..<6).map { hunk("f\($0).py", [segment(.review, risk: 0.5)]) }
        let plan = Allocator().plan(request(hunks, [thinker, strongModel]))
        let units = Set(plan.hunks.flatMap(\.segments).compactMap(\.unit))
        #expect(units.count == 1)
        #expect(plan.hunks.flatMap(\.segments).allSatisfy { $0.model == "strong" })
        #expect(!plan.warnings.contains { $0.contains("less than they merit") }, "sharing is no want of money")
    }

    @Test func `Sharing never makes a plan worth less, breaks no budget and uses no forbidden model`() {
        var random = Seeded(14)
        var better = 0
        for round in 0..<250 {
            let hunks = (0..<Int.random(in: 1...20, using: &random)).map { index in
                hunk(
                    "f\(index).py",
                    [
                        segment(
                            [.review, .algorithm].randomElement(using: &random) ?? .review,
                            risk: Double.random(in: 0...0.4, using: &random),
                            lines: Int.random(in: 1...80, using: &random))
                    ])
            }
            let narrow = model("narrow", output: "1", quality: "0.7") { $0.supportedTasks = [.algorithm] }
            var own = request(hunks, [cheapModel, thinker, strongModel, narrow])
            own.settings.valueOfFinding = Money(picodollars: Int64.random(in: 1...500, using: &random) * 1_000_000_000)
            if round % 2 == 0 {
                own.bounds = [
                    BudgetBound(
                        name: "paced", limit: Money(picodollars: Int64.random(in: 0...40_000_000_000, using: &random)),
                        isPace: true),
                    BudgetBound(
                        name: "strong", limit: Money(picodollars: Int64.random(in: 0...20_000_000_000, using: &random)),
                        model: "strong", isPace: true),
                ]
            }
            let table = AllocationTable(own)
            let (chosen, _) = table.solve(capacity: own.totalLimit)
            var consolidation = Consolidation(table, chosen)
            consolidation.run()
            func net(_ assignment: [Int?]) -> Double {
                assignment.indices.reduce(0.0) { sum, index in
                    guard let model = assignment[index] else { return sum + table.staticValues[index] }
                    return sum + table.options[index][model].value - table.options[index][model].shadow
                } - Double(Packing(table: table, assignment: assignment).expected.picodollars)
            }
            let (before, after) = (net(chosen), net(consolidation.assignment))
            #expect(after >= before - 1)
            if after > before + 1 { better += 1 }
            for (index, model) in consolidation.assignment.enumerated() {
                if let model { #expect(table.options[index][model].exclusion == nil) }
            }
            let plan = Allocator().plan(own)
            for bound in own.bounds {
                let cost = plan.hunks.flatMap(\.segments).reduce(Money.zero) { sum, planned in
                    bound.model == nil || bound.model == planned.model ? sum + planned.expectedCost : sum
                }
                #expect(cost <= bound.free)
            }
        }
        #expect(better > 50, "sharing must matter in these changes; it did in \(better)")
    }

    @Test func `The policies stand side by side, with the ways that choose nothing`() throws {
        let hunks = (1...40).map { hunk("f\($0).py", [segment(.review, risk: 0.01 * Double($0))]) }
        let comparison = Allocator().compare(
            request(hunks, [cheapModel, strongModel], tweak: { $0.policy = .economy }))
        #expect(
            comparison.rows.map(\.name)
                == ["economy", "balanced", "thorough", "all dearest", "all cheapest", "baseline"])
        #expect(comparison.rows.filter(\.isChosen).map(\.name) == ["economy"])
        let costs = comparison.rows.prefix(3).map(\.expectedCost)
        #expect(costs == costs.sorted())
        let values = comparison.rows.prefix(3).map(\.value)
        #expect(values == values.sorted(), "what is found is measured alike under every policy")
        let dearest = try #require(comparison.rows.first { $0.name == "all dearest" })
        #expect(dearest.model == "strong" && dearest.expectedCost == comparison.plan.totals.allDearestCost)
        #expect(dearest.byTier == [.strong: 40])
        #expect(comparison.plan.policy == "economy")
    }

    @Test func `A resting model is left out and the plan says why`() throws {
        let hunks = [hunk("a.py", [segment(.review, risk: 0.6)])]
        let plan = Allocator().plan(
            request(
                hunks, [cheapModel, strongModel], resting: ["strong": "it failed repeatedly and rests for another 4 s"])
        )
        let only = try #require(plan.hunks[0].segments.first)
        #expect(only.model == "cheap")
        #expect(
            only.alternatives.first { $0.option == "strong" }?.why
                == "breaker: it failed repeatedly and rests for another 4 s")
    }

    @Test func `Open holds count against what may be spent, but a single call may wait for them`() {
        let hunks = [hunk("a.py", [segment(.review, risk: 0.6)])]
        func plan(held: String, limit: String) -> Plan {
            Allocator().plan(
                request(
                    hunks, [strongModel],
                    bounds: [
                        BudgetBound(
                            name: "month", limit: Money(usd: limit) ?? .zero, spent: .zero,
                            held: Money(usd: held) ?? .zero)
                    ]))
        }
        #expect(plan(held: "0", limit: "0.2").hunks[0].segments[0].model == "strong")
        #expect(plan(held: "0.19", limit: "0.2").hunks[0].segments[0].model == "strong", "most of a hold comes back")
        #expect(plan(held: "0.2", limit: "0.2").hunks[0].segments[0].decision == .static)
    }

    @Test(
        "A wish for speed takes value off, step by step, and never much",
        arguments: [(400, 400, 1.0), (800, 400, 0.95), (1200, 400, 0.925), (400_000, 400, 0.75), (900, nil, 1)])
    func patience(firstToken: Int, target: Int?, left: Double) {
        #expect(abs(ModelTerms.patience(firstToken: firstToken, target: target) - left) < 1e-9)
    }
}
