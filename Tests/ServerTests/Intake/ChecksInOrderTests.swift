import Domain
import Storage
import Testing

@testable import Server

private func small() -> HTTPLimits {
    var limits = HTTPLimits()
    limits.bodyBytes = 100_000
    return limits
}

/// What is wrong with a request, and the status it is answered with.
private struct Flaw: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let status: Int
    let request: @Sendable () -> [UInt8]

    init(_ status: Int, _ name: String, _ request: @escaping @Sendable () -> [UInt8]) {
        self.status = status
        testDescription = "\(name): \(status)"
        self.request = request
    }
}

private func delivery(
    _ body: String = Payload.pullRequest("opened"), _ edit: (inout SignedDelivery) -> Void = { _ in }
) -> SignedDelivery {
    var delivery = SignedDelivery(body)
    edit(&delivery)
    return delivery
}

private let tooLong = String(repeating: " ", count: 150_000)

private let flaws: [Flaw] = [
    Flaw(413, "too long by its head, and unsigned, of no type, without event") {
        delivery(tooLong) {
            $0.secret = nil
            $0.contentType = nil
            $0.event = nil
        }.bytes
    },
    Flaw(413, "too long by its head, without a byte of body") {
        delivery("") { $0.secret = "wrong" }.head(length: "Content-Length: 100001")
    },
    Flaw(413, "of a length beyond all numbers") { delivery("").head(length: "Content-Length: 9999999999999999999") },
    Flaw(413, "too long in chunks, signed") { delivery(tooLong).chunked(size: 5000) },
    Flaw(413, "too long in chunks, unsigned") { delivery(tooLong) { $0.secret = nil }.chunked(size: 5000) },
    Flaw(401, "unsigned, of no type, without event, no JSON") {
        delivery("{") {
            $0.secret = nil
            $0.contentType = "text/plain"
            $0.event = nil
        }.bytes
    },
    Flaw(401, "signed with another secret") { delivery { $0.secret = "wrong" }.bytes },
    Flaw(401, "signed with an empty secret") { delivery { $0.secret = "" }.bytes },
    Flaw(401, "signed over another body") {
        var sent = delivery().bytes
        sent[sent.count - 1] = UInt8(ascii: " ")
        return sent
    },
    Flaw(401, "signed by SHA-1 alone") {
        delivery {
            $0.secret = nil
            $0.more = [("X-Hub-Signature", "sha1=0123456789012345678901234567890123456789")]
        }.bytes
    },
    Flaw(401, "signed twice") {
        delivery { $0.more = [("X-Hub-Signature-256", $0.signature ?? "")] }.bytes
    },
    Flaw(415, "of another type, without event, no JSON") {
        delivery("{") {
            $0.contentType = "text/plain"
            $0.event = nil
        }.bytes
    },
    Flaw(415, "of no type") { delivery { $0.contentType = nil }.bytes },
    Flaw(400, "without event") { delivery { $0.event = nil }.bytes },
    Flaw(400, "without a delivery's id") { delivery { $0.id = nil }.bytes },
    Flaw(400, "with an id that is no word") { delivery { $0.id = "a b/c" }.bytes },
    Flaw(400, "no JSON") { delivery("{\"action\":").bytes },
    Flaw(400, "without the fields there must be") { delivery("{\"action\":\"opened\"}").bytes },
    Flaw(400, "nested deeply") { delivery(String(repeating: "[", count: 50_000)).bytes },
    Flaw(400, "a form without payload") {
        delivery("other=1") { $0.contentType = "application/x-www-form-urlencoded" }.bytes
    },
    Flaw(202, "nothing") { delivery().bytes },
    Flaw(202, "nothing, in chunks") { delivery().chunked(size: 7) },
]

@Suite struct ChecksInOrderTests {
    @Test("A request is refused for its first flaw, and only a whole one is kept", arguments: flaws)
    fileprivate func order(_ flaw: Flaw) async throws {
        try await Reception.with(limits: small()) { reception in
            let answer = try await exchange(port: reception.port, flaw.request())
            #expect(answer.status == flaw.status, "\(answer.text)")
            #expect(try await reception.jobs().count == (flaw.status == 202 ? 1 : 0))
            if flaw.status != 202 {
                #expect(reception.metrics.refused.value([String(flaw.status)]) == 1)
                #expect(answer.text.hasPrefix("{\"status\":\"refused\",\"reason\":\""))
            }
        }
    }

    @Test func `Twenty-five megabytes are the most, by the head alone`() async throws {
        try await Reception.with { reception in
            var request = SignedDelivery("")
            request.secret = nil
            let over = try await exchange(
                port: reception.port, request.head(length: "Content-Length: \(25 << 20 | 1)"))
            #expect(over.status == 413 && over.fields["connection"] == "close")
        }
    }

    @Test func `What is not signed is never parsed`() async throws {
        try await Reception.with { reception in
            for body in ["{", String(repeating: "[", count: 10_000), "\u{0}"] {
                var request = SignedDelivery(body)
                request.secret = "wrong"
                let answer = try await reception.deliver(request)
                #expect(answer.status == 401 && !answer.text.contains("JSON"))
            }
            #expect(try await reception.queue.deliveries().isEmpty)
        }
    }

    @Test(
        "Other places and methods",
        arguments: [
            ("GET", "/webhooks/github", 405), ("PUT", "/webhooks/github", 405), ("POST", "/healthz", 405),
            ("GET", "/", 404), ("POST", "/webhooks/gitlab", 404), ("GET", "/metrics", 404), ("GET", "/api/status", 404),
            ("GET", "/healthz?x=1", 200), ("HEAD", "/healthz", 200), ("GET", "//healthz", 404),
        ])
    func elsewhere(method: String, path: String, status: Int) async throws {
        try await Reception.with { reception in
            try await WebConnection.with(port: reception.port) { connection in
                try await connection.send("\(method) \(path) HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n")
                let answer = try await connection.answer(toHead: method == "HEAD")
                #expect(answer?.status == status)
                if status == 405 { #expect(answer?.fields["allow"] == (path == "/healthz" ? "GET" : "POST")) }
            }
        }
    }
}
