import Diffs
import Domain
import Prompts
import Routing

/// A question on its way through the models that may answer it, until one does or nobody is left.
struct Pursuit: Sendable {
    enum End: Sendable, Equatable {
        case answered(text: String, model: String)
        /// The answer does not fit: ask in smaller units.
        case split
        case stopped(UnitCourse.Reason)
    }

    let unit: ReviewUnit
    var question: Question
    private let desk: CallDesk
    private var course: UnitCourse
    private(set) var entries: [LoggedCall] = []
    /// The last failure, for people.
    private(set) var lastFailure: CallFailure? {
        didSet {
            guard let message = lastFailure?.message, !failures.contains(message) else { return }
            failures.append(message)
        }
    }
    /// What every failure said, each once, in order.
    private(set) var failures: [String] = []
    /// The failures in one line, without the full stop that ends a sentence.
    var said: String {
        failures.prefix(3).map { $0.hasSuffix(".") ? String($0.dropLast()) : $0 }.joined(separator: "; ")
    }

    private var attempts = 0
    private let baseline: Money
    private let candidates: [String]
    private let keys: [Breakers.Key]

    /// - Parameter order: Who may be asked; the unit's own model first.
    init(_ unit: ReviewUnit, question: Question, order: FallbackOrder, desk: CallDesk, baseline: Money) {
        self.unit = unit
        self.question = question
        self.desk = desk
        self.baseline = baseline
        candidates = order.candidates.map(\.name)
        keys = order.candidates.map(\.key)
        course = UnitCourse(
            order: FallbackOrder(candidates: order.candidates, canSplit: unit.canSplit), maySplit: unit.canSplit)
    }

    /// Asks from the beginning.
    mutating func start() async throws -> End {
        let now = desk.timing.clock.now()
        let breakers = await desk.breakers.current
        return try await follow(
            course.start(now: now, deadline: desk.deadline) { Self.opening(of: $0.key, breakers, now) })
    }

    /// Goes on after an answer that was usable in form but not good enough.
    mutating func resume(after setback: UnitCourse.Setback, of model: String) async throws -> End {
        try await follow(await next(setback, model))
    }

    /// Asks one model once more in other words, within the cap on calls; nil when it did not answer usably.
    mutating func once(_ question: Question, of model: String) async throws -> String? {
        guard course.mayRepair else { return nil }
        course.countRepair()
        let before = self.question
        self.question = question
        defer { self.question = before }
        return try await ask(model, lessThinking: false) == nil ? answer : nil
    }

    /// Whether somebody else may be asked who is better at this than `model`.
    func hasBetter(than model: String) -> Bool {
        guard let quality = desk.models[model]?.quality(for: unit.category) else { return false }
        return candidates.contains { name in
            name != model && (desk.models[name]?.quality(for: unit.category) ?? 0) > quality + 0.02
        }
    }

    private mutating func next(_ setback: UnitCourse.Setback, _ model: String) async -> UnitCourse.Step {
        let now = desk.timing.clock.now()
        let breakers = await desk.breakers.current
        var chance = desk.timing.generator
        return course.next(
            after: setback, of: model, now: now, deadline: desk.deadline,
            opening: { Self.opening(of: $0.key, breakers, now) }, using: &chance)
    }

    /// When a call could pass. What becomes of a probe is known soon: it is waited for, but not for as long as it may
    /// take at most.
    private static func opening(of key: Breakers.Key, _ breakers: Breakers, _ now: Instant) -> Instant? {
        if case .probing(let until) = breakers.state(of: key), until > now { return now.advanced(bySeconds: 0.001) }
        return breakers.opening(of: key, at: now)
    }

    private mutating func follow(_ first: UnitCourse.Step) async throws -> End {
        var step = first
        while true {
            switch step {
            case .split: return .split
            case .stop(let reason):
                await explainStop()
                return .stopped(reason)
            case .call(let name, let seconds, let lessThinking):
                if seconds > 0 {
                    do { try await desk.timing.sleep(seconds) } catch { return .stopped(.cancelled) }
                }
                guard let setback = try await ask(name, lessThinking: lessThinking) else {
                    return .answered(text: answer, model: name)
                }
                step = await next(setback, name)
            }
        }
    }

    /// The text of the last answer that could be used.
    private var answer = ""

