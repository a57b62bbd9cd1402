import Diffs
import Domain

/// One segment on its way through the allocation.
struct Candidate {
    let hunk: Int
    let index: Int
    let segment: Segment
    let size: SegmentSize
    let residency: AllowedResidency
    let answerTokens: Int
    /// Predicted prompt tokens, by the position of the endpoint's kind among all kinds.
    let inputTokens: [Int]
    /// Set where the segment is a part of one that was cut.
    let part: SegmentPart?

    init(
        hunk: Int, index: Int, segment: Segment, size: SegmentSize, part: SegmentPart? = nil,
        _ request: AllocationRequest
    ) {
        self.hunk = hunk
        self.index = index
        self.size = size
        self.part = part
        var segment = segment
        segment.risk = segment.risk.isFinite ? min(max(segment.risk, 0), 1) : 0
        self.segment = segment
        residency = request.residency(request.hunks[hunk].file.path)
        answerTokens = request.estimate.outputTokens(category: segment.category, risk: segment.risk)
        inputTokens = ProviderKind.allCases.map { request.estimate.inputTokens(of: size, for: $0) }
    }
}

/// Why a model is no option for a segment.
enum Exclusion: Hashable {
    case notAllowedByCaller, breaker, supportedTasks, qualityFloor, dataPolicy, window, callLimit
}

/// What one option of a segment costs and brings.
struct PricedOption {
    /// Cash, with the segment's expected part of what its unit shares.
    var cost: Money
    /// Picodollars.
    var value: Double
    /// Picodollars a machine of one's own costs for the time; steers, is no cash.
    var shadow: Double
    var exclusion: Exclusion?
    /// Share of the model's time that it takes, in seconds.
    var load = 0.0
}

/// Every option of every segment, priced.
struct AllocationTable {
    private(set) var request: AllocationRequest
    let models: [RoutableModel]
    let candidates: [Candidate]
    /// By candidate, then by model.
    let options: [[PricedOption]]
    let staticValues: [Double]
    let knapsackItems: [[Knapsack.Option]]
    /// By candidate: the model of each knapsack option after the first, which is the static reviewer.
    let optionModels: [[Int]]
    /// By model, then by the category's ordinal.
    let callCosts: [[CallCost]]

    /// Share of the defects that the static rules find by themselves: they know some kinds of defects and no intent.
    static let staticQuality = 0.1
    /// Most text a unit carries, in bytes of prompt: attention thins out beyond it.
    static let unitBytes = 48_000
    static let unitSegments = 24

    init(_ request: AllocationRequest) {
        self.request = request
        let models = request.models
        self.models = models
        let callCosts = models.map { model in
            Category.allCases.map { CallCost(model: model, category: $0, request: request) }
        }
        self.callCosts = callCosts
        var candidates: [Candidate] = []
        for (hunkIndex, hunk) in request.hunks.enumerated() where hunk.hunkIndex != nil {
            for (index, segment) in hunk.assessment.segments.enumerated() where segment.skip == nil {
                candidates.append(
                    Candidate(
                        hunk: hunkIndex, index: index, segment: segment,
                        size: request.estimate.size(of: hunk, segment: segment), request))
            }
        }
        var pricer = OptionPricer(request: request, candidates: candidates, callCosts: callCosts)
        if AllocationTable.cut(&candidates, pricer, request) {
            pricer = OptionPricer(request: request, candidates: candidates, callCosts: callCosts)
        }
        self.candidates = candidates
        var options: [[PricedOption]] = []
        var staticValues: [Double] = []
        var items: [[Knapsack.Option]] = []
        var optionModels: [[Int]] = []
        options.reserveCapacity(candidates.count)
        // Prices beyond reason must not overflow the sum of all weights.
        let heaviest = Int64.max / Int64(4 * (candidates.count + 1))
        for candidate in candidates {
            let base = candidate.segment.risk * AllocationTable.staticQuality * pricer.valueOfFinding
            var row: [PricedOption] = []
            var item = [Knapsack.Option(weight: 0, profit: base, group: nil)]
            var indexes: [Int] = []
            row.reserveCapacity(models.count)
            for index in models.indices {
                let option = pricer.option(candidate, model: index)
                row.append(option)
                guard option.exclusion == nil else { continue }
                item.append(
                    Knapsack.Option(
                        weight: min(option.cost.picodollars, heaviest), profit: option.value - option.shadow,
                        group: index, load: option.load)
                )
                indexes.append(index)
            }
            options.append(row)
            staticValues.append(base)
            items.append(item)
            optionModels.append(indexes)
        }
        self.options = options
        self.staticValues = staticValues
        knapsackItems = items
        self.optionModels = optionModels
    }

    /// Puts parts in the place of what no permitted window holds.
    ///
    /// - Returns: Whether anything was cut.
    private static func cut(
        _ candidates: inout [Candidate], _ pricer: OptionPricer, _ request: AllocationRequest
    ) -> Bool {
        var result: [Candidate] = []
        var hasCut = false
        for candidate in candidates {
            if let most = pricer.mostBytes(candidate) {
                let pieces = SegmentCutting(
                    request.hunks[candidate.hunk], candidate.segment, whole: candidate.size, most: most
                ).pieces()
                result += pieces.map {
                    Candidate(
                        hunk: candidate.hunk, index: candidate.index, segment: $0.segment, size: $0.size,
                        part: $0.part, request)
                }
                if !pieces.isEmpty {
                    hasCut = true
                    continue
                }
            }
            result.append(candidate)
        }
        candidates = result
        return hasCut
    }

    /// Bounds known only once the table stands: they steer the choice of options, and are no bounds of single calls.
    mutating func add(_ paces: [BudgetBound]) {
        request.bounds += paces
    }

    /// Whether nothing but its size keeps a candidate from every model.
    func isTooLarge(_ candidate: Int) -> Bool {
        let row = options[candidate]
        return row.contains { $0.exclusion == .window }
            && !row.contains { $0.exclusion == nil || $0.exclusion == .callLimit }
    }

    /// The model each candidate gets, nil for the static reviewer, within an amount of money.
    func solve(capacity: Money?) -> (models: [Int?], solution: Knapsack.Solution) {
        let groups = models.map { model in
            let bound = request.bounds.filter { $0.model == model.name }.map(\.free).min()
            return Knapsack.Group(
                capacity: bound?.picodollars,
                loadLimit: model.maxConcurrency != nil || model.requestsPerMinute != nil
                    ? Double(request.settings.deadlineSeconds) : nil)
        }
        let solution = Knapsack(items: knapsackItems, capacity: capacity?.picodollars, groups: groups).solve()
        let chosen = solution.choices.enumerated().map { item, choice in
            choice == 0 ? nil : optionModels[item][choice - 1]
        }
        return (chosen, solution)
    }

    /// The model that would be best for a candidate if no budget bound, only its worth.
    func unboundedBest(_ candidate: Int) -> Int? {
        var best: Int?
        var bestNet = staticValues[candidate]
        for (index, option) in options[candidate].enumerated()
        where option.exclusion == nil || option.exclusion == .callLimit {
            let net = option.value - option.shadow - Double(option.cost.picodollars)
            if net > bestNet {
                best = index
                bestNet = net
            }
        }
        return best
    }
}
