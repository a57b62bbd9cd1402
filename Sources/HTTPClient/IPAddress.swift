import Glibc

/// An address of either family, as bytes.
struct IPAddress: Hashable, Sendable {
    /// 4 or 16.
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Four decimal numbers and nothing else.
    init?(ipv4 text: String) {
        guard let bytes = Self.parsed(text, family: AF_INET, count: 4) else { return nil }
        self.bytes = bytes
    }

    /// Without brackets and zone.
    init?(ipv6 text: String) {
        guard let bytes = Self.parsed(text, family: AF_INET6, count: 16) else { return nil }
        self.bytes = bytes
    }

    init?(_ text: String) {
        guard let address = Self(ipv4: text) ?? Self(ipv6: text) else { return nil }
        self = address
    }

    /// From a `sockaddr_in` or `sockaddr_in6`.
    init?(socketAddress: UnsafeRawPointer, length: Int) {
        guard length >= MemoryLayout<sa_family_t>.size else { return nil }
        let family = Int32(socketAddress.loadUnaligned(as: sa_family_t.self))
        let range: Range<Int>
        switch family {
        // The address stands behind family (2) and port (2), in IPv6 behind the flow label (4) too.
        case AF_INET: range = 4..<8
        case AF_INET6: range = 8..<24
        default: return nil
        }
        guard length >= range.upperBound else { return nil }
        bytes = Array(UnsafeRawBufferPointer(start: socketAddress, count: length)[range])
    }

    /// The usual notation (RFC 5952 for IPv6).
    var text: String {
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func parsed(_ text: String, family: Int32, count: Int) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: count)
        guard !text.utf8.contains(0), inet_pton(family, text, &bytes) == 1 else { return nil }
        return bytes
    }
}
