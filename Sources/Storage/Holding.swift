import Domain
import GRDB

/// Why a call cannot be let through yet, as a queue of its own: whoever comes later and would need the same stands behind.
struct Bottleneck: Hashable, Sendable {
    var budget: BudgetKey
    /// Nil: money is short there. Else: the endpoint is not trusted yet and has a call in flight there.
    var endpoint: Endpoint?
}

extension LedgerTransaction {
    /// Decides on a request for money.
    ///
    /// - Parameter bottlenecks: What earlier requests wait for; what this one waits for is added.
    /// - Returns: nil when it must wait.
    mutating func decide(
        _ request: HoldRequest, until deadline: Instant, bottlenecks: inout Set<Bottleneck>
    ) throws -> HoldDecision? {
        let endpoint = Endpoint(provider: request.attempt.provider, model: request.attempt.model)
        let record = try record(of: endpoint)
        let asked = max(.zero, request.amount)
        let amount = record.amount(for: asked)
        let needsCare = record.needsCare(amount)
        var obstacles: [Bottleneck] = []
        var first: BudgetStanding?
        for claim in request.claims {
            let standing = try standing(of: claim)
            if standing.spent + amount > claim.limit { return .refused(standing) }
            let key = key(of: claim)
            let isShort = standing.spent + standing.held + amount > claim.limit
            if isShort || bottlenecks.contains(Bottleneck(budget: key)) {
                obstacles.append(Bottleneck(budget: key))
                first = first ?? standing
            }
            if needsCare {
                let queue = Bottleneck(budget: key, endpoint: endpoint)
                var isBusy = bottlenecks.contains(queue)
                if !isBusy, let id = try id(of: key) {
                    isBusy = try openHolds(of: endpoint).values.contains { $0.contains(id) }
                }
                if isBusy {
                    obstacles.append(queue)
                    first = first ?? standing
                }
            }
        }
        if let first {
            if now >= deadline { return .timedOut(first) }
            bottlenecks.formUnion(obstacles)
            return nil
        }
        return try grant(request, amount: amount, asked: asked, factor: record.factor, endpoint: endpoint)
    }

    private mutating func grant(
        _ request: HoldRequest, amount: Money, asked: Money, factor: Int64, endpoint: Endpoint
    ) throws -> HoldDecision {
        var seen: Set<BudgetKey> = []
        var claims: [RecordedClaim] = []
        for claim in request.claims {
            let key = key(of: claim)
            if seen.insert(key).inserted { claims.append(RecordedClaim(key: key, limit: claim.limit)) }
        }
        return try open(request, amount: amount, asked: asked, factor: factor, endpoint: endpoint, claims: claims)
    }

    private mutating func open(
        _ request: HoldRequest, amount: Money, asked: Money, factor: Int64, endpoint: Endpoint, claims: [RecordedClaim]
    ) throws -> HoldDecision {
        var row = LedgerRow(.held)
        row.describe(request, amount: amount, asked: asked)
        row.set(.claims, RecordedClaim.text(of: claims), atMost: .max)
        var budgets: [Int64] = []
        for claim in claims { budgets.append(try makeID(of: claim.key)) }
        let id = try append(row)
        try open(
            OpenHold(
                id: id, amount: amount, asked: asked, factor: factor, budgets: budgets, endpoint: endpoint,
                repository: request.attempt.repository, requestDigest: request.attempt.requestDigest,
                requestBytes: Int64(request.attempt.requestBytes), inputBound: Int64(request.inputTokenBound),
                outputBound: Int64(request.outputTokenBound),
                expiresAt: now.advanced(bySeconds: boundedLease(request.lease))))
        try add(spent: .zero, held: amount, to: budgets)
        return .granted(HoldID(value: id), amount: amount)
    }

    /// Keeps part of a hold that has just ended for the repair of its answer, in the same budgets and windows.
    mutating func keep(
        _ repair: HoldRequest, of hold: OpenHold, left: Money
    ) throws -> HoldDecision {
        let record = try record(of: hold.endpoint)
        let asked = max(.zero, repair.amount)
        let amount = record.amount(for: asked)
        if amount > left, !hold.budgets.isEmpty { return .refused(try tightest(repair, amount: amount)) }
        let claims = try RecordedClaim.ofHold(hold.id, in: database)
        return try open(
            repair, amount: amount, asked: asked, factor: record.factor, endpoint: hold.endpoint, claims: claims)
    }

    /// The budget with the least room; for a request without budgets, what it would need.
    mutating func tightest(_ request: HoldRequest, amount: Money) throws -> BudgetStanding {
        var least: BudgetStanding?
        for claim in request.claims {
            let standing = try standing(of: claim)
            let room = claim.limit - standing.spent - standing.held
            if let known = least, known.claim.limit - known.spent - known.held <= room { continue }
            least = standing
        }
        let none = BudgetClaim(scope: .request, subject: "", window: .none, limit: amount)
        return least ?? BudgetStanding(claim: none, spent: .zero, held: .zero)
    }

    func boundedLease(_ seconds: Double) -> Double {
        // A month: no call takes longer, and the sum must stay a date.
        seconds.isFinite ? min(max(0, seconds), 2_678_400) : 2_678_400
    }
}

extension LedgerRow {
    fileprivate mutating func describe(_ request: HoldRequest, amount: Money, asked: Money) {
        let attempt = request.attempt
        set(.amount, amount)
        set(.asked, asked)
        set(.review, attempt.review)
        set(.change, attempt.change)
        set(.repository, attempt.repository)
        set(.forge, attempt.forge)
        set(.category, attempt.category.rawValue)
        set(.provider, attempt.provider)
        set(.model, attempt.model)
        set(.tier, attempt.tier?.rawValue)
        set(.purpose, attempt.purpose)
        set(.unit, attempt.unit)
        set(.attempt, attempt.attempt)
        set(.hunks, attempt.hunks)
        set(.requestDigest, attempt.requestDigest)
        set(.requestBytes, attempt.requestBytes)
        set(.destination, attempt.destination)
        set(.allowedBy, attempt.allowedBy)
        set(.prices, attempt.prices, atMost: 65_536)
        set(.configurationDigest, attempt.configurationDigest)
        set(.promptVersion, attempt.promptVersion)
        set(.policyVersion, attempt.policyVersion)
        set(.baselineCost, attempt.baselineCost)
        set(.inputBound, request.inputTokenBound)
        set(.outputBound, request.outputTokenBound)
        if request.lease.isFinite { set(.lease, Int64(min(max(0, request.lease), 1e9) * 1000)) }
    }
}
