/// A hold cannot be used as asked.
package struct HoldProblem: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        /// The ledger never granted it.
        case unknown
        /// It has been settled, or its lease has run out and it was taken for abandoned: the request must not leave.
        case ended
    }

    package let kind: Kind
    package let hold: HoldID

    package init(_ kind: Kind, _ hold: HoldID) {
        self.kind = kind
        self.hold = hold
    }

    package var description: String {
        switch kind {
        case .unknown: "hold \(hold.value) is not in the ledger: it belongs to another database."
        case .ended: "hold \(hold.value) has ended, by settlement or because its lease ran out; ask for a new one."
        }
    }
}
