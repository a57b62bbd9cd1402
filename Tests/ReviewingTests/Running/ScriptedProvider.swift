import Domain
import Synchronization

/// An endpoint that does as a test says, and remembers what it was asked.
final class ScriptedProvider: Provider {
    /// A call as it arrived.
    struct Arrival: Sendable {
        /// From 0, of all calls to this endpoint.
        let number: Int
        /// How often the very same request came before.
        let repetition: Int
        let request: ModelRequest
        let call: PreparedCall
        /// Seconds it was given.
        let deadline: Double
    }

    private struct State {
        var requests: [[UInt8]: ModelRequest] = [:]
        var arrivals: [Arrival] = []
        var running = 0
        var most = 0
    }

    let name: String
    private let url: String
    private let state = Mutex(State())
    private let answer: @Sendable (Arrival) async -> CallOutcome

    init(
        _ name: String, url: String? = nil, _ answer: @escaping @Sendable (Arrival) async -> CallOutcome
    ) {
        self.name = name
        self.url = url ?? "https://\(name).example/v1"
        self.answer = answer
    }

    var arrivals: [Arrival] { state.withLock(\.arrivals) }
    var calls: Int { arrivals.count }
    /// Calls that ran at the same time, at most.
    var most: Int { state.withLock(\.most) }

    func prepare(_ request: ModelRequest) throws(CallFailure) -> PreparedCall {
        var text = "\(request.instructions)\n\(request.material)\n\(request.answerLimit) \(request.reasoningAllowance)"
        text += " \(request.effort.map(\.rawValue) ?? "-")"
        if let repair = request.repair { text += "\nassistant: \(repair.answer)\nuser: \(repair.complaint)" }
        let body = Array(text.utf8)
        state.withLock { $0.requests[body] = request }
        return PreparedCall(
            body: body, url: url, destination: "\(name).example:443", inputTokenBound: body.count + 32,
            outputTokenBound: request.answerLimit + request.reasoningAllowance)
    }

    func send(_ call: PreparedCall, deadline: Double) async -> CallOutcome {
        let arrival: Arrival? = state.withLock { state in
            guard let request = state.requests[call.body] else { return nil }
            let arrival = Arrival(
                number: state.arrivals.count, repetition: state.arrivals.count { $0.call.body == call.body },
                request: request, call: call, deadline: deadline)
            state.arrivals.append(arrival)
            state.running += 1
            state.most = max(state.most, state.running)
            return arrival
        }
        guard let arrival else { return .failed(.badRequest, status: 400) }
        let outcome = await answer(arrival)
        state.withLock { $0.running -= 1 }
        return outcome
    }
}

extension ScriptedProvider {
    /// Answers one after the other, the last one for ever.
    convenience init(_ name: String, url: String? = nil, _ outcomes: CallOutcome...) {
        self.init(name, url: url) { outcomes[min($0.number, outcomes.count - 1)].filled(for: $0.call) }
    }
}

extension CallOutcome {
    /// A whole answer; the usage is that of the call it is given to, within its bounds.
    static func answered(
        _ text: String, finish: FinishReason = .complete, cost: Money? = nil, model: String? = nil
    ) -> CallOutcome {
        CallOutcome(
            result: .success(ModelAnswer(text: text, finish: finish)), returnedCost: cost, returnedModel: model,
            requestID: "request-1", httpStatus: 200, wasSent: true, isComplete: true, timeToFirstToken: 0.1,
            duration: 0.2)
    }

    /// A whole answer that says nothing is wrong.
    static var clean: CallOutcome { answered(#"{"findings": []}"#) }

    /// A complete error answer.
    static func failed(_ kind: CallFailure.Kind, status: Int, retryAfter: Double? = nil) -> CallOutcome {
        CallOutcome(
            result: .failure(CallFailure(kind, "status \(status)", retryAfter: retryAfter)), httpStatus: status,
            wasSent: true, isComplete: true, duration: 0.1)
    }

    /// No answer came to its end.
    static func lost(_ kind: CallFailure.Kind, sent: Bool = true) -> CallOutcome {
        CallOutcome(
            result: .failure(CallFailure(kind, "it was \(kind.rawValue)")), wasSent: sent, isComplete: false,
            duration: 0.1)
    }

    /// Hidden thinking took the whole output limit.
    static var starved: CallOutcome {
        CallOutcome(
            result: .failure(CallFailure(.starved, "it spent its limit on thinking")),
            usage: Usage(uncachedInput: 100, output: 400), reasoningTokens: 400, httpStatus: 200, wasSent: true,
            isComplete: true, duration: 1)
    }

    /// With the usage an honest endpoint would tell of an answer.
    func filled(for call: PreparedCall) -> CallOutcome {
        guard usage == nil, case .success(let answer) = result else { return self }
        var outcome = self
        outcome.usage = Usage(
            uncachedInput: call.body.count / 4 + 1, output: min(call.outputTokenBound, answer.text.utf8.count / 4 + 1))
        return outcome
    }
}

/// Lets tasks wait until a test opens it.
actor Turnstile {
    private var isOpen = false
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []

    /// Waits for `open`; cancelling the task does not end the wait.
    func pass() async {
        if isOpen { return }
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            for watcher in watchers where watcher.count <= waiting.count { watcher.continuation.resume() }
            watchers.removeAll { $0.count <= waiting.count }
        }
    }

    /// Waits until so many tasks stand before it.
    func crowd(_ count: Int) async {
        if waiting.count >= count { return }
        await withCheckedContinuation { watchers.append((count, $0)) }
    }

    func open() {
        isOpen = true
        for continuation in waiting { continuation.resume() }
        waiting = []
    }
}
