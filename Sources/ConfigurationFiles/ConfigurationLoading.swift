import Domain
import Patterns
import Yams

/// The bytes of a configuration file with the name that messages call it by.
package struct ConfigurationFile: Sendable {
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }
}

extension Configuration {
    /// Reads both files; either may be absent. Throws everything that is wrong with them at once.
    package init(operator operatorFile: ConfigurationFile?, repository: ConfigurationFile? = nil)
        throws(ConfigurationErrors)
    {
        self.init()
        var problems: [SettingProblem] = []
        if let operatorFile {
            self.operatorFile = operatorFile.name
            problems += read(operatorFile, isRepositorys: false)
        }
        if let repository {
            repositoryFile = repository.name
            problems += read(repository, isRepositorys: true)
        }
        guard problems.isEmpty else {
            throw ConfigurationErrors(
                problems.sorted { ($0.file == $1.file) ? ($0.line ?? 0) < ($1.line ?? 0) : false })
        }
    }

    private mutating func read(_ file: ConfigurationFile, isRepositorys: Bool) -> [SettingProblem] {
        let root: Node?
        do {
            root = try YAMLDocument.compose(file.bytes, file: file.name)
        } catch {
            return [error]
        }
        let reader = SectionReader(file: file.name, isRepositorys: isRepositorys)
        let top = Field(key: "", name: "", line: 1, node: root ?? Node(""))
        // A file of comments only configures nothing.
        if root == nil || reader.isEmpty(top) { return [] }
        let keys = isRepositorys ? KeyNames.repositoryFile : KeyNames.operatorFile
        if let fields = reader.section(top, keys: keys) {
            readShared(fields, reader)
            if isRepositorys {
                readRepositorys(fields, reader)
            } else {
                readOperators(fields, reader)
            }
        }
        written += reader.values
        return reader.problems
    }

    // MARK: Keys of both files

    private mutating func readShared(_ fields: [String: Field], _ reader: SectionReader) {
        if let field = fields["ignore"], let globs = reader.globs(field) { ignored.append(globs) }
        if let field = fields["paths"] { paths += reader.pathRules(field) }
        if let field = fields["data_policy"] { dataPolicy += reader.dataPolicyRules(field) }
        if let field = fields["classification"],
            let rules = reader.section(field, keys: KeyNames.classification)?["rules"]
        {
            classificationRules += reader.classificationRules(rules)
        }
        if let field = fields["review"] { review = reader.review(field, within: review, notes: &notes) }
        if let field = fields["skip"] { skip = reader.skip(field, within: skip, notes: &notes) }
    }

    private mutating func readRepositorys(_ fields: [String: Field], _ reader: SectionReader) {
        if let field = fields["budget"] {
            repositoryBudget = reader.limits(field, keys: KeyNames.repositoryWindows)
        }
    }

    // MARK: Keys of the operator's file

    private mutating func readOperators(_ fields: [String: Field], _ reader: SectionReader) {
        if let field = fields["mode"], let mode = reader.choice(field, of: ReviewMode.self) { self.mode = mode }
        if let field = fields["budgets"] { budgets = reader.budgets(field) }
        if let field = fields["rules"] { rules = reader.staticRules(field) }
        if let field = fields["network"] { network = reader.network(field) }
        if let field = fields["forges"] { forges = reader.forges(field) }
        if let field = fields["server"] { server = reader.server(field) }
        if let field = fields["git"] { git = reader.git(field) }
        if let field = fields["commands"] { commands = reader.commands(field) }
        if let field = fields["checks"] { checks = reader.checks(field) }
        if let field = fields["outsiders"] { outsiders = reader.outsiders(field) }
        markerKey = reader.secret("marker_key", fields, suchAs: "HUNKWISE_MARKER_KEY")
        if let field = fields["storage"] { storagePath = reader.storagePath(field) }
        let inner = fields["routing"].flatMap { reader.section($0, keys: KeyNames.routing) } ?? [:]
        routing = reader.routing(inner)
        if let field = reader.single("providers", fields, inner) { routing.providers = reader.providers(field) }
        if let field = reader.single("validation", fields, inner) { validation = reader.validation(field) }
        checkNames(fields, inner, reader)
    }

