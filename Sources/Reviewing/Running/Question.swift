package import Domain
package import Prompts
import Routing

/// What is asked of a model, and how its answer is checked.
package struct Question: Sendable {
    package var request: ModelRequest
    /// What is wrong with an answer, to be told to the model; nil when the answer can be used. The flag says that no
    /// repair can follow, so that what is usable should be used.
    package var complaint: @Sendable (String, Bool) -> AnswerComplaint?
    /// review, confirmation or repair.
    package var purpose: String

    package init(
        request: ModelRequest, purpose: String, complaint: @escaping @Sendable (String, Bool) -> AnswerComplaint?
    ) {
        self.request = request
        self.purpose = purpose
        self.complaint = complaint
    }
}

/// Writes the one repair that a hold covers.
struct RepairWriter: Sendable {
    /// The request as the model got it.
    let request: ModelRequest
    let complaint: @Sendable (String, Bool) -> AnswerComplaint?
    let model: RoutableModel
    let provider: any Provider
    let first: CallOrder
    let calibration: Calibration
    let desk: CallDesk

    /// Answers longer than this are not sent back.
    static let longestAnswer = 16_384

    /// Nil when the answer can be used, or cannot be repaired.
    func order(after answer: ModelAnswer) -> CallOrder? {
        guard answer.finish == .complete, !answer.text.isEmpty, answer.text.utf8.count <= Self.longestAnswer,
            let complaint = complaint(answer.text, false),
            let call = try? provider.prepare(request.repairing(answer.text, complaint))
        else { return nil }
        var hold = first.hold
        hold.attempt.purpose = "repair"
        hold.attempt.attempt += 1
        hold.attempt.requestDigest = desk.digest(of: call)
        hold.attempt.requestBytes = call.body.count
        hold.attempt.baselineCost = .zero
        hold.inputTokenBound = CallHold.inputTokens(of: call, calibration: calibration)
        hold.outputTokenBound = call.outputTokenBound
        hold.amount = CallHold.amount(prices: model.holdPrices, call: call, calibration: calibration, withRepair: false)
        return CallOrder(call: call, hold: hold)
    }
}
