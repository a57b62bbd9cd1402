/// Why a request brought no whole answer. An answer with an error status is an answer, not an error.
package struct HTTPError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Phase: String, Sendable, Hashable {
        case connect, total, idle
    }

    package enum Kind: Sendable, Hashable {
        case invalidURL
        /// A method or header field that must not be sent.
        case invalidRequest
        /// The host is not among the allowed ones.
        case forbiddenHost
        /// Every address of the host is of a class that the request does not allow.
        case forbiddenAddress
        case nameLookup
        case connect
        case tls
        case timeout(Phase)
        case bodyTooLarge
        case headersTooLarge
        /// What came is not HTTP, or not in the announced encoding.
        case protocolError
        /// The connection broke after it was made: before, in or after the head of the answer.
        case connectionLost
        case cancelled
        /// The client was shut down, or the body is already being read by somebody else.
        case closed
    }

    package var kind: Kind
    /// False only when surely no byte of the request left this process.
    package var wasSent: Bool
    /// One line of printable characters; neither headers nor queries are in it.
    package var message: String

    package init(_ kind: Kind, wasSent: Bool, _ message: String) {
        self.kind = kind
        self.wasSent = wasSent
        self.message = message
    }

    package var description: String { message }
}
