/// How far a review goes when there is a forge to write to.
package enum ReviewMode: String, CaseIterable, Sendable {
    case off
    /// A full run of which nothing is written to the forge.
    case observe
    case summary, review
}

/// The `review` block: what is shown.
package struct ReviewSettings: Sendable, Hashable {
    /// Findings below it are folded.
    package var severityFloor = Severity.medium
    /// Findings shown in place; the rest are folded.
    package var maxComments = 8
    /// 0 to 1; findings below it are folded.
    package var confidenceFloor = 0.6
    /// Whether a summary comment is written when there is nothing to say.
    package var commentsWhenClean = false
    package var costReport = CostReportPlace.comment
    /// The severity from which changes are requested; nil: they never are.
    package var requestsChangesFrom: Severity?

    package init() {}
}

/// Where what a review cost is told.
package enum CostReportPlace: String, CaseIterable, Sendable, Hashable {
    case comment, check, off
}

/// The `validation` block.
package struct ValidationSettings: Sendable, Hashable {
    package var enabled = true
    /// The gates asked for; nil is all. The gates that keep comments on real lines and model output harmless (`anchor`,
    /// `applies`, `sanitising`) run in any case.
    package var gates: Set<GateName>?
    package var fallbackOnFailure = true

    package init() {}

    package func runs(_ gate: GateName) -> Bool {
        if gate == .anchor || gate == .applies || gate == .sanitising { return true }
        return enabled && (gates?.contains(gate) ?? true)
    }
}

/// One entry of `classification.rules`, as written. All conditions given must hold.
package struct ClassificationRuleSettings: Sendable, Hashable {
    package var name: String
    /// From `.hunkwise.yaml`: it may only raise.
    package var isRepositorys: Bool
    /// A glob.
    package var path: String?
    package var label: String?
    /// A regular expression.
    package var pattern: String?
    package var category: Category?
    package var minimumRisk: Double?
    package var maximumRisk: Double?

    package init(name: String, isRepositorys: Bool) {
        self.name = name
        self.isRepositorys = isRepositorys
    }
}

/// The `rules` block: the static reviewer's.
package struct StaticRuleSettings: Sendable, Hashable {
    /// Identifiers of rules that are off, and of rules on that ship switched off.
    package var disabled: [String] = []
    package var enabled: [String] = []
    /// Rule files in the form of gitleaks, relative to the working directory.
    package var secretRuleFiles: [String] = []

    package init() {}
}
