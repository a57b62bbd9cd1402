import Foundation
import Glibc
import Synchronization

/// A server on loopback that says exactly the bytes a test tells it to: one thread a connection. It listens until the
/// process ends: a test that drops it early, while a request is under way, would otherwise close it.
final class RawServer: Sendable {
    let port: Int
    private let state = Mutex<(connections: [Connection], requests: [ReceivedRequest])>(([], []))

    /// - Parameter serve: Runs on the connection's own thread; the connection is closed when it returns.
    init(_ serve: @escaping @Sendable (Connection) -> Void) throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard listener >= 0 else { throw POSIXError(.EIO) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let port = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int? in
                guard bind(listener, address, length) == 0, listen(listener, 512) == 0,
                    getsockname(listener, address, &length) == 0
                else { return nil }
                return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    Int(UInt16(bigEndian: $0.pointee.sin_port))
                }
            }
        }
        guard let port else {
            Glibc.close(listener)
            throw POSIXError(.EADDRNOTAVAIL)
        }
        self.port = port
        Thread.detachNewThread { [self] in
            while true {
                let descriptor = acceptClosedInChildren(listener, nil, nil, Int32(SOCK_CLOEXEC.rawValue))
                guard descriptor >= 0 else { return }
                let connection = Connection(descriptor) { [self] request in
                    state.withLock { $0.requests.append(request) }
                }
                state.withLock { $0.connections.append(connection) }
                Thread.detachNewThread {
                    serve(connection)
                    connection.close()
                }
            }
        }
    }

    var origin: String { "http://127.0.0.1:\(port)" }
    var connectionCount: Int { state.withLock { $0.connections.count } }
    var requests: [ReceivedRequest] { state.withLock { $0.requests } }

    /// Answers every request of a connection with the same bytes.
    static func answering(_ answer: String) throws -> RawServer { try answering(Array(answer.utf8)) }

    static func answering(_ answer: [UInt8]) throws -> RawServer {
        try RawServer { connection in
            while connection.readRequest() != nil { guard connection.send(answer) else { return } }
        }
    }

    /// Sends the bytes once a request was read, and cuts the connection.
    static func answeringOnce(_ answer: String) throws -> RawServer {
        try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Array(answer.utf8))
        }
    }
}

/// `accept4`, which the Glibc module does not show: a connection that a program started meanwhile had inherited would
/// not be closed when the server closes it.
private let acceptClosedInChildren = unsafeBitCast(dlsym(nil, "accept4"), to: Accept.self)
private typealias Accept =
    @convention(c) (Int32, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32) -> Int32

/// What a client sent.
struct ReceivedRequest: Sendable {
    /// Request line and fields, without the blank line.
    let head: String
    let body: [UInt8]

    var line: String { head.components(separatedBy: "\r\n")[0] }
    var fields: [String] { Array(head.components(separatedBy: "\r\n").dropFirst()) }
}

/// One accepted connection, used by its own thread.
final class Connection: Sendable {
    private let descriptor: Int32
    private let received: @Sendable (ReceivedRequest) -> Void

    init(_ descriptor: Int32, _ received: @escaping @Sendable (ReceivedRequest) -> Void) {
        self.descriptor = descriptor
        self.received = received
    }

    /// Nil when the client closed.
    func readRequest() -> ReceivedRequest? {
        var bytes: [UInt8] = []
        while !bytes.suffix(4).elementsEqual("\r\n\r\n".utf8) {
            guard let byte = read(1)?.first else { return nil }
            bytes.append(byte)
        }
        let head = String(decoding: bytes.dropLast(4), as: UTF8.self)
        var body: [UInt8] = []
        let length = head.components(separatedBy: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
        if let length, let count = Int(length.dropFirst(15).trimmingCharacters(in: .whitespaces)) {
            while body.count < count {
                guard let more = read(count - body.count) else { return nil }
                body += more
            }
        }
        let request = ReceivedRequest(head: head, body: body)
        received(request)
        return request
    }

    /// At least one byte; nil at the end.
    func read(_ count: Int) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: min(count, 65_536))
        let got = recv(descriptor, &buffer, buffer.count, 0)
        return got > 0 ? Array(buffer[..<got]) : nil
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool { sendCounting(bytes) == bytes.count }

    /// How many bytes could be sent until the client closed or, with a patience, took no more for so long.
    func sendCounting(_ bytes: [UInt8]) -> Int {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.send(descriptor, buffer.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { break }
            sent += count
        }
        return sent
    }

    func setPatience(seconds: Int) {
        var time = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
    }

    /// Returns when the client has closed.
    func waitForEnd() {
        while read(65_536) != nil {}
    }

    /// Another connection, to a port of this machine.
    func connect(toPort port: Int) -> Connection? {
        let other = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(other, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else {
            Glibc.close(other)
            return nil
        }
        return Connection(other) { _ in }
    }

    /// Hands bytes on in both directions until either side closes, and closes the other.
    func exchange(with other: Connection) {
        let done = ThreadSemaphore()
        Thread.detachNewThread {
            while let bytes = other.read(65_536), self.send(bytes) {}
            Glibc.shutdown(self.descriptor, Int32(SHUT_RDWR))
            done.signal()
        }
        while let bytes = read(65_536), other.send(bytes) {}
        Glibc.shutdown(other.descriptor, Int32(SHUT_RDWR))
        done.wait()
        other.close()
    }

    /// Once, by whoever serves it.
    fileprivate func close() {
        Glibc.close(descriptor)
    }
}
