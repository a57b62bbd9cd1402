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
}

/// Why a model is no option for a segment.
enum Exclusion: Hashable {
    case notAllowedByCaller, supportedTasks, qualityFloor, dataPolicy, window, callLimit
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
}

/// Every option of every segment, priced.
struct AllocationTable {
    let request: AllocationRequest
    let models: [RoutableModel]
    let candidates: [Candidate]
    /// By candidate, then by model.
    let options: [[PricedOption]]
    let staticValues: [Double]
    let knapsackItems: [[Knapsack.Option]]
    /// By candidate: the model of each knapsack option after the first, which is the static reviewer.
    let optionModels: [[Int]]
    /// By model, then by category.
    let callCosts: [[Category: CallCost]]

    /// Share of the defects that the static rules find by themselves: they know some kinds of defects and no intent.
    static let staticQuality = 0.1
    /// Most text a unit carries, in bytes of prompt: attention thins out beyond it.
    static let unitBytes = 48_000
    static let unitSegments = 24

    init(_ request: AllocationRequest) {
        self.request = request
        let models = request.models
        self.models = models
        var candidates: [Candidate] = []
        for (hunkIndex, hunk) in request.hunks.enumerated() {
            let residency = request.residency(hunk.file.path)
            for (index, segment) in hunk.assessment.segments.enumerated()
            where segment.skip == nil && hunk.hunkIndex != nil {
                candidates.append(
                    Candidate(
                        hunk: hunkIndex, index: index, segment: segment,
                        size: request.estimate.size(of: hunk, segment: segment), residency: residency,
                        answerTokens: request.estimate.outputTokens(category: segment.category, risk: segment.risk)))
            }
        }
        self.candidates = candidates
        let callCosts = models.map { model in
            Dictionary(
                uniqueKeysWithValues: Category.allCases.map { category in
                    (
                        category,
                        CallCost(
                            model: model, category: category,
                            answerLimit: request.settings.maxOutputTokens[category] ?? 1000,
                            overheadTokens: request.estimate.overheadTokens, moment: request.moment)
                    )
                })
        }
        self.callCosts = callCosts
        let pricer = OptionPricer(request: request, candidates: candidates, callCosts: callCosts)
        var options: [[PricedOption]] = []
        var staticValues: [Double] = []
        var items: [[Knapsack.Option]] = []
        var optionModels: [[Int]] = []
        options.reserveCapacity(candidates.count)
        for candidate in candidates {
            let base = candidate.segment.risk * AllocationTable.staticQuality * pricer.valueOfFinding
            var row: [PricedOption] = []
            var item = [Knapsack.Option(weight: 0, profit: base, group: nil)]
            var indexes: [Int] = []
            row.reserveCapacity(models.count)
            for index in models.indices {
                let (option, load) = pricer.option(candidate, model: index)
                row.append(option)
                guard option.exclusion == nil else { continue }
                item.append(
                    Knapsack.Option(
                        weight: option.cost.picodollars, profit: option.value - option.shadow, group: index, load: load)
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

    /// The model that would be best for a candidate if money were no object but its worth.
    func unboundedBest(_ candidate: Int) -> Int? {
        var best: Int?
        var bestNet = staticValues[candidate]
        for (index, option) in options[candidate].enumerated() where option.exclusion == nil {
            let net = option.value - option.shadow - Double(option.cost.picodollars)
            if net > bestNet {
                best = index
                bestNet = net
            }
        }
        return best
    }
}

/// Prices one option.
private struct OptionPricer {
    let request: AllocationRequest
    let candidates: [Candidate]
    let callCosts: [[Category: CallCost]]
    /// Picodollars, scaled by the policy.
    let valueOfFinding: Double
    /// How many segments of a category are expected to share a unit.
    private var sharing: [Category: Double] = [:]
    private let floors: [Category: Double]
    private let callLimits: [Money?]

    init(request: AllocationRequest, candidates: [Candidate], callCosts: [[Category: CallCost]]) {
        self.request = request
        self.candidates = candidates
        self.callCosts = callCosts
        valueOfFinding = Double(request.settings.valueOfFinding.picodollars) * request.settings.policy.valueScale
        floors = Dictionary(
            uniqueKeysWithValues: Category.allCases.map { ($0, request.settings.qualityFloor[$0] ?? 0) })
        callLimits = request.models.map { request.callLimit(of: $0.name) }
        for category in Category.allCases {
            let own = candidates.filter { $0.segment.category == category }
            let answer = own.reduce(0) { $0 + $1.answerTokens }
            let bytes = own.reduce(0) { $0 + $1.size.promptBytes }
            let limit = max(1, request.settings.maxOutputTokens[category] ?? 1000)
            let units = max(
                1, (answer + limit - 1) / limit, (bytes + AllocationTable.unitBytes - 1) / AllocationTable.unitBytes,
                (own.count + AllocationTable.unitSegments - 1) / AllocationTable.unitSegments)
            sharing[category] = max(1, Double(own.count) / Double(units))
        }
    }

    func option(_ candidate: Candidate, model index: Int) -> (PricedOption, load: Double) {
        let model = request.models[index]
        let category = candidate.segment.category
        let estimate = request.estimate
        let quality = model.quality(for: category)
        var option = PricedOption(
            cost: .zero, value: candidate.segment.risk * quality * valueOfFinding, shadow: 0, exclusion: nil)
        guard let call = callCosts[index][category] else { return (option, 0) }
        let share = sharing[category] ?? 1
        let own = estimate.inputTokens(of: candidate.size, for: model.kind)
        let reasoning = Double(estimate.reasoningTokens(allowance: call.reasoningAllowance))
        let fixedInput = Double(estimate.fixedInputTokens + estimate.overheadTokens) / share
        let fixedOutput = (Double(estimate.fixedOutputTokens) + reasoning) / share
        let input = own + Int(fixedInput.rounded(.up))
        let output = candidate.answerTokens + Int(fixedOutput.rounded(.up))
        option.cost = model.prices.cost(of: Usage(uncachedInput: input, output: output), at: request.moment)
        let seconds =
            Double(input) / (model.tokensPerSecond * 20) + Double(output) / max(1, model.tokensPerSecond)
            + Double(model.timeToFirstTokenMilliseconds) / 1000 / share
        if let hardware = model.hardwarePerHour {
            option.shadow = Double(hardware.picodollars) * seconds / 3600
        }
        let lanes = Double(max(1, model.maxConcurrency ?? 64))
        let pace = model.requestsPerMinute.map { 60 / Double(max(1, $0)) / share } ?? 0
        option.exclusion = exclusion(candidate, model, quality, call, own, callLimits[index])
        return (option, max(seconds / lanes, pace))
    }

    private func exclusion(
        _ candidate: Candidate, _ model: RoutableModel, _ quality: Double, _ call: CallCost, _ ownTokens: Int,
        _ callLimit: Money?
    ) -> Exclusion? {
        let category = candidate.segment.category
        let estimate = request.estimate
        if let only = request.onlyModels, !only.contains(model.name) { return .notAllowedByCaller }
        if !candidate.residency.permits(model.residency) { return .dataPolicy }
        if !model.supportedTasks.contains(category) { return .supportedTasks }
        if quality < floors[category] ?? 0 { return .qualityFloor }
        let alone = CallShape(
            inputTokens: ownTokens + estimate.fixedInputTokens, answerTokens: candidate.answerTokens,
            reasoningTokens: 0, serialisedBytes: candidate.size.serialisedBytes + estimate.fixedSerialisedBytes)
        if !call.fitsWindow(alone) { return .window }
        if let callLimit, call.held(alone) > callLimit { return .callLimit }
        return nil
    }
}
