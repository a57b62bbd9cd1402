import CryptoExtras
import Foundation

/// Keys of Apps take a moment to make; one is enough for all servers of a process.
private let commonKey: String? = try? _RSA.Signing.PrivateKey(keySize: .bits2048).pemRepresentation

extension World {
    /// Everything a reviewing App asks for.
    package static let reviewing = [
        "metadata": "read", "contents": "read", "pull_requests": "write", "issues": "write", "checks": "write",
    ]

    @discardableResult
    package func addApp(
        slug: String = "hunkwise", owner: String = "acme", permissions: [String: String] = World.reviewing,
        privateKey: String? = nil, webhookSecret: String = "secret", webhookURL: String? = nil
    ) throws -> App {
        guard let key = privateKey ?? commonKey else { throw WorldError("no key for the App") }
        let now = clock.now()
        return use { state in
            state.ensure(account: owner, .organization)
            let app = App(
                id: state.nextID(), slug: slug, name: slug.capitalized, owner: owner,
                clientID: "Iv23" + Secrets.text(16), permissions: permissions,
                events: [
                    "check_run", "check_suite", "issue_comment", "pull_request", "pull_request_review",
                    "pull_request_review_comment", "pull_request_review_thread", "push",
                ], privateKey: key, webhookSecret: webhookSecret, webhookURL: webhookURL, createdAt: now)
            state.apps.append(app)
            state.ensure(account: app.bot, .bot)
            return app
        }
    }

    /// The service made an App from a manifest, and its page leads back with this code, good for one conversion.
    package func offerApp(code: String, slug: String = "from-manifest", owner: String = "acme") throws -> App {
        let app = try addApp(slug: slug, owner: owner, webhookSecret: Secrets.text(40))
        let until = clock.now() + Pages.codeLife
        use { $0.manifestCodes[code] = ManifestCode(app: app.id, until: until) }
        return app
    }

    /// Whoever comes to the pages from now on is this person.
    package func signIn(_ login: String) {
        use { state in
            state.ensure(account: login)
            state.person = login
        }
    }

    /// Installs an App on an account; `repositories` are names, nil for all.
    @discardableResult
    package func install(
        _ app: App, on account: String, repositories: [String]? = nil, permissions: [String: String]? = nil
    ) throws -> Installation {
        let now = clock.now()
        return try use { state in
            state.ensure(account: account)
            let installation = Installation(
                id: state.nextID(), app: app.id, account: account, permissions: permissions ?? app.permissions,
                repositories: try repositories.map { names in
                    Set(try names.map { try state.repository(named: $0).id })
                }, createdAt: now)
            state.installations.append(installation)
            return installation
        }
    }

    /// Takes an installation away, and with it what its tokens open.
    package func uninstall(_ installation: Installation) {
        use { state in state.installations.removeAll { $0.id == installation.id } }
    }

    package func change(installation id: Int, _ body: (inout Installation) -> Void) {
        use { state in
            if let index = state.installations.firstIndex(where: { $0.id == id }) {
                body(&state.installations[index])
            }
        }
    }

    package func suspend(_ installation: Installation) {
        let now = clock.now()
        change(installation: installation.id) { $0.suspendedAt = now }
    }

    /// A person's classic token.
    package func token(for login: String, scopes: [String] = ["repo"], expiresAt: Int? = nil) -> String {
        add(Token(text: "ghp_" + Secrets.text(36), kind: .classic(login: login, scopes: scopes), expiresAt: expiresAt))
    }

    /// A person's fine-grained token; `repositories` are names, nil for all.
    package func fineGrainedToken(
        for login: String, permissions: [String: String], repositories: [String]? = nil, expiresAt: Int? = nil
    ) throws -> String {
        let chosen = try use { state in
            try repositories.map { names in Set(try names.map { try state.repository(named: $0).id }) }
        }
        return add(
            Token(
                text: "github_pat_" + Secrets.text(60),
                kind: .fineGrained(login: login, permissions: permissions, repositories: chosen),
                expiresAt: expiresAt))
    }

    /// An installation token as `POST access_tokens` makes it, without the way there.
    package func token(
        of installation: Installation, permissions: [String: String]? = nil, lifetime: Int = 3600
    ) -> String {
        add(
            Token(
                text: "ghs_" + Secrets.text(36),
                kind: .installation(
                    installation.id, permissions: permissions ?? installation.permissions, repositories: nil),
                expiresAt: clock.now() + lifetime))
    }

    package func revoke(token: String) { use { $0.tokens[token]?.isRevoked = true } }

    private func add(_ token: Token) -> String {
        use { state in
            if case .classic(let login, _) = token.kind { state.ensure(account: login) }
            if case .fineGrained(let login, _, _) = token.kind { state.ensure(account: login) }
            state.tokens[token.text] = token
        }
        return token.text
    }
}
