/// Names of hosts in the one form in which they are compared.
enum HostName {
    /// Lower case and without a final dot, or the usual notation of an IPv4 address; nil for anything that some resolver
    /// might read as another host: octal, hexadecimal or short addresses, percent signs, empty labels.
    static func canonical(_ bytes: some Collection<UInt8>) -> String? {
        var labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        if labels.count > 1, labels.last?.isEmpty == true { labels.removeLast() }
        guard labels.reduce(labels.count - 1, { $0 + $1.count }) <= 253, let last = labels.last else { return nil }
        guard labels.allSatisfy({ (1...63).contains($0.count) && $0.allSatisfy(isNameByte) }) else { return nil }
        let name = labels.map { String(decoding: $0, as: UTF8.self).lowercased() }.joined(separator: ".")
        guard !isNumber(last) else { return IPAddress(ipv4: name)?.text }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// A last label of digits, or "0x" and hexadecimal digits, makes the whole an IPv4 address in one parser or another.
    private static func isNumber(_ label: some Collection<UInt8>) -> Bool {
        let text = String(decoding: label, as: UTF8.self).lowercased()
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) { return true }
        return text.hasPrefix("0x") && text.dropFirst(2).allSatisfy(\.isHexDigit)
    }
}
