package import Diffs
package import Domain
package import Patterns

/// One entry of `data_policy`: where code of some paths of some repositories may go.
package struct DataPolicyRule: Sendable {
    /// Over `owner/name`; nil for every repository.
    package let repositories: Glob?
    package let paths: GlobList
    package let allow: AllowedResidency
    package let origin: Origin
}

/// One entry of `paths`: what to mind in some files.
package struct PathRule: Sendable {
    package enum Sensitivity: String, CaseIterable, Sendable {
        /// Only high and critical findings are worth a comment here.
        case low
        case normal
        /// Any change here is taken to be risky.
        case high
    }

    package let match: Glob
    /// Words for the prompt; nil when there are none.
    package let instructions: String?
    package let sensitivity: Sensitivity
    package let origin: Origin
}

/// Everything that is configured, from both files, with the origin of each value.
package struct Configuration: Sendable {
    package var mode = ReviewMode.review
    package var routing = RoutingSettings()
    package var budgets = BudgetSettings()
    /// Limits that the repository sets itself, below the operator's.
    package var repositoryBudget = BudgetLimits()
    package var dataPolicy: [DataPolicyRule] = []
    package var validation = ValidationSettings()
    /// The operator's first.
    package var classificationRules: [ClassificationRuleSettings] = []
    package var review = ReviewSettings()
    package var rules = StaticRuleSettings()
    package var network = NetworkSettings()
    package var forges: [ForgeSettings] = []
    package var server = ServiceSettings()
    package var git = GitSettings()
    package var commands = CommandSettings()
    package var checks = CheckSettings()
    package var outsiders = OutsiderSettings()
    package var skip = SkipSettings()
    /// What hidden marks in own comments are signed with.
    package var markerKey: SecretSource?
    /// The database file; nil for the default place.
    package var storagePath: String?
    /// Lists of ignored paths, the operator's first; a path is ignored when any list says so.
    package var ignored: [GlobList] = []
    package var paths: [PathRule] = []
    /// What was written, in the order of the files.
    package var written: [EffectiveValue] = []
    /// What the reader should know, such as a repository's wish that the operator's ceiling overrules.
    package var notes: [String] = []
    /// The operator's file, if there is one.
    package var operatorFile: String?
    package var repositoryFile: String?

    package init() {}

    /// Whether a file is left to the static reviewer's silence: no model sees it and no finding is shown.
    package func ignores(_ path: Path) -> Bool {
        ignored.contains { $0.matches(path.bytes) }
    }

    /// Where the code of a path may be sent; every rule that matches narrows. A repository whose name is not known is
    /// taken to be the one the rule is about.
    package func residency(of path: Path, repository: String?) -> AllowedResidency {
        dataPolicy.reduce(AllowedResidency.anywhere) { allowed, rule in
            if let glob = rule.repositories, let repository, !glob.matches(repository) { return allowed }
            return rule.paths.matches(path.bytes) ? allowed.narrowed(by: rule.allow) : allowed
        }
    }

    /// The severity below which findings of a path are folded.
    package func severityFloor(for path: Path) -> Severity {
        let isQuiet = paths.contains { $0.sensitivity == .low && $0.match.matches(path.bytes) }
        return isQuiet ? max(review.severityFloor, .high) : review.severityFloor
    }

    /// Every rule about classification, those that `sensitivity: high` stands for included.
    package var allClassificationRules: [ClassificationRuleSettings] {
        classificationRules
            + paths.filter { $0.sensitivity == .high }.map { path in
                var rule = ClassificationRuleSettings(
                    name: "sensitivity:\(path.match.source)", isRepositorys: path.origin.isIn(repositoryFile))
                rule.path = path.match.source
                rule.minimumRisk = 0.5
                return rule
            }
    }
}

extension Origin {
    fileprivate func isIn(_ file: String?) -> Bool {
        if case .file(let name, _) = self { return name == file }
        return false
    }
}

/// Everything that is wrong with the configuration, by file and line.
package struct ConfigurationErrors: Error, Sendable, CustomStringConvertible {
    package let problems: [SettingProblem]

    package init(_ problems: [SettingProblem]) {
        self.problems = problems
    }

    package var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
