import Testing

@testable import HTTPClient

@Suite("TLS and HTTP/2", .enabled(if: TLSServer.isPossible, "needs python3 and openssl"), .timeLimit(.minutes(5)))
struct TLSTests {
    private func client(_ server: TLSServer, caFile: String?, others: [String] = []) throws -> HTTPClient {
        var allowed: Set<HTTPOrigin> = []
        for origin in [server.origin] + others { allowed.insert(try #require(HTTPOrigin(url: origin))) }
        return HTTPClient(HTTPClientConfiguration(allowed: allowed, caFile: caFile, idleConnectionSeconds: 3600))
    }

    private func connections(_ client: HTTPClient, _ server: TLSServer) async throws -> Int {
        try #require(Int(text(try await client.send(HTTPRequest(url: server.origin + "/count")).body)))
    }

    @Test("a certificate of the configured authority is trusted, and HTTP/2 is spoken over one connection")
    func trusted() async throws {
        let server = try TLSServer()
        let client = try client(server, caFile: server.caFile)
        for index in 0..<20 {
            let body = Array("call \(index)".utf8)
            let response = try await client.send(
                HTTPRequest(method: "POST", url: server.origin + "/echo", body: body, addresses: .privateOnly))
            #expect(response.head.httpVersion == "2")
            #expect(response.head.status == 200)
            #expect(response.body == body)
            #expect((response.timings.tls > 0) == (index == 0))
        }
        #expect(try await connections(client, server) == 1)
    }

    @Test("a server that speaks HTTP/1.1 only is spoken to in it")
    func http1() async throws {
        let server = try TLSServer(http1Only: true)
        let client = try client(server, caFile: server.caFile)
        for _ in 0..<3 {
            let response = try await client.send(
                HTTPRequest(method: "POST", url: server.origin + "/echo", body: [1, 2, 3]))
            #expect(response.head.httpVersion == "1.1")
            #expect(response.body == [1, 2, 3])
        }
        #expect(try await connections(client, server) == 1)
    }

    @Test("an unknown authority, or a certificate for another name, is not trusted, and nothing is sent")
    func untrusted() async throws {
        let server = try TLSServer()
        let other = "https://127.0.0.1:\(server.port)"
        let unknown = try await failure(
            of: client(server, caFile: nil), HTTPRequest(method: "POST", url: server.origin + "/echo"))
        #expect(unknown.kind == .tls)
        #expect(unknown.message.contains("unknown authority"))
        #expect(!unknown.wasSent)
        let misnamed = try await failure(
            of: client(server, caFile: server.caFile, others: [other]),
            HTTPRequest(method: "POST", url: other + "/echo"))
        #expect(misnamed.kind == .tls)
        #expect(misnamed.message.contains("another name"))
        #expect(!misnamed.wasSent)
        let fileless = try await failure(
            of: client(server, caFile: "/nowhere/ca.pem"), HTTPRequest(method: "POST", url: server.origin + "/echo"))
        #expect(fileless.kind == .tls)
        #expect(fileless.message.contains("CA file cannot be read"))
        #expect(!fileless.wasSent)
    }

    @Test("two hundred calls at once share few connections, and each gets its own answer")
    func parallel() async throws {
        let server = try TLSServer()
        let client = try client(server, caFile: server.caFile)
        for _ in 0..<2 {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for index in 0..<200 {
                    group.addTask {
                        let body = [UInt8](repeating: UInt8(index), count: 1000 + index)
                        return try await client.send(
                            HTTPRequest(method: "POST", url: server.origin + "/echo", body: body)
                        ).body == body
                    }
                }
                for try await isRight in group { #expect(isRight) }
            }
        }
        #expect(try await connections(client, server) <= 3)
    }

    @Test("many calls at once to a server of HTTP/1.1 do not wait for each other")
    func parallelHTTP1() async throws {
        let server = try TLSServer(http1Only: true)
        let client = try client(server, caFile: server.caFile)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<130 {
                group.addTask {
                    try await client.send(HTTPRequest(method: "POST", url: server.origin + "/echo", body: [1])).body
                        .count
                }
            }
            for try await count in group { #expect(count == 1) }
        }
    }

    @Test("cancelling resets the stream and leaves the connection to the others")
    func cancel() async throws {
        let server = try TLSServer()
        let client = try client(server, caFile: server.caFile)
        let reading = Latch()
        let task = Task {
            for try await _ in try await client.stream(HTTPRequest(url: server.origin + "/drip")).body {
                reading.open()
            }
        }
        await reading.wait()
        task.cancel()
        await #expect {
            try await task.value
        } throws: {
            ($0 as? HTTPError)?.kind == .cancelled
        }
        #expect(text(try await client.send(HTTPRequest(url: server.origin + "/ended")).body) == "reset")
        #expect(try await connections(client, server) == 1)
    }

    @Test("a stream that nobody reads is held, while others on its connection go on; then all of it arrives")
    func backPressure() async throws {
        let server = try TLSServer()
        let client = try client(server, caFile: server.caFile)
        var request = HTTPRequest(url: server.origin + "/large")
        request.limits.maxBodyBytes = 32 << 20
        let stream = try await client.stream(request)
        for _ in 0..<50 {
            let response = try await client.send(
                HTTPRequest(method: "POST", url: server.origin + "/echo", body: [1, 2, 3]))
            #expect(response.body == [1, 2, 3])
        }
        var received: [UInt8] = []
        for try await piece in stream.body { received += piece }
        #expect(received.count == 32 << 20)
        for index in 0..<32 {
            #expect(received[index << 20] == UInt8(index))
            #expect(received[(index + 1) << 20 - 1] == UInt8(index))
        }
        #expect(try await connections(client, server) == 1)
    }

    @Test("an answer over its limit ends one stream only")
    func bodyTooLarge() async throws {
        let server = try TLSServer()
        let client = try client(server, caFile: server.caFile)
        var request = HTTPRequest(url: server.origin + "/large")
        request.limits.maxBodyBytes = 1 << 20
        let error = try await failure(of: client, request)
        #expect(error.kind == .bodyTooLarge)
        #expect(try await connections(client, server) == 1)
    }

    @Test("silence on a stream is seen although its connection lives")
    func idle() async throws {
        let server = try TLSServer()
        let client = try client(server, caFile: server.caFile)
        var request = HTTPRequest(url: server.origin + "/drip")
        request.limits.idleSeconds = 0.2
        let error = try await failure(of: client, request)
        #expect(error.kind == .timeout(.idle))
        #expect(error.wasSent)
    }

    @Test("through a proxy the connection is encrypted from end to end, and the proxy's own head is not the answer's")
    func tunnel() async throws {
        let server = try TLSServer()
        let proxy = try RawServer { connection in
            guard connection.readRequest() != nil, let there = connection.connect(toPort: server.port) else { return }
            connection.send("HTTP/1.1 200 Connected\r\nX-Proxy: yes\r\n\r\n")
            connection.exchange(with: there)
        }
        let origin = try #require(HTTPOrigin(url: server.origin))
        let client = HTTPClient(
            HTTPClientConfiguration(
                allowed: [origin], proxy: "http://127.0.0.1:\(proxy.port)", caFile: server.caFile,
                idleConnectionSeconds: 3600))
        for _ in 0..<2 {
            let response = try await client.send(
                HTTPRequest(method: "POST", url: server.origin + "/echo", body: Array("code".utf8)))
            #expect(text(response.body) == "code")
            #expect(response.head.httpVersion == "2")
            #expect(response.head["x-proxy"] == nil)
        }
        #expect(proxy.requests.map(\.line) == ["CONNECT localhost:\(server.port) HTTP/1.1"])
    }
}
