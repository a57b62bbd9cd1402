import Classification
import ConfigurationFiles
import Diffs
import Domain
import Glibc
import Models
import Patterns
import Reviewing
import Routing
import Rules
import Storage
import SyntaxTrees

/// A configuration turned into the parts that do the work.
struct Settings {
    private(set) var configuration: Configuration
    /// The built-in catalogue with the prices the operator imported.
    let catalogue: Catalogue
    private(set) var resolution: ModelResolution
    /// The only models to use; nil for all.
    private(set) var onlyModels: Set<String>?
    /// Configured models that `models probe` has measured where they are now.
    private(set) var probed: Set<String> = []
    let classifier: Classifier
    let reviewer: StaticReviewer
    let secrets: SecretScanner
    let notes: [Note]
    /// `owner/name`, nil when not known.
    let repository: String?

    /// - Throws: What the configuration refers to and cannot be had: rule files, models, unknown rules.
    init(
        _ configuration: Configuration, grammars: Grammars, repository: String?, notes: [String] = []
    ) throws(ConfigurationErrors) {
        self.configuration = configuration
        self.repository = repository
        do throws(ImportedPrices.ConfigurationProblem) {
            catalogue = try ImportedPrices.catalogue(operatorFile: configuration.operatorFile)
        } catch {
            throw ConfigurationErrors([error.problem])
        }
        resolution = Self.resolver(catalogue).resolve(configuration.routing)
        var problems = resolution.problems
        let rulesKnown = StaticReviewer.catalogue + SecretRules.builtin.catalogue
        let known = Set(rulesKnown.map(\.id) + rulesKnown.map(\.kind))
        for id in configuration.rules.disabled + configuration.rules.enabled where !known.contains(id) {
            problems.append(
                SettingProblem(
                    file: configuration.operatorFile ?? "", line: nil, key: "rules",
                    message:
                        "there is no rule \(id); the rules of a `hunkwise review --format sarif` report list their ids")
            )
        }
        var ruleFiles: [SecretRules] = []
        for path in configuration.rules.secretRuleFiles {
            do {
                let bytes = try InputFile.read(path, limit: 4 << 20)
                ruleFiles.append(try SecretRules(gitleaks: bytes, name: path))
            } catch {
                problems.append(
                    SettingProblem(
                        file: configuration.operatorFile ?? "", line: nil, key: "rules.secret_rule_files",
                        message: (error as? Failure)?.message ?? String(describing: error)))
            }
        }
        let rules =
            ruleFiles.first.map { first in ruleFiles.dropFirst().reduce(first) { $0.merged(with: $1) } }
            ?? .builtin
        guard problems.isEmpty else { throw ConfigurationErrors(problems) }
        classifier = Classifier(rules: configuration.allClassificationRules.compactMap(ClassificationRule.init))
        let ruleSettings = RuleSettings(
            disabled: Set(configuration.rules.disabled), enabled: Set(configuration.rules.enabled))
        reviewer = StaticReviewer(settings: ruleSettings, grammars: grammars)
        secrets = SecretScanner(rules: rules.applying(ruleSettings))
        self.notes =
            notes.map { Note(kind: "proposed-configuration", text: $0) }
            + (configuration.notes + rules.notes).map { Note(kind: "configuration", text: $0) }
    }

    static func resolver(_ catalogue: Catalogue) -> ModelResolver {
        ModelResolver(catalogue: catalogue) { name in !(environmentValue(name) ?? "").isEmpty }
    }

    /// Configured models that nothing can be sent to, for the reader of a review.
    var unroutableNotes: [Note] {
        resolution.unroutable.map { Note(kind: "not-routable", text: "\($0.name) is not used: \($0.reason).") }
    }

    var hasModels: Bool { !configuration.routing.providers.isEmpty }

    func isIgnored(_ path: Path) -> Bool { configuration.ignores(path) }

