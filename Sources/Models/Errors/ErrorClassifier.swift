import Domain
import HTTPClient

/// Tells what an error answer means, by status, code and wording, in this order: what a provider names exactly decides
/// before what a status usually means.
struct ErrorClassifier: Sendable {
    /// The provider entry's name and the model, for messages.
    let name: String
    let model: String
    let key: Secret?

    /// - Parameters:
    ///   - status: Of the HTTP answer, or the one an error inside an answer carries.
    ///   - asked: Seconds the provider asks to wait, if it does.
    func failure(status: Int, error: ProviderError?, asked: Double?) -> CallFailure {
        failure("answered \(status)", status: status, error: error, asked: asked)
    }

    private func failure(_ event: String, status: Int, error: ProviderError?, asked: Double?) -> CallFailure {
        let delay = asked ?? error?.retryAfter.map(RetryDelay.capped)
        let signs = Signs(error)
        let kind = kind(status: status, signs: signs, delay: delay)
        var message = "\(name) \(event): \(meaning(kind, status: status, signs: signs))"
        if let text = error?.message, case let excerpt = Excerpt.of(text, key: key), !excerpt.isEmpty {
            message += " (it says: \(excerpt))"
        }
        return CallFailure(kind, message, retryAfter: kind.isRetryable ? delay : nil)
    }

    /// An error inside an answer that began well: its own status, else the one its type stands for.
    func failure(within error: ProviderError?) -> CallFailure {
        let implied = error?.codes.lazy.compactMap { ErrorWords.statusOfType[$0] }.first
        return failure(
            "put an error into its answer", status: error?.status ?? implied ?? 500, error: error, asked: nil)
    }

    private func kind(status: Int, signs: Signs, delay: Double?) -> CallFailure.Kind {
        switch status {
        case 402 where signs.isInFlightBudget, 429 where signs.isInFlightBudget: return .rateLimited
        case 402 where signs.isContext: return .contextTooLong
        case 402: return delay != nil && !signs.isMoney ? .rateLimited : .money
        case 429: return limited(signs, delay: delay)
        case 401, 407: return signs.isMoney ? .money : .unauthorised
        case 408: return .timeout
        case 409, 425: return .serverError
        case 446: return .refused
        case 400, 403, 404, 405, 406, 410..<425, 426..<429, 430..<500: return requestFault(status, signs)
        case 501, 505: return .badRequest
        case 500..<600: return signs.isContext && status != 503 ? .contextTooLong : .serverError
        default: return .malformed
        }
    }

    private func limited(_ signs: Signs, delay: Double?) -> CallFailure.Kind {
        if signs.hasMoneyCode || signs.isDailyQuota { return .money }
        if delay != nil || signs.isRate { return .rateLimited }
        return signs.isMoney || signs.isQuota ? .money : .rateLimited
    }

    private func requestFault(_ status: Int, _ signs: Signs) -> CallFailure.Kind {
        if signs.isMoney { return .money }
        if signs.isContext { return .contextTooLong }
        if signs.isRefusal { return .refused }
        if signs.isKey { return .unauthorised }
        if status == 404 || signs.isModel { return .unknownModel }
        return status == 403 ? .unauthorised : .badRequest
    }

    private func meaning(_ kind: CallFailure.Kind, status: Int, signs: Signs) -> String {
        switch kind {
        case .rateLimited: "too many requests for now; it is asked again later"
        case .money: "the account has no money left or has reached a limit; top it up or raise the limit there"
        case .unauthorised where status == 407: "the proxy wants other credentials; check the proxy's address"
        case .unauthorised: "the key was not accepted for this; check the entry's key and its rights"
        case .unknownModel: "it does not know \(model) at this address; check model and base_url"
        case .contextTooLong: "the request is too long for \(model); it is sent in smaller parts"
        case .refused: "the request was refused by a content filter"
        case .timeout: "it took too long"
        case .serverError: "it is overloaded or broken for now"
        case .malformed where (300..<400).contains(status): "a redirect, which is not followed; check base_url"
        case .malformed: "not a status of this kind of endpoint; check base_url"
        default: "it does not accept such a request; check what the entry says the model supports"
        }
    }
}

/// What stands in an error, looked up once.
private struct Signs {
    private let codes: [String]
    private let text: String

    init(_ error: ProviderError?) {
        codes = error?.codes ?? []
        text = error?.message.lowercased() ?? ""
    }

    private func names(_ known: Set<String>) -> Bool { codes.contains(where: known.contains) }
    private func says(_ known: [String]) -> Bool { known.contains { text.contains($0) } }

    var hasMoneyCode: Bool {
        names(ErrorWords.moneyCodes) || codes.contains { $0.hasSuffix("spend_limit_exceeded") }
    }
    var isMoney: Bool { hasMoneyCode || says(ErrorWords.moneyTexts) }
    var isQuota: Bool { says(ErrorWords.quotaTexts) }
    var isDailyQuota: Bool { codes.contains { $0.contains("perday") } }
    var isRate: Bool { names(ErrorWords.rateCodes) }
    var isInFlightBudget: Bool { codes.contains { $0.contains("in_flight_budget") } }
    var isContext: Bool { names(ErrorWords.contextCodes) || says(ErrorWords.contextTexts) }
    var isRefusal: Bool { names(ErrorWords.refusalCodes) || says(ErrorWords.refusalTexts) }
    var isKey: Bool { names(ErrorWords.keyCodes) || says(ErrorWords.keyTexts) }
    var isModel: Bool {
        names(ErrorWords.modelCodes) || says(ErrorWords.modelTexts)
            || text.contains("model") && (text.contains("does not exist") || text.contains("not found"))
    }
}
