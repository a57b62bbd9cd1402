/// Scheme, host and port: the place a request goes to, read strictly (RFC 3986) so that no two parsers can differ over it.
package struct HTTPOrigin: Hashable, Sendable, CustomStringConvertible {
    package enum Scheme: String, Sendable {
        case http, https

        var defaultPort: Int { self == .http ? 80 : 443 }
    }

    package let scheme: Scheme
    /// Lower case, without a trailing dot; an address of either family in its usual form, without brackets.
    package let host: String
    package let port: Int

    init(scheme: Scheme, host: String, port: Int) {
        self.scheme = scheme
        self.host = host
        self.port = port
    }

    /// Nil for whatever is not plainly an http or https address: userinfo, backslashes, control or non-ASCII characters,
    /// percent signs in the host, addresses in other than the usual notation, fragments.
    package init?(url: String) {
        guard let address = RequestAddress(url) else { return nil }
        self = address.origin
    }

    /// Host and port as they stand in an address.
    package var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    package var description: String { "\(scheme.rawValue)://\(authority)" }
}
