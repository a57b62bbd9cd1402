/// A request as it goes over the wire, so that what is held, digested and sent are the same bytes.
package struct PreparedCall: Sendable {
    /// The serialised request.
    package let body: [UInt8]
    package let url: String
    /// Host and port, for the audit log.
    package let destination: String
    /// No more input tokens than this can be billed: the bytes of the body and what the provider may add.
    package let inputTokenBound: Int
    /// The output limit written into the request, hidden tokens included.
    package let outputTokenBound: Int

    package init(
        body: [UInt8], url: String, destination: String, inputTokenBound: Int, outputTokenBound: Int
    ) {
        self.body = body
        self.url = url
        self.destination = destination
        self.inputTokenBound = inputTokenBound
        self.outputTokenBound = outputTokenBound
    }
}

/// Why an answer ended.
package enum FinishReason: String, Sendable, Codable {
    case complete
    /// The output limit cut it.
    case length
    /// The model or a filter of the provider declined.
    case refused
}

/// What a model answered, whole.
package struct ModelAnswer: Sendable, Equatable {
    package var text: String
    package var finish: FinishReason

    package init(text: String, finish: FinishReason) {
        self.text = text
        self.finish = finish
    }
}

/// Why a call brought no usable answer.
package struct CallFailure: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable, Codable {
        /// 429 that passes by waiting.
        case rateLimited
        /// 500, 502, 503, 504, 529 and the like.
        case serverError
        /// Nothing came within the time allowed.
        case timeout
        /// The connection could not be made or broke before an answer began.
        case transport
        /// The answer began and broke off, or ended without a finish reason.
        case cut
        /// The account has no money left or has reached its spending limit: nothing passes until somebody pays.
        case money
        /// 401 or 403.
        case unauthorised
        /// The endpoint does not know the model.
        case unknownModel
        case contextTooLong
        /// 400, 413, 422: the endpoint does not accept such a request.
        case badRequest
        /// The model or a filter of the provider declined.
        case refused
        /// What came back is not in the provider's own form.
        case malformed
        /// The output limit was spent on hidden reasoning: there is no visible answer.
        case starved
        /// More than the allowed bytes came back.
        case tooLarge
        /// The address may not be connected to: not configured, or of a forbidden class.
        case forbiddenAddress
        case cancelled

        /// Another try at the same request may succeed.
        package var isRetryable: Bool {
            switch self {
            case .rateLimited, .serverError, .timeout, .transport, .cut: true
            default: false
            }
        }
    }

    package var kind: Kind
    /// One line for people: bounded, without control characters, never the provider's text as it came.
    package var message: String
    /// As the provider asked, in seconds.
    package var retryAfter: Double?

    package init(_ kind: Kind, _ message: String, retryAfter: Double? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfter = retryAfter
    }

    package var description: String { message }
}

/// Everything known of a call once it is over.
package struct CallOutcome: Sendable {
    package var result: Result<ModelAnswer, CallFailure>
    /// Only when the provider gave the final figures.
    package var usage: Usage?
    /// Reasoning tokens within `usage.output`, where the provider tells.
    package var reasoningTokens: Int?
    /// What the provider says the call cost.
    package var returnedCost: Money?
    /// The model that answered, as returned.
    package var returnedModel: String?
    package var requestID: String?
    package var httpStatus: Int?
    /// False only when surely no byte of the request left.
    package var wasSent: Bool
    /// Whether the provider's answer came to its end.
    package var isComplete: Bool
    /// Seconds from sending to the first token of the answer (first byte where nothing is streamed).
    package var timeToFirstToken: Double?
    /// Seconds.
    package var duration: Double
    /// Why the provider's figures were not taken; nil where they were, and where none came.
    package var usageProblem: String?

    package init(
        result: Result<ModelAnswer, CallFailure>, usage: Usage? = nil, reasoningTokens: Int? = nil,
        returnedCost: Money? = nil, returnedModel: String? = nil, requestID: String? = nil, httpStatus: Int? = nil,
        wasSent: Bool, isComplete: Bool, timeToFirstToken: Double? = nil, duration: Double,
        usageProblem: String? = nil
    ) {
        self.result = result
        self.usage = usage
        self.reasoningTokens = reasoningTokens
        self.returnedCost = returnedCost
        self.returnedModel = returnedModel
        self.requestID = requestID
        self.httpStatus = httpStatus
        self.wasSent = wasSent
        self.isComplete = isComplete
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
        self.usageProblem = usageProblem
    }

    /// How the call's hold is settled.
    package var settlement: SettlementKind {
        if !wasSent { return .unsent }
        if usage != nil || returnedCost != nil { return .exact }
        // A complete error answer without usage: the provider did no work.
        if isComplete, let status = httpStatus, (400..<500).contains(status) || status == 503 || status == 529 {
            return .refused
        }
        return .bounded
    }
}

/// What a hold becomes.
package enum SettlementKind: String, CaseIterable, Sendable, Codable {
    /// The provider said what was used: that is charged.
    case exact
    /// A complete error answer: nothing is charged.
    case refused
    /// It may have been worked on, and nobody said how much: the bound is charged and not given back.
    case bounded
    /// Nothing left: released.
    case unsent
}

/// An endpoint that answers requests.
package protocol Provider: Sendable {
    /// Writes the request in the endpoint's form, or says why it cannot be.
    func prepare(_ request: ModelRequest) throws(CallFailure) -> PreparedCall
    /// Sends it once. Never retries; cancelling the task aborts the transfer.
    ///
    /// - Parameter deadline: Seconds the call may take in all.
    func send(_ call: PreparedCall, deadline: Double) async -> CallOutcome
}
