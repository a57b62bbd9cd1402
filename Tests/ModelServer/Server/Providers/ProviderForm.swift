/// The way a provider speaks: what it refuses, how it answers, how it fails.
protocol ProviderForm: Sendable {
    func authorise(_ request: Incoming, keys: Set<String>) throws(Refusal)
    /// Reads and checks the request; the prompt cache is asked what of it was seen before.
    func ask(of request: Incoming, offering models: [ServedModel], cache: PromptCache) throws(Refusal) -> Ask
    func answer(_ production: Production, to ask: Ask, as words: AnswerWords) -> Reply
    func fault(_ fault: ServerFault, model: String, retryAfter: Int?) -> Refusal
    /// An error as an event of a stream.
    func event(of refusal: Refusal) -> [UInt8]
    /// The header that names the request; nil: none.
    var requestIDHeader: String? { get }
}

/// What an answer needs beside what the model made.
struct AnswerWords: Sendable {
    var requestID: String
    /// Seconds since 1970.
    var created: Int
    /// The figures that the client is told; nil: none.
    var told: TrueTokens?
    /// A decimal number of USD.
    var cost: String?
}

extension TrueTokens {
    func multiplied(by factor: Int) -> TrueTokens {
        var tokens = TrueTokens(freshInput: freshInput * factor, output: output * factor)
        tokens.cachedInput = cachedInput * factor
        tokens.cacheWrite = cacheWrite * factor
        tokens.longCacheWrite = longCacheWrite * factor
        tokens.reasoning = reasoning * factor
        return tokens
    }

    /// So many times fewer of each kind, but at least one of those that there are.
    func understated(by factor: Int) -> TrueTokens {
        func less(_ value: Int) -> Int { value == 0 ? 0 : max(1, value / max(1, factor)) }
        var tokens = TrueTokens(freshInput: less(freshInput), output: less(output))
        tokens.cachedInput = less(cachedInput)
        tokens.cacheWrite = less(cacheWrite)
        tokens.longCacheWrite = less(longCacheWrite)
        tokens.reasoning = min(less(reasoning), tokens.output)
        return tokens
    }
}
