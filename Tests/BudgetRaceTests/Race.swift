import Domain
import ModelServer
import Storage
import TestKit

/// The system's clock would do; a fixed one shows that nothing of the comparison depends on the hour.
private let reading = ManualClock(Instant(milliseconds: 1_795_000_000_000))

/// A budget of a cent that calls of a tenth of a cent race for, each held at several times its price.
struct Race: Sendable {
    let server: ModelServer
    let directory: TemporaryDirectory
    /// Picodollars: a cent.
    static let budget: Int64 = 10_000_000_000
    /// Picodollars: a tenth of a cent, for 100 tokens in and 100 out.
    static let price: Int64 = 1_000_000_000
    static let model = ServedModel("priced", prices: TruePrices(input: 1_000_000, output: 9_000_000))

    private var books: String { directory.file("hunkwise.db") }

    static func start(_ behaviour: String, seed: UInt64 = 1, model: ServedModel = Race.model) async throws -> Race {
        let plan = FaultPlan(seed: seed)
        var usual = Behaviour()
        var chances: [FaultPlan.Chance] = []
        for part in behaviour.split(separator: " ") {
            let words = part.split(separator: "@")
            guard let parsed = Behaviour(words: String(words[0]) + "+filler=100") else {
                throw Unknown(words: behaviour)
            }
            if words.count == 2, let share = Double(words[1]) {
                chances.append(FaultPlan.Chance(parsed, probability: share))
            } else {
                usual = parsed
            }
        }
        plan.setUsual(usual, chances: chances)
        return Race(
            server: try await ModelServer.start(ServerSettings(models: [model]), faults: plan),
            directory: try TemporaryDirectory())
    }

    struct Unknown: Error { let words: String }

    /// Starts a process that wants calls.
    func spender(
        round: Int = 1, budget: Int64 = Race.budget, first: Int = 0, calls: Int, atOnce: Int, callLimit: Int = 60_000,
        _ more: [String] = []
    ) throws -> ChildProcess {
        try ChildProcess(
            "hunkwise-spender",
            [
                "--books", books, "--url", server.url + "/v1", "--round", "\(round)", "--budget", "\(budget)",
                "--first", "\(first)", "--calls", "\(calls)", "--at-once", "\(atOnce)", "--call-limit", "\(callLimit)",
            ] + more)
    }

    /// Opens the books that the processes left.
    func result(round: Int = 1, budget: Int64 = Race.budget) async throws -> RaceResult {
        let ledger = SQLiteLedger(store: try Store(path: books), clock: reading)
        let claim = BudgetClaim(
            scope: .change, subject: "change-\(round)", window: .none, limit: Money(picodollars: budget))
        let standing = try await ledger.standings(of: [claim])[0]
        let audit = try await ledger.audit(AuditFilter(review: "round-\(round)", limit: 1_000_000))
        return RaceResult(
            spent: standing.spent.picodollars, held: standing.held.picodollars, audit: audit,
            entries: server.ledger.snapshot, isSound: try await ledger.checkBooks().isEmpty,
            isWhole: try await ledger.verify().fault == nil)
    }
}

/// The books of both sides after a race.
struct RaceResult: Sendable {
    /// Picodollars.
    let spent: Int64
    let held: Int64
    let audit: [AuditEntry]
    /// The server's, of all rounds.
    let entries: [TrueEntry]
    let isSound: Bool
    let isWhole: Bool

    private var digests: Set<String> { Set(audit.map(\.requestDigest)) }

    /// What the server did for this round.
    var billed: [TrueEntry] {
        let digests = digests
        return entries.filter { $0.state != .refused && digests.contains($0.bodyDigest) }
    }

    var trueTotal: Int64 { billed.reduce(0) { $0 + $1.cost } }

    func rows(_ event: LedgerEvent) -> [AuditEntry] { audit.filter { $0.event == event } }

    /// The largest amount that one call was held at.
    var worstHold: Int64 { rows(.held).compactMap(\.amount?.picodollars).max() ?? 0 }

    /// What was charged without the provider's word.
    var boundedCharges: Int64 { rows(.bounded).reduce(0) { $0 + ($1.charge?.picodollars ?? 0) } }

    /// Exactly settled calls whose charge is not what the server's books say of the same request.
    var wrongBills: [String] {
        var truth: [String: TrueEntry] = [:]
        for entry in entries { truth[entry.requestID] = entry }
        return rows(.settled).compactMap { row in
            guard let id = row.requestID, let entry = truth[id] else { return "\(row.requestID ?? "?") is not known" }
            if entry.bodyDigest != row.requestDigest { return "\(id) is about another request" }
            let charge = row.charge?.picodollars ?? -1
            return charge == entry.cost ? nil : "\(id) is charged \(charge), billed \(entry.cost)"
        }
    }

    /// Requests for which we charged less than the server billed.
    var underpaid: [String] {
        var charged: [String: Int64] = [:]
        for row in audit { charged[row.requestDigest, default: 0] += row.charge?.picodollars ?? 0 }
        var billed: [String: Int64] = [:]
        for entry in self.billed { billed[entry.bodyDigest, default: 0] += entry.cost }
        return billed.filter { charged[$0.key, default: 0] < $0.value }.map(\.key)
    }
}
