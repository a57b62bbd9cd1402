import Domain
import Testing

@testable import Server

/// The operator's address on a port of its own.
private func withAdmin(
    status: @escaping @Sendable () async throws -> [UInt8] = { Array("{\"version\":1}\n".utf8) },
    _ body: @Sendable (AdminServer, Live<Secret>, LogLines) async throws -> Void
) async throws {
    let lines = LogLines()
    let token = Live(Secret("admin token"))
    let clock = FixedClock()
    let log = ServiceLog(threshold: Live(.debug), clock: clock, write: lines.add)
    let server = try await AdminServer.start(
        on: ListenAddress(host: "127.0.0.1", port: 0), token: token, metrics: ServiceMetrics(startedAt: clock.now()),
        log: log, gauges: { [ServiceMetrics.jobs([.dead: 1])] }, status: status)
    do {
        try await body(server, token, lines)
        await server.shutDown(within: 0.2)
    } catch {
        await server.shutDown(within: 0.2)
        throw error
    }
}

struct FixedClock: WallClock {
    func now() -> Instant { Instant(milliseconds: 1_795_255_200_123) }
}

@Suite struct AdminTests {
    @Test(
        "Without the token nothing is told, not even what there is",
        arguments: ["/metrics", "/api/status", "/healthz", "/nothing"],
        [
            nil, "Bearer wrong", "Bearer admin toke", "Bearer admin tokenx", "Bearer ", "admin token",
            "Basic admin token",
        ])
    func refused(path: String, authorization: String?) async throws {
        try await withAdmin { server, _, _ in
            let fields = authorization.map { [("Authorization", $0)] } ?? []
            let answer = try await get(port: server.port, path, fields: fields)
            #expect(answer.status == 401 && answer.fields["www-authenticate"] == "Bearer")
            #expect(!answer.text.contains("hunkwise_"))
        }
    }

    @Test func `With the token there are metrics, status and health, to be read only`() async throws {
        try await withAdmin { server, _, _ in
            let pass = [("Authorization", "bearer admin token")]
            let metrics = try await get(port: server.port, "/metrics?x", fields: pass)
            #expect(metrics.status == 200)
            #expect(metrics.fields["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
            #expect(try ExpositionReader(metrics.text).value("hunkwise_jobs", ["state": "dead"]) == "1")
            let status = try await get(port: server.port, "/api/status", fields: pass)
            #expect(status.text == "{\"version\":1}\n" && status.fields["content-type"] == "application/json")
            #expect(try await get(port: server.port, "/healthz", fields: pass).status == 200)
            #expect(try await get(port: server.port, "/nothing", fields: pass).status == 404)
            #expect(try await get(port: server.port, "/metrics", fields: pass, method: "POST").status == 405)
        }
    }

    @Test func `A new token holds at once, and an empty one lets nobody in`() async throws {
        try await withAdmin { server, token, _ in
            token.replace(with: Secret("newer"))
            let new = [("Authorization", "Bearer newer")]
            #expect(try await get(port: server.port, "/healthz", fields: new).status == 200)
            let old = try await get(port: server.port, "/healthz", fields: [("Authorization", "Bearer admin token")])
            #expect(old.status == 401)
            token.replace(with: Secret(""))
            for value in ["Bearer", "Bearer ", "Bearer  "] {
                let answer = try await get(port: server.port, "/healthz", fields: [("Authorization", value)])
                #expect(answer.status == 401)
            }
        }
    }

    @Test func `A store that fails is told without its words`() async throws {
        try await withAdmin(status: { throw ScriptedQueue.Broken() }) { server, _, log in
            let answer = try await get(
                port: server.port, "/api/status", fields: [("Authorization", "Bearer admin token")])
            #expect(answer.status == 503 && !answer.text.contains("disk"))
            #expect(log.all.contains { $0.contains("\"admin.failed\"") })
        }
    }
}
