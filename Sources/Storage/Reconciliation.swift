package import Domain
import GRDB

/// A call charged at its bound, because nobody said what it used.
package struct BoundedCharge: Sendable, Hashable {
    package var hold: HoldID
    /// When the call was held.
    package var heldAt: Instant
    package var review: String
    package var repository: String
    package var provider: String
    package var model: String
    /// What the provider calls the request, where it said so.
    package var requestID: String?
    package var outcome: String
    package var charged: Money
    /// The cost by figures that came after the call's lease had run out.
    package var lateFigure: Money?
}

/// What a provider says a call cost.
package struct ProviderFigure: Sendable, Hashable {
    package enum Reference: Sendable, Hashable {
        case hold(HoldID)
        /// The provider's name of the request.
        case request(String)
    }

    package var reference: Reference
    package var cost: Money
    /// Where the figure comes from, e.g. "invoice-2026-11.csv line 12".
    package var source: String

    package init(_ reference: Reference, cost: Money, source: String) {
        self.reference = reference
        self.cost = cost
        self.source = source
    }
}

package enum ReconcileOutcome: Sendable, Hashable {
    /// The figure took the place of the charge.
    case adjusted(HoldID, from: Money, to: Money)
    /// The figure was known already.
    case unchanged(HoldID)
    /// No call has that name.
    case unknown
    /// Several calls have that name.
    case ambiguous
    /// The call has not ended, or was settled exactly: its charge stands.
    case notBounded(HoldID, charged: Money)
    /// A cost below zero, or beyond what a call can cost.
    case impossible
}

extension SQLiteLedger {
    /// Charges at their bound that no figure of the provider has replaced yet, oldest first.
    package func openBounded() async throws -> [BoundedCharge] {
        try await store.read(Self.openBounded)
    }

    /// Puts the provider's figures in the place of bounds: an entry with the difference is added in the windows of the
    /// hold; nothing is edited.
    ///
    /// - Returns: An outcome for each figure.
    package func reconcile(_ figures: [ProviderFigure]) async throws -> [ReconcileOutcome] {
        try await queue.perform { transaction in try figures.map { try transaction.reconcile($0) } }
    }

    /// Settles bounded charges by figures that came after the calls' leases had run out.
    package func reconcileLateFigures() async throws -> [ReconcileOutcome] {
        try await queue.perform { transaction in
            try Self.openBounded(transaction.database).compactMap { charge in
                try charge.lateFigure.map {
                    try transaction.reconcile(
                        ProviderFigure(.hold(charge.hold), cost: $0, source: "the answer that came late"))
                }
            }
        }
    }

    private static func openBounded(_ database: Database) throws -> [BoundedCharge] {
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT held.sequence, held.at, held.review, held.repository, held.provider, held.model,
                    coalesce(late.request_id, bounded.request_id) AS request_id, bounded.outcome,
                    bounded.charge + coalesce(late.charge, 0) AS charged,
                    coalesce(late.returned_cost, late.computed_cost) AS late_figure
                FROM ledger AS bounded JOIN ledger AS held ON held.sequence = bounded.hold
                LEFT JOIN ledger AS late ON late.hold = bounded.hold AND late.kind = 'late'
                WHERE bounded.kind = 'bounded' AND NOT EXISTS (
                    SELECT 1 FROM ledger AS adjusted WHERE adjusted.hold = bounded.hold AND adjusted.kind = 'adjusted')
                ORDER BY held.sequence
                """)
        var found: [BoundedCharge] = []
        while let row = try rows.next() {
            found.append(
                BoundedCharge(
                    hold: HoldID(value: row["sequence"]), heldAt: Instant(milliseconds: row["at"]),
                    review: row["review"], repository: row["repository"], provider: row["provider"],
                    model: row["model"], requestID: row["request_id"], outcome: row["outcome"] ?? "",
                    charged: Money(picodollars: row["charged"]),
                    lateFigure: (row["late_figure"] as Int64?).map(Money.init(picodollars:))))
        }
        return found
    }
}

extension LedgerTransaction {
    fileprivate mutating func reconcile(_ figure: ProviderFigure) throws -> ReconcileOutcome {
        if figure.cost < .zero || figure.cost > Charge.greatest { return .impossible }
        let holds: [Int64] =
            switch figure.reference {
            case .hold(let hold): [hold.value]
            case .request(let name):
                try Int64.fetchAll(
                    database.cachedStatement(
                        sql: "SELECT DISTINCT hold FROM ledger WHERE request_id = ? AND hold IS NOT NULL LIMIT 2"),
                    arguments: [name])
            }
        if holds.count > 1 { return .ambiguous }
        guard let id = holds.first, let past = try PastHold.fetch(database, id: id) else { return .unknown }
        let hold = HoldID(value: id)
        guard past.isBounded else { return .notBounded(hold, charged: past.charged) }
        if past.isAdjusted, past.charged == figure.cost { return .unchanged(hold) }
        let difference = figure.cost - past.charged
        var row = LedgerRow(.adjusted, hold: id)
        row.set(.charge, difference)
        row.set(.returnedCost, figure.cost)
        row.set(.reason, figure.source, atMost: 500)
        try append(row)
        try add(spent: difference, held: .zero, to: past.budgets(in: &self))
        return .adjusted(hold, from: past.charged, to: figure.cost)
    }
}
