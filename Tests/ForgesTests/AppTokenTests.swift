import Domain
@testable import Forges
import HTTPClient
import Synchronization
import TestKit
import Testing

@Suite("The App's tokens")
struct AppTokenTests {
    private typealias Step = ScriptedTransport.Step

    private let installation = Step(
        headers: [("Date", "Mon, 21 Sep 2026 14:13:20 GMT")],
        body:
            #"{"id":31,"suspended_at":null,"permissions":{"metadata":"read","contents":"write","pull_requests":"write"}}"#
    )

    private func token(_ name: String, expires: String = "2026-09-21T15:13:20Z", status: Int = 201) -> Step {
        Step(
            status: status, headers: [("Date", "Mon, 21 Sep 2026 14:13:20 GMT")],
            body: #"{"token":"\#(name)","expires_at":"\#(expires)"}"#)
    }

    private func connection(_ script: ScriptedSender) throws -> GitHubConnection {
        let settings = try GitHubSettings(
            address: GitHubWebAddress("https://github.com"),
            credential: .app(id: 99, privateKey: try MemoryWorld.pem()), markerKey: MemoryWorld.markerKey)
        return try GitHubConnection(
            settings: settings, transport: script.transport, timing: script.timing, limits: ForgeLimits())
    }

    private func call(_ id: Int64? = 7) throws -> APICall {
        .get("/repos/acme/shop", as: .repository(try #require(RepositoryName("acme/shop")), id: id))
    }

    @Test("ask for the repository by number and for no more than is needed and granted")
    func leastPermissions() async throws {
        let script = ScriptedSender([installation, token("ghs_1"), Step()])
        _ = try await connection(script).send(call())
        let asked = script.transport.asked
        #expect(
            asked.map(\.url.description) == [
                "https://api.github.com/repos/acme/shop/installation",
                "https://api.github.com/app/installations/31/access_tokens", "https://api.github.com/repos/acme/shop",
            ])
        #expect(asked[0].authorization.hasPrefix("Bearer ey"))
        #expect(
            asked[1].body
                == #"{"permissions":{"contents":"read","metadata":"read","pull_requests":"write"},"repository_ids":[7]}"#
        )
        #expect(asked[2].authorization == "Bearer ghs_1")
    }

    @Test("are used again until shortly before they end, by the forge's clock")
    func reuse() async throws {
        let script = ScriptedSender([
            installation, token("ghs_1"), Step(), Step(), installation, token("ghs_2"), Step(),
        ])
        let connection = try connection(script)
        _ = try await connection.send(call())
        script.clock.advance(bySeconds: 3200)
        _ = try await connection.send(call())
        script.clock.advance(bySeconds: 200)
        _ = try await connection.send(call())
        #expect(
            script.transport.asked.filter { $0.url.hasSuffix("shop") }.map(\.authorization) == [
                "Bearer ghs_1", "Bearer ghs_1", "Bearer ghs_2",
            ])
    }

    @Test("that the forge does not take any more are made anew, once")
    func revoked() async throws {
        let script = ScriptedSender([
            installation, token("ghs_1"), Step(status: 401), installation, token("ghs_2"), Step(status: 401),
        ])
        let connection = try connection(script)
        let failure = await #expect(throws: APIFailure.self) { try await connection.send(call()) }
        #expect(failure?.error.kind == .unauthorised)
        #expect(script.transport.asked.count == 6)
    }

