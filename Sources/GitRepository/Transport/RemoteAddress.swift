package import Domain

/// Where a repository is fetched from: an address over HTTP, taken apart and found harmless.
///
/// Only https, and http where the forge itself is spoken to by http. No credential, query or fragment, nothing that git
/// could take for an option, another protocol (`ext::`, `file://`, `host:path`) or a line of its own.
package struct RemoteAddress: Hashable, Sendable, CustomStringConvertible {
    /// The address as git is given it.
    package let url: String
    /// "https" or "http".
    let scheme: String
    /// Scheme, host and port: where the credential may go.
    let origin: String

    /// - Parameter allowsPlainHTTP: True when the operator's own address of the forge begins with `http:`.
    package init(_ url: String, allowsPlainHTTP: Bool = false) throws(TransportError) {
        func refusal(_ reason: String) -> TransportError {
            TransportError(.refused, "the repository's address cannot be used: \(reason)")
        }
        guard url.utf8.count <= 2048 else { throw refusal("it is longer than 2,048 bytes") }
        guard let colon = url.firstRange(of: "://") else { throw refusal("it does not begin with https://") }
        scheme = String(url[..<colon.lowerBound])
        guard scheme == "https" || scheme == "http" else { throw refusal("it does not begin with https://") }
        guard scheme == "https" || allowsPlainHTTP else {
            throw refusal("it is not encrypted (http), while the forge's own address is")
        }
        let rest = url[colon.upperBound...]
        guard let slash = rest.firstIndex(of: "/") else { throw refusal("it names no repository") }
        let authority = rest[..<slash]
        let path = rest[rest.index(after: slash)...]
        guard Self.isHost(authority) else { throw refusal("it names no plain host") }
        guard !path.isEmpty, path.utf8.allSatisfy(Self.isPathByte) else {
            throw refusal("its path has characters other than letters, digits and -._~%+/")
        }
        let components = path.split(separator: "/", omittingEmptySubsequences: false)
        guard components.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw refusal("its path has an empty, '.' or '..' component")
        }
        self.url = url
        origin = "\(scheme)://\(authority)"
    }

    package var description: String { url }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        isNameByte(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%") || byte == UInt8(ascii: "+")
            || byte == UInt8(ascii: "~") || byte == UInt8(ascii: "_")
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }

    /// A name, an IPv4 address or an IPv6 address in brackets, with or without a port.
    private static func isHost(_ authority: Substring) -> Bool {
        var host = authority.utf8[...]
        if host.first == UInt8(ascii: "[") {
            guard let close = host.firstIndex(of: UInt8(ascii: "]")) else { return false }
            let inner = host[host.index(after: host.startIndex)..<close]
            guard !inner.isEmpty, inner.allSatisfy({ $0.hexValue != nil || $0 == 0x3A || $0 == 0x2E }) else {
                return false
            }
            return isPort(host[host.index(after: close)...])
        }
        let colon = host.firstIndex(of: UInt8(ascii: ":")) ?? host.endIndex
        guard isPort(host[colon...]) else { return false }
        host = host[..<colon]
        guard let first = host.first, first != UInt8(ascii: "-"), first != UInt8(ascii: ".") else { return false }
        return host.count <= 253 && host.allSatisfy(isNameByte)
    }

    private static func isPort(_ text: Substring.UTF8View) -> Bool {
        guard text.first == UInt8(ascii: ":") else { return text.isEmpty }
        let digits = text.dropFirst()
        return (1...5).contains(digits.count) && digits.allSatisfy { (0x30...0x39).contains($0) }
    }
}

/// What opens a repository to git: a user name, which forges mostly ignore, and a secret.
package struct RemoteCredential: Sendable {
    package let user: String
    package let secret: Secret

    /// - Parameter user: `x-access-token` for GitHub's installation tokens and personal ones.
    package init(user: String = "x-access-token", secret: Secret) {
        self.user = user
        self.secret = secret
    }
}

/// The name of a reference on a server, spelled by git's rules (git-check-ref-format) and a little stricter: printable,
/// and below `refs/`, so that it is never an option, a pattern or two references.
package struct ReferenceName: Hashable, Sendable, CustomStringConvertible {
    package let name: String

    /// - Parameter name: The whole name: `refs/heads/main`, `refs/pull/7/head`.
    package init(_ name: String) throws(TransportError) {
        func refusal(_ reason: String) -> TransportError {
            TransportError(.refused, "a reference's name cannot be used: \(reason)")
        }
        guard name.hasPrefix("refs/") else { throw refusal("it does not begin with refs/") }
        guard name.utf8.count <= 1024 else { throw refusal("it is longer than 1,024 bytes") }
        let forbidden: Set<UInt8> = Set(" ~^:?*[\\".utf8)
        guard name.unicodeScalars.allSatisfy({ !$0.isHidden && $0 != "\n" && $0 != "\t" }),
            name.utf8.allSatisfy({ $0 > 32 && $0 != 127 && !forbidden.contains($0) })
        else { throw refusal("it has a control character, a space or one of ~^:?*[\\") }
        let components = name.split(separator: "/", omittingEmptySubsequences: false)
        guard name.firstRange(of: "..") == nil, name.firstRange(of: "@{") == nil, !name.hasSuffix("."),
            components.allSatisfy({ !$0.isEmpty && !$0.hasPrefix(".") && !$0.hasSuffix(".lock") })
        else { throw refusal("git does not allow such names") }
        self.name = name
    }

    package static func branch(_ name: String) throws(TransportError) -> ReferenceName {
        try ReferenceName("refs/heads/" + name)
    }

    /// The head of a GitHub pull request, which outlives its branch.
    package static func pullRequest(_ number: Int) throws(TransportError) -> ReferenceName {
        try ReferenceName("refs/pull/\(number)/head")
    }

    package var description: String { name }
}
