/// Why a change's objects could not be brought here, in words for the person who runs the service.
///
/// No text of it holds a credential, an address with one, or characters that a terminal would obey.
package struct TransportError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Kind: Hashable, Sendable {
        /// The server wants a credential, or refuses the one it got.
        case authentication
        /// There is no such repository, or it is hidden from this credential.
        case notFound
        /// The server's address has changed; the forge knows the repository's present name.
        case redirected
        /// The server could not be reached or the connection broke. Worth another try.
        case network
        /// The time that was given is over.
        case deadline
        /// The task was cancelled.
        case cancelled
        /// More bytes came than the limit allows.
        case tooLarge
        /// The server has no such reference or object.
        case missingObject
        /// The reference names another commit now: begin again with that one.
        case moved(actual: ObjectID)
        /// The file system is full, over quota, or does not let the mirror be written.
        case diskFull
        /// The git command is not installed or too old.
        case gitMissing
        /// Another process kept the mirror for longer than the wait allowed.
        case busy
        /// The git command was ended by somebody else: an operator, or the system for want of memory. Worth another try.
        case interrupted
        /// The mirror's own files are damaged.
        case damaged
        /// An address, a name or an answer that is not acceptable.
        case refused
    }

    package let kind: Kind
    /// What happened and why, without a full stop.
    package let problem: String
    /// What to do about it, without a full stop; empty when nothing can be done.
    package let advice: String

    package init(_ kind: Kind, _ problem: String, advice: String = "") {
        self.kind = kind
        self.problem = problem
        self.advice = advice
    }

    package var description: String { advice.isEmpty ? problem : "\(problem). \(advice)" }

    /// Whether the same request may succeed a little later.
    package var isTransient: Bool {
        switch kind {
        case .network, .deadline, .busy, .diskFull, .interrupted: true
        default: false
        }
    }
}
