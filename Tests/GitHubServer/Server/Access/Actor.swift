/// Who makes a request.
struct Actor: Sendable {
    enum Kind: Sendable {
        case nobody
        case app(Int)
        case installation(Int, permissions: [String: String], repositories: Set<Int>?)
        case person(scopes: [String])
        case limitedPerson(permissions: [String: String], repositories: Set<Int>?)
    }

    var kind: Kind
    /// The account that content is written by.
    var login: String?
    /// Whose share of the rate limit a request takes.
    var bucket: String
    var expiresAt: Int?

    /// The App whose installation token this is.
    func app(in state: WorldState) -> App? {
        switch kind {
        case .app(let id): state.app(id)
        case .installation(let id, _, _): state.installation(id).flatMap { state.app($0.app) }
        default: nil
        }
    }
}

extension WorldState {
    /// Reads the Authorization header.
    func actor(of request: Incoming, now: Int) throws(Refusal) -> Actor {
        guard let header = request.header("authorization") else {
            return Actor(kind: .nobody, login: nil, bucket: "127.0.0.1")
        }
        let words = header.split(separator: " ", maxSplits: 1).map(String.init)
        guard words.count == 2 else { throw Refusal.badCredentials }
        switch words[0].lowercased() {
        case "bearer", "token":
            let text = words[1].trimmingSpaces
            // Three parts between dots are a signed assertion; tokens have no dots.
            if text.split(separator: ".", omittingEmptySubsequences: false).count == 3 {
                let app = try appAssertion(text, now: now)
                return Actor(kind: .app(app.id), login: nil, bucket: "app \(app.id)")
            }
            return try actor(holding: text, now: now)
        case "basic":
            guard let pair = Base64.decode(words[1].trimmingSpaces),
                case let text = String(decoding: pair, as: UTF8.self), let colon = text.firstIndex(of: ":")
            else { throw Refusal.badCredentials }
            return try actor(holding: String(text[text.index(after: colon)...]), now: now)
        default: throw Refusal.badCredentials
        }
    }

    func actor(holding text: String, now: Int) throws(Refusal) -> Actor {
        guard let token = tokens[text], !token.isRevoked, token.expiresAt.map({ now < $0 }) ?? true else {
            throw Refusal.badCredentials
        }
        switch token.kind {
        case .installation(let id, let permissions, let repositories):
            guard let installation = installation(id), let app = app(installation.app) else {
                throw Refusal.badCredentials
            }
            if installation.suspendedAt != nil { throw Refusal.forbidden("This installation has been suspended") }
            return Actor(
                kind: .installation(id, permissions: permissions, repositories: repositories), login: app.bot,
                bucket: "installation \(id)", expiresAt: nil)
        case .classic(let login, let scopes):
            return Actor(
                kind: .person(scopes: scopes), login: login, bucket: "user \(login)", expiresAt: token.expiresAt)
        case .fineGrained(let login, let permissions, let repositories):
            return Actor(
                kind: .limitedPerson(permissions: permissions, repositories: repositories), login: login,
                bucket: "user \(login)", expiresAt: token.expiresAt)
        }
    }
}

extension String {
    var trimmingSpaces: String { Substring(self).trimmingBlanks }
}
