import Glibc

/// An http or https URL, read strictly: what is checked is what is sent.
struct RequestAddress: Hashable {
    let origin: HTTPOrigin
    /// Starts with "/".
    let path: String
    /// Without the question mark.
    let query: String?

    /// The URL put together again from its parts.
    var url: String { "\(origin)\(path)" + (query.map { "?" + $0 } ?? "") }

    init?(_ url: String) {
        let bytes = Array(url.utf8)
        guard bytes.count <= 65_536, bytes.allSatisfy(Self.isAllowed), Self.escapesAreWhole(bytes) else { return nil }
        guard let schemeEnd = bytes.firstIndex(of: UInt8(ascii: ":")),
            let scheme = HTTPOrigin.Scheme(rawValue: String(decoding: bytes[..<schemeEnd], as: UTF8.self).lowercased()),
            bytes[(schemeEnd + 1)...].starts(with: "//".utf8)
        else { return nil }
        let rest = bytes[(schemeEnd + 3)...]
        let authorityEnd = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
        guard let origin = Self.origin(scheme, rest[..<authorityEnd]) else { return nil }
        let target = rest[authorityEnd...]
        // Brackets stand in a host only.
        guard !target.contains(where: { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }) else { return nil }
        let question = target.firstIndex(of: UInt8(ascii: "?"))
        let path = String(decoding: target[..<(question ?? target.endIndex)], as: UTF8.self)
        self.origin = origin
        self.path = path.isEmpty ? "/" : path
        query = question.map { String(decoding: target[($0 + 1)...], as: UTF8.self) }
    }

    /// Unreserved and reserved characters but "#", and "%".
    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~:/?[]@!$&'()*+,;=%".utf8.contains(byte)
        }
    }

    private static func escapesAreWhole(_ bytes: [UInt8]) -> Bool {
        bytes.indices.allSatisfy { index in
            guard bytes[index] == UInt8(ascii: "%") else { return true }
            return index + 2 < bytes.count && isHexDigit(bytes[index + 1]) && isHexDigit(bytes[index + 2])
        }
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private static func origin(_ scheme: HTTPOrigin.Scheme, _ authority: ArraySlice<UInt8>) -> HTTPOrigin? {
        let hostEnd: Int
        let host: String?
        if authority.first == UInt8(ascii: "[") {
            guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
            host =
                IPAddress(ipv6: String(decoding: authority[(authority.startIndex + 1)..<close], as: UTF8.self))?
                .text
            hostEnd = close + 1
        } else {
            hostEnd = authority.firstIndex(of: UInt8(ascii: ":")) ?? authority.endIndex
            host = HostName.canonical(authority[..<hostEnd])
        }
        guard let host else { return nil }
        guard hostEnd < authority.endIndex else {
            return HTTPOrigin(scheme: scheme, host: host, port: scheme.defaultPort)
        }
        let digits = authority[(hostEnd + 1)...]
        guard authority[hostEnd] == UInt8(ascii: ":"), digits.count <= 5,
            digits.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { return nil }
        // An empty port is the default one (RFC 3986, 3.2.3).
        guard !digits.isEmpty else { return HTTPOrigin(scheme: scheme, host: host, port: scheme.defaultPort) }
        guard let port = Int(String(decoding: digits, as: UTF8.self)), (1...65_535).contains(port) else { return nil }
        return HTTPOrigin(scheme: scheme, host: host, port: port)
    }
}
