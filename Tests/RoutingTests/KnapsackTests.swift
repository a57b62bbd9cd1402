import Testing

@testable import Routing

@Suite struct KnapsackTests {
    private func randomInstance(_ random: inout Seeded) -> (items: [[Knapsack.Option]], capacity: Int64) {
        let items = (0..<Int.random(in: 1...6, using: &random)).map { _ in
            [Knapsack.Option(weight: 0, profit: Double(Int.random(in: 0...3, using: &random)), group: nil)]
                + (0..<Int.random(in: 0...4, using: &random)).map { _ in
                    Knapsack.Option(
                        weight: Int64.random(in: 0...30, using: &random),
                        profit: Double(Int.random(in: 0...60, using: &random)), group: nil)
                }
        }
        return (items, Int64.random(in: 0...80, using: &random))
    }

    private func net(_ items: [[Knapsack.Option]], _ choices: [Int]) -> Double {
        zip(items, choices).reduce(0) { $0 + $1.0[$1.1].profit - Double($1.0[$1.1].weight) }
    }

    private func best(_ items: [[Knapsack.Option]], _ capacity: Int64, _ choices: [Int] = [], _ weight: Int64 = 0)
        -> Double
    {
        guard weight <= capacity else { return -.infinity }
        guard choices.count < items.count else { return net(items, choices) }
        return items[choices.count].indices.map {
            best(items, capacity, choices + [$0], weight + items[choices.count][$0].weight)
        }.max() ?? -.infinity
    }

    @Test func `No choice of options beats the greedy one by more than one item`() {
        var random = Seeded(7)
        var bound = 0
        for _ in 0..<1500 {
            let (items, capacity) = randomInstance(&random)
            let solution = Knapsack(items: items, capacity: capacity, groups: []).solve()
            #expect(solution.weight <= capacity)
            #expect(solution.weight == zip(items, solution.choices).reduce(0) { $0 + $1.0[$1.1].weight })
            let optimum = best(items, capacity)
            let mine = net(items, solution.choices)
            let oneItem =
                items.map { options in
                    (options.map { $0.profit - Double($0.weight) }.max() ?? 0) - (options.first?.profit ?? 0)
                }.max() ?? 0
            #expect(mine <= optimum + 1e-9)
            if solution.shadowPrice == nil {
                #expect(abs(mine - optimum) < 1e-9, "with money for everything the choice is the best one")
            } else {
                #expect(mine + oneItem >= optimum - 1e-9)
                bound += 1
            }
        }
        #expect(bound > 300, "enough instances must be short of money")
    }

    @Test func `More money never makes the choice worse by more than one item, and none buys nothing`() {
        var random = Seeded(21)
        for _ in 0..<300 {
            let (items, _) = randomInstance(&random)
            let poor = Knapsack(items: items, capacity: 0, groups: []).solve()
            #expect(poor.weight == 0)
            let rich = Knapsack(items: items, capacity: nil, groups: []).solve()
            #expect(net(items, rich.choices) >= net(items, poor.choices))
            #expect(rich.shadowPrice == nil)
        }
    }

    @Test func `A group's limits are kept`() {
        var random = Seeded(3)
        for _ in 0..<500 {
            let groups = [
                Knapsack.Group(capacity: Int64.random(in: 0...40, using: &random), loadLimit: nil),
                Knapsack.Group(capacity: nil, loadLimit: 5),
            ]
            let items = (0..<8).map { _ in
                [Knapsack.Option(weight: 0, profit: 0, group: nil)]
                    + (0..<4).map { index in
                        Knapsack.Option(
                            weight: Int64.random(in: 0...20, using: &random),
                            profit: Double(Int.random(in: 0...60, using: &random)), group: index % 2, load: 1)
                    }
            }
            let solution = Knapsack(items: items, capacity: 90, groups: groups).solve()
            let chosen = zip(items, solution.choices).map { $0[$1] }
            #expect(solution.weight <= 90)
            #expect(chosen.filter { $0.group == 0 }.reduce(0) { $0 + $1.weight } <= groups[0].capacity ?? .max)
            #expect(chosen.filter { $0.group == 1 }.reduce(0.0) { $0 + $1.load } <= 5)
        }
    }
}
