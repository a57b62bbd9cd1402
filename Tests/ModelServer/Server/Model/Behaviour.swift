/// How one request is answered. The default is an honest, prompt answer.
package struct Behaviour: Sendable, Hashable {
    /// What becomes of the exchange.
    package enum Fate: Sendable, Hashable {
        case answered
        /// An error instead of an answer, in the provider's own form.
        case error(ServerFault, retryAfter: Int? = nil)
        /// The request is taken, then the connection is closed without a byte.
        case closedAfterAccepting
        /// The request is taken and worked on, and nothing ever comes.
        case silence
        /// The connection is closed after so many bytes of the answer's body.
        case cut(afterBytes: Int)
        /// A stream ends in good order after so many events, but in the middle of the answer: no reason, no usage.
        case stopped(afterEvents: Int)
        /// A stream that began well says after so many events that it failed, under the status 200 it began with.
        case failed(afterEvents: Int)
    }

    package enum Told: Sendable, Hashable {
        case honestly
        case not
        /// So many times too few.
        case understated(Int)
    }

    package enum Answer: Sendable, Hashable {
        /// The echo reviewer's findings, in the form that was asked for.
        case review
        case findings([ScriptedFinding])
        /// Exactly this text.
        case text(String)
        /// Words of so many tokens.
        case filler(tokens: Int)
        /// Prose where JSON was asked for.
        case notJSON
        /// Good JSON with prose and a fence around it.
        case proseAround
        case empty
        /// JSON of another form.
        case wrongSchema
        /// A finding in a file that nobody sent.
        case hallucinatedFile
        /// A text of so many bytes.
        case huge(bytes: Int)
        /// The output limit cuts the answer.
        case lengthStop
        /// Hidden reasoning takes the whole limit.
        case starved
        /// The model declines.
        case refusal
    }

    /// Milliseconds before the first byte of the answer's head.
    package var latency = 0
    /// Milliseconds between the head and the first token, for streams.
    package var firstToken = 0
    /// Milliseconds between events of a stream.
    package var pace = 0
    /// The body leaves in pieces of so many bytes, wherever they fall, `dripPause` milliseconds apart.
    package var drip: Int?
    package var dripPause = 0
    package var fate = Fate.answered
    package var told = Told.honestly
    package var answer = Answer.review
    /// So many times the tokens that the request and its limit allow, used, told and billed.
    package var overuse = 1
    /// Whether the answer says what it cost (`usage.cost`, as OpenRouter does).
    package var tellsCost = false

    package init() {}

    package static let prompt = Behaviour()

    package static func answering(_ answer: Answer) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.answer = answer
        return behaviour
    }

    package static func ending(_ fate: Fate) -> Behaviour {
        var behaviour = Behaviour()
        behaviour.fate = fate
        return behaviour
    }

    package func with(_ change: (inout Behaviour) -> Void) -> Behaviour {
        var copy = self
        change(&copy)
        return copy
    }
}

/// A finding that the server is told to answer, whatever the prompt holds.
package struct ScriptedFinding: Sendable, Hashable {
    package var path: String
    package var line: Int
    package var quote: String
    package var severity: String
    package var title: String
    package var suggestion: String?

    package init(
        path: String, line: Int, quote: String, severity: String = "high", title: String, suggestion: String? = nil
    ) {
        self.path = path
        self.line = line
        self.quote = quote
        self.severity = severity
        self.title = title
        self.suggestion = suggestion
    }
}

/// An error that is no fault of the request.
package enum ServerFault: String, CaseIterable, Sendable, Hashable {
    case unauthorised
    case insufficientQuota = "insufficient-quota"
    case paymentRequired = "payment-required"
    case modelNotFound = "model-not-found"
    case contextTooLong = "context-too-long"
    case rateLimited = "rate-limited"
    case internalError = "internal-error"
    case badGateway = "bad-gateway"
    case unavailable
    case gatewayTimeout = "gateway-timeout"
    case overloaded

    /// Whether the model may have worked before it failed: then the server bills the answer nobody got.
    var mayHaveWorked: Bool { [.internalError, .badGateway, .gatewayTimeout].contains(self) }
}
