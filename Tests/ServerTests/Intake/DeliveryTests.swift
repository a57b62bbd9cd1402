import Domain
import Storage
import TestKit
import Testing

@testable import Server

private func percentEncoded(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(byte))
        case 0x20: "+"
        default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
    }.joined()
}

@Suite struct DeliveryTests {
    @Test func `A delivery is queued before it is acknowledged, and once`() async throws {
        try await Reception.with { reception in
            let delivery = SignedDelivery(Payload.pullRequest("synchronize"))
            let first = try await reception.deliver(delivery)
            #expect(first.status == 202 && first.text == "{\"status\":\"queued\",\"job\":1}\n")
            #expect(first.fields["content-type"] == "application/json")
            let job = try #require(try await reception.queue.job(1))
            #expect(job.state == .queued && job.request.label == "acme/shop#12" && job.request.kind == .review)
            #expect(job.request.notBefore == reception.clock.now().advanced(bySeconds: 10))
            let again = try await reception.deliver(delivery)
            #expect(again.status == 202 && again.text == "{\"status\":\"duplicate\"}\n")
            #expect(try await reception.jobs().count == 1)
            #expect(reception.metrics.deliveries.value(["pull_request.synchronize", "queued"]) == 1)
            #expect(reception.metrics.deliveries.value(["pull_request.synchronize", "duplicate"]) == 1)
        }
    }

    @Test func `A redelivery after the work died queues it again`() async throws {
        try await Reception.with { reception in
            let delivery = SignedDelivery(Payload.pullRequest("opened"))
            _ = try await reception.deliver(delivery)
            let (_, lease) = try #require(try await reception.queue.lease(for: 60))
            #expect(try await reception.queue.end(lease, as: .dead, reason: "no"))
            let again = try await reception.deliver(delivery)
            #expect(again.text == "{\"status\":\"requeued\",\"job\":1}\n")
        }
    }

    @Test func `Each of a forge's secrets is good, and the secret tells which forge it is`() async throws {
        try await Reception.with { reception in
            for (index, secret) in ["first secret", "second secret", "third secret"].enumerated() {
                var delivery = SignedDelivery(
                    Payload.pullRequest("opened", repository: index == 2 ? "tools/lint" : "acme/shop"),
                    id: "delivery-\(index)")
                delivery.secret = secret
                #expect(try await reception.deliver(delivery).outcome == "queued")
            }
            let changes = Set(try await reception.jobs().map(\.request.change))
            #expect(changes == ["github.com/7001#12", "ghe.example/7001#12"])
            #expect(try await reception.queue.delivery("ghe.example/delivery-2") != nil)
        }
    }

    @Test func `Where two forges share a secret, the delivery's host tells them apart`() async throws {
        let configuration = """
            forges:
              - {kind: github, token_env: T, webhook_secrets_env: [FIRST], repositories: [{match: a/one}]}
              - {kind: github, token_env: T, webhook_secrets_env: [FIRST], repositories: [{match: acme/shop}]}
              - {kind: github, url: "https://ghe.example", token_env: T, webhook_secrets_env: [FIRST], repositories: [{match: acme/shop}]}
            """
        try await Reception.with(configuration) { reception in
            var delivery = SignedDelivery(Payload.pullRequest("opened"), id: "one")
            #expect(try await reception.deliver(delivery).outcome == "queued")
            delivery.id = "two"
            delivery.more = [("X-GitHub-Enterprise-Host", "GHE.example")]
            #expect(try await reception.deliver(delivery).outcome == "queued")
            let changes = Set(try await reception.jobs().map(\.request.change))
            #expect(changes == ["github.com/7001#12", "ghe.example/7001#12"])
        }
    }

    @Test func `A form's payload is as good as JSON`() async throws {
        try await Reception.with { reception in
            var delivery = SignedDelivery(
                "payload=" + percentEncoded(Payload.pullRequest("opened", title: "a & b = c")))
            delivery.contentType = "application/x-www-form-urlencoded; charset=utf-8"
            let answer = try await reception.deliver(delivery)
            #expect(answer.outcome == "queued")
        }
    }

