/// Which addresses a request may connect to, checked on the address itself when the connection is made, so that a name
/// which changes its mind cannot pass.
package enum AddressRule: Sendable, Hashable {
    case any
    /// Loopback, private (RFC 1918), link-local and unique local (RFC 4193) addresses.
    case privateOnly
    /// Addresses of the public Internet.
    case publicOnly

    func allows(_ address: IPAddress) -> Bool {
        switch self {
        case .any: true
        case .privateOnly: address.reach == .private
        case .publicOnly: address.reach == .public
        }
    }
}

/// How far an address reaches.
enum AddressReach: Hashable {
    case `private`, `public`
    /// Neither: unspecified, shared, multicast, documentation, reserved, tunnels that hide another address.
    case special
}

extension IPAddress {
    /// After the special-purpose registries of IANA (IPv4: RFC 6890 and its updates; IPv6: only 2000::/3 is given out).
    var reach: AddressReach {
        if bytes.count == 4 { return Self.reach(ofIPv4: bytes) }
        if let inner = embeddedIPv4 { return Self.reach(ofIPv4: inner) }
        if Self.privateIPv6.contains(where: { $0.contains(self) }) { return .private }
        guard bytes[0] & 0xE0 == 0x20 else { return .special }
        return Self.specialIPv6.contains { $0.contains(self) } ? .special : .public
    }

    private static func reach(ofIPv4 bytes: [UInt8]) -> AddressReach {
        let address = IPAddress(bytes: bytes)
        if privateIPv4.contains(where: { $0.contains(address) }) { return .private }
        return specialIPv4.contains { $0.contains(address) } ? .special : .public
    }

    /// IPv4-mapped (::ffff:0:0/96) and translated (64:ff9b::/96, RFC 6052) addresses reach what they hold.
    private var embeddedIPv4: [UInt8]? {
        Self.carriers.contains { $0.contains(self) } ? Array(bytes[12...]) : nil
    }

    private static let carriers = ranges("::ffff:0:0/96", "64:ff9b::/96")
    private static let privateIPv4 = ranges(
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16")
    private static let specialIPv4 = ranges(
        "0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
        "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/3")
    private static let privateIPv6 = ranges("::1/128", "fe80::/10", "fc00::/7")
    private static let specialIPv6 = ranges("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")

    private static func ranges(_ texts: String...) -> [AddressRange] { texts.compactMap { AddressRange($0) } }
}

/// Addresses that share their first bits.
struct AddressRange: Hashable, Sendable {
    let first: IPAddress
    let prefixLength: Int

    /// "10.0.0.0/8", "fd00::/8", or one address.
    init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = IPAddress(String(parts[0])) else { return nil }
        let bits = first.bytes.count * 8
        guard parts.count == 2 else {
            self.first = first
            prefixLength = bits
            return
        }
        guard parts[1].utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let length = Int(parts[1]), length <= bits
        else { return nil }
        self.first = first
        prefixLength = length
    }

    func contains(_ address: IPAddress) -> Bool {
        guard address.bytes.count == first.bytes.count else { return false }
        let whole = prefixLength / 8
        guard address.bytes[..<whole] == first.bytes[..<whole] else { return false }
        let rest = prefixLength % 8
        return rest == 0 || (address.bytes[whole] ^ first.bytes[whole]) >> UInt8(8 - rest) == 0
    }
}
