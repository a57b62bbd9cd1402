import Domain
import Storage
import Synchronization
import Testing

@testable import Server

/// Ids that were answered with 202, and whoever waits for a number of them.
private final class Acknowledged: Sendable {
    private struct State {
        var ids: Set<String> = []
        var lanes: Int
        var waiting: (count: Int, continuation: CheckedContinuation<Void, Never>)?

        /// Whom to wake: enough is there, or nobody is left to bring more.
        mutating func takeWaiting() -> CheckedContinuation<Void, Never>? {
            guard let waiting, ids.count >= waiting.count || lanes == 0 else { return nil }
            self.waiting = nil
            return waiting.continuation
        }
    }

    private let state: Mutex<State>

    init(lanes: Int) { state = Mutex(State(lanes: lanes)) }

    var ids: Set<String> { state.withLock { $0.ids } }

    func add(_ id: String) {
        state.withLock { state in
            state.ids.insert(id)
            return state.takeWaiting()
        }?.resume()
    }

    func laneEnded() {
        state.withLock { state in
            state.lanes -= 1
            return state.takeWaiting()
        }?.resume()
    }

    func wait(for count: Int) async {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.waiting = (count, continuation)
                return state.takeWaiting()
            }?.resume()
        }
    }
}

@Suite struct ShutdownTests {
    @Test func `A delivery under way at a shutdown is stored and answered`() async throws {
        let gate = Gate()
        try await Reception.with(scripted: { real in
            ScriptedQueue(real) { delivery, intake, real in
                await gate.pass()
                return try await real.accept(delivery, intake)
            }
        }) { reception in
            async let answer = reception.deliver(SignedDelivery(Payload.pullRequest("opened")))
            await gate.arrived(1)
            async let end: Void = reception.server.shutDown(within: 30)
            gate.open()
            let status = try await answer.status
            #expect(status == 202)
            await end
            #expect(try await reception.jobs().count == 1)
            await #expect(throws: (any Error).self) { try await get(port: reception.port, "/healthz") }
        }
    }

    @Test func `Whatever was acknowledged around a shutdown is there afterwards`() async throws {
        try await Reception.with { reception in
            let port = reception.port
            let acknowledged = Acknowledged(lanes: 16)
            await withTaskGroup(of: Void.self) { group in
                for lane in 0..<16 {
                    group.addTask {
                        defer { acknowledged.laneEnded() }
                        for turn in 0..<200 {
                            let id = "d-\(lane)-\(turn)"
                            let body = Payload.pullRequest("opened", number: lane * 200 + turn + 1, filler: 5000)
                            guard let answer = try? await exchange(port: port, SignedDelivery(body, id: id).bytes)
                            else {
                                return
                            }
                            #expect(answer.status == 202)
                            acknowledged.add(id)
                        }
                    }
                }
                group.addTask {
                    await acknowledged.wait(for: 100)
                    await reception.server.shutDown(within: 30)
                }
            }
            let known = acknowledged.ids
            #expect(known.count >= 100)
            for id in known {
                let record = try await reception.queue.delivery("github.com/" + id)
                #expect(record != nil, "\(id) is lost")
            }
        }
    }

    @Test func `Those who never end are cut off at the deadline`() async throws {
        try await Reception.with { reception in
            let delivery = SignedDelivery(Payload.pullRequest("opened"))
            try await WebConnection.with(port: reception.port) { connection in
                try await connection.send("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
                _ = try await connection.answer()
                try await connection.send(delivery.head(length: "Content-Length: \(delivery.body.count)"))
                await reception.server.shutDown(within: 0.1)
                let isEnd = await connection.isAtEnd()
                #expect(isEnd)
            }
        }
    }

    @Test func `Readiness follows the store, the service and the shutdown; being alive does not`() async throws {
        try await Reception.with { reception in
            #expect(try await get(port: reception.port, "/readyz").status == 200)
            reception.server.announceShutdown()
            let answer = try await get(port: reception.port, "/readyz")
            #expect(answer.status == 503 && answer.text == "shutting down\n")
            #expect(try await get(port: reception.port, "/healthz").status == 200)
        }
        try await Reception.with(readiness: { "the disk is full" }) { reception in
            let answer = try await get(port: reception.port, "/readyz")
            #expect(answer.status == 503 && answer.text == "the disk is full\n")
        }
        try await Reception.with(scripted: { real in
            ScriptedQueue(real, isBroken: true) { try await $2.accept($0, $1) }
        }) { reception in
            let ready = try await get(port: reception.port, "/readyz")
            #expect(ready.status == 503)
            let alive = try await get(port: reception.port, "/healthz")
            #expect(alive.status == 200)
        }
    }
}
