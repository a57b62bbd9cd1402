import HTTPClient

/// The one place that requests go to: scheme, host, port and the path that all calls begin with.
struct APIBase: Sendable {
    private let url: String
    private let origin: HTTPOrigin?
    private let path: String

    /// - Parameter url: without a slash at the end.
    init(_ url: String) {
        self.url = url
        origin = HTTPOrigin(url: url)
        path = Self.path(of: url)
    }

    func url(of call: APICall) -> String {
        var text = call.path.hasPrefix("/") ? url + call.path : call.path
        for (index, (name, value)) in call.query.enumerated() {
            text += (index == 0 ? "?" : "&") + name + "=" + PercentCoding.encode(value)
        }
        return text
    }

    /// Whether an address that the forge gave lies within the API, so that the credential may go there.
    func holds(_ address: String) -> Bool {
        guard address.utf8.count <= 4096, let other = HTTPOrigin(url: address), other == origin else { return false }
        let path = Self.path(of: address)
        return path.hasPrefix(self.path + "/") && !path.contains("/..")
    }

    /// The address that a `Location` field names; nil when it is not within the API.
    func redirect(to location: String) -> String? {
        let address =
            location.hasPrefix("/") && !location.hasPrefix("//") ? (origin?.description ?? "") + location : location
        return holds(address) ? address : nil
    }

    /// The target of `rel="next"` in a `Link` field (RFC 8288), as GitHub writes it.
    static func next(in link: String) -> String? {
        for part in link.split(separator: ",").prefix(16) {
            let pieces = part.split(separator: ";")
            guard let target = pieces.first.map({ $0.drop { $0 == " " } }), target.hasPrefix("<"),
                target.hasSuffix(">"),
                pieces.dropFirst().contains(where: { $0.drop { $0 == " " } == "rel=\"next\"" })
            else { continue }
            return String(target.dropFirst().dropLast())
        }
        return nil
    }

    private static func path(of url: String) -> String {
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return "" }
        return "/" + String(parts[3].prefix { $0 != "?" })
    }
}
