import JSON
import Domain

/// Reads answers of Anthropic's Messages, streamed and whole.
struct AnthropicAnswer: AnswerReader {
    private(set) var draft = AnswerDraft()
    private var usage = AnthropicUsage()
    private let errors: ErrorClassifier

    init(errors: ErrorClassifier) {
        self.errors = errors
    }

    mutating func read(event data: [UInt8]) {
        guard !draft.hasEnded, let event = object(data) else { return }
        switch event["type"]?.string {
        case "message_start":
            take(message: event["message"])
            if let figures = event["message"]?["usage"] { usage.take(figures, isFinal: false) }
        case "content_block_start": take(block: event["content_block"])
        case "content_block_delta": take(delta: event["delta"])
        case "message_delta":
            end(event["delta"]?["stop_reason"])
            if let figures = event["usage"] { usage.take(figures, isFinal: true) }
        case "message_stop":
            draft.hasEnded = true
            if draft.failure == nil { draft.usage = usage.reading }
        case "error": fail(event)
        case nil: malform("an event without a type")
        // Pings, ends of blocks, and what is added later: the documentation asks to ignore it.
        default: break
        }
    }

    mutating func read(body: [UInt8]) {
        guard let message = object(body) else { return }
        draft.hasEnded = true
        if message["type"]?.string == "error" || message["error"] != nil { return fail(message) }
        take(message: message)
        guard let blocks = message["content"]?.array else { return malform("an answer without content") }
        for block in blocks { take(block: block) }
        end(message["stop_reason"])
        if let figures = message["usage"] { usage.take(figures, isFinal: true) }
        if draft.failure == nil { draft.usage = usage.reading }
    }

    private mutating func object(_ data: [UInt8]) -> JSONValue? {
        guard let value = try? JSONReader.read(data), case .object = value else {
            malform("something that is not a JSON object")
            return nil
        }
        return value
    }

    private mutating func malform(_ what: String) {
        draft.fail(CallFailure(.malformed, "\(errors.name) sent \(what)"))
    }

    private mutating func fail(_ value: JSONValue) {
        draft.fail(errors.failure(within: ProviderError(value)))
    }

    private mutating func take(message: JSONValue?) {
        draft.model = AnthropicAnswer.name(message?["model"]) ?? draft.model
        draft.id = AnthropicAnswer.name(message?["id"]) ?? draft.id
    }

    private mutating func take(block: JSONValue?) {
        switch block?["type"]?.string {
        case "text": append(block?["text"])
        case "thinking", "redacted_thinking": draft.sawReasoning = true
        default: break
        }
    }

    private mutating func take(delta: JSONValue?) {
        switch delta?["type"]?.string {
        case "text_delta": append(delta?["text"])
        case "thinking_delta", "signature_delta": draft.sawReasoning = true
        default: break
        }
    }

    private mutating func append(_ text: JSONValue?) {
        guard let text = text?.string else { return malform("text that is no text") }
        draft.append(text)
    }

    private mutating func end(_ reason: JSONValue?) {
        guard let reason else { return }
        guard let word = reason.string else { return malform("a stop reason that is no text") }
        draft.ending =
            switch word {
            case "end_turn", "stop_sequence": .complete
            case "max_tokens", "model_context_window_exceeded": .length
            case "refusal": .refused
            default: .unknown(word)
            }
    }
}
