/// Where a piece of code may be sent. It only ever narrows.
package enum AllowedResidency: Sendable, Hashable {
    case anywhere
    /// Only to endpoints whose residency is one of these; an empty set allows none.
    case only(Set<String>)

    /// An endpoint whose residency is not known fits nothing but `anywhere`.
    package func permits(_ residency: String?) -> Bool {
        switch self {
        case .anywhere: true
        case .only(let names): residency.map(names.contains) ?? false
        }
    }

    package func narrowed(by other: AllowedResidency) -> AllowedResidency {
        switch (self, other) {
        case (.anywhere, _): other
        case (_, .anywhere): self
        case (.only(let left), .only(let right)): .only(left.intersection(right))
        }
    }

    package var description: String {
        switch self {
        case .anywhere: "any"
        case .only(let names): names.isEmpty ? "none" : names.sorted().joined(separator: ", ")
        }
    }
}
