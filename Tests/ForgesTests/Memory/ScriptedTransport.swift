import Domain
import Forges
import HTTPClient
import Synchronization
import TestKit

/// Gives prepared answers in order, and keeps what was asked.
final class ScriptedTransport: ForgeTransport {
    struct Step: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body = "{}"
        var error: HTTPError?
        /// What the clock moves while it is answered.
        var seconds = 0.0
    }

    struct Asked: Sendable {
        var method: String
        var url: String
        var headers: [String: String]
        var authorization: String
        var body: String
        var seconds: Double
    }

    private struct State {
        var steps: [Step]
        var asked: [Asked] = []
    }

    private let state: Mutex<State>
    private let clock: ManualClock

    init(_ steps: [Step], clock: ManualClock) {
        state = Mutex(State(steps: steps))
        self.clock = clock
    }

    var asked: [Asked] { state.withLock { $0.asked } }

    func send(_ request: ForgeRequest) async throws(HTTPError) -> HTTPResponse {
        let step: Step? = state.withLock { state in
            var headers: [String: String] = [:]
            for (name, value) in request.headers { headers[name] = value }
            state.asked.append(
                Asked(
                    method: request.method, url: request.url, headers: headers,
                    authorization: request.authorization?.reveal { String(decoding: $0, as: UTF8.self) } ?? "",
                    body: String(decoding: request.body, as: UTF8.self), seconds: request.seconds))
            return state.steps.isEmpty ? nil : state.steps.removeFirst()
        }
        guard let step else { throw HTTPError(.invalidRequest, wasSent: false, "more requests than expected") }
        clock.advance(bySeconds: step.seconds)
        if let error = step.error { throw error }
        return HTTPResponse(
            head: HTTPHead(
                status: step.status, headers: step.headers.map { (name: $0.0, value: $0.1) }, httpVersion: "2"),
            body: Array(step.body.utf8), timings: HTTPTimings())
    }
}

/// A sender over a script, with a clock that sleeping moves, and what was slept.
struct ScriptedSender {
    let clock = ManualClock(Instant(milliseconds: 1_790_000_000_000))
    let transport: ScriptedTransport
    let naps = Naps()

    final class Naps: Sendable {
        private let list = Mutex<[Double]>([])
        var all: [Double] { list.withLock { $0 } }
        func add(_ seconds: Double) { list.withLock { $0.append(seconds) } }
    }

    init(_ steps: [ScriptedTransport.Step]) {
        transport = ScriptedTransport(steps, clock: clock)
    }

    var timing: ForgeTiming {
        let clock = clock
        let naps = naps
        return ForgeTiming(
            clock: clock,
            sleep: {
                naps.add($0)
                clock.advance(bySeconds: $0)
            }, random: { 0.5 })
    }
}
