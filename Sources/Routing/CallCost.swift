import Domain

/// What one request is made of, as far as money is concerned.
struct CallShape {
    /// Predicted tokens.
    var inputTokens: Int
    /// Predicted visible tokens.
    var answerTokens: Int
    /// Predicted hidden tokens.
    var reasoningTokens: Int
    /// UTF-8 bytes of the serialised request; no token is shorter than a byte.
    var serialisedBytes: Int
}

/// What decides on calls of one model for one category, looked up once: the allocator asks for every segment.
final class CallCost {
    /// Position of the endpoint's kind among all kinds.
    let kindIndex: Int
    let quality: Double
    let contextWindow: Int
    /// Limit of the visible answer in a request, within the model's own.
    let answerLimit: Int
    let reasoningAllowance: Int
    /// Hidden tokens a request is expected to spend.
    let expectedReasoning: Int
    let overheadTokens: Int
    private let overheadBound: Int
    /// The most one call may hold; nil when nothing limits it.
    let callLimit: Money?

    private let prices: PriceSheet
    private let holdPrices: PriceSheet
    private let moment: WeekMoment?
    /// The rates of requests up to `tierStart` input tokens, which are nearly all.
    private let smallRates: TokenRates
    private let smallWorst: TokenRates
    private let tierStart: Int

    init(model: RoutableModel, category: Category, request: AllocationRequest) {
        kindIndex = ProviderKind.allCases.firstIndex(of: model.kind) ?? 0
        quality = model.quality(for: category)
        contextWindow = model.contextWindow
        reasoningAllowance = model.reasoningLimit(for: category)
        answerLimit = model.answerLimit(for: category, request.settings)
        expectedReasoning = request.estimate.reasoningTokens(allowance: reasoningAllowance)
        overheadTokens = request.estimate.overheadTokens
        overheadBound = request.estimate.overheadBound(for: model.kind)
        callLimit = request.callLimit(of: model.name)
        prices = model.prices
        holdPrices = model.holdPrices
        moment = request.moment
        let thresholds =
            (model.prices.tiers + model.holdPrices.tiers).map(\.above)
            + (model.prices.hours + model.holdPrices.hours).flatMap(\.tiers).map(\.above)
        tierStart = thresholds.filter { $0 > 0 }.min() ?? .max
        smallRates = model.prices.rates(totalInput: 1, at: request.moment)
        let dearest = model.holdPrices.dearestRates(upTo: 1)
        smallWorst = TokenRates(input: dearest.dearestInput, output: dearest.output)
    }

    /// What the request is expected to cost.
    func expected(_ shape: CallShape) -> Money {
        let output = min(shape.answerTokens, answerLimit) + min(shape.reasoningTokens, reasoningAllowance)
        return expected(input: shape.inputTokens, output: output)
    }

    func expected(input: Int, output: Int) -> Money {
        if input <= tierStart { return smallRates.cost(input: input, output: output) }
        return prices.cost(of: Usage(uncachedInput: input, output: output), at: moment)
    }

    /// The worst the request can cost: every byte a token, billed in the dearest way at the dearest tier such a request
    /// can reach at any hour, the whole output limit with the reasoning allowance, and one repair that sends the
    /// request and the answer again.
    func held(_ shape: CallShape) -> Money {
        let input = shape.serialisedBytes + overheadBound
        let repairInput = CallHold.repairInputTokens(first: input, answer: answerLimit + reasoningAllowance)
        return worst(input: input) + worst(input: repairInput)
    }

    private func worst(input: Int) -> Money {
        let output = answerLimit + reasoningAllowance
        if input <= tierStart { return smallWorst.cost(input: input, output: output) }
        let rates = holdPrices.dearestRates(upTo: input)
        return TokenRates(input: rates.dearestInput, output: rates.output).cost(input: input, output: output)
    }

    /// Whether the request with the whole answer fits the model's window. Predictions are taken a quarter higher.
    func fitsWindow(_ shape: CallShape) -> Bool {
        shape.inputTokens + shape.inputTokens / 4 + overheadTokens + answerLimit + reasoningAllowance <= contextWindow
    }
}

extension CallCost {
    /// Predicted input tokens of a request that still fits the window with its answer.
    var roomForInput: Int { (contextWindow - overheadTokens - answerLimit - reasoningAllowance) * 4 / 5 }
}

extension Category {
    /// Position among all categories, for tables.
    var ordinal: Int {
        switch self {
        case .boilerplate: 0
        case .debugging: 1
        case .algorithm: 2
        case .review: 3
        case .architecture: 4
        }
    }
}
