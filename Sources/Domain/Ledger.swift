/// The length of a budget's window. Windows are those of the calendar in UTC; a week begins on Monday.
package enum BudgetWindow: String, CaseIterable, Sendable, Codable {
    /// The one request, change or review itself.
    case none
    case day, week, month
}

/// What a budget is for.
package enum BudgetScope: String, CaseIterable, Sendable, Codable {
    case request, change, repository, organisation, provider, global
    /// What outsiders' changes use together of another budget; the subject names it, "repository acme/shop".
    case outsiders
    /// Changes of one outsider; the subject is the forge and their number, "github.com/1234".
    case author
}

/// A limit that a call must keep.
package struct BudgetClaim: Sendable, Hashable {
    package var scope: BudgetScope
    /// What of that scope: "owner/name", the provider entry's name, the change's key; empty for global.
    package var subject: String
    package var window: BudgetWindow
    package var limit: Money

    package init(scope: BudgetScope, subject: String, window: BudgetWindow, limit: Money) {
        self.scope = scope
        self.subject = subject
        self.window = window
        self.limit = limit
    }
}

/// A budget with what has been charged to it and what open holds keep of it, in the window that holds now.
package struct BudgetStanding: Sendable, Hashable {
    package var claim: BudgetClaim
    package var spent: Money
    package var held: Money

    package init(claim: BudgetClaim, spent: Money, held: Money) {
        self.claim = claim
        self.spent = spent
        self.held = held
    }
}

/// One attempt at a call, as the ledger and the audit log keep it. Holds no code, prompt or answer.
package struct CallAttempt: Sendable, Hashable {
    /// Names the review; all its calls carry it.
    package var review: String
    /// The change's key, e.g. "owner/name#12" or a digest of a local range.
    package var change: String
    /// "owner/name", or the name a local repository is known by; empty when there is none.
    package var repository: String
    /// The host of the forge; empty for local changes.
    package var forge: String
    package var category: Category
    /// The provider entry's name.
    package var provider: String
    /// The model's name as sent.
    package var model: String
    package var tier: Tier?
    /// review, repair, confirmation or probe.
    package var purpose: String
    /// From 0 in the review.
    package var unit: Int
    /// From 0 in the unit.
    package var attempt: Int
    /// Hunks the call is about.
    package var hunks: Int
    /// SHA-256 of the serialised request, in hexadecimal; with `repository` the answer cache key.
    package var requestDigest: String
    package var requestBytes: Int
    /// Host and port.
    package var destination: String
    /// The data policy that allowed it, in words.
    package var allowedBy: String
    /// The prices the hold and the charge are computed by, as JSON.
    package var prices: String
    package var configurationDigest: String
    package var promptVersion: String
    package var policyVersion: String
    /// What the same hunks would have cost at the baseline model, predicted.
    package var baselineCost: Money

    package init(
        review: String, change: String, repository: String, forge: String = "", category: Category, provider: String,
        model: String, tier: Tier?, purpose: String, unit: Int, attempt: Int, hunks: Int, requestDigest: String,
        requestBytes: Int, destination: String, allowedBy: String, prices: String, configurationDigest: String,
        promptVersion: String, policyVersion: String, baselineCost: Money = .zero
    ) {
        self.review = review
        self.change = change
        self.repository = repository
        self.forge = forge
        self.category = category
        self.provider = provider
        self.model = model
        self.tier = tier
        self.purpose = purpose
        self.unit = unit
        self.attempt = attempt
        self.hunks = hunks
        self.requestDigest = requestDigest
        self.requestBytes = requestBytes
        self.destination = destination
        self.allowedBy = allowedBy
        self.prices = prices
        self.configurationDigest = configurationDigest
        self.promptVersion = promptVersion
        self.policyVersion = policyVersion
        self.baselineCost = baselineCost
    }
}

/// A request for money before a call.
package struct HoldRequest: Sendable {
    package var attempt: CallAttempt
    /// Every budget the call touches.
    package var claims: [BudgetClaim]
    /// The worst the call can cost.
    package var amount: Money
    /// The token bound the amount was computed by, so that understated usage is noticed.
    package var inputTokenBound: Int
    package var outputTokenBound: Int
    /// Seconds after which an unrenewed hold is taken for abandoned.
    package var lease: Double

    package init(
        attempt: CallAttempt, claims: [BudgetClaim], amount: Money, inputTokenBound: Int, outputTokenBound: Int,
        lease: Double
    ) {
        self.attempt = attempt
        self.claims = claims
        self.amount = amount
        self.inputTokenBound = inputTokenBound
        self.outputTokenBound = outputTokenBound
        self.lease = lease
    }
}

