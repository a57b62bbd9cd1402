import Foundation
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A git server over HTTP on loopback, with real repositories, and as bad as it is told to be.
package struct GitServer: Sendable {
    package let port: Int
    private let books: Books
    private let listening: any Channel
    private let running: Task<Void, any Error>

    /// Who is let in; any user name with that password if `user` is nil.
    package struct Credentials: Sendable {
        package var user: String?
        package var password: String

        package init(user: String? = nil, password: String) {
            self.user = user
            self.password = password
        }

        /// The user, if the header opens the door.
        func user(in header: String?) -> String? {
            guard let header, header.hasPrefix("Basic "), let data = Data(base64Encoded: String(header.dropFirst(6))),
                let colon = data.firstIndex(of: UInt8(ascii: ":"))
            else { return nil }
            let name = String(decoding: data[..<colon], as: UTF8.self)
            let isRight = data[data.index(after: colon)...].elementsEqual(password.utf8)
            return isRight && (user == nil || user == name) ? name : nil
        }
    }

    /// What the server remembers and what it is told to do.
    final class Books: Sendable {
        let seen = Mutex<[SeenRequest]>([])
        let fault = Mutex<@Sendable (GitRequest, Int) -> GitFault>({ _, _ in .none })
    }

    /// Starts a server on 127.0.0.1 and returns when it answers.
    /// - Parameters:
    ///   - root: Directory of the repositories: `<root>/owner/name.git` is served as `/owner/name.git`.
    ///   - allowsAnyID: False for a server that gives out tips of references only.
    package static func start(
        root: String, credentials: Credentials? = nil, allowsAnyID: Bool = true, allowsPush: Bool = false
    ) async throws -> GitServer {
        let backend = try GitBackend(root: root, allowsAnyID: allowsAnyID, allowsPush: allowsPush)
        let books = Books()
        let (channels, announce) = AsyncStream<any Channel>.makeStream()
        var logger = Logger(label: "git-server")
        logger.logLevel = .critical
        let application = Application(
            responder: GitWire(backend: backend, credentials: credentials, books: books),
            configuration: .init(address: .hostname("127.0.0.1", port: 0), backlog: 1024),
            onServerRunning: { channel in
                announce.yield(channel)
                announce.finish()
            }, logger: logger)
        let running = Task {
            defer { announce.finish() }
            try await application.run()
        }
        for await channel in channels {
            return GitServer(port: channel.localAddress?.port ?? 0, books: books, listening: channel, running: running)
        }
        try await running.value
        throw StartError()
    }

    package struct StartError: Error {}

    package var origin: String { "http://127.0.0.1:\(port)" }

    /// Every request so far, in the order they came.
    package var requests: [SeenRequest] { books.seen.withLock { $0 } }

    /// Decides from now on what is done to each request; the number counts from 0.
    package func setFault(_ fault: @escaping @Sendable (GitRequest, Int) -> GitFault) {
        books.fault.withLock { $0 = fault }
    }

    /// Closes every connection and waits for the end.
    package func stop() async {
        // A connection that was accepted and not yet looked at must not be dropped with the task: NIO ends the process.
        try? await listening.close()
        try? await Task.sleep(for: .milliseconds(20))
        running.cancel()
        _ = await running.result
    }
}
