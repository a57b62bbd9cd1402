import Foundation
import ModelServer

/// What came back over a connection, as it came.
struct RawAnswer: Sendable {
    var status = 0
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    /// Whether the body came to the end that its head promised.
    var isWhole = false

    var text: String { String(decoding: body, as: UTF8.self) }
    var json: JSON { (try? JSON(parsing: body)) ?? .null }
    var items: [JSON] { json.items ?? [] }

    /// The texts of all that an error says.
    var complaint: String {
        let errors = (json["errors"]?.items ?? []).map { $0.text ?? $0.serialised }
        return ([json["message"]?.text ?? text] + errors).joined(separator: " | ")
    }

    /// The addresses of the Link header by their relation.
    var links: [String: String] {
        var links: [String: String] = [:]
        for part in (headers["link"] ?? "").split(separator: ",") {
            let halves = part.split(separator: ";")
            guard halves.count == 2 else { continue }
            let relation = halves[1].split(separator: "\"").dropFirst().first.map(String.init) ?? ""
            links[relation] = String(halves[0].drop { $0 == " " || $0 == "<" }.dropLast())
        }
        return links
    }
}

/// A client that sends whatever it is told, right or wrong: bytes over a socket, no HTTP library between.
struct RawClient: Sendable {
    let port: Int
    var headers: [(String, String)]

    init(port: Int, token: String?) {
        self.port = port
        headers = [
            ("User-Agent", "tests"), ("Accept", "application/vnd.github+json"),
            ("X-GitHub-Api-Version", "2022-11-28"),
        ]
        if let token { headers.append(("Authorization", "Bearer \(token)")) }
    }

    func with(_ name: String, _ value: String?) -> RawClient {
        var client = self
        client.headers.removeAll { $0.0.lowercased() == name.lowercased() }
        if let value { client.headers.append((name, value)) }
        return client
    }

    func get(_ path: String) async -> RawAnswer { await send("GET", path, "") }

    /// `path` may be a whole address of this server.
    func send(_ method: String, _ path: String, _ body: String = "") async -> RawAnswer {
        let address = "http://127.0.0.1:\(port)"
        let target = path.hasPrefix(address) ? String(path.dropFirst(address.count)) : path
        var lines = ["\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close"]
        lines += headers.map { "\($0.0): \($0.1)" }
        if !body.isEmpty, !headers.contains(where: { $0.0 == "Content-Type" }) {
            lines.append("Content-Type: application/json")
        }
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
        answer.body = Array(bytes[(split + 4)...])
        let length = answer.headers["content-length"].flatMap { Int($0) }
        answer.isWhole = length.map { $0 == answer.body.count } ?? answer.body.isEmpty
        return answer
    }
}

enum Base64Text {
    static func of(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
