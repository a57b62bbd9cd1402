import Foundation
import Glibc

/// Posts over plain HTTP, as the service does: no redirects followed, ten seconds at most.
enum HookSender {
    private static let patience = 10

    /// The status, 0 when there was no answer, and the body.
    static func post(_ headers: [Header], _ body: [UInt8], to url: String) async -> (Int, String) {
        guard let address = URLComponents(string: url), address.scheme == "http", let host = address.host else {
            return (0, "not an http address: \(url)")
        }
        let path =
            (address.percentEncodedPath.isEmpty ? "/" : address.percentEncodedPath)
            + (address.percentEncodedQuery.map { "?" + $0 } ?? "")
        let port = address.port ?? 80
        var lines = ["POST \(path) HTTP/1.1", "Host: \(host):\(port)", "Connection: close"]
        lines += headers.map { "\($0.name): \($0.value)" }
        lines.append("Content-Length: \(body.count)")
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
        // A thread of its own: blocked ones of the shared pool would keep the server from running.
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(returning: exchange(request, host, port))
            }
        }
    }

    private static func exchange(_ request: [UInt8], _ host: String, _ port: Int) -> (Int, String) {
        guard let handle = connection(host, port) else { return (0, "no connection to \(host):\(port)") }
        defer { close(handle) }
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
        while received.count < 1 << 20 {
            let count = recv(handle, &block, block.count, 0)
            if count <= 0 { break }
            received += block[..<count]
        }
        let text = String(decoding: received, as: UTF8.self)
        let status = text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) } ?? 0
        return (status, text.range(of: "\r\n\r\n").map { String(text[$0.upperBound...]) } ?? "")
    }

    private static func connection(_ host: String, _ port: Int) -> Int32? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0 else { return nil }
        defer { freeaddrinfo(list) }
        var entry = list
        while let address = entry?.pointee {
            entry = address.ai_next
            let kind = address.ai_socktype | Int32(SOCK_CLOEXEC.rawValue)
            let handle = socket(address.ai_family, kind, address.ai_protocol)
            if handle < 0 { continue }
            var limit = timeval(tv_sec: patience, tv_usec: 0)
            let size = socklen_t(MemoryLayout<timeval>.size)
            setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
            setsockopt(handle, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
            if connect(handle, address.ai_addr, address.ai_addrlen) == 0 { return handle }
            close(handle)
        }
        return nil
    }
}
