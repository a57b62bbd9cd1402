import Testing

@testable import HTTPClient

@Suite("Limits", .timeLimit(.minutes(5)))
struct LimitTests {
    private func request(_ server: RawServer, _ change: (inout HTTPLimits) -> Void) -> HTTPRequest {
        var request = HTTPRequest(method: "POST", url: server.origin)
        change(&request.limits)
        return request
    }

    @Test(
        "a body over the limit is given up, announced or not",
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
        ])
    func bodyTooLarge(head: String) async throws {
        let server = try RawServer.answeringOnce(head + String(repeating: "x", count: 1001))
        let error = try await failure(of: makeClient(server), request(server) { $0.maxBodyBytes = 1000 })
        #expect(error.kind == .bodyTooLarge)
        #expect(error.wasSent)
    }

    @Test("a body of exactly the limit is not over it", arguments: ["Content-Length: 1000\r\n", ""])
    func bodyJustFits(field: String) async throws {
        let server = try RawServer.answeringOnce(
            "HTTP/1.1 200 OK\r\n\(field)\r\n" + String(repeating: "x", count: 1000))
        let response = try await makeClient(server).send(request(server) { $0.maxBodyBytes = 1000 })
        #expect(response.body.count == 1000)
    }

    @Test("a hundred megabytes are not read to the end, and the connection is closed")
    func hugeBody() async throws {
        let sent = Latch()
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            let piece = [UInt8](repeating: 0x61, count: 1 << 20)
            // More than any buffer of the kernel holds: only a closed connection ends it early.
            for _ in 0..<100 { guard connection.send(piece) else { return sent.open() } }
        }
        let error = try await failure(of: makeClient(server), request(server) { $0.maxBodyBytes = 2 << 20 })
        #expect(error.kind == .bodyTooLarge)
        await sent.wait()
    }

    @Test("a small answer that grows when decompressed counts as what it becomes")
    func compressionBomb() async throws {
        let bomb = Gzip.zeros(megabytes: 8)
        #expect(bomb.count < 100_000)
        let server = try RawServer.answering(
            Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n".utf8) + bomb)
        let error = try await failure(of: makeClient(server), request(server) { $0.maxBodyBytes = 100_000 })
        #expect(error.kind == .bodyTooLarge)
    }

    @Test("a compressed answer within the limit is read")
    func decompression() async throws {
        let packed = Gzip.zeros(megabytes: 1)
        let server = try RawServer.answering(
            Array("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n".utf8) + packed)
        let response = try await makeClient(server).send(request(server) { $0.maxBodyBytes = 1 << 20 })
        #expect(response.body.count == 1 << 20)
        #expect(response.body.allSatisfy { $0 == 0 })
    }

    @Test("without compression allowed none is asked for, and none undone; streams never ask")
    func noCompression() async throws {
        let server = try RawServer.answering(
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd")
        let client = try makeClient(server, allowsCompression: false)
        #expect(text(try await client.send(request(server) { _ in }).body) == "abcd")
        let stream = try await makeClient(server).stream(request(server) { _ in })
        var body: [UInt8] = []
        for try await piece in stream.body { body += piece }
        #expect(text(body) == "abcd")
        #expect(!server.requests.contains { $0.head.contains("Accept-Encoding") })
    }

    @Test(
        "heads over the limit are given up",
        arguments: [
            "HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 2000) + "\r\n\r\n",
            "HTTP/1.1 200 OK\r\n" + String(repeating: "X: y\r\n", count: 400) + "\r\n",
            String(repeating: "HTTP/1.1 103 Early Hints\r\n\r\n", count: 80),
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + String(repeating: "X: y\r\n", count: 400),
        ])
    func headersTooLarge(answer: String) async throws {
        let server = try RawServer.answeringOnce(answer)
        let error = try await failure(of: makeClient(server), request(server) { $0.maxHeaderBytes = 2000 })
        #expect(error.kind == .headersTooLarge)
        #expect(error.wasSent)
    }

    @Test("a header line beyond what libcurl itself takes is named alike")
    func endlessHeaderLine() async throws {
        let server = try RawServer.answeringOnce("HTTP/1.1 200 OK\r\nX: " + String(repeating: "x", count: 1 << 20))
        let error = try await failure(of: makeClient(server), request(server) { $0.maxHeaderBytes = 4 << 20 })
        #expect(error.kind == .headersTooLarge)
    }

    @Test("no answer within the idle time")
    func idleBeforeAnswer() async throws {
        let server = try RawServer { connection in
            _ = connection.readRequest()
            connection.waitForEnd()
        }
        let error = try await failure(of: makeClient(server), request(server) { $0.idleSeconds = 0.1 })
        #expect(error.kind == .timeout(.idle))
        #expect(error.wasSent)
    }

    @Test("silence in the middle of a body")
    func idleInBody() async throws {
        let server = try RawServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc")
            connection.waitForEnd()
        }
        let error = try await failure(of: makeClient(server), request(server) { $0.idleSeconds = 0.1 })
        #expect(error.kind == .timeout(.idle))
    }

    @Test("a body that nobody takes off the wire is silence too")
    func idleInUpload() async throws {
        let release = Latch()
        let server = try RawServer { connection in
            _ = connection.read(1)
            release.waitOnThread()
        }
        var request = request(server) { $0.idleSeconds = 0.2 }
        request.body = [UInt8](repeating: 1, count: 64 << 20)
        let error = try await failure(of: makeClient(server), request)
        release.open()
        #expect(error.kind == .timeout(.idle))
        #expect(error.wasSent)
    }

    @Test("an answer that drips on and on is late in the end, though never silent")
    func total() async throws {
        let server = try RawServer { connection in
            _ = connection.readRequest()
            connection.send("HTTP/1.1 200 OK\r\n\r\n")
            while connection.send("x") {}
        }
        let error = try await failure(
            of: makeClient(server),
            request(server) {
                $0.totalSeconds = 0.3
                $0.idleSeconds = 30
            })
        #expect(error.kind == .timeout(.total))
        #expect(error.wasSent)
    }

    @Test("a connection that is accepted but makes no TLS is not a connection")
    func connectTime() async throws {
        let server = try RawServer { $0.waitForEnd() }
        let origin = "https://127.0.0.1:\(server.port)"
        var request = HTTPRequest(method: "POST", url: origin)
        request.limits.connectSeconds = 0.1
        let error = try await failure(of: makeClient(allowing: [origin]), request)
        #expect(error.kind == .timeout(.connect))
        #expect(!error.wasSent)
    }

    @Test("a time that is over before it begins sends nothing", arguments: [0, -1, Double.nan])
    func noTime(seconds: Double) async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let error = try await failure(of: makeClient(server), request(server) { $0.totalSeconds = seconds })
        #expect(error.kind == .timeout(.total))
        #expect(!error.wasSent)
        #expect(server.connectionCount == 0)
    }

    @Test("times without end")
    func endless() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let response = try await makeClient(server).send(
            request(server) {
                $0.connectSeconds = .infinity
                $0.totalSeconds = .infinity
                $0.idleSeconds = .infinity
            })
        #expect(response.head.status == 200)
    }

    @Test("waiting for a free connection counts as total time only")
    func waitingForConnection() async throws {
        let (arrived, release) = (Latch(), Latch())
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            arrived.open()
            release.waitOnThread()
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            connection.waitForEnd()
        }
        let origin = try #require(HTTPOrigin(url: server.origin))
        let client = HTTPClient(HTTPClientConfiguration(allowed: [origin], maxConnectionsPerHost: 1))
        async let first = client.send(HTTPRequest(url: server.origin))
        await arrived.wait()
        let error = try await failure(
            of: client,
            request(server) {
                $0.connectSeconds = 0.1
                $0.idleSeconds = 0.1
                $0.totalSeconds = 0.3
            })
        #expect(error.kind == .timeout(.total))
        #expect(!error.wasSent)
        release.open()
        #expect(try await first.head.status == 200)
    }
}
