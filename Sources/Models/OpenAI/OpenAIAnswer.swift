import JSON
import Domain

/// Reads answers of OpenAI-compatible chat completions, streamed and whole.
struct OpenAIAnswer: AnswerReader {
    private(set) var draft = AnswerDraft()
    private let service: OpenAIService
    private let errors: ErrorClassifier

    init(service: OpenAIService, errors: ErrorClassifier) {
        self.service = service
        self.errors = errors
    }

    mutating func read(event data: [UInt8]) {
        guard !draft.hasEnded else { return }
        if data.elementsEqual("[DONE]".utf8) {
            draft.hasEnded = true
        } else if let chunk = object(data) {
            take(chunk, part: "delta")
        }
    }

    mutating func read(body: [UInt8]) {
        guard let answer = object(body) else { return }
        take(answer, part: "message")
        draft.hasEnded = true
        if draft.failure == nil, answer["choices"]?.array?.isEmpty ?? true { malform("an answer without choices") }
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

    private mutating func take(_ value: JSONValue, part: String) {
        draft.model = OpenAIAnswer.name(value["model"]) ?? draft.model
        draft.id = OpenAIAnswer.name(value["id"]) ?? draft.id
        if let error = value["error"] {
            draft.fail(errors.failure(within: ProviderError(.object(["error": error]))))
        } else if value["object"]?.string == "error" {
            // Older vLLM.
            draft.fail(errors.failure(within: ProviderError(value)))
        }
        var figures = value["usage"] ?? value["x_groq"]?["usage"]
        switch value["choices"] {
        case nil: break
        case .array(let choices)?:
            if let choice = choices.first(where: { ($0["index"]?.integer ?? 0) == 0 }) {
                take(choice: choice, part: part)
                figures = figures ?? choice["usage"]
            }
        default: malform("choices that are no list")
        }
        if let figures { draft.usage = OpenAIUsage.read(figures, service: service) }
    }

    private mutating func take(choice: JSONValue, part: String) {
        if let error = choice["error"] {
            draft.fail(errors.failure(within: ProviderError(.object(["error": error]))))
        }
        let message = choice[part]
        switch message?["content"] {
        case nil: break
        case .string(let text)?: draft.append(text)
        case .array(let parts)?:
            for part in parts {
                if part["type"]?.string == "text", let text = part["text"]?.string {
                    draft.append(text)
                } else {
                    draft.sawReasoning = true
                }
            }
        default: malform("content that is no text")
        }
        for key in ["reasoning_content", "reasoning", "reasoning_details"] {
            switch message?[key] {
            case .string(let text)?: if !text.isEmpty { draft.sawReasoning = true }
            case .array(let parts)?: if !parts.isEmpty { draft.sawReasoning = true }
            default: break
            }
        }
        if let refusal = message?["refusal"]?.string, !refusal.isEmpty { draft.sawRefusal = true }
        switch choice["finish_reason"] {
        case nil: break
        case .string(let word)?: draft.ending = OpenAIAnswer.ending(word)
        default: malform("a finish reason that is no text")
        }
    }

    /// The words of OpenAI, and those that others use in their place.
    private static func ending(_ word: String) -> AnswerDraft.Ending {
        switch word.lowercased() {
        case "stop", "eos", "eos_token", "end_turn", "stop_sequence": .complete
        case "length", "max_tokens", "model_length", "model_context_window_exceeded": .length
        case "content_filter", "sensitive", "safety", "recitation", "refusal", "prohibited_content": .refused
        case "error", "abort", "network_error", "insufficient_system_resource": .broken
        default: .unknown(word)
        }
    }
}
