import Domain

/// Why a call brought nothing.
struct APIFailure: Error, Sendable {
    var error: ForgeError
    /// The request was sent and nothing says that it was refused: what it asks for may have happened, or may yet.
    var mayHaveHappened: Bool
    /// What the forge wrote about a refusal, in lower case, for telling refusals apart; never shown.
    var complaint: String
    /// The forge's clock when it refused.
    var serverDate: Instant?

    init(_ error: ForgeError, mayHaveHappened: Bool = false, complaint: String = "") {
        self.error = error
        self.mayHaveHappened = mayHaveHappened
        self.complaint = complaint
    }

    var isNotFound: Bool { error.kind == .notFound }
    var isRefused: Bool { error.kind == .refused }

    static let cancelled = APIFailure(ForgeError(.unavailable, "cancelled while talking to the forge"))
}
