import Domain
import GRDB

/// Where the ledger ends: enough to notice later that an end has been cut off and written anew. Worth keeping elsewhere.
package struct LedgerHead: Sendable, Hashable {
    /// The number of rows.
    package var sequence: Int64
    package var digest: LedgerDigest

    package init(sequence: Int64, digest: LedgerDigest) {
        self.sequence = sequence
        self.digest = digest
    }
}

/// The first thing wrong with the ledger.
package struct LedgerFault: Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, CaseIterable, Sendable {
        /// The row's content does not give its digest.
        case edited
        /// There is no such row, but rows after it.
        case missing
        /// The row follows another one than the one before it.
        case reordered
        /// The rows from this one on are gone.
        case truncated
        /// The ledger ends elsewhere than its head says.
        case head
        /// It is not the ledger whose head was noted earlier.
        case otherLedger
    }

    package var kind: Kind
    /// The first bad row.
    package var sequence: Int64

    package init(_ kind: Kind, at sequence: Int64) {
        self.kind = kind
        self.sequence = sequence
    }

    package var description: String {
        switch kind {
        case .edited: "row \(sequence) was edited: its content does not give its digest."
        case .missing: "row \(sequence) is missing."
        case .reordered: "row \(sequence) does not follow the row before it: rows were moved or replaced."
        case .truncated: "the ledger was cut: row \(sequence) and what followed it are gone."
        case .head: "the ledger's end does not fit its head: row \(sequence) is not the one that was written last."
        case .otherLedger:
            "row \(sequence) is not the one that was noted: the ledger was written anew from there or before."
        }
    }
}

package struct LedgerVerification: Sendable, Hashable {
    /// Rows read up to the fault or to the end.
    package var rows: Int64
    /// As read; nil where there is a fault.
    package var head: LedgerHead?
    package var fault: LedgerFault?
}

extension SQLiteLedger {
    /// Reads every row and computes its digest anew, without ever holding more than one row in memory.
    ///
    /// Somebody who may write the file could write the whole chain anew; that is noticed only by comparing with a head
    /// that was noted elsewhere.
    ///
    /// - Parameter noted: A head of this ledger from earlier.
    package func verify(against noted: LedgerHead? = nil) async throws -> LedgerVerification {
        try await store.read { try ChainReader.verify($0, against: noted) }
    }
}

private enum ChainReader {
    static func verify(_ database: Database, against noted: LedgerHead?) throws -> LedgerVerification {
        var last = LedgerHead(sequence: 0, digest: .zero)
        func fault(_ kind: LedgerFault.Kind, at sequence: Int64) -> LedgerVerification {
            LedgerVerification(rows: last.sequence, head: nil, fault: LedgerFault(kind, at: sequence))
        }
        // Named, so that columns added later do not shift them.
        let names = LedgerColumn.allCases.map(\.rawValue) + ["previous", "digest"]
        let rows = try Row.fetchCursor(
            database, sql: "SELECT \(names.joined(separator: ", ")) FROM ledger ORDER BY sequence")
        let previousColumn = LedgerColumn.allCases.count
        while let found = try rows.next() {
            let row = LedgerRow(found)
            let sequence = row.integer(.sequence) ?? -1
            guard sequence == last.sequence + 1 else { return fault(.missing, at: last.sequence + 1) }
            let previous = LedgerDigest(hexadecimal: found[previousColumn])
            let digest = LedgerDigest(hexadecimal: found[previousColumn + 1])
            guard let previous, let digest, row.digest(after: previous) == digest else {
                return fault(isMoved(row, previous, digest) ? .reordered : .edited, at: sequence)
            }
            guard previous == last.digest else { return fault(.reordered, at: sequence) }
            last = LedgerHead(sequence: sequence, digest: digest)
            if let noted, noted.sequence == sequence, noted.digest != digest {
                return fault(.otherLedger, at: sequence)
            }
        }
        let head = try Row.fetchOne(database, sql: "SELECT sequence, digest FROM ledger_head WHERE id = 1")
        guard let head, let digest = LedgerDigest(hexadecimal: head["digest"]) else {
            return fault(.head, at: last.sequence)
        }
        let kept = LedgerHead(sequence: head["sequence"], digest: digest)
        if kept.sequence > last.sequence { return fault(.truncated, at: last.sequence + 1) }
        if kept != last { return fault(.head, at: last.sequence) }
        if let noted, noted.sequence > last.sequence { return fault(.truncated, at: last.sequence + 1) }
        return LedgerVerification(rows: last.sequence, head: last, fault: nil)
    }

    /// Whether the row is sound, but stood at another place not far away.
    private static func isMoved(_ row: LedgerRow, _ previous: LedgerDigest?, _ digest: LedgerDigest?) -> Bool {
        guard let previous, let digest, let sequence = row.integer(.sequence) else { return false }
        return (max(1, sequence - 1000)...sequence + 1000).contains { place in
            var moved = row
            moved.set(.sequence, place)
            return moved.digest(after: previous) == digest
        }
    }
}
