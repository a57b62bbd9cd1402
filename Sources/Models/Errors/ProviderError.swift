import JSON
import Domain

/// What an error answer says, whichever provider's form it has.
///
/// Forms: OpenAI and most others `{"error":{"message","type","code","param"}}`; Anthropic `{"type":"error","error":{…}}`
/// with `details.error_code`; OpenRouter a numeric `code` and `metadata`; Google the same in an array, with `status` and
/// `details`; Ollama `{"error":"…"}`; Mistral and FastAPI `{"message"}` or `{"detail"}`.
struct ProviderError: Equatable, Sendable {
    var message = ""
    /// Codes, types and states, lowercase.
    var codes: [String] = []
    /// A code that is a number: a status that comes inside an answer.
    var status: Int?
    /// Seconds, where the body says how long to wait.
    var retryAfter: Double?

    /// Bytes of the text that patterns are looked for in.
    private static let mostText = 4096

    /// Nil when the value is no error of a known form.
    init?(_ value: JSONValue) {
        if case .array(let elements) = value {
            guard let first = elements.first, let error = ProviderError(first) else { return nil }
            self = error
            return
        }
        guard case .object(let object) = value else { return nil }
        switch value["error"] {
        case .string(let text)?: message = text
        case .object(let inner)?: read(.object(inner))
        case nil:
            guard object["message"] != nil || object["detail"] != nil || object["errors"] != nil else { return nil }
            read(value)
        default: return nil
        }
        message = String(decoding: message.utf8.prefix(ProviderError.mostText), as: UTF8.self)
    }

    private mutating func read(_ error: JSONValue) {
        message = ProviderError.text(error["message"]) ?? ProviderError.text(error["detail"]) ?? ""
        if message.isEmpty, let first = error["errors"]?.array?.first {
            message = ProviderError.text(first["message"] ?? first) ?? ""
        }
        for key in ["type", "code", "status", "error_code", "reason"] { add(error[key]) }
        add(error["details"]?["error_code"])
        add(error["innererror"]?["code"])
        let metadata = error["metadata"]
        for key in ["limit_source", "error_type", "reason", "code"] { add(metadata?[key]) }
        if metadata?["reasons"]?.array?.isEmpty == false { codes.append("moderation") }
        if metadata?["limit_usd"] != nil || error["limit_usd"] != nil { codes.append("limit_usd") }
        for detail in (error["details"]?.array ?? []).prefix(16) {
            add(detail["reason"])
            if let delay = detail["retryDelay"]?.string { retryAfter = RetryDelay.duration(delay) }
            for violation in (detail["violations"]?.array ?? []).prefix(16) { add(violation["quotaId"]) }
        }
    }

    private mutating func add(_ value: JSONValue?) {
        if let number = value?.integer {
            if (400..<600).contains(number) { status = status ?? number } else { codes.append(String(number)) }
        } else if let text = value?.string, text.utf8.count <= 200 {
            if let number = Int(text), (400..<600).contains(number) {
                status = status ?? number
            } else {
                codes.append(text.lowercased())
            }
        }
    }

    /// A text, or the texts inside what some servers put in its place.
    private static func text(_ value: JSONValue?) -> String? {
        switch value {
        case .string(let text)?: text
        case .object?: text(value?["detail"] ?? value?["message"] ?? value?["msg"])
        case .array(let elements)?: elements.first.flatMap { text($0["msg"] ?? $0) }
        default: nil
        }
    }
}
