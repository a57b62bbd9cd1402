/// One limit that a plan has to keep, for everything or for one provider entry.
package struct BudgetBound: Sendable {
    /// For example "request", "change", "global month", "provider deepseek-v4-flash month".
    package let name: String
    package let limit: Money
    /// Nil where nothing keeps account yet: the whole limit counts as free.
    package let spent: Money?
    /// What open holds of other calls keep of it; most of it usually comes back.
    package let held: Money?
    /// The provider entry it is for; nil for all.
    package let model: String?
    /// A share of a budget by which a change is paced: it bounds what calls are expected to cost, not what they hold.
    package let isPace: Bool

    package init(
        name: String, limit: Money, spent: Money? = nil, held: Money? = nil, model: String? = nil, isPace: Bool = false
    ) {
        self.name = name
        self.limit = limit
        self.spent = spent
        self.held = held
        self.model = model
        self.isPace = isPace
    }

    package init(name: String, standing: BudgetStanding, model: String? = nil) {
        self.init(
            name: name, limit: standing.claim.limit, spent: standing.spent, held: standing.held, model: model)
    }

    /// What may be spent now.
    package var free: Money { max(.zero, room - (held ?? .zero)) }
    /// What one call may hold: it may wait until open holds settle.
    package var room: Money { max(.zero, limit - (spent ?? .zero)) }
}
