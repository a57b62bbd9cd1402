import Domain
@testable import Forges
import HTTPClient
import TestKit
import Testing

@Suite("A call of the API")
struct SenderTests {
    private typealias Step = ScriptedTransport.Step
    private let lost = HTTPError(.connectionLost, wasSent: true, "lost")
    private let get = APICall.get("/user", as: .user)
    private let create = APICall.create("/x", ["a": "b"], as: .user)

    private func sender(_ script: ScriptedSender, _ limits: ForgeLimits = ForgeLimits()) -> RequestSender {
        RequestSender(
            base: APIBase("https://api.github.com"), transport: script.transport, timing: script.timing, limits: limits)
    }

    private func send(_ call: APICall, _ sender: RequestSender) async throws(APIFailure) -> APIAnswer {
        try await sender.send(call, authorization: Secret("Bearer t0k3n"), scope: "user")
    }

    @Test("names its version, its kind of answer and its sender, and holds the credential")
    func headers() async throws {
        let script = ScriptedSender([Step()])
        _ = try await send(create, sender(script))
        let asked = try #require(script.transport.asked.first)
        #expect(asked.url == "https://api.github.com/x" && asked.method == "POST")
        #expect(asked.headers["X-GitHub-Api-Version"] == "2022-11-28")
        #expect(asked.headers["Accept"] == "application/vnd.github+json")
        #expect(asked.headers["User-Agent"] == "hunkwise")
        #expect(asked.headers["Content-Type"] == "application/json")
        #expect(asked.authorization == "Bearer t0k3n")
        #expect(asked.body == #"{"a":"b"}"#)
    }

    @Test("that changes nothing is repeated after losses and illness, with growing pauses")
    func repeated() async throws {
        let script = ScriptedSender([Step(error: lost), Step(status: 502), Step(status: 503), Step(body: "[]")])
        _ = try await send(get, sender(script))
        #expect(script.transport.asked.count == 4)
        #expect(script.naps.all == [0.5, 1, 2])
    }

