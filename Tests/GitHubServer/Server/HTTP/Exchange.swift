/// A request as it came.
package struct Incoming: Sendable {
    package var method: String
    /// Decoded, from the slash.
    package var path: String
    /// As it was written.
    package var rawPath: String
    package var rawQuery: String
    package var query: [(name: String, value: String)]
    /// Names in lower case.
    package var headers: [String: String]
    package var body: [UInt8]

    package func header(_ name: String) -> String? { headers[name] }

    package func parameter(_ name: String) -> String? { query.last { $0.name == name }?.value }
}

package struct Header: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// An answer before it is put on the wire.
package struct Reply: Sendable {
    package var status: Int
    package var headers: [Header]
    package var contentType: String
    package var body: [UInt8]

    package init(
        status: Int = 200, headers: [Header] = [], contentType: String = "application/json; charset=utf-8",
        body: [UInt8] = []
    ) {
        self.status = status
        self.headers = headers
        self.contentType = contentType
        self.body = body
    }
}