package struct HoldID: Sendable, Hashable, Codable {
    package let value: Int64

    package init(value: Int64) {
        self.value = value
    }
}

package enum HoldDecision: Sendable, Equatable {
    /// The money is set aside. `amount` is what was asked for or more: what an endpoint that understates is held to.
    case granted(HoldID, amount: Money)
    /// It does not fit beside what is spent: the allocator must pick again.
    case refused(BudgetStanding)
    /// It would fit once open holds settle, which did not happen before the deadline.
    case timedOut(BudgetStanding)
}

/// How a call ended, for the books.
package struct Settlement: Sendable {
    package var kind: SettlementKind
    package var usage: Usage?
    /// Our price of the usage by the prices of the attempt; nil unless exact.
    package var computedCost: Money?
    /// The provider's own figure, which is the charge where there is one.
    package var returnedCost: Money?
    package var reasoningTokens: Int?
    package var returnedModel: String?
    package var requestID: String?
    package var httpStatus: Int?
    /// "answered", or the failure's kind.
    package var outcome: String
    /// One line; empty when answered.
    package var reason: String
    package var timeToFirstToken: Double?
    package var duration: Double

    package init(
        kind: SettlementKind, usage: Usage? = nil, computedCost: Money? = nil, returnedCost: Money? = nil,
        reasoningTokens: Int? = nil, returnedModel: String? = nil, requestID: String? = nil, httpStatus: Int? = nil,
        outcome: String, reason: String = "", timeToFirstToken: Double? = nil, duration: Double = 0
    ) {
        self.kind = kind
        self.usage = usage
        self.computedCost = computedCost
        self.returnedCost = returnedCost
        self.reasoningTokens = reasoningTokens
        self.returnedModel = returnedModel
        self.requestID = requestID
        self.httpStatus = httpStatus
        self.outcome = outcome
        self.reason = reason
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
    }
}

/// An answer kept so that the same call is never made twice.
package struct StoredAnswer: Sendable, Equatable {
    package var text: String
    package var finish: FinishReason
    package var returnedModel: String?

    package init(text: String, finish: FinishReason, returnedModel: String?) {
        self.text = text
        self.finish = finish
        self.returnedModel = returnedModel
    }
}

/// What the books say of a provider entry's model, from its exact settlements.
package struct Calibration: Sendable, Hashable {
    /// Exact settlements within their bound since the last overrun.
    package var exactWithinBound: Int
    /// Request bytes per input token that no exact settlement went below, taken lower by a margin; nil until there are
    /// enough settlements to rely on.
    package var leastBytesPerToken: Double?
    /// 1, or by how much usage once passed its bound: holds are multiplied by it.
    package var overrunFactor: Double

    package init(exactWithinBound: Int = 0, leastBytesPerToken: Double? = nil, overrunFactor: Double = 1) {
        self.exactWithinBound = exactWithinBound
        self.leastBytesPerToken = leastBytesPerToken
        self.overrunFactor = overrunFactor
    }
}

/// The books: holds before calls, charges after them. Shared by threads and by processes.
///
/// In every window of every budget: charged + held never passes the limit when a hold is granted, and a charge never
/// passes its hold unless the provider understated what it would use.
package protocol Ledger: Sendable {
    /// Sets the worst case aside in every budget at once. Waits, in order of asking, while it would fit once open holds
    /// settle.
    func hold(_ request: HoldRequest, until deadline: Instant) async throws -> HoldDecision
    /// Durable when it returns; the request may leave only after that.
    func markSent(_ hold: HoldID) async throws
    /// Moves the end of the hold's lease to `lease` seconds from now.
    func renew(_ hold: HoldID, lease: Double) async throws
    /// Ends the hold, and keeps the answer in the same step.
    ///
    /// - Returns: What was charged.
    @discardableResult
    func settle(_ hold: HoldID, _ settlement: Settlement, answer: StoredAnswer?) async throws -> Money
    /// Ends a hold that covered a repair and, in the same step, keeps part of it for that repair: no other call can come
    /// between. What is kept is at most what the first call left of the hold.
    func settle(
        _ hold: HoldID, _ settlement: Settlement, thenHold repair: HoldRequest
    ) async throws -> (charged: Money, repair: HoldDecision)
    /// Ends what was abandoned: expired and not sent is released, expired and sent is charged at its bound.
    func recoverExpired() async throws -> (released: Int, bounded: Int)
    /// An answer to exactly this request for this repository, not older than the retention.
    func answer(toRequest digest: String, repository: String) async throws -> StoredAnswer?
    func standings(of claims: [BudgetClaim]) async throws -> [BudgetStanding]
    func calibration(provider: String, model: String) async throws -> Calibration
}
