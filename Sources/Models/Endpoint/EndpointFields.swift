import Domain
import HTTPClient

/// The head of a request, and where it may go.
enum EndpointFields {
    static func base(of settings: EndpointSettings) throws(CallFailure) -> EndpointAddress {
        guard let base = EndpointAddress(settings.baseURL) else {
            throw CallFailure(
                .badRequest,
                "the base_url of \(settings.name) is not an http or https address; write e.g. "
                    + "https://api.example.com/v1")
        }
        return base
    }

    static func fields(of settings: EndpointSettings, wire: any WireShape) throws(CallFailure) -> [HTTPHeader] {
        var fields = [HTTPHeader("content-type", "application/json")]
        if settings.key?.isEmpty == true {
            throw CallFailure(.badRequest, "the key of \(settings.name) is empty; set it or leave it out")
        }
        var own = wire.headers()
        for (name, value) in settings.headers.sorted(by: { $0.key < $1.key }) {
            guard isName(name), value.reveal({ $0.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 } }) else {
                throw CallFailure(
                    .badRequest, "a header of \(settings.name) has a name or value that cannot be sent; see its headers"
                )
            }
            // What the operator writes takes the place of ours.
            own.removeAll { $0.name == name.lowercased() }
            fields.removeAll { $0.name == name.lowercased() }
            fields.append(value.reveal { HTTPHeader(name.lowercased(), sensitive: $0) })
        }
        return fields + own
    }

    /// Where the request may connect to: to this network alone if the entry says so, or if a key would travel in the
    /// clear.
    static func addresses(of settings: EndpointSettings, origin: HTTPOrigin) -> AddressRule {
        if settings.isAttested { return .any }
        return settings.isLocal || wouldShowKey(settings, origin) ? .privateOnly : .any
    }

    static func wouldShowKey(_ settings: EndpointSettings, _ origin: HTTPOrigin) -> Bool {
        guard origin.scheme == .http else { return false }
        let secretWords = ["auth", "key", "token", "secret", "cookie"]
        return settings.key != nil
            || settings.headers.keys.contains { name in secretWords.contains { name.lowercased().contains($0) } }
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
