import Domain
import HTTPClient

/// The one owner of repetition: sends a call with a credential until it has an answer, is refused, or its time is up.
struct RequestSender: Sendable {
    private static let attempts = 6

    let base: APIBase
    let transport: any ForgeTransport
    let timing: ForgeTiming
    let limits: ForgeLimits
    private let gate: ConcurrencyGate
    private let book: LimitBook
    private let cache = AnswerCache()

    init(base: APIBase, transport: any ForgeTransport, timing: ForgeTiming, limits: ForgeLimits) {
        self.base = base
        self.transport = transport
        self.timing = timing
        self.limits = limits
        gate = ConcurrencyGate(places: limits.concurrency)
        book = LimitBook(creationsPerSecond: limits.creationsPerSecond, burst: limits.creationBurst)
    }

    /// - Parameter scope: whose limits and whose view of the forge it is.
    func send(
        _ call: APICall, authorization: Secret?, scope: String
    ) async throws(APIFailure) -> APIAnswer {
        let deadline = timing.clock.now().advanced(bySeconds: limits.patienceSeconds)
        var url = base.url(of: call)
        var attempt = 0
        var redirects = 0
        if call.createsContent { try await wait(await book.reserveCreation(at: timing.clock.now())) }
        while true {
            if let until = await book.closed(scope, at: timing.clock.now()) {
                let limited = APIFailure(
                    ForgeError(.limited(until: until), "the forge's limit is reached; it begins anew soon"))
                guard until <= deadline else { throw limited }
                try await wait(until.seconds(since: timing.clock.now()))
            }
            let cacheKey = "\(scope) \(call.media) \(url)"
            let known = call.method == .get && call.media == .json ? await cache.entry(cacheKey) : nil
            let request = request(call, url: url, authorization: authorization, tag: known?.tag, before: deadline)
            switch await verdict(of: request, call, scope: scope) {
            case .answer(let response):
                let answer = APIAnswer(head: response.head, body: response.body)
                if call.method == .get, call.media == .json { await cache.keep(answer, under: cacheKey) }
                return answer
            case .unchanged:
                guard let known else {
                    throw APIFailure(ForgeError(.unexpectedAnswer, status: 304, "unchanged, but never seen before"))
                }
                return known.answer
            case .elsewhere(let location):
                redirects += 1
                guard redirects <= 3, let target = base.redirect(to: location) else {
                    throw APIFailure(ForgeError(.unexpectedAnswer, "the forge points away from its API"))
                }
                url = target
            case .again(let seconds, let failure):
                attempt += 1
                let pause = seconds.map { $0 + timing.random() } ?? backoff(attempt)
                let now = timing.clock.now()
                if let seconds { await book.close(scope, until: now.advanced(bySeconds: seconds)) }
                guard attempt < Self.attempts, now.advanced(bySeconds: pause) <= deadline else { throw failure }
                try await wait(pause)
            case .failed(let failure): throw failure
            }
        }
    }

    /// Waits, unless the task is cancelled.
    func wait(_ seconds: Double) async throws(APIFailure) {
        guard seconds > 0 else { return }
        do { try await timing.sleep(seconds) } catch { throw .cancelled }
    }

    private func verdict(of request: ForgeRequest, _ call: APICall, scope: String) async -> AnswerVerdict {
        guard await gate.enter() else { return .failed(.cancelled) }
        let verdict: AnswerVerdict
        do throws(HTTPError) {
            let response = try await transport.send(request)
            let now = timing.clock.now()
            verdict = AnswerVerdict(response, to: call, now: now)
            if let wait = AnswerVerdict.exhausted(response.head, now: now) {
                await book.close(scope, until: now.advanced(bySeconds: wait))
            }
        } catch {
            verdict = AnswerVerdict(error, of: call)
        }
        await gate.leave()
        return verdict
    }

    private func request(
        _ call: APICall, url: String, authorization: Secret?, tag: String?, before deadline: Instant
    ) -> ForgeRequest {
        var headers = [
            ("Accept", call.media.rawValue), ("X-GitHub-Api-Version", "2022-11-28"), ("User-Agent", "hunkwise"),
        ]
        if !call.body.isEmpty { headers.append(("Content-Type", "application/json")) }
        if let tag { headers.append(("If-None-Match", tag)) }
        return ForgeRequest(
            method: call.method.rawValue, url: url, headers: headers.map { (name: $0.0, value: $0.1) },
            authorization: authorization, body: call.body,
            seconds: min(max(deadline.seconds(since: timing.clock.now()), 1), call.maxSeconds),
            maxBytes: call.maxBytes)
    }

    /// Full jitter ("Exponential Backoff And Jitter", AWS Architecture Blog, 2015): anything up to half a second doubled
    /// with every attempt.
    private func backoff(_ attempt: Int) -> Double {
        timing.random() * min(20, 0.5 * Double(1 << min(attempt, 10)))
    }
}