    /// Names of providers that other keys refer to must be there.
    private func checkNames(_ top: [String: Field], _ routing: [String: Field], _ reader: SectionReader) {
        let names = self.routing.providers.map(\.name)
        guard !names.isEmpty, let field = top["budgets"], let fields = reader.mapping(field),
            let providers = fields.first(where: { $0.name == "providers" }), let entries = reader.mapping(providers)
        else { return }
        for entry in entries where !names.contains(entry.name) {
            let hint = NearestName.hint(entry.name, among: names, noun: "providers")
            reader.refuse(entry, "is not the name of a provider" + hint)
        }
    }
}

extension SectionReader {
    /// A block that may stand at the top level or under `routing`, but not in both places.
    fileprivate func single(_ name: String, _ top: [String: Field], _ routing: [String: Field]) -> Field? {
        if let field = top[name], let other = routing[name] {
            refuse(field, "is given twice: also as routing.\(name) on line \(other.line)")
        }
        return top[name] ?? routing[name]
    }

    func globs(_ field: Field) -> GlobList? {
        guard let texts = texts(field) else { return nil }
        do {
            return try GlobList(texts)
        } catch {
            refuse(field, error.description)
            return nil
        }
    }

    func glob(_ field: Field) -> Glob? {
        guard let text = text(field) else { return nil }
        do {
            return try Glob(text)
        } catch {
            refuse(field, error.description)
            return nil
        }
    }

    fileprivate func origin(_ field: Field) -> Origin { .file(file, line: field.line) }

    fileprivate func pathRules(_ field: Field) -> [PathRule] {
        (list(field) ?? []).compactMap { item in
            guard let fields = section(item, keys: KeyNames.path) else { return nil }
            guard let match = fields["match"] else {
                refuse(item, "needs match")
                return nil
            }
            let instructions = fields["instructions"].flatMap { text($0, maxBytes: 4000) }
            let sensitivity = fields["sensitivity"].flatMap { choice($0, of: PathRule.Sensitivity.self) }
            guard let glob = glob(match) else { return nil }
            return PathRule(
                match: glob, instructions: instructions, sensitivity: sensitivity ?? .normal, origin: origin(item))
        }
    }

    fileprivate func dataPolicyRules(_ field: Field) -> [DataPolicyRule] {
        (list(field) ?? []).compactMap { item in
            let keys = isRepositorys ? KeyNames.repositoryDataPolicy : KeyNames.dataPolicy
            guard let fields = section(item, keys: keys) else { return nil }
            guard let allow = fields["allow"] else {
                refuse(item, "needs allow: local, none, any or region names")
                return nil
            }
            var repositories: Glob?
            if let match = fields["match"] {
                repositories = glob(match)
                if repositories == nil { return nil }
            }
            var paths: GlobList?
            if let field = fields["paths"] {
                paths = globs(field)
            } else {
                paths = try? GlobList(["**"])
            }
            guard let paths, let allowed = residency(allow) else { return nil }
            return DataPolicyRule(repositories: repositories, paths: paths, allow: allowed, origin: origin(item))
        }
    }

    private func residency(_ field: Field) -> AllowedResidency? {
        let names: [String]
        if isList(field) {
            guard let listed = texts(field) else { return nil }
            names = listed
        } else {
            guard let text = text(field) else { return nil }
            names = [text]
        }
        if names == ["any"] { return .anywhere }
        if names == ["none"] || names.isEmpty { return .only([]) }
        if names.contains("any") || names.contains("none") {
            refuse(field, "any and none stand alone")
            return nil
        }
        return .only(Set(names))
    }

