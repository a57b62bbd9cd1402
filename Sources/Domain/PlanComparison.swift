/// A plan beside what other policies, and no policy at all, would do with the same change.
package struct PlanComparison: Sendable {
    package struct Row: Sendable {
        /// economy, balanced, thorough, "all dearest", "all cheapest", "baseline".
        package var name: String
        /// The one model of a row that uses one for everything.
        package var model: String?
        /// The policy that is configured.
        package var isChosen: Bool
        /// Segments that a model looks at.
        package var segments: Int
        package var byTier: [Tier: Int]
        package var calls: Int
        package var expectedCost: Money
        package var heldCost: Money
        /// What is expected to be found, at the configured value of a finding whatever the policy; static rules included.
        package var value: Money

        package init(
            name: String, model: String?, isChosen: Bool, segments: Int, byTier: [Tier: Int], calls: Int,
            expectedCost: Money, heldCost: Money, value: Money
        ) {
            self.name = name
            self.model = model
            self.isChosen = isChosen
            self.segments = segments
            self.byTier = byTier
            self.calls = calls
            self.expectedCost = expectedCost
            self.heldCost = heldCost
            self.value = value
        }
    }

    /// Under the configured policy.
    package var plan: Plan
    /// The policies by rising value of a finding, then the ways without one.
    package var rows: [Row]

    package init(plan: Plan, rows: [Row]) {
        self.plan = plan
        self.rows = rows
    }
}
