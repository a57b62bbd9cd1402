/// A host and port to listen on.
package struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    /// An IP address without brackets, or a name.
    package var host: String
    /// 0: any free one.
    package var port: Int

    package init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Parses "127.0.0.1:8080", "[::1]:8080", "localhost:8080" and ":8080" (every address); nil for anything else.
    package init?(_ text: some StringProtocol) {
        let text = String(text)
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
            text[text.index(after: colon)...].utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = host.dropFirst().dropLast()
            guard host.contains(":") else { return nil }
        } else if host.contains(":") {
            return nil
        }
        guard
            host.utf8.allSatisfy({
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || [0x2D, 0x2E, 0x3A, 0x5F].contains($0)
            })
        else { return nil }
        self.init(host: host.isEmpty ? "0.0.0.0" : host.lowercased(), port: Int(port))
    }

    package var isLoopback: Bool { KnownProvider.isLoopback(host: host) }

    package var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}

package enum LogLevel: String, CaseIterable, Sendable, Hashable {
    case debug, info, warning, error
}

/// The `server` block.
package struct ServiceSettings: Sendable, Hashable {
    /// Where webhooks and health questions come in.
    package var listen = ListenAddress(host: "127.0.0.1", port: 8080)
    /// Where metrics and status are, behind the token; nothing listens there without one.
    package var adminListen = ListenAddress(host: "127.0.0.1", port: 8081)
    package var adminToken: SecretSource?
    /// Reviews under way at once.
    package var workers = 8
    /// How long a change must be left alone by pushes before it is reviewed.
    package var quietSeconds = 5
    /// Where people reach the server, for links; without a trailing slash.
    package var publicURL: String?
    package var logLevel = LogLevel.info

    package init() {}
}
