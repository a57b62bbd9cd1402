import Diffs
package import Domain
package import Reviewing

/// What is asked of one review of a change on a forge.
package struct ReviewOrder: Sendable {
    /// Names the review; see `ReviewKey`.
    package var key: String
    package var pullRequest: PullRequest
    /// Nil: models may look. Else why only the static rules do, for the reader.
    package var staticOnly: String?
    /// The author is an outsider, so the change keeps within the outsiders' share of every window.
    package var isOutsiders: Bool
    /// Keys of hunks that need no model's look again; empty for a full review.
    package var reviewed: Set<String>
    /// What a command allows this change, within what the configuration does.
    package var changeLimit: Money?
    /// What commands said of files, latest last.
    package var categories: [CategoryOverride]

    package init(
        key: String, pullRequest: PullRequest, staticOnly: String?, isOutsiders: Bool, reviewed: Set<String>,
        changeLimit: Money?, categories: [CategoryOverride]
    ) {
        self.key = key
        self.pullRequest = pullRequest
        self.staticOnly = staticOnly
        self.isOutsiders = isOutsiders
        self.reviewed = reviewed
        self.changeLimit = changeLimit
        self.categories = categories
    }
}

/// "Files of this path belong to that category", as a maintainer's command said.
package struct CategoryOverride: Sendable, Hashable, Codable {
    /// A path or glob.
    package var path: String
    package var category: Category

    package init(path: String, category: Category) {
        self.path = path
        self.category = category
    }
}

/// How a finding came about, kept for `explain`.
package struct FindingExplanation: Sendable, Hashable, Codable {
    package var hunk: String
    package var category: Category
    package var risk: Double
    package var reasons: [Reason]
    package var rule: String
    package var confidence: Double
    package var model: String
    package var tier: Tier?
    /// US dollars, for a million tokens, "0.25"; nil for the static rules.
    package var inputPrice: String?
    package var outputPrice: String?
    /// What the review's calls of this model in this category were charged.
    package var spent: String?
    package var why: String
    package var gates: [String]

    package init(
        hunk: String, category: Category, risk: Double, reasons: [Reason], rule: String, confidence: Double,
        model: String, tier: Tier?, inputPrice: String?, outputPrice: String?, spent: String?, why: String,
        gates: [String]
    ) {
        self.hunk = hunk
        self.category = category
        self.risk = risk
        self.reasons = reasons
        self.rule = rule
        self.confidence = confidence
        self.model = model
        self.tier = tier
        self.inputPrice = inputPrice
        self.outputPrice = outputPrice
        self.spent = spent
        self.why = why
        self.gates = gates
    }
}

/// What a review of a change brought.
package struct ReviewedChange: Sendable {
    /// With findings divided by the floors; nothing is folded for being too many.
    package var report: ReviewReport
    /// Keys of the hunks that need not be looked at again.
    package var reviewed: [String]
    /// By the finding's identity.
    package var explanations: [String: FindingExplanation]
    /// `mayCall` said no before all that was planned was done.
    package var wasStopped: Bool
    /// What the configuration in the change's base says.
    package var review: ReviewSettings

    package init(
        report: ReviewReport, reviewed: [String], explanations: [String: FindingExplanation], wasStopped: Bool,
        review: ReviewSettings
    ) {
        self.report = report
        self.reviewed = reviewed
        self.explanations = explanations
        self.wasStopped = wasStopped
        self.review = review
    }
}

/// Reviews a change that was read, by the configuration now in force.
package protocol ChangeReviewer: Sendable {
    /// Changes when plans, prompts or gates change what a review is.
    var policyVersion: String { get }

    /// - Parameter mayCall: Asked before each call of a model; false ends the review without another.
    func review(
        _ order: ReviewOrder, of input: ChangeInput, mayCall: @escaping @Sendable () async -> Bool
    ) async throws -> ReviewedChange
}
