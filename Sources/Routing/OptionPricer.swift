import Domain

/// Prices the options of segments.
struct OptionPricer {
    /// Picodollars, scaled by the policy.
    let valueOfFinding: Double
    private let estimate: any TokenEstimating
    /// By model, then by the category's ordinal.
    private let calls: [[CallCost]]
    private let models: [ModelTerms]
    /// How many segments of a category are expected to share a unit, by the category's ordinal.
    private let sharing: [Double]
    private let floors: [Double]

    init(request: AllocationRequest, candidates: [Candidate], callCosts: [[CallCost]]) {
        calls = callCosts
        estimate = request.estimate
        models = request.models.map { ModelTerms($0, request) }
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

    func option(_ candidate: Candidate, model index: Int) -> PricedOption {
        let ordinal = candidate.segment.category.ordinal
        let call = calls[index][ordinal]
        let terms = models[index]
        let share = sharing[ordinal]
        let own = candidate.inputTokens[terms.kind]
        let fixedInput = Double(estimate.fixedInputTokens + estimate.overheadTokens) / share
        let fixedOutput = Double(estimate.fixedOutputTokens + call.expectedReasoning) / share
        let input = own + Int(fixedInput.rounded(.up))
        let output = candidate.answerTokens + Int(fixedOutput.rounded(.up))
        let seconds = terms.seconds(input: input, output: output, calls: 1 / share)
        return PricedOption(
            cost: call.expected(input: input, output: output),
            value: candidate.segment.risk * call.quality * valueOfFinding * terms.patience,
            shadow: terms.shadow(seconds: seconds), exclusion: exclusion(candidate, terms, call, own),
            load: terms.load(seconds: seconds, calls: 1 / share))
    }

    /// For a candidate that only its size keeps from every model: bytes of prompt that the largest permitted window
    /// holds. Nil for all others.
    func mostBytes(_ candidate: Candidate) -> Int? {
        var most: Int?
        let ordinal = candidate.segment.category.ordinal
        for (index, terms) in models.enumerated() {
            let call = calls[index][ordinal]
            switch exclusion(candidate, terms, call, candidate.inputTokens[terms.kind]) {
            case nil, .callLimit: return nil
            case .window:
                // The inverse of `fitsWindow`, with the predicted tokens in proportion to the bytes.
                let room = call.roomForInput - estimate.fixedInputTokens
                let own = max(1, candidate.inputTokens[terms.kind])
                guard room > 0 else { continue }
                let bytes = Int(Double(candidate.size.promptBytes) * Double(room) / Double(own))
                most = max(most ?? 0, bytes - bytes / 32)
            default: continue
            }
        }
        return most
    }

    private func exclusion(_ candidate: Candidate, _ terms: ModelTerms, _ call: CallCost, _ own: Int) -> Exclusion? {
        let ordinal = candidate.segment.category.ordinal
        if let barred = terms.barred { return barred }
        if !candidate.residency.permits(terms.residency) { return .dataPolicy }
        if !terms.supports(candidate.segment.category) { return .supportedTasks }
        if call.quality < floors[ordinal] { return .qualityFloor }
        let alone = CallShape(
            inputTokens: own + estimate.fixedInputTokens, answerTokens: candidate.answerTokens, reasoningTokens: 0,
            serialisedBytes: candidate.size.serialisedBytes + estimate.fixedSerialisedBytes)
        if !call.fitsWindow(alone) { return .window }
        if let limit = call.callLimit, call.held(alone) > limit { return .callLimit }
        return nil
    }
}
