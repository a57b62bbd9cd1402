import Diffs
package import Domain
package import Prompts
package import Routing

/// What is asked of a model, and how its answer is checked.
package struct Question: Sendable {
    package var request: ModelRequest
    /// What is wrong with an answer, to be told to the model; nil when the answer can be used. The flag says that no
    /// repair can follow, so that what is usable should be used.
    package var complaint: @Sendable (String, Bool) -> AnswerComplaint?
    /// review, confirmation or repair.
    package var purpose: String

    package init(
        request: ModelRequest, purpose: String, complaint: @escaping @Sendable (String, Bool) -> AnswerComplaint?
    ) {
        self.request = request
        self.purpose = purpose
        self.complaint = complaint
    }
}

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
    private(set) var lastFailure: CallFailure?
    private var attempts = 0
    private let baseline: Money
    private let candidates: [String]

    /// - Parameter order: Who may be asked; the unit's own model first.
    init(_ unit: ReviewUnit, question: Question, order: FallbackOrder, desk: CallDesk, baseline: Money) {
        self.unit = unit
        self.question = question
        self.desk = desk
        self.baseline = baseline
        candidates = order.candidates.map(\.name)
        course = UnitCourse(
            order: FallbackOrder(candidates: order.candidates, canSplit: unit.canSplit), maySplit: unit.canSplit)
    }

    /// Asks from the beginning.
    mutating func start() async throws -> End {
        let now = desk.timing.clock.now()
        let breakers = await desk.breakers.current
        return try await follow(
            course.start(now: now, deadline: desk.deadline) { breakers.opening(of: $0.key, at: now) })
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
        var chance = InjectedChance(draw: desk.timing.random)
        return course.next(
            after: setback, of: model, now: now, deadline: desk.deadline,
            opening: { breakers.opening(of: $0.key, at: now) }, using: &chance)
    }

    private mutating func follow(_ first: UnitCourse.Step) async throws -> End {
        var step = first
        while true {
            switch step {
            case .split: return .split
            case .stop(let reason): return .stopped(reason)
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
        guard await desk.lanes.enter(name) else { return .failed(CallFailure(.cancelled, "cancelled")) }
        let result: UnitCourse.Setback?
        do {
            result = try await ask(model, provider, lessThinking: lessThinking)
        } catch {
            await desk.lanes.leave(name)
            throw error
        }
        await desk.lanes.leave(name)
        if case .failed(let failure) = result { lastFailure = failure }
        return result
    }

    private mutating func ask(
        _ model: RoutableModel, _ provider: any Provider, lessThinking: Bool
    ) async throws -> UnitCourse.Setback? {
        let key = Breakers.Key(model)
        let ticket: Breaker.Ticket
        switch await admitted(key) {
        case .pass(let granted): ticket = granted
        case .wait: return .failed(CallFailure(.transport, "\(model.name) rests after failures"))
        }
        let turn = await desk.lanes.turn(of: model.name, now: desk.timing.clock.now())
        if turn > 0 {
            do { try await desk.timing.sleep(turn) } catch {
                await desk.breakers.abandon(key, ticket, at: desk.timing.clock.now())
                return .failed(CallFailure(.cancelled, "cancelled"))
            }
        }
        do {
            let order: CallOrder
            do throws(CallFailure) {
                order = try await self.order(model, provider, lessThinking: lessThinking)
            } catch {
                await desk.breakers.abandon(key, ticket, at: desk.timing.clock.now())
                return .failed(error)
            }
            let repairs = RepairWriter(
                question: question, model: model, provider: provider, first: order, digest: desk.digest)
            let sent = desk.timing.clock.now()
            let mayRepair = course.mayRepair
            let result = try await desk.runner.run(
                order, on: provider, price: { model.prices.charge(for: $0, sent: sent) },
                repair: { mayRepair ? repairs.order(after: $0) : nil },
                until: desk.callDeadline(now: sent))
            return await settle(result, model, key, ticket)
        } catch {
            await desk.breakers.abandon(key, ticket, at: desk.timing.clock.now())
            throw error
        }
    }

    /// Waits for a probe that is under way elsewhere, once.
    private func admitted(_ key: Breakers.Key) async -> Breaker.Admission {
        let now = desk.timing.clock.now()
        let first = await desk.breakers.admit(key, at: now)
        guard case .wait(let until?) = first, until < desk.deadline else { return first }
        do { try await desk.timing.sleep(max(0, until.seconds(since: now))) } catch { return first }
        return await desk.breakers.admit(key, at: desk.timing.clock.now())
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
            return judge(ModelAnswer(text: stored.text, finish: stored.finish), isLast: true)
        case .made(let records):
            log(records)
            if records.count > 1 { course.countRepair() }
            guard let last = records.last else { return .unusable }
            switch last.outcome.result {
            case .failure(let failure):
                await desk.breakers.report(key, ticket, failure, at: now)
                return .failed(failure)
            case .success(let answer):
                await desk.breakers.report(key, ticket, nil, at: now)
                return judge(answer, isLast: records.count > 1)
            }
        }
    }

    private mutating func judge(_ answer: ModelAnswer, isLast: Bool) -> UnitCourse.Setback? {
        switch answer.finish {
        case .length: return .cutByLimit
        case .refused: return .failed(CallFailure(.refused, "the model declined"))
        case .complete:
            if question.complaint(answer.text, isLast) != nil { return .unusable }
            self.answer = answer.text
            return nil
        }
    }

    // MARK: The order

    private mutating func order(
        _ model: RoutableModel, _ provider: any Provider, lessThinking: Bool
    ) async throws(CallFailure) -> CallOrder {
        var request = question.request
        request.answerLimit = min(
            request.answerLimit, model.answerLimit(for: unit.category, desk.allocation.settings))
        request.reasoningAllowance = model.reasoningLimit(for: unit.category)
        request.effort = desk.effort(model.name, unit.category)
        if lessThinking, request.effort != .off { request.effort = .low }
        let call = try provider.prepare(request)
        let calibration: Calibration
        do {
            calibration = try await desk.ledger.calibration(provider: model.name, model: model.model)
        } catch {
            calibration = Calibration()
        }
        let now = desk.timing.clock.now()
        defer { attempts += 1 }
        let attempt = CallAttempt(
            review: desk.notes.review, change: desk.notes.change, repository: desk.notes.repository,
            forge: desk.notes.forge, category: unit.category, provider: model.name, model: model.model,
            tier: desk.tier(of: model.name, for: unit.category), purpose: question.purpose, unit: unit.number,
            attempt: attempts, hunks: unit.hunks.count, requestDigest: desk.digest(call.body),
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

/// Writes the one repair that a hold covers.
private struct RepairWriter: Sendable {
    let question: Question
    let model: RoutableModel
    let provider: any Provider
    let first: CallOrder
    let digest: @Sendable ([UInt8]) -> String

    /// Answers longer than this are not sent back.
    static let longestAnswer = 16_384

    /// Nil when the answer can be used, or cannot be repaired.
    func order(after answer: ModelAnswer) -> CallOrder? {
        guard answer.finish == .complete, !answer.text.isEmpty, answer.text.utf8.count <= Self.longestAnswer,
            let complaint = question.complaint(answer.text, false)
        else { return nil }
        var request = question.request.repairing(answer.text, complaint)
        request.answerLimit = min(request.answerLimit, first.call.outputTokenBound)
        request.reasoningAllowance = max(0, first.call.outputTokenBound - request.answerLimit)
        guard let call = try? provider.prepare(request) else { return nil }
        var hold = first.hold
        hold.attempt.purpose = "repair"
        hold.attempt.attempt += 1
        hold.attempt.requestDigest = digest(call.body)
        hold.attempt.requestBytes = call.body.count
        hold.attempt.baselineCost = .zero
        hold.inputTokenBound = call.inputTokenBound
        hold.outputTokenBound = call.outputTokenBound
        hold.amount = CallHold.amount(
            prices: model.holdPrices, inputTokens: call.inputTokenBound, outputTokens: call.outputTokenBound,
            withRepair: false)
        return CallOrder(call: call, hold: hold)
    }
}

/// The standard library's generators draw from an injected source.
private struct InjectedChance: RandomNumberGenerator {
    let draw: @Sendable () -> Double

    mutating func next() -> UInt64 {
        // Two draws of 32 bits: a Double holds 53.
        let high = UInt64(min(max(draw(), 0), 0.999_999_999) * 4_294_967_296)
        let low = UInt64(min(max(draw(), 0), 0.999_999_999) * 4_294_967_296)
        return high << 32 | low
    }
}
