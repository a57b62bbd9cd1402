package import Domain
package import Patterns

/// A rule of the operator's or of a repository that decides over the model.
///
/// All conditions that are given must hold; a rule without conditions never applies.
package struct ClassificationRule: Sendable {
    package enum Origin: Sendable {
        /// May raise and lower.
        case `operator`
        /// Comes with the code under review, though from its base: may only raise.
        case repository
    }

    /// What reports call the rule.
    package var name: String
    package var origin: Origin
    /// Matches the path of the file, old or new.
    package var path: Glob?
    /// A label of the pull request.
    package var label: String?
    /// Matches a changed line, without its sign.
    package var pattern: Pattern?
    /// What the segment is then. A repository's rule cannot make anything boilerplate.
    package var category: Category?
    /// 0 to 1; the segment is then not skipped.
    package var minimumRisk: Double?
    /// 0 to 1; the operator's only.
    package var maximumRisk: Double?

    package init(
        name: String, origin: Origin, path: Glob? = nil, label: String? = nil, pattern: Pattern? = nil,
        category: Category? = nil, minimumRisk: Double? = nil, maximumRisk: Double? = nil
    ) {
        self.name = name
        self.origin = origin
        self.path = path
        self.label = label
        self.pattern = pattern
        self.category = category
        self.minimumRisk = minimumRisk
        self.maximumRisk = maximumRisk
    }
}
