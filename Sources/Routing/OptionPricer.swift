import Domain

/// Prices the options of segments.
struct OptionPricer {
    /// Picodollars, scaled by the policy.
    let valueOfFinding: Double
    private let estimate: any TokenEstimating
    /// By model, then by the category's ordinal.
    private let calls: [[CallCost]]
    private let models: [Terms]
    /// How many segments of a category are expected to share a unit, by the category's ordinal.
    private let sharing: [Double]
    private let floors: [Double]

    /// What of a model does not depend on the category; a class, because it is looked at for every segment.
    private final class Terms {
        let residency: String?
        let isAsked: Bool
        let supported: [Bool]
        let kind: Int
        let secondsPerInput: Double
        let secondsPerOutput: Double
        let firstToken: Double
        let hardwarePerSecond: Double
        let lanes: Double
        let pace: Double

        init(_ model: RoutableModel, _ request: AllocationRequest) {
            residency = model.residency
            isAsked = request.onlyModels?.contains(model.name) ?? true
            supported = Category.allCases.map(model.supportedTasks.contains)
            kind = ProviderKind.allCases.firstIndex(of: model.kind) ?? 0
            // Reading is about twenty times as fast as writing.
            secondsPerOutput = 1 / max(1, model.tokensPerSecond)
            secondsPerInput = secondsPerOutput / 20
            firstToken = Double(model.timeToFirstTokenMilliseconds) / 1000
            hardwarePerSecond = Double(model.hardwarePerHour?.picodollars ?? 0) / 3600
            lanes = Double(max(1, model.maxConcurrency ?? 64))
            pace = model.requestsPerMinute.map { 60 / Double(max(1, $0)) } ?? 0
        }
    }

    init(request: AllocationRequest, candidates: [Candidate], callCosts: [[CallCost]]) {
        calls = callCosts
        estimate = request.estimate
        models = request.models.map { Terms($0, request) }
        valueOfFinding = Double(request.settings.valueOfFinding.picodollars) * request.settings.policy.valueScale
        floors = Category.allCases.map { request.settings.qualityFloor[$0] ?? 0 }
        sharing = Category.allCases.map { category in
            let own = candidates.filter { $0.segment.category == category }
            let answer = own.reduce(0) { $0 + $1.answerTokens }
            let bytes = own.reduce(0) { $0 + $1.size.promptBytes }
            let limit = max(1, request.settings.maxOutputTokens[category] ?? 1000)
            let units = max(
                1, (answer + limit - 1) / limit, (bytes + AllocationTable.unitBytes - 1) / AllocationTable.unitBytes,
                (own.count + AllocationTable.unitSegments - 1) / AllocationTable.unitSegments)
            return max(1, Double(own.count) / Double(units))
        }
    }

    /// The option, and the share of the model's time it takes, in seconds.
    func option(_ candidate: Candidate, model index: Int) -> (PricedOption, load: Double) {
        let ordinal = candidate.segment.category.ordinal
        let call = calls[index][ordinal]
        let terms = models[index]
        let share = sharing[ordinal]
        let own = candidate.inputTokens[terms.kind]
        let fixedInput = Double(estimate.fixedInputTokens + estimate.overheadTokens) / share
        let fixedOutput = Double(estimate.fixedOutputTokens + call.expectedReasoning) / share
        let input = own + Int(fixedInput.rounded(.up))
        let output = candidate.answerTokens + Int(fixedOutput.rounded(.up))
        let seconds =
            Double(input) * terms.secondsPerInput + Double(output) * terms.secondsPerOutput + terms.firstToken / share
        let option = PricedOption(
            cost: call.expected(input: input, output: output),
            value: candidate.segment.risk * call.quality * valueOfFinding, shadow: terms.hardwarePerSecond * seconds,
            exclusion: exclusion(candidate, terms, call, own))
        return (option, max(seconds / terms.lanes, terms.pace / share))
    }

    private func exclusion(_ candidate: Candidate, _ terms: Terms, _ call: CallCost, _ own: Int) -> Exclusion? {
        let ordinal = candidate.segment.category.ordinal
        if !terms.isAsked { return .notAllowedByCaller }
        if !candidate.residency.permits(terms.residency) { return .dataPolicy }
        if !terms.supported[ordinal] { return .supportedTasks }
        if call.quality < floors[ordinal] { return .qualityFloor }
        let alone = CallShape(
            inputTokens: own + estimate.fixedInputTokens, answerTokens: candidate.answerTokens, reasoningTokens: 0,
            serialisedBytes: candidate.size.serialisedBytes + estimate.fixedSerialisedBytes)
        if !call.fitsWindow(alone) { return .window }
        if let limit = call.callLimit, call.held(alone) > limit { return .callLimit }
        return nil
    }
}
