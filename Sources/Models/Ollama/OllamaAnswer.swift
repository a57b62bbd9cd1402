import JSON
import Domain

/// Reads answers of Ollama's own chat API: lines of JSON, or one object.
struct OllamaAnswer: AnswerReader {
    private(set) var draft = AnswerDraft()
    private let errors: ErrorClassifier
    /// Tokens the server was told to make room for.
    private let room: Int

    init(errors: ErrorClassifier, room: Int) {
        self.errors = errors
        self.room = room
    }

    mutating func read(event data: [UInt8]) {
        guard !draft.hasEnded else { return }
        take(data)
    }

    mutating func read(body: [UInt8]) {
        take(body)
        if !draft.hasEnded, draft.failure == nil { malform("an answer that is not done") }
    }

    private mutating func malform(_ what: String) {
        draft.fail(CallFailure(.malformed, "\(errors.name) sent \(what)"))
    }

    private mutating func take(_ data: [UInt8]) {
        guard let value = try? JSONReader.read(data), case .object = value else {
            return malform("something that is not a JSON object")
        }
        if value["error"] != nil {
            draft.hasEnded = true
            return draft.fail(errors.failure(within: ProviderError(value)))
        }
        draft.model = OllamaAnswer.name(value["model"]) ?? draft.model
        switch value["message"]?["content"] {
        case nil: break
        case .string(let text)?: draft.append(text)
        default: malform("content that is no text")
        }
        if value["message"]?["thinking"]?.string?.isEmpty == false { draft.sawReasoning = true }
        guard value["done"]?.bool == true else { return }
        draft.hasEnded = true
        end(value)
    }

    private mutating func end(_ value: JSONValue) {
        switch value["done_reason"] {
        case nil: break
        case "stop": draft.ending = .complete
        case "length": draft.ending = .length
        case .string(let word)?: draft.ending = .unknown(word)
        default: malform("a done reason that is no text")
        }
        guard draft.failure == nil else { return }
        let figures = OllamaUsage.read(value)
        draft.usage = figures
        // A prompt that fills the room was cut to it: the model has not seen all it was asked about.
        if let input = figures?.usage?.uncachedInput, input >= room {
            draft.failure = CallFailure(
                .contextTooLong, "\(errors.name) cut the request to its room of \(room) tokens; raise context_window")
        }
    }
}

/// Reads the counts on the last line of an Ollama answer (ollama 0.6.3 types). A count of zero is left out: the whole
/// prompt was still in the cache, or nothing was generated.
enum OllamaUsage {
    /// Nil where neither count is there.
    static func read(_ value: JSONValue) -> UsageReading? {
        do {
            let input = try UsageReading.count(value, "prompt_eval_count")
            let output = try UsageReading.count(value, "eval_count")
            guard input != nil || output != nil else { return nil }
            return UsageReading(usage: Usage(uncachedInput: input ?? 0, output: output ?? 0))
        } catch {
            return .unusable(error.text)
        }
    }
}
