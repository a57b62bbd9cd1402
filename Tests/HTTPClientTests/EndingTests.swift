import TestKit
import Testing

@testable import HTTPClient

@Suite("Cancelling, dropping, shutting down", .timeLimit(.minutes(5)))
struct EndingTests {
    /// A server that reads a request, says something, and tells when the client has closed.
    private struct Silent {
        let received: Latch
        let closed = Latch()
        let server: RawServer

        init(saying answer: String = "", requests: Int = 1) throws {
            let (received, closed) = (Latch(count: requests), closed)
            self.received = received
            server = try RawServer { connection in
                guard connection.readRequest() != nil else { return }
                connection.send(answer)
                received.open()
                connection.waitForEnd()
                closed.open()
            }
        }
    }

    private static func outcome<Value>(of task: Task<Value, any Error>) async -> HTTPError? {
        do {
            _ = try await task.value
            return nil
        } catch {
            return error as? HTTPError
        }
    }

    @Test("cancelling while waiting for the answer closes the connection")
    func cancelSend() async throws {
        let silent = try Silent()
        let client = try makeClient(silent.server)
        let task = Task { try await client.send(HTTPRequest(method: "POST", url: silent.server.origin)) }
        await silent.received.wait()
        task.cancel()
        let error = try #require(await Self.outcome(of: task))
        #expect(error.kind == .cancelled)
        #expect(error.wasSent)
        await silent.closed.wait()
    }

    @Test("cancelling before the head of a stream closes the connection")
    func cancelHead() async throws {
        let silent = try Silent(saying: "HTTP/1.1 200 OK\r\nX-A:")
        let client = try makeClient(silent.server)
        let task = Task { try await client.stream(HTTPRequest(method: "POST", url: silent.server.origin)).head.status }
        await silent.received.wait()
        task.cancel()
        #expect(await Self.outcome(of: task)?.kind == .cancelled)
        await silent.closed.wait()
    }

    @Test("cancelling while a body is read closes the connection")
    func cancelBody() async throws {
        let silent = try Silent(saying: "HTTP/1.1 200 OK\r\n\r\nab")
        let client = try makeClient(silent.server)
        let reading = Latch()
        let task = Task {
            let stream = try await client.stream(HTTPRequest(method: "POST", url: silent.server.origin))
            for try await _ in stream.body { reading.open() }
        }
        await reading.wait()
        task.cancel()
        #expect(await Self.outcome(of: task)?.kind == .cancelled)
        await silent.closed.wait()
    }

