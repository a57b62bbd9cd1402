package import Domain

/// GitHub as a review needs it.
package struct GitHubForge: Sendable {
    let settings: GitHubSettings
    let connection: GitHubConnection
    private let identities: IdentityMemory

    /// - Throws: for an App key that is none.
    package init(
        settings: GitHubSettings, transport: any ForgeTransport, timing: ForgeTiming,
        limits: ForgeLimits = ForgeLimits()
    ) throws(ForgeError) {
        self.settings = settings
        connection = try GitHubConnection(settings: settings, transport: transport, timing: timing, limits: limits)
        identities = IdentityMemory()
    }

    package var name: String { settings.address.host }

    /// Who we are: the same in all repositories. GitHub does not tell an App the number of its bot account: it is 0, and
    /// the login ends in "[bot]", which no other account's can.
    package func identity(in repository: RepositoryName) async throws(ForgeError) -> ForgeIdentity {
        if let known = await identities.identity { return known }
        let identity: ForgeIdentity
        do throws(APIFailure) {
            if settings.isApp {
                let app = try await connection.get(WireApp.self, "/app", as: .app)
                guard let slug = app.slug, !slug.isEmpty else {
                    throw APIFailure(ForgeError(.unexpectedAnswer, "the forge's answer is not as described: slug"))
                }
                identity = ForgeIdentity(login: slug.bounded(to: 94) + "[bot]", id: 0, isApp: true)
            } else {
                let actor = try await connection.get(WireAccount.self, "/user", as: .user).actor
                identity = ForgeIdentity(login: actor.login, id: actor.id, isApp: false)
            }
        } catch {
            throw error.error
        }
        await identities.keep(identity)
        return identity
    }
}

struct WireApp: Decodable {
    var id: Int64
    var slug: String?
    var name: String
    var permissions: [String: WireTolerant<String>]?
    var events: [String]?
}

/// Who we are changes only with the credential, and with it this value.
private actor IdentityMemory {
    private(set) var identity: ForgeIdentity?

    func keep(_ identity: ForgeIdentity) {
        self.identity = identity
    }
}