    @Test func `What makes no work is acknowledged with the reason, kept, and counted`() async throws {
        try await Reception.with { reception in
            let unserved = try await reception.deliver(
                SignedDelivery(Payload.pullRequest("opened", repository: "acme/other"), id: "a"))
            #expect(unserved.status == 202)
            #expect(
                unserved.text
                    == "{\"status\":\"ignored\",\"reason\":\"its repository is not among forges[].repositories\"}\n")
            #expect(reception.metrics.unserved.value() == 1)
            let unknown = try await reception.deliver(
                SignedDelivery("{\"action\":\"created\"}", event: "star", id: "b"))
            #expect(unknown.status == 202 && unknown.outcome == "ignored")
            #expect(try await reception.queue.deliveries() == [.ignored: 2])
            let ping = try await reception.deliver(SignedDelivery("{\"zen\":\"x\"}", event: "ping", id: "c"))
            #expect(ping.status == 200 && ping.text == "{\"status\":\"pong\"}\n")
        }
    }

    @Test func `A change that became a draft is withdrawn from the queue`() async throws {
        try await Reception.with { reception in
            _ = try await reception.deliver(SignedDelivery(Payload.pullRequest("synchronize"), id: "a"))
            let draft = SignedDelivery(Payload.pullRequest("converted_to_draft", draft: true), id: "b")
            #expect(try await reception.deliver(draft).outcome == "ignored")
            let jobs = try await reception.jobs()
            #expect(jobs.map(\.state) == [.ignored] && jobs[0].reason == "it is a draft")
        }
    }

    @Test func `Nothing is acknowledged that was not stored`() async throws {
        try await Reception.with(scripted: { real in
            ScriptedQueue(real) { delivery, intake, real in
                if delivery.id.hasSuffix("bad") { throw ScriptedQueue.Broken() }
                return try await real.accept(delivery, intake)
            }
        }) { reception in
            let bad = SignedDelivery(Payload.pullRequest("opened"), id: "bad")
            let answer = try await reception.deliver(bad)
            #expect(answer.status == 503 && answer.fields["retry-after"] == "30")
            #expect(try await reception.jobs().isEmpty)
            #expect(reception.metrics.storeErrors.value() == 1)
            #expect(reception.log.all.contains { $0.contains("\"delivery.not_stored\"") })
            let good = SignedDelivery(Payload.pullRequest("opened"), id: "good")
            #expect(try await get(port: reception.port, "/readyz").status == 503)
            #expect(try await reception.deliver(good).status == 202)
            #expect(try await get(port: reception.port, "/readyz").status == 200)
        }
    }

    @Test func `New settings hold from the next delivery on`() async throws {
        try await Reception.with { reception in
            let changed = try intakeSettings(
                plainConfiguration.replacing("acme/shop", with: "acme/new"), secrets: ["FIRST": "newer secret"])
            reception.settings.replace(with: changed)
            var delivery = SignedDelivery(Payload.pullRequest("opened", repository: "acme/new"))
            #expect(try await reception.deliver(delivery).status == 401)
            delivery.secret = "newer secret"
            #expect(try await reception.deliver(delivery).outcome == "queued")
        }
    }

    @Test func `Two hundred and fifty connections deliver a thousand at once, and each is kept once`() async throws {
        try await Reception.with { reception in
            let port = reception.port
            let statuses = try await withThrowingTaskGroup(of: [Int].self) { group in
                for lane in 0..<250 {
                    group.addTask {
                        try await WebConnection.with(port: port) { connection in
                            var statuses: [Int] = []
                            for turn in 0..<4 {
                                let body = Payload.pullRequest("opened", number: lane * 4 + turn + 1, filler: 2000)
                                try await connection.send(SignedDelivery(body, id: "d-\(lane)-\(turn)").bytes)
                                statuses.append(try await connection.answer()?.status ?? 0)
                            }
                            return statuses
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(statuses.count == 1000 && statuses.allSatisfy { $0 == 202 })
            let jobs = try await reception.jobs()
            #expect(Set(jobs.map(\.request.label)).count == 1000 && jobs.count == 1000)
        }
    }
}