    /// Leaves every model out but these.
    ///
    /// - Throws: A name that no configured model with a price has.
    mutating func keepOnly(_ names: [String]) throws(Failure) {
        guard !names.isEmpty else { return }
        let known = resolution.models.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw Failure(
                "--only \(Printable.text(unknown)): no configured model with a price has this name; "
                    + (known.isEmpty ? "none is configured" : "there are: \(known.joined(separator: ", "))"))
        }
        onlyModels = Set(names)
    }

    mutating func narrowRequestLimit(to limit: Money) {
        configuration.routing.requestLimit = min(configuration.routing.requestLimit ?? limit, limit)
    }

    mutating func narrowChangeLimit(to limit: Money) {
        configuration.repositoryBudget.change = min(configuration.repositoryBudget.change ?? limit, limit)
    }

    /// What people are shown; comments are capped, a terminal is not.
    func findingPolicy(isComment: Bool) -> FindingPolicy {
        var policy = FindingPolicy(
            severityFloor: configuration.review.severityFloor, confidenceFloor: configuration.review.confidenceFloor,
            cap: isComment ? configuration.review.maxComments : nil)
        policy.floorOfPath = { [configuration] in configuration.severityFloor(for: $0) }
        return policy
    }

    func plan(_ hunks: [AssessedHunk]) -> Plan { plan(allocation(hunks)) }

    func plan(_ allocation: AllocationRequest) -> Plan {
        var plan = Allocator().plan(allocation)
        plan.warnings += modelWarnings
        return plan
    }

    /// The plan beside those of the other policies, and of none.
    func comparison(_ allocation: AllocationRequest) -> PlanComparison {
        var comparison = Allocator().compare(allocation)
        comparison.plan.warnings += modelWarnings
        return comparison
    }

    /// - Parameters:
    ///   - models: nil for every model that has a price.
    ///   - bounds: nil where nothing keeps account: the limits alone.
    func allocation(
        _ hunks: [AssessedHunk], models: [RoutableModel]? = nil, bounds: [BudgetBound]? = nil,
        paces: [PacedWindow] = []
    ) -> AllocationRequest {
        AllocationRequest(
            hunks: hunks, models: models ?? resolution.models, settings: configuration.routing,
            bounds: bounds ?? configuration.bounds(repository: repository), estimate: ByteTokenEstimate(),
            residency: { [configuration, repository] in configuration.residency(of: $0, repository: repository) },
            moment: WeekMoment(unixSeconds: time(nil)), onlyModels: onlyModels, paces: paces)
    }

    /// Moves the quality of models by what probes found, but for what the operator wrote.
    mutating func learn(_ probes: [ProbeRecord]) {
        for index in resolution.models.indices {
            let model = resolution.models[index]
            guard
                let probe = probes.first(where: {
                    $0.provider == model.name && $0.model == model.model && $0.endpoint == model.endpoint
                })
            else { continue }
            probed.insert(model.name)
            if model.qualityIsWritten { continue }
            let found = (probe.quality * probe.seeded + 500) / 1000
            let evidence = QualityEvidence(found: found, missed: probe.seeded - found)
            for category in Domain.Category.allCases {
                resolution.models[index].quality[category] =
                    QualityBelief(
                        prior: model.quality(for: category), isAssumed: model.assumed.contains("quality"),
                        evidence: evidence
                    ).mean
            }
        }
    }

    /// Local models that were never probed: what they find is folded, and at most medium.
    var unproven: Set<String> {
        Set(resolution.models.filter { $0.residency == "local" && !probed.contains($0.name) }.map(\.name))
    }

    private var modelWarnings: [String] {
        resolution.warnings + resolution.unroutable.map { "\($0.name) is not used: \($0.reason)" }
    }
}

extension ClassificationRule {
    /// Globs and patterns were checked when the file was read, so nil does not occur for a loaded configuration.
    fileprivate init?(_ rule: ClassificationRuleSettings) {
        do throws(PatternError) {
            self.init(
                name: rule.name, origin: rule.isRepositorys ? .repository : .operator,
                path: try rule.path.map { source throws(PatternError) in try Glob(source) }, label: rule.label,
                pattern: try rule.pattern.map { source throws(PatternError) in try Pattern(source) },
                category: rule.category, minimumRisk: rule.minimumRisk, maximumRisk: rule.maximumRisk)
        } catch {
            return nil
        }
    }
}
