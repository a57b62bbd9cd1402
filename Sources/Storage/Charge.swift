import Domain

/// What a settlement means for the money.
struct Charge: Hashable {
    var event: LedgerEvent
    var amount: Money
    /// By how much the bound was passed, in thousandths of the bound; nil where it was kept or nothing is known.
    var overrun: Int64?

    /// - exact: what the provider says it cost, else our price of what it says was used, in full even above the hold;
    ///   without a usable figure it is no exact settlement, and the bound is charged.
    /// - refused: nothing.
    /// - bounded: the amount held.
    /// - unsent: nothing, also when the hold is marked as sent: the mark is written before the first byte, so only the
    ///   caller knows whether one left. A settlement that carries anything a provider answered contradicts itself and is
    ///   charged at the bound.
    init(_ settlement: Settlement, of hold: OpenHold) {
        switch settlement.kind {
        case .exact:
            guard let figure = Self.figure(settlement) else {
                self.init(event: .bounded, amount: hold.amount)
                return
            }
            self.init(event: .settled, amount: figure, overrun: Self.overrun(settlement, figure, hold))
        case .refused: self.init(event: .refused, amount: .zero)
        case .bounded: self.init(event: .bounded, amount: hold.amount)
        case .unsent:
            let isAnswered =
                settlement.usage != nil || settlement.returnedCost != nil || settlement.httpStatus != nil
                || settlement.requestID != nil
            self.init(event: isAnswered ? .bounded : .released, amount: isAnswered ? hold.amount : .zero)
        }
    }

    private init(event: LedgerEvent, amount: Money, overrun: Int64? = nil) {
        self.event = event
        self.amount = amount
        self.overrun = overrun
    }

    /// A figure below zero is none, nor is one that no call costs: it is the provider's mistake, or worse.
    private static func figure(_ settlement: Settlement) -> Money? {
        [settlement.returnedCost, settlement.computedCost].compactMap(\.self).first { (.zero...greatest).contains($0) }
    }

    /// Ten thousand dollars for one call.
    static let greatest = Money(picodollars: 10_000_000_000_000_000)

    private static func overrun(_ settlement: Settlement, _ figure: Money, _ hold: OpenHold) -> Int64? {
        var ratios: [Int64] = []
        if figure > hold.amount { ratios.append(thousandths(figure.picodollars, of: hold.asked.picodollars)) }
        if let usage = settlement.usage {
            for (used, bound) in [(usage.totalInput, hold.inputBound), (usage.output, hold.outputBound)] {
                let ratio = thousandths(Int64(used), of: bound)
                if bound > 0, ratio > hold.factor { ratios.append(ratio) }
            }
        }
        return ratios.max()
    }

    /// Rounded up, at most a million; of nothing, one.
    static func thousandths(_ part: Int64, of whole: Int64) -> Int64 {
        guard whole > 0 else { return 1000 }
        let (product, overflow) = part.multipliedReportingOverflow(by: 1000)
        if overflow { return EndpointRecord.greatestFactor }
        let (quotient, remainder) = product.quotientAndRemainder(dividingBy: whole)
        return min(quotient + (remainder > 0 ? 1 : 0), EndpointRecord.greatestFactor)
    }
}
