import TestKit
import Testing

@testable import HTTPClient

@Suite("Requests and whole answers", .timeLimit(.minutes(5)))
struct SendTests {
    @Test("a request arrives byte for byte as written, with nothing of libcurl's own")
    func requestOnTheWire() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let client = try makeClient(server)
        let response = try await client.send(
            HTTPRequest(
                method: "POST", url: server.origin + "/v1/chat?x=%20y&z=../a",
                headers: [
                    HTTPHeader("Content-Type", "application/json"),
                    HTTPHeader("Authorization", sensitive: Array("Bearer k".utf8)), HTTPHeader("X-Empty", ""),
                ],
                body: Array("{\"a\":\"\u{0}é\"}".utf8)))
        #expect(response.head.status == 200)
        #expect(text(response.body) == "ok")
        let request = try #require(server.requests.first)
        #expect(request.line == "POST /v1/chat?x=%20y&z=../a HTTP/1.1")
        #expect(
            Set(request.fields) == [
                "Host: 127.0.0.1:\(server.port)", "User-Agent: test", "Accept: */*", "Accept-Encoding: gzip",
                "Content-Type: application/json", "Authorization: Bearer k", "X-Empty:", "Content-Length: 11",
            ])
        #expect(request.body == Array("{\"a\":\"\u{0}é\"}".utf8))
    }

    @Test(
        "methods go out as asked, with a length where one is due",
        arguments: [
            ("GET", "", nil), ("GET", "b", "1"), ("POST", "", "0"), ("PUT", "", "0"), ("PATCH", "b", "1"),
            ("DELETE", "", nil), ("DELETE", "b", "1"), ("OPTIONS", "", nil),
        ] as [(String, String, String?)])
    func methods(method: String, body: String, length: String?) async throws {
        let server = try RawServer.answering("HTTP/1.1 204 No Content\r\n\r\n")
        let client = try makeClient(server)
        let response = try await client.send(
            HTTPRequest(method: method, url: server.origin, body: Array(body.utf8)))
        #expect(response.head.status == 204)
        let request = try #require(server.requests.first)
        #expect(request.line == "\(method) / HTTP/1.1")
        #expect(text(request.body) == body)
        let lengths = request.fields.filter { $0.hasPrefix("Content-Length") }
        #expect(lengths == (length.map { ["Content-Length: \($0)"] } ?? []))
        #expect(!request.fields.contains { $0.hasPrefix("Content-Type") || $0.hasPrefix("Expect") })
    }

    @Test("a head request has no body, whatever length is announced")
    func headRequest() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n")
        let client = try makeClient(server)
        let response = try await client.send(HTTPRequest(method: "HEAD", url: server.origin))
        #expect(response.body.isEmpty)
        #expect(response.head["content-length"] == "999999999")
        #expect(server.requests.first?.line == "HEAD / HTTP/1.1")
    }

    @Test("a large body arrives whole, without asking first")
    func largeUpload() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server)
        var numbers = SeededGenerator(seed: 7)
        let body = (0..<3_000_000).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
        _ = try await client.send(HTTPRequest(method: "POST", url: server.origin, body: body))
        #expect(server.requests.first?.body == body)
    }

    @Test("header fields are found whatever their case, in order, folded lines joined, interim answers left out")
    func answerHead() async throws {
        let server = try RawServer.answering(
            "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                + "HTTP/1.1 429 Too Many\r\nRetry-After:  7 \r\nX-A: one\r\nx-a: two\r\nX-Long: a\r\n  b\r\n"
                + "Content-Length: 4\r\n\r\nwait")
        let client = try makeClient(server)
        let response = try await client.send(HTTPRequest(url: server.origin))
        #expect(response.head.status == 429)
        #expect(response.head.httpVersion == "1.1")
        #expect(response.head["retry-after"] == "7")
        #expect(response.head["X-A"] == "one")
        #expect(response.head["x-long"] == "a b")
        #expect(response.head["link"] == nil)
        #expect(response.head.headers.filter { $0.name.lowercased() == "x-a" }.map(\.value) == ["one", "two"])
        #expect(text(response.body) == "wait")
    }

    @Test("a chunked body is put together, its trailers left out")
    func chunked() async throws {
        let server = try RawServer.answering(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nX-Sum: 1\r\n\r\n")
        let client = try makeClient(server)
        let response = try await client.send(HTTPRequest(url: server.origin))
        #expect(text(response.body) == "abcde")
        #expect(response.head["x-sum"] == nil)
    }

    @Test("a body without a length ends with the connection")
    func untilClose() async throws {
        let server = try RawServer.answeringOnce("HTTP/1.0 200 OK\r\n\r\nall of it")
        let client = try makeClient(server)
        let response = try await client.send(HTTPRequest(url: server.origin))
        #expect(text(response.body) == "all of it")
        #expect(response.head.httpVersion == "1.0")
    }

    @Test("redirects are answers", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        let other = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let server = try RawServer.answering(
            "HTTP/1.1 \(status) Moved\r\nLocation: \(other.origin)/\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server, other)
        let response = try await client.send(HTTPRequest(url: server.origin))
        #expect(response.head.status == status)
        #expect(other.connectionCount == 0)
        #expect(server.requests.count == 1)
    }

    @Test("cookies are not kept")
    func cookies() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server)
        for _ in 0..<2 { _ = try await client.send(HTTPRequest(url: server.origin)) }
        #expect(server.requests.count == 2)
        #expect(!server.requests.contains { $0.head.lowercased().contains("cookie") })
    }

    @Test("times of the steps come in their order")
    func timings() async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
        let client = try makeClient(server)
        let first = try await client.send(HTTPRequest(url: server.origin)).timings
        #expect(first.connect > 0)
        #expect(first.tls == 0)
        #expect(0 < first.firstByte && first.firstByte <= first.total)
        let second = try await client.send(HTTPRequest(url: server.origin)).timings
        #expect(second.connect == 0 && second.nameLookup == 0)
        #expect(second.firstByte > 0)
    }

    @Test(
        "header fields that would change where a message ends or goes are refused before anything is sent",
        arguments: [
            ("Host", "other"), ("content-length", "1"), ("Transfer-Encoding", "chunked"), ("Connection", "close"),
            ("Expect", "100-continue"), ("X", "a\r\nY: b"), ("X", "a\nb"), ("X", "a\u{0}b"), ("X:", "a"), ("", "a"),
            ("X Y", "a"), ("X\r\nY", "a"), ("Accept-Encoding", "br"), ("Proxy-Authorization", "x"),
        ])
    func refusedFields(name: String, value: String) async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server)
        let error = try await failure(of: client, HTTPRequest(url: server.origin, headers: [HTTPHeader(name, value)]))
        #expect(error.kind == .invalidRequest)
        #expect(!error.wasSent)
        #expect(server.connectionCount == 0)
    }

    @Test("methods that are none are refused", arguments: ["", "get", "GET /x", "CONNECT", "A\r\nB", "É"])
    func refusedMethods(method: String) async throws {
        let server = try RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        let client = try makeClient(server)
        let error = try await failure(of: client, HTTPRequest(method: method, url: server.origin))
        #expect(error.kind == .invalidRequest)
        #expect(server.connectionCount == 0)
    }

    @Test("nothing printed of a request holds a secret")
    func printing() throws {
        let header = HTTPHeader("Authorization", sensitive: Array("hunter2".utf8))
        var request = HTTPRequest(url: "https://example.com/v1?key=hunter2", headers: [header])
        request.body = Array("hunter2".utf8)
        var dumped = ""
        dump(header, to: &dumped)
        dump(request, to: &dumped)
        let userinfo = HTTPRequest(url: "https://me:hunter2@example.com/")
        for shown in ["\(header)", "\(request)", String(reflecting: [header]), "\(userinfo)", "\([request])", dumped] {
            #expect(!shown.contains("hunter2"))
        }
        #expect("\(request)" == "GET https://example.com/v1")
    }
}
