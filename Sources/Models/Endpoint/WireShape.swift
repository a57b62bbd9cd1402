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

/// How a stream is cut into events.
enum StreamFraming: Sendable {
    case events(ServerSentEvents)
    case lines(LineDecoder)

    /// Bytes.
    static let longestEvent = 1 << 20

    mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [[UInt8]] {
        switch self {
        case .events(var decoder):
            let events = try decoder.feed(bytes)
            self = .events(decoder)
            return events.map(\.data)
        case .lines(var decoder):
            let lines = try decoder.feed(bytes)
            self = .lines(decoder)
            return lines
        }
    }

    /// What only lacks its end when the stream is over.
    mutating func finish() throws(HTTPError) -> [UInt8]? {
        switch self {
        case .events(var decoder): try decoder.finish()?.data
        case .lines(var decoder): try decoder.finish()
        }
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
