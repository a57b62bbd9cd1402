/// The limits of one thing that is paid for; nil is no limit of that kind.
package struct BudgetLimits: Sendable, Hashable {
    package var change: Money?
    package var day: Money?
    package var week: Money?
    package var month: Money?

    package init(change: Money? = nil, day: Money? = nil, week: Money? = nil, month: Money? = nil) {
        self.change = change
        self.day = day
        self.week = week
        self.month = month
    }

    /// The limits with their names, those that are set.
    package var all: [(name: String, limit: Money)] {
        [("change", change), ("day", day), ("week", week), ("month", month)].compactMap { name, limit in
            limit.map { (name, $0) }
        }
    }

    /// The stricter of both in every kind.
    package func narrowed(by other: BudgetLimits) -> BudgetLimits {
        func lower(_ left: Money?, _ right: Money?) -> Money? {
            guard let left, let right else { return left ?? right }
            return min(left, right)
        }
        return BudgetLimits(
            change: lower(change, other.change), day: lower(day, other.day), week: lower(week, other.week),
            month: lower(month, other.month))
    }
}

/// The `budgets` block.
package struct BudgetSettings: Sendable {
    package enum Pace: String, CaseIterable, Sendable {
        case smooth, none
    }

    package var global = BudgetLimits()
    package var organisations: [String: BudgetLimits] = [:]
    /// By glob over `owner/name`, in the order written; the most specific (longest) glob holds.
    package var repositories: [(match: String, limits: BudgetLimits)] = []
    /// By the name of a provider entry.
    package var providers: [String: BudgetLimits] = [:]
    package var pace = Pace.smooth

    package init() {}
}
