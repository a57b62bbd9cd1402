/// The `checks` block.
package struct CheckSettings: Sendable, Hashable {
    package enum OnSkip: String, CaseIterable, Sendable, Hashable {
        /// Satisfies a required check.
        case neutral
        case failure
    }

    package var onSkip = OnSkip.neutral
    package var name = "Hunkwise"

    package init() {}
}
