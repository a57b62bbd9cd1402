import Domain
import HTTPClient

/// Whose credential a call is made with.
enum APIAccess: Sendable, Hashable {
    /// The App itself.
    case app
    /// What may be done in a repository; by its number where it is known, which survives a rename.
    case repository(RepositoryName, id: Int64?)
    /// The personal token's owner.
    case user
}

/// A call of GitHub's REST API, version 2022-11-28.
struct APICall: Sendable {
    enum Method: String, Sendable { case get = "GET", post = "POST", patch = "PATCH", delete = "DELETE" }

    /// What comes of sending it twice.
    enum Effect: Sendable {
        /// Nothing changes, or the same as of sending it once.
        case repeatable
        /// Something is there twice: never sent again while its first effect is unknown.
        case once
    }

    enum Media: String, Sendable {
        case json = "application/vnd.github+json"
        case raw = "application/vnd.github.raw+json"
        case diff = "application/vnd.github.diff"
    }

    var method: Method
    /// Behind the API's base, percent-encoded, beginning with a slash; or a whole address that the API gave.
    var path: String
    var query: [(String, String)]
    var body: [UInt8]
    var access: APIAccess
    var effect: Effect
    var media: Media = .json
    /// Whether people are notified or conversations grow by it: such calls are spread over time. Checks and statuses do
    /// neither, and people wait for them.
    var createsContent: Bool {
        method == .post && effect == .once && !path.hasSuffix("/check-runs") && !path.contains("/statuses/")
    }
    var maxBytes: Int { media == .json ? 16 << 20 : 64 << 20 }
    /// For one answer. GitHub ends what takes it longer than ten; what hangs is given up in time for another try.
    var maxSeconds: Double { media == .json ? 20 : 60 }

    static func get(
        _ path: String, _ query: [(String, String)] = [], as access: APIAccess, media: Media = .json
    ) -> APICall {
        APICall(method: .get, path: path, query: query, body: [], access: access, effect: .repeatable, media: media)
    }

    static func create(_ path: String, _ body: some Encodable, as access: APIAccess) -> APICall {
        APICall(
            method: .post, path: path, query: [], body: JSONCoding.encode(body), access: access, effect: .once)
    }

    /// A POST whose repetition does no harm.
    static func post(_ path: String, _ body: some Encodable, as access: APIAccess) -> APICall {
        APICall(
            method: .post, path: path, query: [], body: JSONCoding.encode(body), access: access, effect: .repeatable)
    }

    static func patch(
        _ path: String, _ body: some Encodable, as access: APIAccess, effect: Effect = .repeatable
    ) -> APICall {
        APICall(
            method: .patch, path: path, query: [], body: JSONCoding.encode(body), access: access, effect: effect)
    }

    static func delete(_ path: String, as access: APIAccess) -> APICall {
        APICall(method: .delete, path: path, query: [], body: [], access: access, effect: .repeatable)
    }
}

/// A complete answer that is none of an error.
struct APIAnswer: Sendable {
    static let bounds = JSONBounds(bytes: 16 << 20)

    var head: HTTPHead
    var body: [UInt8]

    func decoded<Value: Decodable>(_ type: Value.Type) throws(APIFailure) -> Value {
        do throws(WireProblem) {
            return try JSONCoding.decode(type, from: body, within: Self.bounds)
        } catch {
            let place = error.place.isEmpty ? "its text" : error.place
            throw APIFailure(
                ForgeError(.unexpectedAnswer, status: head.status, "the forge's answer is not as described: \(place)"))
        }
    }
}
