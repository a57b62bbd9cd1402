import HTTPClient

/// An endpoint's address taken apart, so that paths can be put to it.
struct EndpointAddress: Sendable, Equatable {
    let origin: HTTPOrigin
    /// From the first slash, without the last; may be empty.
    var path: String
    /// Without the question mark.
    var query: String?

    /// Nil unless the text is plainly an http or https address; see `HTTPOrigin`.
    init?(_ text: String) {
        guard let origin = HTTPOrigin(url: text), let start = text.firstRange(of: "://") else { return nil }
        self.origin = origin
        let tail = text[start.upperBound...].drop { $0 != "/" && $0 != "?" }
        path = String(tail.prefix { $0 != "?" })
        while path.hasSuffix("/") { path.removeLast() }
        let query = tail.drop { $0 != "?" }.dropFirst()
        self.query = query.isEmpty ? nil : String(query)
    }

    /// Takes the first of these endings off the path.
    mutating func dropEnding(_ endings: [String]) {
        guard let ending = endings.first(where: path.hasSuffix) else { return }
        path.removeLast(ending.count)
    }

    /// Host and port.
    var destination: String {
        "\(origin.host.utf8.contains(UInt8(ascii: ":")) ? "[\(origin.host)]" : origin.host):\(origin.port)"
    }

    var text: String { origin.description + path + (query.map { "?" + $0 } ?? "") }

    /// Escapes what may not stand in one segment of a path (RFC 3986).
    static func escaped(segment: String) -> String {
        var result = ""
        for byte in segment.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                result += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return result
    }
}