    @Test("dropping a stream, read in part or not at all, closes the connection", arguments: [true, false])
    func drop(reads: Bool) async throws {
        let silent = try Silent(saying: "HTTP/1.1 200 OK\r\n\r\nab")
        let client = try makeClient(silent.server)
        func readALittle() async throws {
            let stream = try await client.stream(HTTPRequest(method: "POST", url: silent.server.origin))
            var iterator = stream.body.makeAsyncIterator()
            if reads { #expect(try await iterator.next().map(text) == "ab") }
        }
        try await readALittle()
        await silent.closed.wait()
    }

    @Test("dropping a stream that was held closes the connection")
    func dropHeld() async throws {
        let closed = Latch()
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: 1, count: 1 << 20)
            while connection.send(piece) {}
            closed.open()
        }
        let client = try makeClient(server)
        func open() async throws -> Int {
            try await client.stream(HTTPRequest(url: server.origin)).head.status
        }
        #expect(try await open() == 200)
        await closed.wait()
    }

    @Test("a task cancelled before it asks sends nothing")
    func cancelledBefore() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server)
        let start = Latch()
        let task = Task {
            await start.wait()
            return try await client.send(HTTPRequest(url: server.origin))
        }
        task.cancel()
        start.open()
        let error = try #require(await Self.outcome(of: task))
        #expect(error.kind == .cancelled)
        #expect(!error.wasSent)
        #expect(server.connectionCount == 0)
    }

    @Test("cancelling during the handshake: nothing was sent")
    func cancelInHandshake() async throws {
        let (received, closed) = (Latch(), Latch())
        let server = try RawServer { connection in
            _ = connection.read(1)
            received.open()
            connection.waitForEnd()
            closed.open()
        }
        let origin = "https://127.0.0.1:\(server.port)"
        let client = try makeClient(allowing: [origin])
        let patient = HTTPRequest(method: "POST", url: origin, limits: HTTPLimits(connectSeconds: 3600))
        let task = Task { try await client.send(patient) }
        await received.wait()
        task.cancel()
        let error = try #require(await Self.outcome(of: task))
        #expect(error.kind == .cancelled)
        #expect(!error.wasSent)
        await closed.wait()
    }

    @Test("a name look-up that never ends does not hold up others")
    func cancelLookUp() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server, allowing: ["http://nowhere.invalid"])
        let patient = HTTPRequest(url: "http://nowhere.invalid", limits: HTTPLimits(connectSeconds: 3600))
        let task = Task { try await client.send(patient) }
        _ = try await client.send(HTTPRequest(url: server.origin))
        task.cancel()
        let error = try #require(await Self.outcome(of: task))
        #expect(error.kind == .cancelled || error.kind == .nameLookup)
        #expect(!error.wasSent)
        #expect(try await client.send(HTTPRequest(url: server.origin)).head.status == 200)
    }

    @Test("cancelled at any moment, every request ends once, and the client goes on")
    func cancelAnyTime() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let client = try makeClient(server)
        var numbers = SeededGenerator(seed: 3)
        for _ in 0..<300 {
            let turns = Int.random(in: 0..<30, using: &numbers)
            let isStream = Bool.random(using: &numbers)
            let task = Task<Int, any Error> {
                guard isStream else { return try await client.send(HTTPRequest(url: server.origin)).body.count }
                var count = 0
                for try await piece in try await client.stream(HTTPRequest(url: server.origin)).body {
                    count += piece.count
                }
                return count
            }
            for _ in 0..<turns { await Task.yield() }
            task.cancel()
            do {
                #expect(try await task.value == 2)
            } catch {
                #expect((error as? HTTPError)?.kind == .cancelled)
            }
        }
        #expect(try await client.send(HTTPRequest(url: server.origin)).body.count == 2)
    }

    @Test("shutting down ends everything under way, and refuses what comes after")
    func shutdown() async throws {
        let silent = try Silent(saying: "HTTP/1.1 200 OK\r\n\r\nab", requests: 21)
        let client = try makeClient(silent.server)
        let stream = try await client.stream(HTTPRequest(method: "POST", url: silent.server.origin))
        let sends = (0..<20).map { _ in
            Task { _ = try await client.send(HTTPRequest(method: "POST", url: silent.server.origin)) }
        }
        await silent.received.wait()
        client.shutdown()
        for send in sends {
            let error = try #require(await Self.outcome(of: send))
            #expect(error.kind == .closed)
            #expect(error.wasSent)
        }
        await #expect {
            for try await _ in stream.body {}
        } throws: {
            ($0 as? HTTPError)?.kind == .closed
        }
        let late = try await failure(of: client, HTTPRequest(url: silent.server.origin))
        #expect(late.kind == .closed)
        #expect(!late.wasSent)
        await silent.closed.wait()
        client.shutdown()
    }

    @Test("a client shut down before its first request refuses it")
    func shutdownUnused() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server)
        client.shutdown()
        #expect(try await failure(of: client, HTTPRequest(url: server.origin)).kind == .closed)
        #expect(server.connectionCount == 0)
    }

    @Test("requests that meet a shutdown at any moment all end")
    func shutdownRace() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        for round in 0..<30 {
            let client = try makeClient(server)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        do throws(HTTPError) {
                            for _ in 0..<10 {
                                #expect(try await client.send(HTTPRequest(url: server.origin)).body.count == 2)
                            }
                        } catch {
                            #expect(error.kind == .closed)
                        }
                    }
                }
                for _ in 0..<round * 10 { await Task.yield() }
                client.shutdown()
                try await group.waitForAll()
            }
        }
    }

    @Test("a client that nobody holds closes the connections it kept")
    func dropClient() async throws {
        let closed = Latch()
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.waitForEnd()
            closed.open()
        }
        func use() async throws {
            _ = try await makeClient(server).send(HTTPRequest(url: server.origin))
        }
        try await use()
        await closed.wait()
    }
}
