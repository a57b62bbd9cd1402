/// A GitHub App.
package struct App: Sendable {
    package let id: Int
    package var slug: String
    package var name: String
    package var owner: String
    package var clientID: String
    package var permissions: [String: String]
    package var events: [String]
    /// PEM (PKCS #1, as the service hands it out); the server itself needs the public half only.
    package var privateKey: String
    package var webhookSecret: String
    package var webhookURL: String?
    /// Whether deliveries are sent as forms.
    package var hookForm = false
    package let createdAt: Int

    package var bot: String { slug + "[bot]" }
}

/// An App on an account's repositories.
package struct Installation: Sendable {
    package let id: Int
    package let app: Int
    package var account: String
    package var permissions: [String: String]
    /// nil: all repositories of the account.
    package var repositories: Set<Int>?
    package var suspendedAt: Int?
    package let createdAt: Int
}

/// What an App that was made from a manifest is taken over with.
struct ManifestCode: Sendable {
    var app: Int
    /// Seconds since 1970; good until then.
    var until: Int
}

/// A token and what it opens.
package struct Token: Sendable {
    package enum Kind: Sendable {
        /// Of an installation, perhaps with fewer permissions and repositories than it.
        case installation(Int, permissions: [String: String], repositories: Set<Int>?)
        /// A person's, with classic scopes such as `repo`.
        case classic(login: String, scopes: [String])
        /// A person's, with permissions for repositories that it names (nil: all of the person's).
        case fineGrained(login: String, permissions: [String: String], repositories: Set<Int>?)
    }

    package var text: String
    package var kind: Kind
    package var expiresAt: Int?
    package var isRevoked = false
}
