package import Domain

/// What a change could bring if money were no object: the measure by which windows are shared out.
package struct Merit: Sendable, Hashable {
    /// What the best models would find beyond the static rules, over all segments that are worth a model.
    package var value: Money
    /// The part of it that lies in segments of high risk; 0 to 1.
    package var highRiskShare: Double

    /// From this risk on a segment counts as one of high risk.
    package static let highRisk = 0.5

    package init(value: Money, highRiskShare: Double) {
        self.value = value
        self.highRiskShare = highRiskShare
    }
}

/// A window of a budget of which each change draws its share, so that there is money left for the last week.
///
/// A change draws what is left × its merit ÷ the merit of all that is still to come in the window, itself included. What
/// is to come is judged from up to 28 days of earlier changes; where fewer than seven are known, the rest of the judgement
/// is the time left: a change may draw what one day has of an even spread. Segments of high risk may draw ahead by a
/// quarter.
package struct PacedWindow: Sendable, Hashable {
    /// What earlier changes merited, as far back as is known, at most 28 days.
    package struct Record: Sendable, Hashable {
        package var days: Double
        package var value: Money

        package init(days: Double, value: Money) {
            self.days = days
            self.value = value
        }
    }

    /// For example "repository month".
    package var name: String
    package var limit: Money
    package var spent: Money
    package var held: Money
    /// The provider entry the budget is for; nil for all.
    package var model: String?
    /// Until the window ends.
    package var secondsLeft: Double
    package var record: Record?

    /// Days of record after which the time left plays no part.
    static let daysToTrust = 7.0
    static let ahead = 0.25

    package init(
        name: String, limit: Money, spent: Money, held: Money, model: String? = nil, secondsLeft: Double,
        record: Record? = nil
    ) {
        self.name = name
        self.limit = limit
        self.spent = spent
        self.held = held
        self.model = model
        self.secondsLeft = secondsLeft
        self.record = record
    }

    /// What the change may be expected to spend of the window.
    package func draw(for merit: Merit) -> Money {
        let left = max(.zero, limit - spent - held)
        let days = max(0, secondsLeft.isFinite ? secondsLeft / 86_400 : 0)
        let even = days > 1 ? 1 / days : 1
        var share = even
        if let record, record.days > 0 {
            let own = Double(max(.zero, merit.value).picodollars)
            let toCome = Double(max(.zero, record.value).picodollars) / record.days * days
            let judged = own + toCome > 0 ? own / (own + toCome) : even
            let trust = min(1, record.days / PacedWindow.daysToTrust)
            share = trust * judged + (1 - trust) * even
        }
        share *= 1 + PacedWindow.ahead * min(max(merit.highRiskShare, 0), 1)
        return min(left, Money(picodollars: Int64((Double(left.picodollars) * min(1, share)).rounded(.down))))
    }

    func bound(for merit: Merit) -> BudgetBound {
        BudgetBound(name: name + " (paced)", limit: draw(for: merit), spent: .zero, model: model, isPace: true)
    }
}

extension AllocationTable {
    var merit: Merit {
        var value = 0.0
        var dangerous = 0.0
        for index in candidates.indices {
            guard let best = unboundedBest(index) else { continue }
            let gain = max(0, options[index][best].value - staticValues[index])
            value += gain
            if candidates[index].segment.risk >= Merit.highRisk { dangerous += gain }
        }
        return Merit(
            value: Money(picodollars: Int64(min(value, 9e18).rounded())),
            highRiskShare: value > 0 ? dangerous / value : 0)
    }
}
