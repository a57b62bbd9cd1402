import Foundation
import Synchronization

/// A program that takes deliveries on loopback and remembers them.
final class Receiver: Sendable {
    struct Taken: Sendable {
        var headers: [String: String]
        var body: [UInt8]
    }

    let port: Int
    private let handle: Int32
    private let log = Log()

    private final class Log: Sendable {
        let taken = Mutex<[Taken]>([])
    }

    /// - Parameter status: What every delivery is answered with.
    init(status: Int = 202) {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                _ = bind(handle, $0, size)
                _ = getsockname(handle, $0, &size)
            }
        }
        listen(handle, 64)
        self.handle = handle
        port = Int(UInt16(bigEndian: address.sin_port))
        Thread.detachNewThread { [handle, log] in
            while case let client = accept(handle, nil, nil), client >= 0 {
                if let taken = Receiver.read(client) { log.taken.withLock { $0.append(taken) } }
                let answer = Array("HTTP/1.1 \(status) X\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok".utf8)
                _ = send(client, answer, answer.count, Int32(MSG_NOSIGNAL))
                close(client)
            }
        }
    }

    var taken: [Taken] { log.taken.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)/webhooks/github" }

    func stop() {
        shutdown(handle, Int32(SHUT_RDWR))
        close(handle)
    }

    private static func read(_ client: Int32) -> Taken? {
        var received: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 65_536)
        while true {
            if let head = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                var headers: [String: String] = [:]
                for line in String(decoding: received[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n") {
                    let pair = line.split(separator: ":", maxSplits: 1)
                    if pair.count == 2 { headers[pair[0].lowercased()] = String(pair[1].drop { $0 == " " }) }
                }
                let length = headers["content-length"].flatMap { Int($0) } ?? 0
                if received.count - head.upperBound >= length {
                    return Taken(headers: headers, body: Array(received[head.upperBound...]))
                }
            }
            let count = recv(client, &block, block.count, 0)
            if count <= 0 { return nil }
            received += block[..<count]
        }
    }
}
