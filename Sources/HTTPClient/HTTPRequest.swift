/// A request as it is to be sent. Nothing is added that could change its meaning: no cookies, no redirects followed.
package struct HTTPRequest: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Upper-case letters, e.g. "POST".
    package var method: String
    /// Absolute, http or https, percent-encoded, without userinfo and fragment.
    package var url: String
    /// Host, lengths and connection fields are the client's own and refused here.
    package var headers: [HTTPHeader]
    package var body: [UInt8]
    package var limits: HTTPLimits
    package var addresses: AddressRule

    package init(
        method: String = "GET", url: String, headers: [HTTPHeader] = [], body: [UInt8] = [],
        limits: HTTPLimits = HTTPLimits(), addresses: AddressRule = .any
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.addresses = addresses
    }

    /// Method and address without query and userinfo: both may hold secrets.
    package var description: String {
        guard let address = RequestAddress(url) else { return "\(method) [not an address]" }
        return "\(method) \(address.origin)\(address.path)"
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(reflecting: description) }
}

/// What a request may take. A time that is not above zero is over at once; infinity never is.
package struct HTTPLimits: Sendable, Hashable {
    /// Seconds for looking the name up, connecting and the TLS handshake.
    package var connectSeconds: Double
    /// Seconds from the call to the last byte of the body, waiting for a free connection included.
    package var totalSeconds: Double
    /// Seconds without a byte in either direction once the request may be sent. A reader's slowness does not count.
    package var idleSeconds: Double
    /// Bytes of the body, after decompression.
    package var maxBodyBytes: Int
    /// Bytes of status lines and header fields, trailers included.
    package var maxHeaderBytes: Int

    package init(
        connectSeconds: Double = 10, totalSeconds: Double = 600, idleSeconds: Double = 120,
        maxBodyBytes: Int = 16 << 20, maxHeaderBytes: Int = 64 << 10
    ) {
        self.connectSeconds = connectSeconds
        self.totalSeconds = totalSeconds
        self.idleSeconds = idleSeconds
        self.maxBodyBytes = maxBodyBytes
        self.maxHeaderBytes = maxHeaderBytes
    }
}
