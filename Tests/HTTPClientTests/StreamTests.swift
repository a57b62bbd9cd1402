import Synchronization
import Testing

@testable import HTTPClient

@Suite("Streams", .timeLimit(.minutes(5)))
struct StreamTests {
    private static let head = "HTTP/1.1 200 OK\r\nX-A: b\r\n\r\n"

    @Test("the head is there before the body, and each piece before the next is sent")
    func pieceByPiece() async throws {
        let latches = (0..<4).map { _ in Latch() }
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Self.head)
            for (index, latch) in latches.enumerated() {
                latch.waitOnThread()
                connection.send("piece \(index)")
            }
        }
        let client = try makeClient(server)
        let stream = try await client.stream(HTTPRequest(method: "POST", url: server.origin))
        #expect(stream.head["x-a"] == "b")
        let early = stream.timings()
        #expect(0 < early.firstByte && early.firstByte <= early.total)
        var iterator = stream.body.makeAsyncIterator()
        for (index, latch) in latches.enumerated() {
            latch.open()
            #expect(try await iterator.next().map(text) == "piece \(index)")
        }
        #expect(try await iterator.next() == nil)
        #expect(try await iterator.next() == nil)
        let final = stream.timings()
        #expect(final.total >= early.total)
        #expect(stream.timings() == final)
    }

    @Test(
        "an empty body ends at once",
        arguments: ["HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"])
    func empty(answer: String) async throws {
        let server = try RawServer.answering(answer)
        let client = try makeClient(server)
        for try await _ in try await client.stream(HTTPRequest(url: server.origin)).body { Issue.record("a piece") }
        for try await _ in try await client.stream(HTTPRequest(url: server.origin)).body { Issue.record("a piece") }
        #expect(server.connectionCount == 1)
    }

    @Test("an error status is a stream like any other")
    func errorStatus() async throws {
        let server = try RawServer.answering("HTTP/1.1 500 Oops\r\nContent-Length: 5\r\n\r\nsorry")
        let stream = try await makeClient(server).stream(HTTPRequest(url: server.origin))
        #expect(stream.head.status == 500)
        var body: [UInt8] = []
        for try await piece in stream.body { body += piece }
        #expect(text(body) == "sorry")
    }

    @Test("a body has one reader")
    func oneReader() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let stream = try await makeClient(server).stream(HTTPRequest(url: server.origin))
        var first = stream.body.makeAsyncIterator()
        var second = stream.body.makeAsyncIterator()
        await #expect(throws: HTTPError(.closed, wasSent: true, "the body is already being read")) {
            try await second.next()
        }
        #expect(try await first.next().map(text) == "ok")
    }

    @Test("while nobody reads, the server is held, and that is no idleness; then all of it arrives")
    func backPressure() async throws {
        let total = 32 << 20
        let body = (0..<32).reduce(into: [UInt8]()) { $0 += [UInt8](repeating: UInt8($1), count: 1 << 20) }
        let stalledAfter = Mutex<Int?>(nil)
        let stalled = Latch()
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Self.head)
            // Longer than the client's idle time.
            connection.setPatience(seconds: 3)
            let sent = connection.sendCounting(body)
            stalledAfter.withLock { $0 = sent }
            stalled.open()
            connection.setPatience(seconds: 0)
            connection.send(Array(body[sent...]))
        }
        var request = HTTPRequest(url: server.origin)
        request.limits.idleSeconds = 2
        request.limits.maxBodyBytes = total
        let stream = try await makeClient(server).stream(request)
        await stalled.wait()
        let sent = try #require(stalledAfter.withLock { $0 })
        #expect(sent < total / 2)
        var received: [UInt8] = []
        for try await piece in stream.body { received += piece }
        #expect(received == body)
    }

    @Test("a body over its limit ends the stream with an error")
    func bodyTooLarge() async throws {
        let server = try RawServer.answeringOnce(Self.head + String(repeating: "x", count: 3000))
        var request = HTTPRequest(url: server.origin)
        request.limits.maxBodyBytes = 2000
        let client = try makeClient(server)
        await #expect {
            for try await _ in try await client.stream(request).body {}
        } throws: {
            ($0 as? HTTPError)?.kind == .bodyTooLarge
        }
    }

    @Test("a stream keeps its client alive")
    func outlivesClient() async throws {
        let latch = Latch()
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send(Self.head)
            latch.waitOnThread()
            connection.send("late")
        }
        let stream = try await makeClient(server).stream(HTTPRequest(url: server.origin))
        latch.open()
        var body: [UInt8] = []
        for try await piece in stream.body { body += piece }
        #expect(text(body) == "late")
    }

    @Test("a hundred streams at once, read at different paces, each get their own bytes")
    func manyStreams() async throws {
        let server = try RawServer { connection in
            guard let request = connection.readRequest() else { return }
            let byte = request.body.first ?? 0
            connection.send(Self.head)
            for _ in 0..<40 { connection.send([UInt8](repeating: byte, count: 20_000)) }
        }
        let client = try makeClient(server)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<100 {
                group.addTask {
                    let byte = UInt8(index)
                    let stream = try await client.stream(HTTPRequest(method: "POST", url: server.origin, body: [byte]))
                    var count = 0
                    for try await piece in stream.body {
                        guard piece.allSatisfy({ $0 == byte }) else { return false }
                        count += piece.count
                        if index.isMultiple(of: 3) { await Task.yield() }
                    }
                    return count == 800_000
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
    }
}