    /// Makes the call of one step; nil when it was answered usably.
    private mutating func ask(_ name: String, lessThinking: Bool) async throws -> UnitCourse.Setback? {
        guard let model = desk.models[name], let provider = desk.providers[name] else {
            return .failed(CallFailure(.unknownModel, "\(name) has no endpoint"))
        }
        var result: UnitCourse.Setback?
        do {
            if let kept = try await kept(model, provider, lessThinking: lessThinking) {
                entries.append(LoggedCall(model: name, category: unit.category, record: nil))
                return judge(ModelAnswer(text: kept.text, finish: kept.finish), of: name, isLast: true)
            }
            switch await admitted(model) {
            case .failure(let failure): result = .failed(failure)
            case .success(let ticket):
                do {
                    result = try await ask(model, provider, ticket, lessThinking: lessThinking)
                } catch {
                    await desk.breakers.abandon(Breakers.Key(model), ticket, at: desk.timing.clock.now())
                    await desk.lanes.leave(name)
                    throw error
                }
                await desk.lanes.leave(name)
            }
        } catch is CancellationError {
            result = .failed(CallFailure(.cancelled, "cancelled"))
        }
        // Where a model cannot be told to think less, that it starved is what people have to know.
        if case .failed(let failure) = result, !(lessThinking && failure.kind == .badRequest) { lastFailure = failure }
        return result
    }

    /// An answer to this very request from before: it waits for no lane and for no endpoint.
    private func kept(
        _ model: RoutableModel, _ provider: any Provider, lessThinking: Bool
    ) async throws -> StoredAnswer? {
        guard let call = try? provider.prepare(request(to: model, lessThinking: lessThinking)) else { return nil }
        return try await desk.ledger.answer(toRequest: desk.digest(of: call), repository: desk.notes.repository)
    }

    /// Waits for a lane and for the breaker's leave. Without success no lane is taken.
    private func admitted(_ model: RoutableModel) async -> Result<Breaker.Ticket, CallFailure> {
        let key = Breakers.Key(model)
        while await desk.lanes.enter(model.name) {
            guard await desk.mayCall() else {
                await desk.lanes.leave(model.name)
                return .failure(CallFailure(.cancelled, "the review was stopped"))
            }
            let now = desk.timing.clock.now()
            guard desk.deadline.seconds(since: now) >= RetryRule().shortestCall else {
                await desk.lanes.leave(model.name)
                return .failure(outOfTime(model))
            }
            switch await desk.breakers.admit(key, at: now) {
            case .pass(let ticket): return .success(ticket)
            case .wait(let until):
                await desk.lanes.leave(model.name)
                guard case .probing = await desk.breakers.current.state(of: key), let until, until < desk.deadline
                else {
                    let why = await desk.breakers.lastFailure(of: key)?.message ?? "it failed repeatedly"
                    return .failure(CallFailure(.transport, "\(model.name) rests: \(why)"))
                }
                await desk.breakers.probe(of: key, within: max(0, until.seconds(since: now)), desk.timing)
            }
        }
        return .failure(CallFailure(.cancelled, "cancelled"))
    }

    /// No retry helps: `RetryRule` gives up what asks for more time than there is.
    private func outOfTime(_ model: RoutableModel) -> CallFailure {
        CallFailure(
            .rateLimited, "the review's time was over before \(model.name) could be asked",
            retryAfter: max(0, desk.deadline.seconds(since: desk.timing.clock.now())))
    }

    private mutating func ask(
        _ model: RoutableModel, _ provider: any Provider, _ ticket: Breaker.Ticket, lessThinking: Bool
    ) async throws -> UnitCourse.Setback? {
        let key = Breakers.Key(model)
        let now = desk.timing.clock.now()
        let last = desk.deadline.advanced(bySeconds: -RetryRule().shortestCall)
        guard let turn = await desk.lanes.turn(of: model.name, now: now, before: last) else {
            await desk.breakers.abandon(key, ticket, at: now)
            return .failed(outOfTime(model))
        }
        if turn > 0 {
            do { try await desk.timing.sleep(turn) } catch {
                await desk.breakers.abandon(key, ticket, at: desk.timing.clock.now())
                return .failed(CallFailure(.cancelled, "cancelled"))
            }
        }
        let request = request(to: model, lessThinking: lessThinking)
        let calibration = await calibration(of: model)
        let order: CallOrder
        do throws(CallFailure) {
            order = try self.order(request, to: model, provider, calibration)
        } catch {
            await desk.breakers.abandon(key, ticket, at: desk.timing.clock.now())
            return .failed(error)
        }
        let repairs = RepairWriter(
            request: request, complaint: question.complaint, model: model, provider: provider, first: order,
            calibration: calibration, desk: desk)
        let sent = desk.timing.clock.now()
        let mayRepair = course.mayRepair
        let result = try await desk.runner.run(
            order, on: provider, price: { model.prices.charge(for: $0, sent: sent) },
            repair: { mayRepair ? repairs.order(after: $0) : nil },
            until: desk.callDeadline(now: sent))
        return await settle(result, model, key, ticket)
    }

    /// A unit that was never called because its endpoints rest or are barred says why they are.
    private mutating func explainStop() async {
        guard lastFailure == nil else { return }
        for key in keys {
            if let failure = await desk.breakers.lastFailure(of: key) {
                lastFailure = failure
                return
            }
        }
    }

