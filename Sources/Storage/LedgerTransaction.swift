import Domain
import GRDB

/// A budget in one window.
struct BudgetKey: Hashable, Sendable {
    var scope: BudgetScope
    var subject: String
    var window: String
}

/// What one commit reads and writes of the books.
///
/// A value: a copy taken before a step puts everything back when the step fails, together with the savepoint. Budgets are
/// read once, changed in memory and written at the end, as many steps of a commit touch the same ones.
struct LedgerTransaction {
    struct Totals: Hashable {
        var spent: Money
        var held: Money
    }

    let database: Database
    let now: Instant
    private let windows: [BudgetWindow: String]
    private var sequence: Int64
    private var digest: LedgerDigest
    private let firstSequence: Int64
    private var ids: [BudgetKey: Int64?] = [:]
    private var totals: [Int64: Totals] = [:]
    private var changed: Set<Int64> = []
    private var calibrations: [Endpoint: EndpointRecord] = [:]
    private var inFlight: [Endpoint: [Int64: Set<Int64>]] = [:]

    init(_ database: Database, now: Instant) throws {
        self.database = database
        self.now = now
        windows = Dictionary(uniqueKeysWithValues: BudgetWindow.allCases.map { ($0, $0.key(at: now)) })
        guard
            let head = try Row.fetchOne(
                database.cachedStatement(sql: "SELECT sequence, digest FROM ledger_head WHERE id = 1")),
            let digest = LedgerDigest(hexadecimal: head["digest"])
        else { throw StoreDamage(what: "the ledger's head is missing") }
        sequence = head["sequence"]
        firstSequence = sequence
        self.digest = digest
    }

    // MARK: The chain

    /// Adds a row at the end.
    ///
    /// - Returns: Its sequence.
    @discardableResult
    mutating func append(_ row: LedgerRow) throws -> Int64 {
        var row = row
        row.set(.sequence, sequence + 1)
        row.set(.at, now.milliseconds)
        let digest = row.digest(after: digest)
        let statement = try database.cachedStatement(sql: Self.insertion)
        var arguments = StatementArguments(row.values)
        arguments += [self.digest.hexadecimal, digest.hexadecimal]
        try statement.execute(arguments: arguments)
        sequence += 1
        self.digest = digest
        return sequence
    }

    private static let insertion: String = {
        let columns = LedgerColumn.allCases.map(\.rawValue) + ["previous", "digest"]
        let marks = [String](repeating: "?", count: columns.count)
        return "INSERT INTO ledger (\(columns.joined(separator: ", "))) VALUES (\(marks.joined(separator: ", ")))"
    }()

    /// Writes what was kept in memory; the last thing before the commit.
    mutating func flush() throws {
        for id in changed.sorted() {
            guard let totals = totals[id] else { continue }
            try database.cachedStatement(sql: "UPDATE budgets SET spent = ?, held = ? WHERE id = ?")
                .execute(arguments: [totals.spent.picodollars, totals.held.picodollars, id])
        }
        changed = []
        guard sequence > firstSequence else { return }
        try database.cachedStatement(sql: "UPDATE ledger_head SET sequence = ?, digest = ? WHERE id = 1")
            .execute(arguments: [sequence, digest.hexadecimal])
    }

    // MARK: Budgets

    func key(of claim: BudgetClaim) -> BudgetKey {
        BudgetKey(scope: claim.scope, subject: claim.subject, window: windows[claim.window] ?? "none")
    }

    /// - Returns: nil while nothing was ever held in it.
    mutating func id(of key: BudgetKey) throws -> Int64? {
        if let known = ids[key] { return known }
        let found = try Int64.fetchOne(
            database.cachedStatement(sql: "SELECT id FROM budgets WHERE scope = ? AND subject = ? AND window = ?"),
            arguments: [key.scope.rawValue, key.subject, key.window])
        ids[key] = .some(found)
        return found
    }

    mutating func makeID(of key: BudgetKey) throws -> Int64 {
        if let id = try id(of: key) { return id }
        try database.cachedStatement(sql: "INSERT INTO budgets (scope, subject, window) VALUES (?, ?, ?)")
            .execute(arguments: [key.scope.rawValue, key.subject, key.window])
        let id = database.lastInsertedRowID
        ids[key] = .some(id)
        totals[id] = Totals(spent: .zero, held: .zero)
        return id
    }

    mutating func totals(of id: Int64?) throws -> Totals {
        guard let id else { return Totals(spent: .zero, held: .zero) }
        if let known = totals[id] { return known }
        let row = try Row.fetchOne(
            database.cachedStatement(sql: "SELECT spent, held FROM budgets WHERE id = ?"), arguments: [id])
        guard let row else { throw StoreDamage(what: "budget \(id) is missing") }
        let found = Totals(spent: Money(picodollars: row["spent"]), held: Money(picodollars: row["held"]))
        totals[id] = found
        return found
    }

    mutating func standing(of claim: BudgetClaim) throws -> BudgetStanding {
        let totals = try totals(of: id(of: key(of: claim)))
        return BudgetStanding(claim: claim, spent: totals.spent, held: totals.held)
    }

    mutating func add(spent: Money, held: Money, to budgets: some Sequence<Int64>) throws {
        for id in budgets {
            let before = try totals(of: id)
            totals[id] = Totals(spent: before.spent + spent, held: before.held + held)
            changed.insert(id)
        }
    }

    // MARK: Endpoints

    mutating func record(of endpoint: Endpoint) throws -> EndpointRecord {
        if let known = calibrations[endpoint] { return known }
        let found = try EndpointRecord.fetch(database, endpoint)
        calibrations[endpoint] = found
        return found
    }

    mutating func store(_ record: EndpointRecord, of endpoint: Endpoint) throws {
        try record.store(database, endpoint)
        calibrations[endpoint] = record
    }

    /// The budgets that each of the endpoint's open holds lies in.
    mutating func openHolds(of endpoint: Endpoint) throws -> [Int64: Set<Int64>] {
        if let known = inFlight[endpoint] { return known }
        var found: [Int64: Set<Int64>] = [:]
        let rows = try Row.fetchCursor(
            database.cachedStatement(sql: "SELECT id, budgets FROM holds WHERE provider = ? AND model = ?"),
            arguments: [endpoint.provider, endpoint.model])
        while let row = try rows.next() { found[row["id"]] = Set(OpenHold.budgets(row["budgets"])) }
        inFlight[endpoint] = found
        return found
    }

    mutating func open(_ hold: OpenHold) throws {
        try hold.insert(database)
        inFlight[hold.endpoint]?[hold.id] = Set(hold.budgets)
    }

    mutating func close(_ hold: OpenHold) throws {
        try database.cachedStatement(sql: "DELETE FROM holds WHERE id = ?").execute(arguments: [hold.id])
        inFlight[hold.endpoint]?[hold.id] = nil
    }
}

/// What is kept contradicts itself.
struct StoreDamage: Error, CustomStringConvertible {
    var what: String
    var description: String { what }
}
