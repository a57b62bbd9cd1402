/// A request for a repository, whatever server it came through.
package struct GitRequest: Sendable {
    package var method: String
    /// Below the root, percent-decoded: `/owner/name.git/info/refs`.
    package var path: String
    /// As it was sent, without the question mark.
    package var query: String
    /// In the order they came; names in any case.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]

    package init(
        method: String, path: String, query: String, headers: [(name: String, value: String)], body: [UInt8]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

/// An answer whose body is made while it is read.
package struct GitAnswer: Sendable {
    package var status: Int
    package var headers: [(name: String, value: String)]
    /// The next piece, empty at the end. Asked by one task at a time.
    package var next: @Sendable () async throws -> [UInt8]

    package init(
        status: Int, headers: [(name: String, value: String)] = [], next: @escaping @Sendable () async throws -> [UInt8]
    ) {
        self.status = status
        self.headers = headers
        self.next = next
    }

    /// The whole body at once, for servers that cannot stream.
    package func body() async throws -> [UInt8] {
        var whole: [UInt8] = []
        while true {
            let piece = try await next()
            if piece.isEmpty { return whole }
            whole += piece
        }
    }
}