    private mutating func settle(
        _ result: CallResult, _ model: RoutableModel, _ key: Breakers.Key, _ ticket: Breaker.Ticket
    ) async -> UnitCourse.Setback? {
        let now = desk.timing.clock.now()
        func log(_ records: [CallRecord]) {
            entries += records.map { LoggedCall(model: model.name, category: unit.category, record: $0) }
        }
        switch result {
        case .unaffordable:
            await desk.breakers.abandon(key, ticket, at: now)
            return .unaffordable
        case .timedOut:
            await desk.breakers.abandon(key, ticket, at: now)
            return .unaffordable
        case .stored(let stored, let records):
            log(records)
            entries.append(LoggedCall(model: model.name, category: unit.category, record: nil))
            await desk.breakers.abandon(key, ticket, at: now)
            return judge(ModelAnswer(text: stored.text, finish: stored.finish), of: model.name, isLast: true)
        case .made(let records):
            log(records)
            if records.count > 1 {
                course.countRepair()
                attempts += 1
            }
            guard let last = records.last else { return .unusable }
            switch last.outcome.result {
            case .failure(let failure):
                await desk.breakers.report(key, ticket, failure, at: now)
                return .failed(failure)
            case .success(let answer):
                await desk.breakers.report(key, ticket, nil, at: now)
                return judge(answer, of: model.name, isLast: records.count > 1)
            }
        }
    }

    private mutating func judge(_ answer: ModelAnswer, of name: String, isLast: Bool) -> UnitCourse.Setback? {
        switch answer.finish {
        case .length:
            lastFailure = CallFailure(.malformed, "the answer of \(name) ended at its limit")
            return .cutByLimit
        case .refused: return .failed(CallFailure(.refused, "the model declined"))
        case .complete:
            if let complaint = question.complaint(answer.text, isLast) {
                lastFailure = CallFailure(.malformed, "the answer of \(name) could not be used: \(complaint)")
                return .unusable
            }
            self.answer = answer.text
            return nil
        }
    }

    // MARK: The order

    private func request(to model: RoutableModel, lessThinking: Bool) -> ModelRequest {
        var request = question.request
        request.answerLimit = min(
            request.answerLimit, model.answerLimit(for: unit.category, desk.allocation.settings))
        request.reasoningAllowance = model.reasoningLimit(for: unit.category)
        request.effort = desk.effort(model.name, unit.category)
        if lessThinking, request.effort != .off { request.effort = .low }
        return request
    }

    /// Without the books' word every byte counts as a token.
    private func calibration(of model: RoutableModel) async -> Calibration {
        do {
            return try await desk.ledger.calibration(provider: model.name, model: model.model)
        } catch {
            return Calibration()
        }
    }

    private mutating func order(
        _ request: ModelRequest, to model: RoutableModel, _ provider: any Provider, _ calibration: Calibration
    ) throws(CallFailure) -> CallOrder {
        let call = try provider.prepare(request)
        let now = desk.timing.clock.now()
        defer { attempts += 1 }
        let attempt = CallAttempt(
            review: desk.notes.review, change: desk.notes.change, repository: desk.notes.repository,
            forge: desk.notes.forge, category: unit.category, provider: model.name, model: model.model,
            tier: desk.tier(of: model.name, for: unit.category), purpose: question.purpose, unit: unit.number,
            attempt: attempts, hunks: unit.hunks.count, requestDigest: desk.digest(of: call),
            requestBytes: call.body.count, destination: call.destination, allowedBy: allowedBy(model),
            prices: model.prices.snapshot(hold: model.holdPrices, sent: now),
            configurationDigest: desk.notes.configurationDigest, promptVersion: desk.notes.promptVersion,
            policyVersion: desk.notes.policyVersion, baselineCost: attempts == 0 ? baseline : .zero)
        return CallOrder(
            call: call,
            hold: HoldRequest(
                attempt: attempt, claims: desk.claims(model.name),
                amount: CallHold.amount(prices: model.holdPrices, call: call, calibration: calibration),
                inputTokenBound: CallHold.inputTokens(of: call, calibration: calibration),
                outputTokenBound: call.outputTokenBound, lease: CallRunner.lease))
    }

    /// The data policy that let the code go there, in words.
    private func allowedBy(_ model: RoutableModel) -> String {
        let allowed = unit.pieces.reduce(AllowedResidency.anywhere) {
            $0.narrowed(by: desk.allocation.residency($1.hunk.file.path))
        }
        return "\(allowed.description); endpoint \(model.residency ?? "of no stated residency")"
    }
}

/// A call of the review, sent or answered from what was kept (`record` nil).
struct LoggedCall: Sendable {
    let model: String
    let category: Category
    let record: CallRecord?
}
