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

/// Prices calls of one model for one category.
struct CallCost {
    let model: RoutableModel
    /// Limit of the visible answer in a request, within the model's own.
    let answerLimit: Int
    let reasoningAllowance: Int
    let overheadTokens: Int
    let moment: WeekMoment?

    init(model: RoutableModel, category: Category, answerLimit: Int, overheadTokens: Int, moment: WeekMoment?) {
        self.model = model
        reasoningAllowance = min(model.reasoningAllowance[category] ?? 0, max(0, model.maxOutput - 64))
        self.answerLimit = max(1, min(answerLimit, model.maxOutput - reasoningAllowance))
        self.overheadTokens = overheadTokens
        self.moment = moment
    }

    /// What the request is expected to cost.
    func expected(_ shape: CallShape) -> Money {
        let output = min(shape.answerTokens, answerLimit) + min(shape.reasoningTokens, reasoningAllowance)
        return model.prices.cost(of: Usage(uncachedInput: shape.inputTokens, output: output), at: moment)
    }

    /// The worst the request can cost: every byte a token, billed in the dearest way at the dearest tier such a request
    /// can reach at any hour, the whole output limit with the reasoning allowance, and one repair that sends the
    /// request and the answer again.
    func held(_ shape: CallShape) -> Money {
        let input = shape.serialisedBytes + overheadTokens
        // The answer comes back escaped inside the repair request: at most twice its tokens, and a short instruction.
        let repairInput = input + 2 * answerLimit + 512
        return worst(input: input) + worst(input: repairInput)
    }

    private func worst(input: Int) -> Money {
        let rates = model.holdPrices.dearestRates(upTo: input)
        let worst = TokenRates(input: rates.dearestInput, output: rates.output)
        return worst.cost(of: Usage(uncachedInput: input, output: answerLimit + reasoningAllowance))
    }

    /// Whether the request with the whole answer fits the model's window. Predictions are taken a quarter higher.
    func fitsWindow(_ shape: CallShape) -> Bool {
        shape.inputTokens + shape.inputTokens / 4 + overheadTokens + answerLimit + reasoningAllowance
            <= model.contextWindow
    }
}
