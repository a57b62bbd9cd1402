import Foundation

import ModelServer

/// What came back over a connection, as it came.
struct RawAnswer: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    /// Chunks joined.
    var body: [UInt8] = []
    /// Whether the body came to the end that its head promised.
    var isWhole = false

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON? { try? JSON(parsing: body) }

    /// The data of server-sent events.
    var events: [JSON] {
        text.split(separator: "\n").compactMap { line in
            line.hasPrefix("data: ") ? try? JSON(parsing: String(line.dropFirst(6))) : nil
        }
    }
}

/// A client that sends whatever it is told, right or wrong: bytes over a socket, no HTTP library between.
struct RawClient: Sendable {
    let port: Int

    func post(_ path: String, headers: [(String, String)] = [], _ body: String) async -> RawAnswer {
        await send("POST", path, headers: headers, body)
    }

    func get(_ path: String) async -> RawAnswer { await send("GET", path, headers: [], "") }

    private func send(
        _ method: String, _ path: String, headers: [(String, String)], _ body: String
    ) async -> RawAnswer {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Connection: close"]
        lines += headers.map { "\($0.0): \($0.1)" }
        lines.append("Content-Length: \(body.utf8.count)")
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        let port = port
        // A thread of its own: blocked ones of the shared pool would keep the server from running.
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: RawClient.exchange(bytes, port: port)) }
        }
    }

    private static func exchange(_ request: [UInt8], port: Int) -> RawAnswer {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(handle) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return RawAnswer() }
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            if count <= 0 { break }
            sent += count
        }
        var received: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(handle, &block, block.count, 0)
            if count <= 0 { break }
            received += block[..<count]
        }
        return answer(received)
    }

    private static func answer(_ bytes: [UInt8]) -> RawAnswer {
        var answer = RawAnswer()
        let end = Array("\r\n\r\n".utf8)
        guard let split = bytes.indices.first(where: { bytes[$0...].starts(with: end) }) else { return answer }
        let head = String(decoding: bytes[..<split], as: UTF8.self).split(separator: "\r\n")
        answer.status = head.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        for line in head.dropFirst() {
            let pair = line.split(separator: ":", maxSplits: 1)
            if pair.count == 2 { answer.headers[pair[0].lowercased()] = String(pair[1].drop { $0 == " " }) }
        }
        let rest = bytes[(split + 4)...]
        if answer.headers["transfer-encoding"] == "chunked" {
            (answer.body, answer.isWhole) = chunks(rest)
        } else {
            answer.body = Array(rest)
            answer.isWhole = answer.headers["content-length"].flatMap { Int($0) } == rest.count
        }
        return answer
    }

    private static func chunks(_ bytes: ArraySlice<UInt8>) -> (body: [UInt8], isWhole: Bool) {
        var body: [UInt8] = []
        var rest = bytes
        while let line = rest.firstIndex(of: 0x0A) {
            let size = Int(String(decoding: rest[rest.startIndex..<(line - 1)], as: UTF8.self), radix: 16) ?? 0
            if size == 0 { return (body, true) }
            let chunk = rest[(line + 1)...].prefix(size)
            body += chunk
            if chunk.count < size { break }
            rest = rest[(line + 1)...].dropFirst(size + 2)
        }
        return (body, false)
    }
}
