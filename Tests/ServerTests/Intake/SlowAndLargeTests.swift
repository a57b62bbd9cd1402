import Domain
import Testing

@testable import Server

@Suite struct SlowAndLargeTests {
    @Test func `A body that does not come in time is answered and cut off`() async throws {
        var limits = HTTPLimits()
        limits.bodySeconds = 0.2
        limits.lingerSeconds = 0.1
        try await Reception.with(limits: limits) { reception in
            let delivery = SignedDelivery(Payload.pullRequest("opened"))
            let isEnd = try await WebConnection.with(port: reception.port) { connection in
                try await connection.send(delivery.head(length: "Content-Length: \(delivery.body.count)"))
                try await connection.send(delivery.body.prefix(10))
                #expect(try await connection.answer()?.status == 408)
                return await connection.isAtEnd()
            }
            #expect(isEnd)
            #expect(try await reception.jobs().isEmpty)
            #expect(reception.metrics.refused.value(["408"]) == 1)
        }
    }

    @Test(
        "A connection that says too little for too long is closed",
        arguments: ["", "POST /webhooks/github HTTP/1.1\r\nHost: a\r\nX-Fil"])
    func silent(start: String) async throws {
        var limits = HTTPLimits()
        limits.idleSeconds = 0.2
        try await Reception.with(limits: limits) { reception in
            let isEnd = try await WebConnection.with(port: reception.port) { connection in
                // On a slow machine the server may be first.
                try? await connection.send(start)
                return await connection.isAtEnd()
            }
            #expect(isEnd)
        }
    }

    @Test(
        "A head that is too large is refused",
        arguments: [
            "X-Long: " + String(repeating: "x", count: 40_000) + "\r\n",
            (0..<1000).map { "X-\($0): 1234567890123456789012345678901234567890\r\n" }.joined(),
            (0..<200).map { "X-\($0): 1\r\n" }.joined(),
        ])
    func largeHead(fields: String) async throws {
        try await Reception.with { reception in
            let answer = try await exchange(
                port: reception.port, Array("GET /healthz HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8))
            #expect(answer.status == 431)
        }
    }

    @Test(
        "What is no HTTP is refused",
        arguments: [
            "nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
            "POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
            "POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
            "POST /webhooks/github HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        ])
    func nonsense(text: String) async throws {
        try await Reception.with { reception in
            let answer = try await exchange(port: reception.port, Array(text.utf8))
            #expect(answer.status == 400)
        }
    }

    @Test func `Large bodies share a room, and small ones always have their own`() async throws {
        var limits = HTTPLimits()
        limits.bodySeconds = 600
        limits.freeBodyBytes = 10_000
        limits.sharedBodyBytes = 100_000
        try await Reception.with(limits: limits) { reception in
            let large = SignedDelivery(Payload.pullRequest("opened", filler: 80_000), id: "large")
            try await WebConnection.with(port: reception.port) { first in
                try await first.send(large.head(length: "Content-Length: \(large.body.count)"))
                try await first.send(large.body.dropLast(1))
                // Answered only once the first one's part is taken: until then the second is let in.
                var second = 0
                while second != 503 {
                    var other = large
                    other.id = "other"
                    second = try await reception.deliver(other).status
                    #expect(second == 503 || second == 202)
                }
                let small = SignedDelivery(Payload.pullRequest("opened", filler: 8000), id: "small")
                #expect(try await reception.deliver(small).status == 202)
                try await first.send(large.body.suffix(1))
                #expect(try await first.answer()?.status == 202)
            }
            // What was lent is given back.
            #expect(try await reception.deliver(large).status == 202)
        }
    }

    @Test func `A connection serves many requests, and answers who asks before sending a body`() async throws {
        try await Reception.with { reception in
            try await WebConnection.with(port: reception.port) { connection in
                try await connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try await connection.answer()?.text == "alive\n")
                var delivery = SignedDelivery(Payload.pullRequest("opened"))
                delivery.more = [("Expect", "100-continue")]
                try await connection.send(delivery.head(length: "Content-Length: \(delivery.body.count)"))
                #expect(try await connection.answer(skippingInformational: false)?.status == 100)
                try await connection.send(delivery.body)
                #expect(try await connection.answer()?.status == 202)
                try await connection.send(delivery.bytes)
                #expect(try await connection.answer()?.text == "{\"status\":\"duplicate\"}\n")
            }
        }
    }

    @Test func `Two requests sent in one go are answered in their order`() async throws {
        try await Reception.with { reception in
            try await WebConnection.with(port: reception.port) { connection in
                var second = SignedDelivery(Payload.pullRequest("opened", repository: "acme/other"), id: "two")
                second.contentType = "application/json;charset=UTF-8"
                try await connection.send(SignedDelivery(Payload.pullRequest("opened"), id: "one").bytes + second.bytes)
                #expect(try await connection.answer()?.outcome == "queued")
                #expect(try await connection.answer()?.outcome == "ignored")
            }
        }
    }

    @Test func `An address in use is told`() async throws {
        try await Reception.with { reception in
            let error = await #expect(throws: ListenError.self) {
                _ = try await IntakeServer.start(
                    on: ListenAddress(host: "127.0.0.1", port: reception.port), settings: reception.settings,
                    queue: reception.queue, clock: reception.clock, metrics: reception.metrics,
                    log: ServiceLog(threshold: Live(.error), clock: reception.clock) { _ in }, queued: {})
            }
            #expect(error?.description == "cannot listen on 127.0.0.1:\(reception.port): Address already in use")
        }
    }
}
