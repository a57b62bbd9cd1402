import Diffs
import Domain
import Testing

@testable import Routing

private let cheap = cheapModel
private let strong = strongModel

@Suite struct AllocatorTests {
    @Test func `Dull code gets the cheap model, dangerous code the strong one, skipped code none`() throws {
        let plan = Allocator().plan(
            request(
                [
                    hunk("a.py", [segment(.boilerplate, risk: 0.002)]), hunk("b.py", [segment(.review, risk: 0.7)]),
                    hunk("c.lock", [segment(.boilerplate, risk: 0.01, skip: "lock-file")]),
                ], [cheap, strong]))
        let segments = plan.hunks.flatMap(\.segments)
        #expect(segments.map(\.model) == ["cheap", "strong", nil])
        #expect(segments.map(\.decision) == [.model, .model, .skip])
        #expect(segments.map(\.tier) == [.cheap, .strong, nil])
        #expect(segments[2].expectedCost == .zero && segments[2].alternatives.isEmpty)
        #expect(segments[1].alternatives.map(\.option) == ["static", "cheap"])
        #expect(segments[0].why.contains("risk <0.01"))
        #expect(!plan.unaffordable)
    }

    @Test func `Without a model everything is left to the static rules and the plan says so`() {
        let plan = Allocator().plan(request([hunk("a.py", [segment(.review, risk: 0.7)])], []))
        #expect(plan.hunks[0].segments[0].decision == .static)
        #expect(plan.warnings.contains { $0.contains("no model with a price is configured") })
        #expect(plan.totals.expectedCost == .zero)
        #expect(!plan.unaffordable)
    }

    @Test func `Data policy is a hard filter that an unknown residency does not pass`() {
        let local = model("local", output: "1", quality: "0.3") { $0.residency = "local" }
        let hunks = [hunk("pay/a.py", [segment(.review, risk: 0.7)]), hunk("web/a.py", [segment(.review, risk: 0.7)])]
        let plan = Allocator().plan(
            request(hunks, [strong, local]) { path in
                path.bytes.starts(with: Array("pay/".utf8)) ? .only(["local"]) : .anywhere
            })
        #expect(plan.hunks.flatMap(\.segments).map(\.model) == ["local", "strong"])
        let alone = Allocator().plan(request(hunks, [strong]) { _ in .only([]) })
        #expect(alone.hunks.flatMap(\.segments).allSatisfy { $0.decision == .static })
        #expect(alone.totals.allDearestCost == .zero, "what may not be sent is not priced as if it were")
        #expect(alone.warnings.contains { $0.contains("data policy") })
    }

    @Test func `Floors, tasks and windows take options away and say why`() throws {
        let tiny = model("tiny", output: "0.1", quality: "0.9") { $0.contextWindow = 600 }
        let narrow = model("narrow", output: "0.1", quality: "0.9") { $0.supportedTasks = [.debugging] }
        let plan = Allocator().plan(
            request(
                [hunk("a.py", [segment(.review, risk: 0.6)])], [cheap, tiny, narrow, strong],
                tweak: {
                    $0.qualityFloor = PerCategory(byCategory: [.review: 0.8])
                }))
        let only = try #require(plan.hunks[0].segments.first)
        #expect(only.model == "strong")
        let why = Dictionary(uniqueKeysWithValues: only.alternatives.map { ($0.option, $0.why) })
        #expect(why["cheap"] == "quality 0.60 is below the floor 0.80")
        #expect(why["tiny"] == "it does not fit the context window of 600 tokens")
        #expect(why["narrow"] == "supported_tasks leaves review out")
    }

