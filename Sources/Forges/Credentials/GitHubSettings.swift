package import Domain

/// A GitHub that is served: where it is and who we are there.
package struct GitHubSettings: Sendable {
    package enum Credential: Sendable {
        /// The App's number and its private key in PEM, PKCS#1 or PKCS#8.
        case app(id: Int64, privateKey: Secret)
        /// A personal token, classic or fine-grained.
        case token(Secret)
    }

    package struct MarkerKeyTooShort: Error, Sendable, Hashable, CustomStringConvertible {
        package var description: String {
            "the marker key is shorter than 16 bytes: make one with 'openssl rand -hex 32' and keep it"
        }
    }

    package let address: GitHubWebAddress
    package let credential: Credential
    /// Proves that a mark in a comment is ours. It must stay the same for as long as comments are to be found again.
    package let markerKey: Secret
    /// What checks are called on pull requests.
    package var checkName = "Hunkwise"

    package init(
        address: GitHubWebAddress, credential: Credential, markerKey: Secret
    ) throws(MarkerKeyTooShort) {
        guard markerKey.reveal({ $0.count >= 16 }) else { throw MarkerKeyTooShort() }
        self.address = address
        self.credential = credential
        self.markerKey = markerKey
    }

    package var isApp: Bool {
        if case .app = credential { true } else { false }
    }
}
