/// One limit that a plan has to keep, for everything or for one provider entry.
package struct BudgetBound: Sendable {
    /// For example "request", "change", "global month", "provider deepseek-v4-flash month".
    package let name: String
    package let limit: Money
    /// Nil where nothing keeps account yet: the whole limit counts as free.
    package let spent: Money?
    /// The provider entry it is for; nil for all.
    package let model: String?

    package init(name: String, limit: Money, spent: Money? = nil, model: String? = nil) {
        self.name = name
        self.limit = limit
        self.spent = spent
        self.model = model
    }

    package var free: Money { max(.zero, limit - (spent ?? .zero)) }
}
