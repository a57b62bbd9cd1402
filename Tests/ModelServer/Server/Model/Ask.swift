/// A request as every provider's form comes down to.
struct Ask: Sendable {
    struct Message: Sendable {
        var role: String
        var text: String
    }

    var model: ServedModel
    var messages: [Message]
    /// Most tokens of the answer, hidden ones included.
    var outputLimit: Int
    /// The form that was asked for.
    var schema: JSON?
    var wantsJSON = false
    var isStream = false
    /// OpenAI: whether the stream shall tell the usage.
    var includesUsage = true
    /// What of the input was read from or written to a prompt cache.
    var cache = CacheUse()
    /// Hidden tokens of this answer: the model's own, or as the request allows.
    var reasoning: Int

    struct CacheUse: Sendable, Equatable {
        var read = 0
        var written = 0
        var writtenForAnHour = 0
    }

    /// Three tokens a message and three for the answer's beginning, as OpenAI's formats take; the schema is part of
    /// the prompt.
    var promptTokens: Int {
        messages.reduce(3) { $0 + 3 + Tokeniser.count($1.text) } + (schema.map { Tokeniser.count($0.serialised) } ?? 0)
    }

    var prompt: String { messages.map(\.text).joined(separator: "\n") }
}

/// What the model makes of a request.
struct Production: Sendable {
    enum Finish: Sendable { case complete, length, refused }

    var text: String
    /// Bytes of the letter x after the text, for answers too large to be kept.
    var padding = 0
    var finish: Finish
    var tokens: TrueTokens

    init(_ ask: Ask, _ answer: Behaviour.Answer, reviewer: EchoReviewer) {
        let limit = ask.outputLimit
        var tokens = TrueTokens(freshInput: 0, output: 0)
        tokens.cachedInput = ask.cache.read
        tokens.cacheWrite = ask.cache.written
        tokens.longCacheWrite = ask.cache.writtenForAnHour
        tokens.freshInput = max(0, ask.promptTokens - tokens.input)
        if answer == .starved {
            tokens.reasoning = limit
            tokens.output = limit
            text = ""
            finish = .length
        } else {
            tokens.reasoning = min(ask.reasoning, limit)
            let whole = Production.text(for: ask, answer, reviewer: reviewer)
            let cut = answer == .lengthStop ? Tokeniser.count(whole) / 2 : Int.max
            text = Tokeniser.prefix(of: whole, tokens: min(cut, limit - tokens.reasoning))
            finish = answer == .refusal ? .refused : text.utf8.count < whole.utf8.count ? .length : .complete
            tokens.output = tokens.reasoning + Tokeniser.count(text)
            if case .huge(let bytes) = answer {
                padding = max(0, bytes - text.utf8.count)
                tokens.output = limit
            }
        }
        self.tokens = tokens
    }

    private static func text(for ask: Ask, _ answer: Behaviour.Answer, reviewer: EchoReviewer) -> String {
        switch answer {
        case .review, .lengthStop: return form(reviewer.findings(in: ask.prompt), for: ask)
        case .findings(let findings): return form(findings, for: ask)
        case .text(let text): return text
        case .filler(let tokens): return filler(tokens: tokens)
        case .notJSON: return "I looked at the change and it seems fine to me."
        case .proseAround:
            return "Here is my review:\n\n```json\n" + form(reviewer.findings(in: ask.prompt), for: ask)
                + "\n```\nLet me know if you have questions!"
        case .empty, .starved: return ""
        case .wrongSchema: return #"{"verdict":"looks good","score":10}"#
        case .hallucinatedFile:
            let finding = ScriptedFinding(
                path: "does/not/exist.py", line: 7, quote: "import nothing", title: "Nothing is imported")
            return form([finding], for: ask)
        case .huge: return "{\"findings\":\""
        case .refusal: return "I cannot help with that."
        }
    }

    private static func filler(tokens: Int) -> String {
        tokens > 0 ? "word" + String(repeating: " word", count: tokens - 1) : ""
    }

    private static func form(_ findings: [ScriptedFinding], for ask: Ask) -> String {
        if let schema = ask.schema { return SchemaAnswer(schema: schema, findings: findings).value.serialised }
        let list = findings.map { finding -> JSON in
            [
                "path": .string(finding.path), "line": .integer(finding.line), "quote": .string(finding.quote),
                "severity": .string(finding.severity), "title": .string(finding.title),
                "explanation": .string(finding.title),
            ]
        }
        let value: JSON = ["findings": .array(list)]
        return value.serialised
    }
}
