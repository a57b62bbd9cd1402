import Domain
import GRDB

/// Adds calls up, each to its group and to the total in one go, so that the two cannot disagree.
struct SpendSums {
    private var row: SpendRow
    private var changes: Set<String> = []
    private var reviews: Set<String> = []
    private var durations: [Int64] = []
    private var firstTokens: [Int64] = []

    private init(key: String) {
        row = SpendRow(key: key)
    }

    /// - Parameter key: SQL over the columns of `calls`.
    static func report(_ database: Database, key: String, _ filter: SpendFilter) throws -> SpendReport {
        let calls = CallsTable(filter)
        let found = try Row.fetchCursor(
            database,
            sql: "WITH \(calls.sql) SELECT \(key), \(Call.columns) FROM calls ORDER BY hold",
            arguments: calls.arguments)
        var total = SpendSums(key: "")
        var groups: [String: SpendSums] = [:]
        var units: Set<Unit> = []
        while let row = try found.next() {
            let key: String = row[0] ?? ""
            let call = Call(row)
            // A unit's hunks are saved for once, however many calls it took: with the first that was answered.
            let isFirst =
                call.isAnswered && call.purpose == "review"
                && units.insert(Unit(review: call.review, number: call.unit)).inserted
            total.add(call, isFirst: isFirst)
            groups[key, default: SpendSums(key: key)].add(call, isFirst: isFirst)
        }
        return SpendReport(rows: groups.values.map(\.finished).sorted { $0.key < $1.key }, total: total.finished)
    }

    private struct Unit: Hashable {
        var review: String
        var number: Int64
    }

    private mutating func add(_ call: Call, isFirst: Bool) {
        changes.insert(call.change)
        reviews.insert(call.review)
        if !call.isReleased, call.isSent || call.hasEnded { row.calls += 1 }
        if call.isReleased { row.unsent += 1 }
        if call.isAnswered {
            row.answered += 1
            if let duration = call.duration { durations.append(duration) }
            if let first = call.timeToFirstToken { firstTokens.append(first) }
        } else if call.hasEnded, let outcome = call.outcome {
            row.failures[outcome, default: 0] += 1
        }
        row.uncachedInput += call.uncachedInput
        row.cachedInput += call.cachedInput
        row.cacheWrite += call.cacheWrite
        row.output += call.output
        row.reasoning += call.reasoning
        if call.isBounded { row.chargedBounded += call.charge } else { row.chargedExact += call.charge }
        if !call.hasEnded { row.held += call.amount }
        if isFirst { row.baseline += call.baselineCost }
        if call.isOverrun { row.overruns += 1 }
        if let computed = call.computedCost, let returned = call.returnedCost, computed != returned {
            row.differingCosts += 1
            row.costDifference += returned - computed
        }
    }

    private var finished: SpendRow {
        var finished = row
        finished.changes = changes.count
        finished.reviews = reviews.count
        finished.duration = LatencyPercentiles(microseconds: durations)
        finished.firstToken = LatencyPercentiles(microseconds: firstTokens)
        return finished
    }
}

/// A line of `calls`.
private struct Call {
    /// In the order in which `init` reads them, after the key.
    static let columns = """
        review, change, purpose, unit, outcome, has_ended, is_released, is_sent, is_bounded, overrun IS NOT NULL, amount,
        charge, baseline_cost, computed_cost, returned_cost, uncached_input, cached_input,
        coalesce(cache_write, 0) + coalesce(long_cache_write, 0), output, reasoning, duration, time_to_first_token
        """

    let review: String
    let change: String
    let purpose: String
    let unit: Int64
    let outcome: String?
    let hasEnded: Bool
    let isReleased: Bool
    let isSent: Bool
    let isBounded: Bool
    let isOverrun: Bool
    let amount: Money
    let charge: Money
    let baselineCost: Money
    let computedCost: Money?
    let returnedCost: Money?
    let uncachedInput: Int
    let cachedInput: Int
    let cacheWrite: Int
    let output: Int
    let reasoning: Int
    /// Microseconds.
    let duration: Int64?
    let timeToFirstToken: Int64?

    var isAnswered: Bool { outcome == "answered" }

    init(_ row: Row) {
        func money(_ column: Int) -> Money? { (row[column] as Int64?).map(Money.init(picodollars:)) }
        review = row[1] ?? ""
        change = row[2] ?? ""
        purpose = row[3] ?? ""
        unit = row[4] ?? 0
        outcome = row[5]
        hasEnded = row[6]
        isReleased = row[7]
        isSent = row[8]
        isBounded = row[9]
        isOverrun = row[10]
        amount = money(11) ?? .zero
        charge = money(12) ?? .zero
        baselineCost = money(13) ?? .zero
        computedCost = money(14)
        returnedCost = money(15)
        uncachedInput = row[16] ?? 0
        cachedInput = row[17] ?? 0
        cacheWrite = row[18] ?? 0
        output = row[19] ?? 0
        reasoning = row[20] ?? 0
        duration = row[21]
        timeToFirstToken = row[22]
    }
}

extension LatencyPercentiles {
    /// - Returns: nil for no values.
    fileprivate init?(microseconds values: [Int64]) {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        func rank(_ percent: Int) -> Double { Double(sorted[(sorted.count * percent + 99) / 100 - 1]) / 1e6 }
        self.init(p50: rank(50), p95: rank(95), p99: rank(99))
    }
}