    fileprivate func classificationRules(_ field: Field) -> [ClassificationRuleSettings] {
        (list(field) ?? []).enumerated().compactMap { index, item -> ClassificationRuleSettings? in
            guard let fields = section(item, keys: KeyNames.classificationRule) else { return nil }
            var rule = ClassificationRuleSettings(name: "rule \(index + 1)", isRepositorys: isRepositorys)
            if let field = fields["name"], let name = text(field) { rule.name = name }
            rule.path = fields["path"].flatMap { glob($0)?.source }
            rule.label = fields["label"].flatMap { text($0) }
            if let field = fields["pattern"], let source = text(field) {
                do throws(PatternError) {
                    _ = try Pattern(source)
                    rule.pattern = source
                } catch {
                    refuse(field, error.description)
                }
            }
            rule.category = fields["category"].flatMap { choice($0, of: Category.self) }
            rule.minimumRisk = fields["min_risk"].flatMap { share($0) }
            rule.maximumRisk = fields["max_risk"].flatMap { share($0) }
            if fields["path"] == nil, fields["label"] == nil, fields["pattern"] == nil {
                refuse(item, "needs path, label or pattern")
            }
            if fields["category"] == nil, fields["min_risk"] == nil, fields["max_risk"] == nil {
                refuse(item, "needs category, min_risk" + (isRepositorys ? "" : " or max_risk"))
            }
            if isRepositorys {
                if let field = fields["max_risk"] {
                    refuse(field, "only the operator may lower a risk, in hunkwise.yaml")
                }
                if let field = fields["category"], let category = rule.category, category != .review {
                    refuse(field, "only the operator may set this, in hunkwise.yaml; a repository may only say review")
                }
            } else if let low = rule.minimumRisk, let high = rule.maximumRisk, low > high {
                refuse(item, "min_risk is above max_risk")
            }
            return rule
        }
    }

    /// The database file of a `sqlite:` URL: `sqlite:///absolute/path` or `sqlite://relative/path`.
    fileprivate func storagePath(_ field: Field) -> String? {
        guard let fields = section(field, keys: KeyNames.storage) else { return nil }
        guard let url = fields["url"] else {
            refuse(field, "needs url, for example sqlite:///var/lib/hunkwise/hunkwise.db")
            return nil
        }
        guard let text = text(url, maxBytes: 4096) else { return nil }
        if text.hasPrefix("postgres") {
            refuse(url, "PostgreSQL is not built yet in this version: use sqlite:///path/to/hunkwise.db")
            return nil
        }
        let prefix = "sqlite://"
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count, !text.hasSuffix("/"),
            !text.contains("?"), !text.contains("#")
        else {
            refuse(url, "must be sqlite:///path/to/hunkwise.db")
            return nil
        }
        return String(text.dropFirst(prefix.count))
    }

    fileprivate func network(_ field: Field) -> NetworkSettings {
        var result = NetworkSettings()
        guard let fields = section(field, keys: KeyNames.network) else { return result }
        if let field = fields["proxy"], let text = text(field, maxBytes: 2000, noted: false) {
            let schemes = ["http://", "https://", "socks5://", "socks5h://"]
            if text.contains("@") {
                refuse(field, "holds credentials: a proxy that asks for them is not supported")
            } else if schemes.contains(where: { text.hasPrefix($0) && text.utf8.count > $0.utf8.count }) {
                note(field, text)
                result.proxy = text
            } else {
                refuse(field, "must be an address such as http://proxy.example.com:3128")
            }
        }
        result.noProxy = fields["no_proxy"].flatMap { texts($0) } ?? []
        result.caFile = fields["ca_file"].flatMap { text($0, maxBytes: 4096) }
        return result
    }

    fileprivate func staticRules(_ field: Field) -> StaticRuleSettings {
        var result = StaticRuleSettings()
        guard let fields = section(field, keys: KeyNames.rules) else { return result }
        result.disabled = fields["disable"].flatMap { texts($0) } ?? []
        result.enabled = fields["enable"].flatMap { texts($0) } ?? []
        result.secretRuleFiles = fields["secret_rule_files"].flatMap { texts($0, maxCount: 32) } ?? []
        return result
    }
}
