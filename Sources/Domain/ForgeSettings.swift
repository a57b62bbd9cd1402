package enum ForgeKind: String, CaseIterable, Sendable, Hashable, Codable {
    case github
}

/// How the forge is told who asks.
package enum ForgeCredential: Sendable, Hashable {
    /// A GitHub App by its number and private key in PEM.
    case app(id: Int64, privateKey: SecretSource)
    case token(SecretSource)

    package var source: SecretSource {
        switch self {
        case .app(_, let source), .token(let source): source
        }
    }
}

/// One entry of `forges[].repositories`.
package struct RepositoryEntry: Sendable, Hashable {
    /// A glob over `owner/name`; case does not matter.
    package var match: String
    package var budget = BudgetLimits()
    package var mode: ReviewMode?
    package var origin: Origin

    package init(match: String, budget: BudgetLimits = BudgetLimits(), mode: ReviewMode? = nil, origin: Origin) {
        self.match = match
        self.budget = budget
        self.mode = mode
        self.origin = origin
    }
}

/// One entry of `forges`.
package struct ForgeSettings: Sendable, Hashable {
    package var kind: ForgeKind
    /// Without a trailing slash, "https://github.com".
    package var url: String
    /// Only where the API is not at the place that goes with `url`.
    package var apiURL: String?
    package var credential: ForgeCredential
    /// Any of them makes a delivery authentic, so that one can be replaced by the next without a gap.
    package var webhookSecrets: [SecretSource]
    package var mode: ReviewMode?
    package var repositories: [RepositoryEntry]
    /// Dotted, "forges[0]".
    package var key: String
    package var origin: Origin

    package init(
        kind: ForgeKind = .github, url: String = "https://github.com", apiURL: String? = nil,
        credential: ForgeCredential, webhookSecrets: [SecretSource] = [], mode: ReviewMode? = nil,
        repositories: [RepositoryEntry] = [], key: String = "forges[0]", origin: Origin = .builtIn
    ) {
        self.kind = kind
        self.url = url
        self.apiURL = apiURL
        self.credential = credential
        self.webhookSecrets = webhookSecrets
        self.mode = mode
        self.repositories = repositories
        self.key = key
        self.origin = origin
    }

    /// Host, with the port where one is written: what addresses and stored keys call the forge by, "github.com".
    package var name: String {
        let rest = url.lowercased().split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
        return String(rest)
    }

    /// Where the REST API is, without a trailing slash. On an Enterprise server it is below `/api/v3`.
    /// Source: docs.github.com, "Getting started with the REST API", read 2026-11-21.
    package var apiBase: String {
        if let apiURL { return apiURL }
        return name == "github.com" ? "https://api.github.com" : url + "/api/v3"
    }
}

/// What holds for a repository that is served.
package struct ServedRepository: Sendable, Hashable {
    /// The glob that won.
    package var match: String
    package var mode: ReviewMode
    package var budget: BudgetLimits

    package init(match: String, mode: ReviewMode, budget: BudgetLimits) {
        self.match = match
        self.mode = mode
        self.budget = budget
    }
}
