import Domain
import HTTPClient

/// Calls of one GitHub, each with the credential that goes with it.
struct GitHubConnection: Sendable {
    enum Credential: Sendable {
        case app(AppTokens)
        /// The whole value of the `Authorization` field.
        case token(Secret)
    }

    let sender: RequestSender
    let credential: Credential

    init(settings: GitHubSettings, transport: any ForgeTransport, timing: ForgeTiming, limits: ForgeLimits)
        throws(ForgeError)
    {
        sender = RequestSender(
            base: APIBase(settings.address.apiURL), transport: transport, timing: timing, limits: limits)
        switch settings.credential {
        case .token(let token):
            credential = .token(token.reveal { Secret(bytes: Array("Bearer ".utf8) + $0) })
        case .app(let id, let privateKey):
            do throws(AppKey.Problem) {
                credential = .app(AppTokens(key: try AppKey(id: id, privateKey: privateKey), sender: sender))
            } catch {
                throw ForgeError(.unauthorised, error.description)
            }
        }
    }

    func send(_ call: APICall) async throws(APIFailure) -> APIAnswer {
        switch (credential, call.access) {
        case (.token(let token), _):
            return try await sender.send(call, authorization: token, scope: "user")
        case (.app(let tokens), .repository(let repository, let id)):
            let scope = repository.owner.lowercased()
            do throws(APIFailure) {
                let token = try await tokens.token(for: repository, id: id)
                return try await sender.send(call, authorization: token, scope: scope)
            } catch {
                // Revoked before its time: nothing was done with it.
                guard error.error.kind == .unauthorised, error.error.status == 401 else { throw error }
                await tokens.forgetToken(for: repository, id: id)
                let token = try await tokens.token(for: repository, id: id)
                return try await sender.send(call, authorization: token, scope: scope)
            }
        case (.app(let tokens), .app), (.app(let tokens), .user): return try await tokens.sendAsApp(call)
        }
    }

    func get<Value: Decodable>(
        _ type: Value.Type, _ path: String, _ query: [(String, String)] = [], as access: APIAccess
    ) async throws(APIFailure) -> Value {
        try await send(.get(path, query, as: access)).decoded(type)
    }

    /// All elements of a list, page by page.
    func list<Page: Decodable & Sendable, Element: Sendable>(
        _ page: Page.Type, _ path: String, _ query: [(String, String)] = [], as access: APIAccess,
        _ elements: (Page) -> [Element]
    ) async throws(APIFailure) -> [Element] {
        var call = APICall.get(path, query + [("per_page", "100")], as: access)
        var all: [Element] = []
        for _ in 0..<sender.limits.pages {
            let answer = try await send(call)
            all += elements(try answer.decoded(page))
            guard let link = answer.head["Link"].flatMap({ APIBase.next(in: $0) }) else { return all }
            guard sender.base.holds(link) else {
                throw APIFailure(ForgeError(.unexpectedAnswer, "the forge points away from its API"))
            }
            call = .get(link, as: access)
        }
        throw APIFailure(ForgeError(.refused, "the forge's list is longer than \(sender.limits.pages) pages"))
    }

    func list<Element: Decodable & Sendable>(
        _ type: Element.Type, _ path: String, _ query: [(String, String)] = [], as access: APIAccess
    ) async throws(APIFailure) -> [Element] {
        try await list([Element].self, path, query, as: access) { $0 }
    }
}
