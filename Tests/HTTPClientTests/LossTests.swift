import TestKit
import Testing

@testable import HTTPClient

@Suite("Answers that do not come whole", .timeLimit(.minutes(5)))
struct LossTests {
    /// What a server says to a request that it has read, and how the client names it.
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let answer: String
        let kind: HTTPError.Kind

        var testDescription: String { name }
    }

    static let cases = [
        Case(name: "nothing at all", answer: "", kind: .connectionLost),
        Case(name: "cut in the status line", answer: "HTTP/1.1 20", kind: .connectionLost),
        Case(name: "cut in a header", answer: "HTTP/1.1 200 OK\r\nX-A: ", kind: .connectionLost),
        Case(
            name: "cut after the headers", answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", kind: .connectionLost
        ),
        Case(name: "cut in the body", answer: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab", kind: .connectionLost),
        Case(
            name: "cut in a chunk", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
            kind: .connectionLost),
        Case(
            name: "cut between chunks", answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            kind: .connectionLost),
        Case(
            name: "cut before the last blank line",
            answer: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n", kind: .connectionLost),
        Case(name: "no HTTP", answer: "SSH-2.0-OpenSSH_9.2\r\n", kind: .protocolError),
        Case(name: "a status that is none", answer: "HTTP/1.1 abc OK\r\n\r\n", kind: .protocolError),
        Case(
            name: "another protocol, unasked", answer: "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nhello",
            kind: .protocolError),
        Case(name: "an unknown version", answer: "HTTP/9.9 200 OK\r\n\r\n", kind: .protocolError),
        Case(
            name: "an unknown compression of itself",
            answer: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", kind: .protocolError),
        Case(
            name: "a zero byte in a header", answer: "HTTP/1.1 200 OK\r\nX-A: a\u{0}b\r\nContent-Length: 0\r\n\r\n",
            kind: .protocolError),
    ]

    @Test("a lost or unreadable answer is an error of its kind, and the request counts as sent", arguments: cases)
    func lost(case: Case) async throws {
        let server = try RawServer.answeringOnce(`case`.answer)
        let client = try makeClient(server)
        let error = try await failure(of: client, HTTPRequest(method: "POST", url: server.origin))
        #expect(error.kind == `case`.kind)
        #expect(error.wasSent)
        #expect(server.requests.count == 1)
    }

    @Test("whatever a server says, the request ends, once, and what is kept stays within its limits")
    func anything() async throws {
        var numbers = SeededGenerator(seed: 5)
        let parts = [
            "HTTP/1.1 200 OK\r\n", "HTTP/1.1 100 Continue\r\n", "HTTP/2 204\r\n", "HTTP/1.1 999 ?\r\n", "\r\n", "\n",
            "\r",
            "Content-Length: 5\r\n", "Content-Length: -1\r\n", "Content-Length: 99999999999999999999\r\n", ": \r\n",
            "Transfer-Encoding: chunked\r\n", "Content-Encoding: gzip\r\n", "Connection: close\r\n", " folded\r\n",
            "5\r\nhello\r\n", "0\r\n\r\n", "ffffffffffffffff\r\n", "hello", "\u{0}", "\u{1F}\u{8B}\u{8}", "é",
            "X: y\r\n",
            "Location: /\r\n", "Trailer: X\r\n", "Set-Cookie: a=b\r\n", "Keep-Alive: timeout=0\r\n",
        ]
        let answers = (0..<300).map { _ in
            (Bool.random(using: &numbers) ? parts[0] : "")
                + (0..<Int.random(in: 0..<12, using: &numbers)).map { _ in parts.randomElement(using: &numbers) ?? "" }
                .joined() + (Bool.random(using: &numbers) ? "\r\nhello" : "")
        }
        let server = try RawServer { connection in
            guard let request = connection.readRequest(), let index = Int(text(request.body)) else { return }
            connection.send(answers[index])
        }
        let client = try makeClient(server)
        var whole = 0
        for index in answers.indices {
            var request = HTTPRequest(method: "POST", url: server.origin, body: Array("\(index)".utf8))
            request.limits.maxBodyBytes = 20
            do throws(HTTPError) {
                let response = try await client.send(request)
                #expect(response.body.count <= 20)
                whole += 1
            } catch {
                #expect(error.wasSent)
            }
        }
        #expect(whole > 10)
        #expect(server.requests.count == answers.count)
    }

    @Test("a body cut short ends a stream with an error, after its beginning was given out")
    func lostStream() async throws {
        let server = try RawServer.answeringOnce(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n5\r\nc")
        let client = try makeClient(server)
        let stream = try await client.stream(HTTPRequest(method: "POST", url: server.origin))
        #expect(stream.head.status == 200)
        var body: [UInt8] = []
        do throws(HTTPError) {
            for try await piece in stream.body { body += piece }
            Issue.record("the cut was not seen")
        } catch {
            #expect(error.kind == .connectionLost)
            #expect(error.wasSent)
        }
        #expect(text(body) == "abc")
    }

    @Test("a request that may change something is not sent again when a kept connection breaks under it")
    func noSilentRepeat() async throws {
        let server = try RawServer { connection in
            guard connection.readRequest() != nil else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            _ = connection.readRequest()
        }
        let client = try makeClient(server)
        _ = try await client.send(HTTPRequest(method: "POST", url: server.origin, body: [1]))
        let error = try await failure(of: client, HTTPRequest(method: "POST", url: server.origin, body: [2]))
        #expect(error.kind == .connectionLost)
        #expect(error.wasSent)
        #expect(server.requests.map(\.body) == [[1], [2]])
    }

    @Test("a request that only reads is")
    func safeRepeat() async throws {
        let server = try RawServer { connection in
            guard let request = connection.readRequest() else { return }
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            guard request.line.contains("first") else { return }
            _ = connection.readRequest()
        }
        let client = try makeClient(server)
        _ = try await client.send(HTTPRequest(url: server.origin + "/first"))
        let response = try await client.send(HTTPRequest(url: server.origin + "/second"))
        #expect(response.head.status == 200)
        #expect(server.requests.map(\.line) == ["GET /first HTTP/1.1", "GET /second HTTP/1.1", "GET /second HTTP/1.1"])
        #expect(server.connectionCount == 2)
    }
}

@Suite("Whether a request left", .timeLimit(.minutes(5)))
struct SentTests {
    @Test("a refused connection: surely not")
    func refused() async throws {
        // Bound, so that nobody else gets the port, but not listening.
        let port = try UnlistenedPort()
        let origin = "http://127.0.0.1:\(port.number)"
        let error = try await failure(of: makeClient(allowing: [origin]), HTTPRequest(method: "POST", url: origin))
        #expect(error.kind == .connect)
        #expect(!error.wasSent)
        #expect(error.message == "no connection to 127.0.0.1:\(port.number): Connection refused")
        withExtendedLifetime(port) {}
    }

    @Test("a name that does not exist: surely not")
    func unknownName() async throws {
        // RFC 6761: never a name. Where no resolver answers, the look-up is given up in time.
        let origin = "http://nowhere.invalid"
        var request = HTTPRequest(method: "POST", url: origin)
        request.limits.connectSeconds = 2
        let error = try await failure(of: makeClient(allowing: [origin]), request)
        #expect(error.kind == .nameLookup || error.kind == .timeout(.connect))
        #expect(!error.wasSent)
    }

    @Test("no TLS where TLS was expected: surely not")
    func noTLS() async throws {
        let server = try RawServer { connection in
            _ = connection.read(1)
            connection.send("HTTP/1.1 400 Bad Request\r\n\r\n")
        }
        let origin = "https://127.0.0.1:\(server.port)"
        let error = try await failure(of: makeClient(allowing: [origin]), HTTPRequest(method: "POST", url: origin))
        #expect(error.kind == .tls)
        #expect(!error.wasSent)
    }

    @Test("a connection accepted and closed: perhaps")
    func closedAtOnce() async throws {
        let server = try RawServer { _ in }
        let error = try await failure(of: makeClient(server), HTTPRequest(method: "POST", url: server.origin))
        #expect(error.kind == .connectionLost)
        #expect(error.wasSent)
    }
}
