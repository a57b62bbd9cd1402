package import HTTPClient

/// Where a GitHub is: its pages and its API.
package struct GitHubWebAddress: Sendable, Hashable {
    package enum Problem: Error, Sendable, Hashable, CustomStringConvertible {
        case notAnAddress(String)
        case unencrypted(String)

        package var description: String {
            switch self {
            case .notAnAddress(let text):
                "'\(text.printable(atMost: 200))' is not a GitHub's address: write it like https://github.com, without a path"
            case .unencrypted(let host):
                "http would show the token to the network: write https://\(host)"
            }
        }
    }

    /// "https://github.com", without a slash at the end.
    package let url: String
    /// "https://api.github.com"; "https://HOST/api/v3" for an Enterprise server.
    package let apiURL: String
    /// "github.com", with the port where it is not the usual one.
    package let host: String

    /// - Parameters:
    ///   - url: "https://github.com", "https://acme.ghe.com", or an Enterprise server's; http only on this machine.
    ///   - apiURL: only where it cannot be told from `url`.
    package init(_ url: String, apiURL: String? = nil) throws(Problem) {
        let origin = try Self.origin(url, mayHavePath: false)
        self.url = origin.description
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
    }

    /// The only place that requests go to.
    package var apiOrigin: HTTPOrigin? { HTTPOrigin(url: apiURL) }

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
