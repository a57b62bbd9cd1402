import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// A request with the connection it came by.
struct GitWireContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
        channel = source.channel
    }
}

/// Reads requests off the wire and writes answers onto it.
struct GitWire: HTTPResponder {
    let backend: GitBackend
    let credentials: GitServer.Credentials?
    let books: GitServer.Books

    private static let largestBody = 256 << 20

    func respond(to request: Request, context: GitWireContext) async throws -> Response {
        let body: ByteBuffer
        do {
            body = try await request.body.collect(upTo: Self.largestBody)
        } catch {
            return Response(status: .contentTooLarge)
        }
        let asked = GitRequest(
            method: request.method.rawValue, path: Self.decoded(request.uri.path), query: request.uri.query ?? "",
            headers: request.headers.map { ($0.name.canonicalName, $0.value) }, body: Array(body.readableBytesView))
        let number = books.seen.withLock { seen in
            seen.append(
                SeenRequest(
                    method: asked.method, path: asked.path, query: asked.query,
                    authorization: asked.header("authorization"), gitProtocol: asked.header("git-protocol"),
                    userAgent: asked.header("user-agent")))
            return seen.count - 1
        }
        let fault = books.fault.withLock { $0 }(asked, number)
        switch fault {
        case .status(let code): return Response(status: .init(code: code))
        case .redirect(let origin):
            let query = asked.query.isEmpty ? "" : "?" + asked.query
            return Response(status: .movedPermanently, headers: [.location: origin + request.uri.path + query])
        case .hold(let gate): await gate.pass()
        default: break
        }
        var user: String?
        if let credentials {
            user = credentials.user(in: asked.header("authorization"))
            guard user != nil else {
                return Response(
                    status: .unauthorized, headers: [.wwwAuthenticate: "Basic realm=\"git\""],
                    body: .init(byteBuffer: ByteBuffer(string: "who are you?")))
            }
        }
        return Self.response(try await backend.answer(asked, user: user), fault, on: context.channel)
    }

    private static func response(_ answer: GitAnswer, _ fault: GitFault, on channel: any Channel) -> Response {
        var headers: HTTPFields = [:]
        for header in answer.headers {
            if let name = HTTPField.Name(header.name) { headers[name] = header.value }
        }
        let body = ResponseBody { writer in
            if case .holdBody(let gate) = fault { await gate.pass() }
            var left = Int.max
            if case .cut(let count) = fault { left = count }
            while true {
                let piece = try await answer.next()
                if piece.isEmpty { break }
                if case .drip = fault {
                    for byte in piece { try await drip(byte, to: &writer) }
                    continue
                }
                try await writer.write(ByteBuffer(bytes: piece.prefix(left)))
                left -= min(left, piece.count)
                if left == 0 {
                    // What was written has left before the connection goes.
                    try await channel.close()
                    throw CancellationError()
                }
            }
            while case .drip = fault { try await drip(UInt8(ascii: "0"), to: &writer) }
            try await writer.finish(nil)
        }
        return Response(status: .init(code: answer.status), headers: headers, body: body)
    }

    private static func drip(_ byte: UInt8, to writer: inout any ResponseBodyWriter) async throws {
        try await writer.write(ByteBuffer(bytes: [byte]))
        try await Task.sleep(for: .milliseconds(20))
    }

    private static func decoded(_ path: String) -> String {
        let bytes = Array(path.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
                let byte = UInt8(String(decoding: bytes[index + 1...index + 2], as: UTF8.self), radix: 16)
            {
                result.append(byte)
                index += 3
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
