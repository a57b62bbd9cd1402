import Testing

@testable import HTTPClient

@Suite("Connections", .timeLimit(.minutes(5)))
struct ConnectionTests {
    private static let ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

    @Test("thousands of requests one after the other use one connection")
    func sequential() async throws {
        let server = try RawServer.answering(Self.ok)
        let client = try makeClient(server)
        for index in 0..<2000 {
            let response = try await client.send(
                HTTPRequest(method: "POST", url: server.origin, body: [UInt8(index & 0xFF)]))
            guard text(response.body) == "ok" else {
                Issue.record("request \(index)")
                return
            }
        }
        #expect(server.connectionCount == 1)
        #expect(server.requests.count == 2000)
    }

    @Test("a connection that the server wants closed is not used again")
    func closing() async throws {
        let server = try RawServer { connection in
            while connection.readRequest() != nil {
                connection.send("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
            }
        }
        let client = try makeClient(server)
        for _ in 0..<3 { _ = try await client.send(HTTPRequest(method: "POST", url: server.origin)) }
        #expect(server.connectionCount == 3)
    }

    @Test("a connection whose answer was cut short or given up is not used again")
    func broken() async throws {
        let server = try RawServer { connection in
            while let request = connection.readRequest() {
                let length = request.line.contains("long") ? 5000 : 2
                connection.send(
                    "HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n" + String(repeating: "x", count: length))
            }
        }
        let client = try makeClient(server)
        _ = try await client.send(HTTPRequest(url: server.origin))
        var long = HTTPRequest(url: server.origin + "/long")
        long.limits.maxBodyBytes = 100
        #expect(try await failure(of: client, long).kind == .bodyTooLarge)
        #expect(text(try await client.send(HTTPRequest(url: server.origin)).body) == "xx")
        #expect(server.connectionCount == 2)
    }

    @Test(
        "two hundred requests are under way at once, and each gets its own answer; then their connections are used again"
    )
    func parallel() async throws {
        let count = 200
        let all = Latch(count: count)
        let server = try RawServer { connection in
            while let request = connection.readRequest() {
                all.open()
                all.waitOnThread()
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(request.body.count)\r\n\r\n" + text(request.body))
            }
        }
        let client = try makeClient(server)
        for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<count {
                    group.addTask {
                        let body = Array("body \(index)".utf8)
                        return try await client.send(HTTPRequest(method: "POST", url: server.origin, body: body)).body
                            == body
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
        #expect(server.connectionCount == count)
        #expect(server.requests.count == 2 * count)
    }

    @Test("no more connections are made than allowed")
    func limited() async throws {
        let server = try RawServer.answering(Self.ok)
        let origin = try #require(HTTPOrigin(url: server.origin))
        let client = HTTPClient(HTTPClientConfiguration(allowed: [origin], maxConnections: 3, maxConnectionsPerHost: 3))
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<60 {
                group.addTask { try await client.send(HTTPRequest(url: server.origin)).body.count }
            }
            for try await count in group { #expect(count == 2) }
        }
        #expect(server.connectionCount <= 3)
        #expect(server.requests.count == 60)
    }
}
