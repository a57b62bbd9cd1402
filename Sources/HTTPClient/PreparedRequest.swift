/// A request that passed every check that needs no network.
struct PreparedRequest: Sendable {
    let address: RequestAddress
    let method: String
    /// Header fields as libcurl takes them, each ended by a zero byte.
    let fields: [[UInt8]]
    let body: [UInt8]
    let limits: HTTPLimits
    /// What the connection's own address must fulfil.
    let rule: AddressRule
    let proxy: ProxyAddress?

    /// Doing it twice is doing it once (RFC 9110, 9.2.1): only then may a lost request be sent again.
    var isSafe: Bool { ["GET", "HEAD", "OPTIONS"].contains(method) }
    /// Also with an empty body, where the method usually has one (RFC 9110, 8.6).
    var announcesLength: Bool { !body.isEmpty || ["POST", "PUT", "PATCH"].contains(method) }
    var destination: String { address.origin.authority }

    init(_ request: HTTPRequest, for client: ClientSettings) throws(HTTPError) {
        guard let address = RequestAddress(request.url) else {
            throw HTTPError(
                .invalidURL, wasSent: false,
                "the address is not a plain http or https URL (no userinfo, fragment, spaces or unusual host)")
        }
        guard client.configuration.allowed.contains(address.origin) else {
            throw HTTPError(
                .forbiddenHost, wasSent: false,
                "\(address.origin) is not among the configured endpoints: nothing was sent there")
        }
        guard (1...32).contains(request.method.utf8.count),
            request.method.utf8.allSatisfy({ (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }),
            request.method != "CONNECT", request.method != "HEAD" || request.body.isEmpty
        else { throw HTTPError(.invalidRequest, wasSent: false, "the request has no proper method") }
        self.address = address
        method = request.method
        fields = try Self.fields(request)
        body = request.body
        limits = request.limits
        rule = request.addresses
        proxy = try Self.proxy(for: address.origin, rule: request.addresses, client)
    }

    private static func proxy(
        for origin: HTTPOrigin, rule: AddressRule, _ client: ClientSettings
    ) throws(HTTPError) -> ProxyAddress? {
        guard client.configuration.proxy != nil, !client.exemptions.contains(host: origin.host) else { return nil }
        guard let proxy = client.proxy else {
            throw HTTPError(
                .invalidURL, wasSent: false, "the configured proxy is not an address such as http://proxy:3128")
        }
        guard rule == .any else {
            throw HTTPError(
                .forbiddenAddress, wasSent: false,
                "the address of \(origin.authority) must be checked, which a proxy prevents: "
                    + "except the host from the proxy")
        }
        return proxy
    }

    private static func fields(_ request: HTTPRequest) throws(HTTPError) -> [[UInt8]] {
        var fields: [[UInt8]] = []
        var names: Set<String> = []
        for header in request.headers {
            let name = header.name.lowercased()
            guard isToken(name), !ownFields.contains(name), header.value.allSatisfy(isFieldByte) else {
                throw HTTPError(.invalidRequest, wasSent: false, "a header field of the request must not be sent")
            }
            names.insert(name)
            // An empty field is spelt with a semicolon in libcurl; with a colon it would take the field out.
            let isEmpty = header.value.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            fields.append(Array(header.name.utf8) + (isEmpty ? Array(";".utf8) : Array(": ".utf8) + header.value) + [0])
        }
        // What libcurl would add on its own: a form's content type, and a round trip before a large body.
        if !names.contains("content-type") { fields.append(Array("Content-Type:".utf8) + [0]) }
        fields.append(Array("Expect:".utf8) + [0])
        return fields
    }

    /// Fields that say where a message ends or goes.
    private static let ownFields: Set<String> = [
        "host", "content-length", "transfer-encoding", "connection", "proxy-connection", "keep-alive", "upgrade", "te",
        "trailer", "expect", "proxy-authorization", "accept-encoding",
    ]

    /// RFC 9110, 5.6.2.
    private static func isToken(_ name: String) -> Bool {
        (1...256).contains(name.utf8.count)
            && name.utf8.allSatisfy { byte in
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    private static func isFieldByte(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\t") || byte >= 0x20 && byte != 0x7F
    }
}

/// A configuration with its texts read once.
struct ClientSettings: Sendable {
    let configuration: HTTPClientConfiguration
    let proxy: ProxyAddress?
    let exemptions: ProxyExemptions

    init(_ configuration: HTTPClientConfiguration) {
        self.configuration = configuration
        proxy = configuration.proxy.flatMap { ProxyAddress($0) }
        exemptions = ProxyExemptions(configuration.noProxy)
    }
}
