/// Why the forge did not do what was asked. Messages are one printable line without secrets.
package struct ForgeError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: Sendable, Hashable {
        /// The credential is wrong, expired or revoked: nothing will work until it is changed.
        case unauthorised
        /// This credential may not do this.
        case forbidden
        /// Gone, or not visible to this credential.
        case notFound
        /// Refused as wrong: the request will never succeed as it is.
        case refused
        /// Too much asked: not before the moment given.
        case limited(until: Instant)
        /// The forge is ill, or cannot be reached; later it may work.
        case unavailable
        /// What came back is not what the forge's description promises, or too large.
        case unexpectedAnswer
        /// The head the work is about is not the head any more.
        case moved
    }

    package var kind: Kind
    /// HTTP status, where there was one.
    package var status: Int?
    package var message: String

    package init(_ kind: Kind, status: Int? = nil, _ message: String) {
        self.kind = kind
        self.status = status
        self.message = message
    }

    package var description: String { message }

    /// Whether the same request may succeed later.
    package var isTransient: Bool {
        switch kind {
        case .limited, .unavailable, .unexpectedAnswer: true
        case .unauthorised, .forbidden, .notFound, .refused, .moved: false
        }
    }
}

/// Where the objects of a repository are fetched from, and with what.
package struct GitAccess: Sendable {
    /// Without credentials, "https://github.com/acme/shop.git".
    package var url: String
    package var username: String
    package var password: Secret
    /// The ref that holds the head, "refs/pull/12/head".
    package var headRef: String

    package init(url: String, username: String, password: Secret, headRef: String) {
        self.url = url
        self.username = username
        self.password = password
        self.headRef = headRef
    }
}

/// Who the forge thinks we are.
package struct ForgeIdentity: Sendable, Hashable, Codable {
    package var login: String
    /// Zero for an App whose account the forge does not tell it.
    package var id: Int64
    /// False with a personal token: no check runs, commit statuses instead.
    package var isApp: Bool

    package init(login: String, id: Int64, isApp: Bool) {
        self.login = login
        self.id = id
        self.isApp = isApp
    }

    /// Whether somebody is this account. An App's is known by its login, which no person's account can have.
    package func isAccount(of actor: Actor) -> Bool {
        isApp ? actor.isBot && actor.login.lowercased() == login.lowercased() : actor.id == id
    }
}

/// A forge as a review needs it: read a change, publish a draft, answer people. One value serves one configured entry;
/// all calls retry what may be retried within a bounded time and throw the rest.
package protocol Forge: Sendable {
    /// Its host, "github.com": the `forge` of every address.
    var name: String { get }

    func identity(in repository: RepositoryName) async throws(ForgeError) -> ForgeIdentity
    func pullRequest(_ address: ChangeAddress) async throws(ForgeError) -> PullRequest
    /// Numbers of the open pull requests whose head is this commit.
    func openPullRequests(in repository: RepositoryName, withHead head: String) async throws(ForgeError) -> [Int]
    /// The merge base of a pull request's two ends, by the forge's own reckoning.
    func mergeBase(of pullRequest: PullRequest) async throws(ForgeError) -> String
    /// The whole change as git text; `refused` when the forge finds it too large.
    func diff(of pullRequest: PullRequest) async throws(ForgeError) -> [UInt8]
    /// A file's bytes at a commit; nil when there is none.
    func file(_ path: String, at commit: String, in repository: RepositoryName) async throws(ForgeError) -> [UInt8]?
    /// What somebody may do, as the forge says now.
    func permission(of login: String, in repository: RepositoryName) async throws(ForgeError) -> Permission
    func gitAccess(to address: ChangeAddress) async throws(ForgeError) -> GitAccess

    /// Shows that a review has begun; finds a check of the same key that is there already. Nil where there can be none.
    func beginCheck(
        key: String, for address: ChangeAddress, head: String, log: any PublicationLog
    ) async throws -> Int64?
    /// Writes what the draft says, each part once whatever fails, taking up where the log left off.
    func publish(_ draft: Draft, log: any PublicationLog) async throws -> Publication
    /// Ends a check without a review, e.g. when a newer push took over.
    func endCheck(
        key: String, for address: ChangeAddress, head: String, check: DraftCheck, log: any PublicationLog
    ) async throws
    /// Answers a comment: in its thread, or in the conversation. Written once for a key.
    func reply(to comment: CommentEvent, body: String, key: String, log: any PublicationLog) async throws
    /// Shows that a command was seen; failing is of no matter.
    func acknowledge(_ comment: CommentEvent) async
}
