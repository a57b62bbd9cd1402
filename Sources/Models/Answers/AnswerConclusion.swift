import Domain

/// What a draft amounts to once no more of it comes.
struct AnswerConclusion {
    let name: String
    let draft: AnswerDraft

    /// The answer came to its end, and said why.
    var isComplete: Bool { draft.hasEnded && !draft.isTooLarge && (draft.ending != nil || draft.failure != nil) }

    /// Figures count once the answer has come to its end: those before may grow.
    var figures: UsageReading? { isComplete ? draft.usage : nil }

    var result: Result<ModelAnswer, CallFailure> {
        if draft.isTooLarge { return failure(.tooLarge, "sent more text than any review needs") }
        if let failure = draft.failure { return .failure(failure) }
        guard draft.hasEnded else { return failure(.cut, "broke off before the end of its answer") }
        let text = VisibleText.of(draft.text)
        switch draft.ending {
        case nil: return failure(.cut, "ended its answer without saying why")
        case .refused?: return failure(.refused, "declined to answer, or its content filter did")
        case .broken?: return failure(.cut, "broke off its answer because of a fault of its own")
        case .unknown(let word)?:
            let shown = Excerpt.of(String(word.prefix(40)), key: nil)
            return failure(.malformed, "ended its answer for a reason that is not known: \(shown)")
        case .length? where text.isBlank:
            return failure(.starved, "spent the whole output limit without a visible answer; raise reasoning_tokens")
        case .length?: return .success(ModelAnswer(text: text, finish: .length))
        case .complete? where text.isBlank && draft.sawRefusal: return failure(.refused, "declined to answer")
        case .complete?: return .success(ModelAnswer(text: text, finish: .complete))
        }
    }

    private func failure(_ kind: CallFailure.Kind, _ what: String) -> Result<ModelAnswer, CallFailure> {
        .failure(CallFailure(kind, "\(name) \(what)"))
    }
}

/// Open models may write their thoughts before the answer, between tags, where the server does not take them out.
enum VisibleText {
    static func of(_ text: String) -> String {
        let start = text.drop(while: \.isWhitespace)
        guard start.hasPrefix("<think>") else { return text }
        guard let end = start.firstRange(of: "</think>") else { return "" }
        return String(start[end.upperBound...].drop(while: \.isWhitespace))
    }
}

extension String {
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}
