/// A setting written once for all categories, by category, or both.
package struct PerCategory<Value: Sendable & Hashable>: Sendable, Hashable {
    package var all: Value?
    package var byCategory: [Category: Value]

    package init(all: Value? = nil, byCategory: [Category: Value] = [:]) {
        self.all = all
        self.byCategory = byCategory
    }

    package subscript(category: Category) -> Value? {
        byCategory[category] ?? all
    }

    package var isEmpty: Bool { all == nil && byCategory.isEmpty }
}
