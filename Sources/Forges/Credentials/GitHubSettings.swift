package import Domain
package import HTTPClient

/// A GitHub that is served: where it is and who we are there.
package struct GitHubSettings: Sendable {
    package enum Credential: Sendable {
        /// The App's number and its private key in PEM, PKCS#1 or PKCS#8.
        case app(id: Int64, privateKey: Secret)
        /// A personal token, classic or fine-grained.
        case token(Secret)
    }

    package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        case notAnAddress(String)
        case unencrypted(String)
        case markerKeyTooShort

        package var description: String {
            switch self {
            case .notAnAddress(let text):
                "'\(text.printable(atMost: 200))' is not a GitHub's address: write it like https://github.com, without a path"
            case .unencrypted(let host):
                "http would show the token to the network: write https://\(host)"
            case .markerKeyTooShort:
                "the marker key is shorter than 16 bytes: make one with 'openssl rand -hex 32' and keep it"
            }
        }
    }

    /// "https://github.com", without a slash at the end.
    package let webURL: String
    /// "https://api.github.com"; "https://HOST/api/v3" for an Enterprise server.
    package let apiURL: String
    /// "github.com", with the port where it is not the usual one.
    package let host: String
    package let credential: Credential
    /// Proves that a marker in a comment is ours. It must stay the same for as long as comments are to be found again.
    package let markerKey: Secret
    /// What checks are called on pull requests.
    package var checkName = "hunkwise"

    /// - Parameters:
    ///   - webURL: "https://github.com", "https://acme.ghe.com", or an Enterprise server's.
    ///   - apiURL: only where it cannot be told from `webURL`.
    package init(
        webURL: String, apiURL: String? = nil, credential: Credential, markerKey: Secret
    ) throws(Problem) {
        let origin = try Self.origin(webURL, mayHavePath: false)
        self.webURL = origin.description
        host = origin.authority
        if let apiURL {
            _ = try Self.origin(apiURL, mayHavePath: true)
            self.apiURL = String(apiURL.reversed().drop { $0 == "/" }.reversed())
        } else if origin.host == "github.com" {
            self.apiURL = "https://api.github.com"
        } else if origin.host.hasSuffix(".ghe.com") {
            self.apiURL = "https://api.\(origin.authority)"
        } else {
            self.apiURL = origin.description + "/api/v3"
        }
        guard markerKey.reveal({ $0.count >= 16 }) else { throw .markerKeyTooShort }
        self.credential = credential
        self.markerKey = markerKey
    }

    /// The only place that requests go to.
    package var apiOrigin: HTTPOrigin? { HTTPOrigin(url: apiURL) }

    package var isApp: Bool {
        if case .app = credential { true } else { false }
    }

    private static func origin(_ text: String, mayHavePath: Bool) throws(Problem) -> HTTPOrigin {
        guard let origin = HTTPOrigin(url: text) else { throw .notAnAddress(text) }
        let rest = text.utf8.drop { $0 != UInt8(ascii: "/") }.dropFirst(2).drop { $0 != UInt8(ascii: "/") }
        guard !text.utf8.contains(UInt8(ascii: "?")), mayHavePath || rest.isEmpty || rest.elementsEqual("/".utf8) else {
            throw .notAnAddress(text)
        }
        let isLoopback = ["localhost", "127.0.0.1", "::1"].contains(origin.host)
        guard origin.scheme == .https || isLoopback else { throw .unencrypted(origin.authority) }
        return origin
    }
}