    @Test("are made with the forge's time when ours is off", arguments: [-900, 900])
    func skew(seconds: Int) async throws {
        let date = MemoryGitHub.http(Instant(milliseconds: 1_790_000_000_000).advanced(bySeconds: Double(seconds)))
        let refusal = Step(
            status: 401, headers: [("Date", date)],
            body: #"{"message":"'Expiration time' claim ('exp') is too far in the future"}"#)
        let script = ScriptedSender([refusal, Step(body: #"{"id":99,"name":"x","slug":"x"}"#), Step()])
        let connection = try connection(script)
        _ = try await connection.send(.get("/app", as: .app))
        let asked = script.transport.asked
        #expect(asked.count == 2 && asked[0].authorization != asked[1].authorization)
        // From then on at once.
        _ = try await connection.send(.get("/app", as: .app))
        #expect(script.transport.asked.count == 3)
    }

    /// Refuses the first two calls, both once both are there; then takes any.
    private final class LateRefusals: ForgeTransport {
        private let waiting = Mutex<(count: Int, first: CheckedContinuation<Void, Never>?)>((0, nil))
        let date: String

        init(date: String) { self.date = date }

        func send(_ request: ForgeRequest) async throws(HTTPError) -> HTTPResponse {
            let isRefused = await arrive() <= 2
            return HTTPResponse(
                head: HTTPHead(
                    status: isRefused ? 401 : 200, headers: [(name: "Date", value: date)], httpVersion: "2"),
                body: Array(#"{"id":99}"#.utf8), timings: HTTPTimings())
        }

        private func arrive() async -> Int {
            let count = waiting.withLock {
                $0.count += 1
                return $0.count
            }
            if count == 1 {
                await withCheckedContinuation { mine in
                    let isOver = waiting.withLock { state in
                        if state.count == 1 { state.first = mine }
                        return state.count > 1
                    }
                    if isOver { mine.resume() }
                }
            } else {
                waiting.withLock { $0.first.take() }?.resume()
            }
            return count
        }
    }

    @Test("are made with the forge's time by every call that was under way when ours turned out to be off")
    func skewOfTwo() async throws {
        let script = ScriptedSender([])
        let settings = try GitHubSettings(
            address: GitHubWebAddress("https://github.com"),
            credential: .app(id: 99, privateKey: try MemoryWorld.pem()), markerKey: MemoryWorld.markerKey)
        let transport = LateRefusals(date: MemoryGitHub.http(script.clock.now().advanced(bySeconds: 3600)))
        let connection = try GitHubConnection(
            settings: settings, transport: transport, timing: script.timing, limits: ForgeLimits())
        async let one = connection.send(.get("/app", as: .app))
        async let other = connection.send(.get("/app", as: .app))
        #expect(try await [one.head.status, other.head.status] == [200, 200])
    }

    @Test("are not asked for again and again when the forge knows no such App")
    func wrongKey() async throws {
        let refusal = Step(status: 401, headers: [("Date", "Mon, 21 Sep 2026 14:13:20 GMT")])
        let script = ScriptedSender([refusal])
        let connection = try connection(script)
        await #expect(throws: APIFailure.self) { try await connection.send(.get("/app", as: .app)) }
        #expect(script.transport.asked.count == 1)
    }

    @Test("of a repository whose number is not known are found under its new name")
    func renamed() async throws {
        let script = ScriptedSender([
            installation,
            Step(status: 422, body: #"{"message":"There is at least one repository that does not exist"}"#),
            token("ghs_meta"), Step(body: #"{"id":7,"full_name":"acme/store"}"#), token("ghs_1"), Step(),
        ])
        _ = try await connection(script).send(call(nil))
        let bodies = script.transport.asked.map(\.body)
        #expect(bodies[1].contains(#""repositories":["shop"]"#))
        #expect(bodies[2] == #"{"permissions":{"metadata":"read"}}"#)
        #expect(bodies[4].contains(#""repository_ids":[7]"#))
        #expect(script.transport.asked.last?.authorization == "Bearer ghs_1")
    }

    @Test("are not made for an installation that is suspended")
    func suspended() async throws {
        let script = ScriptedSender([Step(body: #"{"id":31,"suspended_at":"2026-09-01T00:00:00Z"}"#)])
        let connection = try connection(script)
        let failure = await #expect(throws: APIFailure.self) { try await connection.send(call()) }
        #expect(failure?.error.kind == .forbidden && failure?.error.message.contains("suspended") == true)
    }

    @Test("stand in no message")
    func secrecy() async throws {
        let script = ScriptedSender([installation, token("ghs_hidden"), Step(status: 422)])
        let connection = try connection(script)
        let failure = await #expect(throws: APIFailure.self) { try await connection.send(call()) }
        let text = failure.map { "\($0)" } ?? ""
        #expect(!text.isEmpty && !text.contains("ghs_hidden"))
        #expect(!"\(connection)".contains("PRIVATE KEY"))
    }
}