    @Test("is given up after six tries, with the last reason")
    func givenUp() async {
        let script = ScriptedSender(
            Array(repeating: Step(status: 502, body: #"{"message":"Bad\u001b Gateway"}"#), count: 9))
        let failure = await #expect(throws: APIFailure.self) { try await send(get, sender(script)) }
        #expect(script.transport.asked.count == 6)
        #expect(failure?.error.kind == .unavailable && failure?.error.status == 502)
        #expect(failure?.error.message == "the forge is ill (502: Bad? Gateway)")
    }

    @Test("is given up when its time is over, however long one answer takes")
    func outOfTime() async {
        let script = ScriptedSender(Array(repeating: Step(status: 500, seconds: 40), count: 9))
        let failure = await #expect(throws: APIFailure.self) { try await send(get, sender(script)) }
        #expect(script.transport.asked.count == 2)
        #expect(failure?.error.isTransient == true)
    }

    @Test("gives one answer a part of its time, and less when little is left")
    func timeForAnother() async throws {
        let script = ScriptedSender([Step(status: 502, seconds: 20), Step(status: 502, seconds: 30), Step()])
        _ = try await send(get, sender(script))
        let seconds = script.transport.asked.map(\.seconds)
        #expect(seconds[0] == 20 && seconds[1] == 20 && seconds[2] < 10)
    }

    @Test(
        "that writes is not repeated while its effect is unknown",
        arguments: [
            Step(error: HTTPError(.connectionLost, wasSent: true, "lost")), Step(status: 502), Step(status: 504),
        ])
    fileprivate func notRepeated(_ step: ScriptedTransport.Step) async {
        let script = ScriptedSender([step])
        let failure = await #expect(throws: APIFailure.self) { try await send(create, sender(script)) }
        #expect(script.transport.asked.count == 1)
        #expect(failure?.mayHaveHappened == true)
    }

    @Test("that writes is repeated when it surely never arrived, or was put off")
    func surelyNothing() async throws {
        let script = ScriptedSender([
            Step(error: HTTPError(.connect, wasSent: false, "refused")),
            Step(status: 429, headers: [("Retry-After", "2")]),
            Step(status: 403, body: #"{"message":"You have exceeded a secondary rate limit. Wait."}"#),
            Step(status: 201),
        ])
        var limits = ForgeLimits()
        limits.patienceSeconds = 100
        _ = try await send(create, sender(script, limits))
        #expect(script.transport.asked.count == 4)
        #expect(script.naps.all.count == 3)
        #expect(script.naps.all[1] >= 2 && script.naps.all[2] >= 60)
    }

    @Test("waits for the hourly limit by the server's clock when that is soon")
    func primarySoon() async throws {
        let script = ScriptedSender([
            Step(
                status: 403,
                headers: [
                    ("X-RateLimit-Remaining", "0"), ("X-RateLimit-Reset", "1500000020"),
                    ("Date", "Fri, 14 Jul 2017 02:40:00 GMT"),
                ], body: #"{"message":"API rate limit exceeded"}"#), Step(),
        ])
        _ = try await send(get, sender(script))
        let nap = try #require(script.naps.all.first)
        #expect(nap >= 21 && nap <= 22)
    }

    @Test("says until when it is limited when that is too long, and the next does not even ask")
    func primaryLate() async {
        let script = ScriptedSender([
            Step(
                status: 403, headers: [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1790001800")])
        ])
        let sender = sender(script)
        for _ in 0..<2 {
            let failure = await #expect(throws: APIFailure.self) { try await send(get, sender) }
            guard case .limited(let until)? = failure?.error.kind else {
                Issue.record("not limited")
                return
            }
            #expect(abs(until.seconds(since: Instant(milliseconds: 1_790_001_800_000))) <= 2)
        }
        #expect(script.transport.asked.count == 1)
        #expect(script.naps.all.isEmpty)
    }

    @Test("that used the last of the hourly limit makes the next one wait")
    func lastOne() async throws {
        let script = ScriptedSender([
            Step(headers: [("x-ratelimit-remaining", "0"), ("x-ratelimit-reset", "1790000030")]), Step(),
        ])
        let sender = sender(script)
        _ = try await send(get, sender)
        _ = try await send(get, sender)
        #expect(script.naps.all.reduce(0, +) >= 30)
    }

    @Test("is spread over time when it writes: a burst, then one a second")
    func pacing() async throws {
        let script = ScriptedSender(Array(repeating: Step(status: 201), count: 23))
        let sender = sender(script)
        for _ in 0..<23 { _ = try await send(create, sender) }
        #expect(script.naps.all.count == 3)
        #expect(abs(script.naps.all.reduce(0, +) - 3) < 0.01)
    }

    @Test(
        "is told apart by its refusal",
        arguments: [
            (401, ForgeError.Kind.unauthorised), (403, .forbidden), (404, .notFound), (410, .notFound), (406, .refused),
            (422, .refused), (451, .forbidden), (400, .refused),
        ])
    func refusals(status: Int, kind: ForgeError.Kind) async {
        let script = ScriptedSender([
            Step(
                status: status,
                body: #"{"message":"No","errors":["Line could not be resolved",{"field":"path","code":"missing"},7]}"#)
        ])
        let failure = await #expect(throws: APIFailure.self) { try await send(create, sender(script)) }
        #expect(failure?.error.kind == kind && failure?.mayHaveHappened == false)
        #expect(failure?.complaint == "no; line could not be resolved; path missing")
        #expect(failure?.error.description.contains("t0k3n") == false)
    }

    @Test("follows a renamed repository with the same method and body, within the API only")
    func redirects() async throws {
        let script = ScriptedSender([
            Step(status: 307, headers: [("Location", "https://api.github.com/repositories/7/x")]),
            Step(status: 301, headers: [("Location", "/repositories/7/y")]), Step(status: 201),
        ])
        _ = try await send(create, sender(script))
        #expect(
            script.transport.asked.map(\.url) == [
                "https://api.github.com/x", "https://api.github.com/repositories/7/x",
                "https://api.github.com/repositories/7/y",
            ])
        #expect(script.transport.asked.allSatisfy { $0.method == "POST" && $0.body == #"{"a":"b"}"# })
    }

    @Test(
        "is not led astray",
        arguments: [
            "https://evil.example/x", "https://api.github.com.evil.example/x", "http://api.github.com/x",
            "https://api.github.com:8443/x", "//evil.example/x", "https://user@api.github.com/x",
            "https://api.github.com", "javascript:1", "",
        ])
    func astray(_ location: String) async {
        let script = ScriptedSender([Step(status: 302, headers: [("Location", location)])])
        let failure = await #expect(throws: APIFailure.self) { try await send(get, sender(script)) }
        #expect(failure?.error.kind == .unexpectedAnswer)
        #expect(script.transport.asked.count == 1)
    }

    @Test("stays below an Enterprise server's path")
    func basePath() {
        let base = APIBase("https://git.acme.org/api/v3")
        #expect(base.holds("https://git.acme.org/api/v3/repos/a/b?page=2"))
        #expect(!base.holds("https://git.acme.org/login"))
        #expect(!base.holds("https://git.acme.org/api/v3/../../login"))
        #expect(base.redirect(to: "/api/v3/repositories/7") == "https://git.acme.org/api/v3/repositories/7")
    }

    @Test("goes round in circles three times at most")
    func circles() async {
        let round = Step(status: 302, headers: [("Location", "https://api.github.com/user")])
        let script = ScriptedSender(Array(repeating: round, count: 9))
        await #expect(throws: APIFailure.self) { try await send(get, sender(script)) }
        #expect(script.transport.asked.count == 4)
    }

    @Test("asks with the tag it was given, and keeps what it had when nothing changed")
    func tags() async throws {
        let script = ScriptedSender([
            Step(headers: [("ETag", "W/\"1\"")], body: #"{"id":1}"#), Step(status: 304),
            Step(headers: [("ETag", "W/\"2\"")], body: #"{"id":2}"#), Step(status: 304),
        ])
        let sender = sender(script)
        var ids: [Int64] = []
        for _ in 0..<4 { ids.append(try await send(get, sender).decoded(WireID.self).id) }
        #expect(ids == [1, 1, 2, 2])
        #expect(script.transport.asked.map { $0.headers["If-None-Match"] } == [nil, "W/\"1\"", "W/\"1\"", "W/\"2\""])
    }

    @Test("does not show one credential what another got")
    func tagsByScope() async throws {
        let script = ScriptedSender([Step(headers: [("ETag", "1")]), Step()])
        let sender = sender(script)
        _ = try await sender.send(get, authorization: nil, scope: "acme")
        _ = try await sender.send(get, authorization: nil, scope: "other")
        #expect(script.transport.asked.last?.headers["If-None-Match"] == nil)
    }

    @Test("keeps no more answers than it may")
    func cacheBounds() async {
        let cache = AnswerCache(maxBytes: 1600, maxEntries: 3)
        func answer(_ bytes: Int) -> APIAnswer {
            APIAnswer(
                head: HTTPHead(status: 200, headers: [(name: "ETag", value: "x")], httpVersion: "2"),
                body: [UInt8](repeating: 0, count: bytes))
        }
        await cache.keep(answer(101), under: "too large")
        #expect(await cache.entry("too large") == nil)
        for name in ["a", "b", "c"] { await cache.keep(answer(10), under: name) }
        _ = await cache.entry("a")
        await cache.keep(answer(10), under: "d")
        #expect(await cache.entry("b") == nil)
        #expect(await cache.entry("a") != nil)
    }

    @Test("lets so many in at once, and the others in turn")
    func gate() async {
        let gate = ConcurrencyGate(places: 2)
        #expect(await gate.enter())
        #expect(await gate.enter())
        let third = Task { await gate.enter() }
        let cancelled = Task { await gate.enter() }
        cancelled.cancel()
        #expect(await cancelled.value == false)
        await gate.leave()
        #expect(await third.value)
    }

    @Test("that is JSON of another kind than described says where", arguments: ["[]", "{", #"{"id":"x"}"#, ""])
    func shapes(_ body: String) async throws {
        let script = ScriptedSender([Step(body: body)])
        let answer = try await send(get, sender(script))
        let failure = #expect(throws: APIFailure.self) { try answer.decoded(WireID.self) }
        #expect(failure?.error.kind == .unexpectedAnswer)
    }
}
