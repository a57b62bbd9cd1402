import NIOCore
import NIOPosix
import Testing

/// An answer as it came over the wire.
struct WebAnswer: Sendable {
    var status: Int
    /// By lower-case name.
    var fields: [String: String]
    var body: [UInt8]

    var text: String { String(decoding: body, as: UTF8.self) }
    /// The `status` of the JSON object that the intake answers with; empty for anything else.
    var outcome: String {
        let parts = text.split(separator: "\"")
        return parts.count > 3 && parts[1] == "status" ? String(parts[3]) : ""
    }
}

struct WebError: Error, CustomStringConvertible {
    let description: String
}

/// One connection to a server on loopback, byte by byte under the test's control.
struct WebConnection {
    fileprivate let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    fileprivate var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var pending: [UInt8] = []

    fileprivate init(
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.outbound = outbound
        self.inbound = inbound
    }

    /// Opens a connection, lends it, and closes it.
    static func with<Result: Sendable>(
        port: Int, _ body: @Sendable (inout WebConnection) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = WebConnection(outbound: outbound, inbound: inbound.makeAsyncIterator())
            return try await body(&connection)
        }
    }

    func send(_ bytes: some Collection<UInt8> & Sendable) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws { try await send(Array(text.utf8)) }

    /// The next answer; nil when the connection ended before one began.
    mutating func answer(skippingInformational: Bool = true, toHead: Bool = false) async throws -> WebAnswer? {
        let separator = Array("\r\n\r\n".utf8)
        while true {
            while pending.firstRange(of: separator) == nil {
                guard let part = try await next() else {
                    if pending.isEmpty { return nil }
                    throw WebError(description: "the connection ended within a head")
                }
                pending += part
            }
            guard let end = pending.firstRange(of: separator) else { return nil }
            let lines = String(decoding: pending[..<end.lowerBound], as: UTF8.self).split(separator: "\r\n")
            pending.removeSubrange(..<end.upperBound)
            guard let first = lines.first, let status = Int(first.dropFirst("HTTP/1.1 ".count).prefix(3)) else {
                throw WebError(description: "not an answer: \(lines.first ?? "")")
            }
            if status < 200, skippingInformational { continue }
            var fields: [String: String] = [:]
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { continue }
                fields[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
            }
            let length = toHead || status < 200 ? 0 : fields["content-length"].flatMap { Int($0) } ?? 0
            while pending.count < length {
                guard let part = try await next() else {
                    throw WebError(description: "the connection ended within a body")
                }
                pending += part
            }
            let body = Array(pending.prefix(length))
            pending.removeFirst(length)
            return WebAnswer(status: status, fields: fields, body: body)
        }
    }

    /// Whether the other side closes without another byte.
    mutating func isAtEnd() async -> Bool {
        guard pending.isEmpty, let part = try? await next() else { return pending.isEmpty }
        pending += part
        return false
    }

    private mutating func next() async throws -> [UInt8]? {
        guard let buffer = try await inbound.next() else { return nil }
        return Array(buffer.readableBytesView)
    }
}

/// One request on a connection of its own.
func exchange(port: Int, _ bytes: [UInt8]) async throws -> WebAnswer {
    try await WebConnection.with(port: port) { connection in
        // A server that refuses at once may close before all is written.
        try? await connection.send(bytes)
        guard let answer = try await connection.answer() else { throw WebError(description: "no answer") }
        return answer
    }
}

func get(port: Int, _ path: String, fields: [(String, String)] = [], method: String = "GET") async throws -> WebAnswer {
    let lines = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
    return try await exchange(
        port: port, Array("\(method) \(path) HTTP/1.1\r\nHost: localhost\r\n\(lines)Content-Length: 0\r\n\r\n".utf8))
}
