package import Domain

/// The worst that a prepared call can cost: what is held before it is sent.
///
/// Worst case = dearest rates that any request of this size can meet at any hour × (token bound of the input + output
/// limit with the hidden tokens allowed) + one repair, which sends the request and the answer once more. What an
/// endpoint was found to understate is not in it: the ledger multiplies the holds it grants by that.
package enum CallHold {
    /// Exact settlements within their bound that a measured bytes-per-token bound rests on.
    package static let settlementsToTrust = 20
    /// Of the fewest bytes per token measured, so much is counted on.
    static let margin = 0.75
    /// Tokens of the sentence that asks for the repair.
    static let repairInstruction = 512

    /// What to hold for a call, by default with its repair.
    package static func amount(
        prices: PriceSheet, call: PreparedCall, calibration: Calibration, withRepair: Bool = true
    ) -> Money {
        amount(
            prices: prices, inputTokens: inputTokens(of: call, calibration: calibration),
            outputTokens: call.outputTokenBound, withRepair: withRepair)
    }

    /// What to hold for a call of so many tokens at most.
    package static func amount(
        prices: PriceSheet, inputTokens: Int, outputTokens: Int, withRepair: Bool
    ) -> Money {
        let first = worst(prices, inputTokens, outputTokens)
        guard withRepair else { return first }
        return first + worst(prices, repairInputTokens(first: inputTokens, answer: outputTokens), outputTokens)
    }

    /// Most input tokens the call can be billed: every byte one, until enough settlements have shown what a token of
    /// such requests is. Then bytes count as measured, less a margin, but for those of which each may be a token of its
    /// own whatever the average: digits, and bytes beyond ASCII.
    package static func inputTokens(of call: PreparedCall, calibration: Calibration) -> Int {
        guard calibration.exactWithinBound >= settlementsToTrust, calibration.overrunFactor <= 1,
            let least = calibration.leastBytesPerToken, least.isFinite
        else { return call.inputTokenBound }
        let bytesPerToken = max(1, least * margin)
        var single = 0
        for byte in call.body where byte >= 0x80 || (0x30...0x39).contains(byte) { single += 1 }
        let framing = max(0, call.inputTokenBound - call.body.count)
        let rest = (Double(call.body.count - single) / bytesPerToken).rounded(.up)
        return min(call.inputTokenBound, single + Int(rest) + framing)
    }

    /// Most input tokens of a repair: the request again, and the answer of at most so many tokens, which escaping may
    /// double, with a sentence on what was wrong.
    package static func repairInputTokens(first: Int, answer: Int) -> Int {
        saturatingSum(first, saturatingSum(saturatingSum(answer, answer), repairInstruction))
    }

    private static func worst(_ prices: PriceSheet, _ input: Int, _ output: Int) -> Money {
        let rates = prices.dearestRates(upTo: input)
        return TokenRates(input: rates.dearestInput, output: rates.output).cost(input: input, output: output)
    }

    private static func saturatingSum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = max(0, left).addingReportingOverflow(max(0, right))
        return overflow ? .max : sum
    }
}

extension PriceSheet {
    /// Our price of a usage: exact, at the tier the whole request falls in and the prices of the hour it was sent.
    package func charge(for usage: Usage, sent: Instant) -> Money {
        cost(of: usage, at: WeekMoment(unixSeconds: sent.unixSeconds))
    }
}
