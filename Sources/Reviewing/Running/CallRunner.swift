package import Domain

/// What is known before a call: the bytes, whom they go to, and the money to set aside.
package struct CallOrder: Sendable {
    package var call: PreparedCall
    package var hold: HoldRequest

    package init(call: PreparedCall, hold: HoldRequest) {
        self.call = call
        self.hold = hold
    }
}

/// A call that was sent, with what it was held at and charged.
package struct CallRecord: Sendable {
    package var outcome: CallOutcome
    package var held: Money
    package var charged: Money

    package init(outcome: CallOutcome, held: Money, charged: Money) {
        self.outcome = outcome
        self.held = held
        self.charged = charged
    }
}

/// How an order ended.
package enum CallResult: Sendable {
    /// The very same request was answered before: it was not sent. `records` is empty unless the kept answer is that of
    /// a repair whose first call had to be made again.
    case stored(StoredAnswer, records: [CallRecord])
    /// The call was made; two records when it was repaired. The last one's outcome is the result.
    case made([CallRecord])
    /// The money is not there.
    case unaffordable(BudgetStanding)
    /// The money did not come free before the deadline.
    case timedOut(BudgetStanding)
}

/// Makes one call: answer kept? else hold, send, settle. Never retries.
///
/// The order of the steps is what keeps money right through crashes: the hold is durable before "sent" is, "sent" before
/// the first byte leaves, and the charge is written together with the answer.
package struct CallRunner: Sendable {
    private let ledger: any Ledger
    private let timing: Timing

    /// A hold that is not renewed for so long, in seconds, belongs to a process that is gone.
    package static let lease = 60.0

    package init(ledger: any Ledger, timing: Timing = Timing()) {
        self.ledger = ledger
        self.timing = timing
    }

    /// - Parameters:
    ///   - price: What a usage costs by the prices of the hold's attempt.
    ///   - repair: The one further call that the hold covers, for an answer that cannot be used; nil when it can.
    ///   - deadline: When everything must be over.
    package func run(
        _ order: CallOrder, on provider: any Provider, price: @Sendable (Usage) -> Money,
        repair: @Sendable (ModelAnswer) -> CallOrder?, until deadline: Instant
    ) async throws -> CallResult {
        if let stored = try await stored(order) { return .stored(stored, records: []) }
        let hold: HoldID
        let held: Money
        let left = deadline.seconds(since: timing.clock.now())
        switch try await ledger.hold(order.hold, until: timing.books.now().advanced(bySeconds: left)) {
        case .refused(let standing): return .unaffordable(standing)
        case .timedOut(let standing): return .timedOut(standing)
        case .granted(let id, let amount): (hold, held) = (id, amount)
        }
        let outcome = try await send(order.call, on: provider, under: hold, until: deadline)
        let settlement = Self.settlement(of: outcome, price)
        guard case .success(let answer) = outcome.result, let second = repair(answer) else {
            let charged = try await ledger.settle(hold, settlement, answer: Self.kept(outcome))
            return .made([CallRecord(outcome: outcome, held: held, charged: charged)])
        }
        if let stored = try await stored(second) {
            let charged = try await ledger.settle(hold, settlement, answer: nil)
            return .stored(stored, records: [CallRecord(outcome: outcome, held: held, charged: charged)])
        }
        let (charged, decision) = try await ledger.settle(hold, settlement, thenHold: second.hold)
        let first = CallRecord(outcome: outcome, held: held, charged: charged)
        guard case .granted(let next, let kept) = decision else { return .made([first]) }
        let repaired = try await send(second.call, on: provider, under: next, until: deadline)
        let more = try await ledger.settle(next, Self.settlement(of: repaired, price), answer: Self.kept(repaired))
        return .made([first, CallRecord(outcome: repaired, held: kept, charged: more)])
    }

    private func stored(_ order: CallOrder) async throws -> StoredAnswer? {
        try await ledger.answer(
            toRequest: order.hold.attempt.requestDigest, repository: order.hold.attempt.repository)
    }

    /// Sends while a heartbeat keeps the hold's lease.
    private func send(
        _ call: PreparedCall, on provider: any Provider, under hold: HoldID, until deadline: Instant
    ) async throws -> CallOutcome {
        do {
            try await ledger.markSent(hold)
        } catch let problem as HoldProblem where problem.kind == .ended {
            // Its lease ran out, as while the machine slept: the money was given back, and nothing has left.
            return CallOutcome(
                result: .failure(
                    CallFailure(.transport, "the money set aside was given back before the call was sent")),
                wasSent: false, isComplete: false, duration: 0)
        } catch {
            try await ledger.settle(
                hold, Settlement(kind: .unsent, outcome: "unsent", reason: "could not be written down as sent"),
                answer: nil)
            throw error
        }
        let seconds = max(0.05, deadline.seconds(since: timing.clock.now()))
        return await withTaskGroup(of: CallOutcome?.self) { group in
            group.addTask { await provider.send(call, deadline: seconds) }
            group.addTask {
                // A heartbeat that fails is made up for by the next; the hold is charged at its bound at worst.
                while !Task.isCancelled {
                    do { try await timing.beat(Self.lease / 3) } catch { return nil }
                    try? await ledger.renew(hold, lease: Self.lease)
                }
                return nil
            }
            var result: CallOutcome?
            while result == nil, let next = await group.next() { result = next }
            group.cancelAll()
            return result
                ?? CallOutcome(
                    result: .failure(CallFailure(.cancelled, "the call was cancelled")), wasSent: true,
                    isComplete: false, duration: 0)
        }
    }

    private static func settlement(of outcome: CallOutcome, _ price: (Usage) -> Money) -> Settlement {
        let failure: CallFailure? = if case .failure(let failure) = outcome.result { failure } else { nil }
        return Settlement(
            kind: outcome.settlement, usage: outcome.usage, computedCost: outcome.usage.map(price),
            returnedCost: outcome.returnedCost, reasoningTokens: outcome.reasoningTokens,
            returnedModel: outcome.returnedModel, requestID: outcome.requestID, httpStatus: outcome.httpStatus,
            outcome: failure?.kind.rawValue ?? "answered", reason: failure?.message ?? "",
            timeToFirstToken: outcome.timeToFirstToken, duration: outcome.duration)
    }

    private static func kept(_ outcome: CallOutcome) -> StoredAnswer? {
        guard case .success(let answer) = outcome.result else { return nil }
        return StoredAnswer(text: answer.text, finish: answer.finish, returnedModel: outcome.returnedModel)
    }
}
