import JSON
import Domain
import HTTPClient

/// Sends prepared calls and reads what comes back.
struct EndpointCaller: Sendable {
    let settings: EndpointSettings
    let wire: any WireShape
    let fields: [HTTPHeader]
    let addresses: AddressRule
    let transport: any AnswerTransport
    let clock: any WallClock

    private var errors: ErrorClassifier {
        ErrorClassifier(name: settings.name, model: settings.model, key: settings.key)
    }

    private var transportFailure: TransportFailure {
        TransportFailure(name: settings.name, isLocal: settings.isLocal)
    }

    func send(_ call: PreparedCall, deadline: Double) async -> CallOutcome {
        await send(call, deadline: deadline, by: transport)
    }

    private func send<Transport: AnswerTransport>(
        _ call: PreparedCall, deadline: Double, by transport: Transport
    ) async -> CallOutcome {
        let start = ContinuousClock.now
        var request = HTTPRequest(method: "POST", url: call.url, headers: fields, body: call.body)
        // Silence is no fault: a model may think, or be loaded, for minutes. The deadline ends all.
        request.limits = HTTPLimits(
            totalSeconds: deadline, idleSeconds: deadline, maxBodyBytes: AnswerReading.bodyLimit(of: call))
        request.addresses = addresses
        let opened: (head: HTTPHead, body: Transport.Body)
        do throws(HTTPError) {
            opened = try await transport.open(request)
        } catch {
            return CallOutcome(
                result: .failure(transportFailure.failure(of: error, hasBegun: false)), wasSent: error.wasSent,
                isComplete: false,
                duration: start.secondsToNow)
        }
        let head = opened.head
        if (200..<300).contains(head.status) {
            var reading = AnswerReading(
                reader: wire.reader(errors, for: call),
                framing: head.isEventStream || settings.isStreaming && !head.isJSON ? wire.framing : nil, start: start)
            let broken = await reading.readAll(opened.body)
            return outcome(of: reading, broken: broken, head: head)
        }
        let (body, isComplete) = await ErrorBody.read(opened.body)
        let failure = errors.failure(
            status: head.status, error: ErrorBody.parse(body, isText: head.isPlainText),
            asked: RetryDelay.asked(by: head, now: clock.now()))
        return CallOutcome(
            result: .failure(failure), requestID: requestID(head, nil), httpStatus: head.status, wasSent: true,
            isComplete: isComplete, duration: start.secondsToNow)
    }

    private func outcome(of reading: AnswerReading, broken: HTTPError?, head: HTTPHead) -> CallOutcome {
        let draft = reading.reader.draft
        let conclusion = AnswerConclusion(name: settings.name, draft: draft)
        var result = conclusion.result
        if let broken, !draft.hasEnded, draft.failure == nil, !draft.isTooLarge {
            result = .failure(transportFailure.failure(of: broken, hasBegun: true))
        } else if reading.isNothing, !head.isEventStream {
            let type = Excerpt.of(head["content-type"] ?? "nothing", key: nil)
            result = .failure(
                CallFailure(.malformed, "\(settings.name) sent \(type) and no answer; check base_url and kind"))
        }
        let figures = conclusion.figures
        return CallOutcome(
            result: result, usage: figures?.usage, reasoningTokens: figures?.reasoning, returnedCost: figures?.cost,
            returnedModel: draft.model, requestID: requestID(head, draft.id), httpStatus: head.status, wasSent: true,
            isComplete: conclusion.isComplete, timeToFirstToken: reading.timeToFirstToken,
            duration: reading.start.secondsToNow, usageProblem: figures?.problem)
    }

    /// OpenRouter's own id is what its records are found by; others log the one in the head.
    private func requestID(_ head: HTTPHead, _ answer: String?) -> String? {
        if let answer, answer.hasPrefix("gen-") { return answer }
        let known = ["x-request-id", "request-id", "apim-request-id"].lazy.compactMap { head[$0] }.first
        return known.flatMap { OpenAIAnswer.name(.string($0)) } ?? answer
    }
}

extension ContinuousClock.Instant {
    var secondsToNow: Double { duration(to: .now) / .seconds(1) }
}

extension HTTPHead {
    private func type(_ name: String) -> Bool { self["content-type"]?.lowercased().contains(name) == true }

    var isJSON: Bool { type("application/json") }
    var isEventStream: Bool { type("event-stream") || type("ndjson") }
    var isPlainText: Bool { type("text/plain") }
}
