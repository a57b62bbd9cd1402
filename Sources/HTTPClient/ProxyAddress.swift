/// A proxy as configured.
struct ProxyAddress: Sendable {
    /// As libcurl takes it; may hold a password.
    let url: String
    /// Host and port, for messages.
    let authority: String

    /// Without a scheme: an HTTP proxy. The port is needed, because there is no usual one.
    init?(_ text: String) {
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        let scheme = parts.count == 2 ? parts[0].lowercased() : "http"
        guard let rest = parts.last, ["http", "https", "socks5", "socks5h"].contains(scheme) else { return nil }
        let place = rest.split(separator: "@", omittingEmptySubsequences: false).last ?? rest
        let trimmed = place.hasSuffix("/") ? place.dropLast() : place
        // Read as https so that port 80 is shown.
        guard let address = RequestAddress("https://\(trimmed)"), address.path == "/", address.query == nil,
            trimmed.utf8.last.map({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) == true,
            trimmed.utf8.contains(UInt8(ascii: ":")),
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        url = "\(scheme)://\(rest)"
        authority = address.origin.authority
    }
}

/// Hosts that are reached directly although there is a proxy.
struct ProxyExemptions: Sendable {
    private var all = false
    private var names: [String] = []
    private var ranges: [AddressRange] = []

    init(_ entries: [String]) {
        for entry in entries {
            let text = entry.hasPrefix(".") ? String(entry.dropFirst()) : entry
            if text == "*" {
                all = true
            } else if let range = AddressRange(text) {
                ranges.append(range)
            } else if let name = HostName.canonical(text.utf8) {
                names.append(name)
            }
        }
    }

    func contains(host: String) -> Bool {
        if all { return true }
        if let address = IPAddress(host) { return ranges.contains { $0.contains(address) } }
        return names.contains { host == $0 || host.hasSuffix("." + $0) }
    }
}