    @Test func `When money is short the review degrades with a stated shadow price`() throws {
        let hunks = (0..<400).map { hunk("f\($0).py", [segment(.review, risk: 0.05 + 0.002 * Double($0))]) }
        let free = Allocator().plan(request(hunks, [cheap, strong]))
        let limit = Money(picodollars: free.totals.expectedCost.picodollars / 2)
        let tight = Allocator().plan(
            request(hunks, [cheap, strong], bounds: [BudgetBound(name: "change", limit: limit)]))
        #expect(tight.totals.expectedCost < limit)
        #expect(tight.totals.expectedCost.picodollars > limit.picodollars / 2, "what is there is used")
        let segments = tight.hunks.flatMap(\.segments)
        #expect(
            segments.contains { $0.why.hasPrefix("budget: strong would find ") && $0.why.contains("a dollar buys") })
        #expect(tight.warnings.contains { $0.contains("less than they merit") })
        let lost = try #require(segments.filter { $0.model != "strong" }.map(\.segment.risk).max())
        let outOfOrder = segments.count { $0.model == "strong" && $0.segment.risk < lost }
        #expect(outOfOrder <= 8, "the least dangerous lose the strong model first, but for what fills the last cents")
    }

    @Test func `A limit below the worst of one call leaves nothing affordable`() {
        let plan = Allocator().plan(
            request(
                [hunk("a.py", [segment(.review, risk: 0.9)])], [strong],
                bounds: [BudgetBound(name: "request", limit: Money(picodollars: 1))]))
        #expect(plan.hunks[0].segments[0].decision == .static)
        #expect(plan.unaffordable)
        #expect(plan.hunks[0].segments[0].why.contains("budget"))
    }

    @Test func `A provider's own budget turns to the next model`() {
        let hunks = (0..<10).map { hunk("f\($0).py", [segment(.review, risk: 0.5)]) }
        let second = model("second", input: "6", output: "30", quality: "0.94")
        let plan = Allocator().plan(
            request(
                hunks, [strong, second],
                bounds: [BudgetBound(name: "provider strong month", limit: .zero, model: "strong")]))
        #expect(plan.hunks.flatMap(\.segments).allSatisfy { $0.model == "second" })
    }

    @Test func `Machine time steers but is no cash`() {
        let dear = model("own", input: "0", output: "0", quality: "0.6") {
            $0.hardwarePerHour = Money(picodollars: 4_000_000_000_000_000)
            $0.residency = "local"
        }
        let modest = model("own", input: "0", output: "0", quality: "0.6") {
            $0.hardwarePerHour = Money(picodollars: 1_000_000_000_000)
            $0.residency = "local"
        }
        let hunks = [hunk("a.py", [segment(.debugging, risk: 0.2)])]
        #expect(Allocator().plan(request(hunks, [dear])).hunks[0].segments[0].decision == .static)
        let plan = Allocator().plan(request(hunks, [modest]))
        #expect(plan.hunks[0].segments[0].model == "own")
        #expect(plan.totals.expectedCost == .zero)
        #expect(plan.warnings.contains { $0.contains("machine time") })
    }

    @Test("The policy scales what a finding is worth", arguments: RoutingPolicy.allCases)
    func policies(_ policy: RoutingPolicy) {
        let hunks = (1...30).map { hunk("f\($0).py", [segment(.review, risk: 0.002 * Double($0))]) }
        func cost(_ policy: RoutingPolicy) -> Money {
            Allocator().plan(request(hunks, [cheap, strong], tweak: { $0.policy = policy })).totals.expectedCost
        }
        #expect(cost(.economy) <= cost(policy))
        #expect(cost(policy) <= cost(.thorough))
        #expect(cost(.economy) < cost(.thorough))
    }

    @Test func `Any plan keeps its budgets, holds what it expects and adds up`() {
        var random = Seeded(99)
        for round in 0..<200 {
            let hunks = (0..<Int.random(in: 1...25, using: &random)).map { index in
                hunk(
                    "f\(index).py",
                    (0..<Int.random(in: 1...3, using: &random)).map { _ in
                        segment(
                            Domain.Category.allCases[Int.random(in: 0..<5, using: &random)],
                            risk: Double.random(in: 0...1, using: &random),
                            lines: Int.random(in: 1...400, using: &random),
                            skip: Int.random(in: 0..<6, using: &random) == 0 ? "generated" : nil)
                    })
            }
            let entries = (0..<Int.random(in: 1...5, using: &random)).map { index in
                model(
                    "m\(index)", input: "0.\(Int.random(in: 0...99, using: &random))",
                    output: "\(Int.random(in: 0...30, using: &random)).5",
                    quality: "0.\(Int.random(in: 1...9, using: &random))"
                ) {
                    $0.reasoningTokens = Int.random(in: 0...3000, using: &random)
                    $0.contextTiers = [
                        ProviderSettings.ContextTier(
                            above: 2000,
                            prices: WrittenPrices(input: ExactDecimal("0.00002"), output: ExactDecimal("0.0001")))
                    ]
                }
            }
            let limit = Money(picodollars: Int64.random(in: 0...200_000_000_000, using: &random))
            let bounds = round % 3 == 0 ? [] : [BudgetBound(name: "change", limit: limit)]
            let plan = Allocator().plan(request(hunks, entries, bounds: bounds))
            let segments = plan.hunks.flatMap(\.segments)
            #expect(segments.reduce(.zero) { $0 + $1.expectedCost } == plan.totals.expectedCost)
            #expect(segments.reduce(.zero) { $0 + $1.heldCost } == plan.totals.heldCost)
            #expect(segments.allSatisfy { $0.expectedCost <= $0.heldCost })
            for bound in bounds { #expect(plan.totals.expectedCost <= bound.limit) }
            let units = Dictionary(grouping: segments.filter { $0.unit != nil }) { $0.unit ?? -1 }
            for unit in units.values {
                #expect(Set(unit.map { $0.model }).count == 1)
                #expect(Set(unit.map { $0.segment.category }).count == 1)
                if !bounds.isEmpty { #expect(unit.reduce(.zero) { $0 + $1.heldCost } <= limit) }
            }
            #expect(plan.totals.allCheapestCost <= plan.totals.allDearestCost)
        }
    }

    @Test("Numbers beyond reason never crash a plan", arguments: [Double.nan, .infinity, -3, 7])
    func absurd(risk: Double) throws {
        let dearest = model("dearest", input: "10000", output: "10000", quality: "1")
        let hunks = (0..<50).map { hunk("f\($0).py", [segment(.review, risk: risk, lines: 40_000_000)]) }
        let plan = Allocator().plan(
            request(
                hunks, [dearest, cheap], tweak: { $0.valueOfFinding = Money(picodollars: 1_000_000_000_000_000_000) }))
        #expect(plan.hunks.count == 50)
        #expect(plan.totals.expectedCost >= .zero)
    }

    @Test func `The same request always gives the same plan`() {
        let hunks = (0..<30).map { hunk("f\($0).py", [segment(.algorithm, risk: 0.3)]) }
        let bound = BudgetBound(name: "change", limit: Money(picodollars: 60_000_000_000))
        let plans = (0..<5).map { _ in Allocator().plan(request(hunks, [strong, cheap], bounds: [bound])) }
        let models = plans.map { $0.hunks.flatMap(\.segments).map(\.model) }
        #expect(models.allSatisfy { $0 == models[0] })
    }

    @Test(
        "Tiers follow the rule in order",
        arguments: [
            ("own", "0.30", "3", nil, Tier.standard), ("own", "0.94", "0.1", nil, .strong),
            ("own", "0.90", "25", nil, .strong),
            ("own", "0.89", "2.5", nil, .cheap), ("own", "0.30", "0.1", Tier.strong, .strong),
        ])
    func tiers(name: String, quality: String, output: String, written: Tier?, expected: Tier) throws {
        let own = model(name, output: output, quality: quality) { $0.tier = written }
        let models = request([], [strong, own]).models
        let tier = TierRule(models: models).tier(of: models[1], for: .review)
        #expect(tier == expected)
    }
}
