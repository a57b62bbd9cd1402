import JSON
import Domain
import HTTPClient

/// How requests and answers of one kind of endpoint are written.
protocol WireShape: Sendable {
    /// Tokens a provider may bill beside what the serialised request holds.
    var overheadTokens: Int { get }
    var framing: StreamFraming { get }
    /// Where requests go, from the base URL.
    func address(_ base: EndpointAddress) -> EndpointAddress
    /// Where the endpoint's own list of models is.
    func listAddress(_ base: EndpointAddress) -> EndpointAddress
    /// Fields of the request's head beside its type; keys are in sensitive ones only.
    func headers() -> [HTTPHeader]
    func body(for request: ModelRequest) throws(CallFailure) -> JSONObject
    func reader(_ errors: ErrorClassifier, for call: PreparedCall) -> any AnswerReader
}

/// How a stream is cut into events: one of the two decoders, changed in place so that nothing is copied a piece.
struct StreamFraming: Sendable {
    private var events: ServerSentEvents?
    private var lines: LineDecoder?

    /// Bytes.
    private static let longestEvent = 1 << 20

    static var events: StreamFraming {
        StreamFraming(events: ServerSentEvents(maxEventBytes: longestEvent), lines: nil)
    }

    static var lines: StreamFraming { StreamFraming(events: nil, lines: LineDecoder(maxLineBytes: longestEvent)) }

    mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [[UInt8]] {
        if let events = try events?.feed(bytes) { return events.map(\.data) }
        return try lines?.feed(bytes) ?? []
    }

    /// What only lacks its end when the stream is over.
    mutating func finish() throws(HTTPError) -> [UInt8]? {
        if events != nil { return try events?.finish()?.data }
        return try lines?.finish()
    }
}

extension ModelRequest {
    /// More than any model writes; keeps sums within bounds.
    private static let mostTokens = 10_000_000

    /// Visible tokens, at least one.
    var visibleLimit: Int { min(max(1, answerLimit), ModelRequest.mostTokens) }
    var hiddenLimit: Int { min(max(0, reasoningAllowance), ModelRequest.mostTokens) }
    /// All output tokens.
    var outputLimit: Int { visibleLimit + hiddenLimit }
}
