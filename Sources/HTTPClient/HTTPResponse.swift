/// Status and header fields of an answer. The values are the server's own text: bounded in size, not in content.
package struct HTTPHead: Sendable {
    package let status: Int
    /// In the order received; names as the server spelt them.
    package let headers: [(name: String, value: String)]
    /// "1.0", "1.1" or "2".
    package let httpVersion: String

    package init(status: Int, headers: [(name: String, value: String)], httpVersion: String) {
        self.status = status
        self.headers = headers
        self.httpVersion = httpVersion
    }

    /// The first field of that name, whatever its case.
    package subscript(name: String) -> String? {
        let wanted = name.lowercased()
        return headers.first { $0.name.lowercased() == wanted }?.value
    }
}

/// Seconds until each step was done. The first three count from when the connection was begun, and are zero for a
/// connection used again; the others from the call.
package struct HTTPTimings: Sendable, Hashable {
    package var nameLookup: Double
    package var connect: Double
    package var tls: Double
    /// The first byte of the answer's head.
    package var firstByte: Double
    /// The last byte, or now while more is to come.
    package var total: Double

    package init(
        nameLookup: Double = 0, connect: Double = 0, tls: Double = 0, firstByte: Double = 0, total: Double = 0
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
    }
}

/// A whole answer.
package struct HTTPResponse: Sendable {
    package let head: HTTPHead
    package let body: [UInt8]
    package let timings: HTTPTimings

    package init(head: HTTPHead, body: [UInt8], timings: HTTPTimings) {
        self.head = head
        self.body = body
        self.timings = timings
    }
}
