import Patterns

/// A set of secret rules with the allow lists that hold for all of them.
package struct SecretRules: Sendable {
    package var rules: [SecretRule]
    package var allowlists: [SecretAllowlist]
    /// What was passed over while loading: keys that mean nothing here, rules to disable that do not exist.
    package var notes: [String]

    package init(rules: [SecretRule], allowlists: [SecretAllowlist] = [], notes: [String] = []) {
        self.rules = rules
        self.allowlists = allowlists
        self.notes = notes
    }

    /// The rules that come with Hunkwise: the formats of providers, values assigned to names that mention a provider,
    /// and random-looking values assigned to secret-like names.
    package static let builtin: SecretRules = {
        var rules: [SecretRule] = []
        var allowlists: [SecretAllowlist] = []
        for bytes in [PackageResources.secrets_formats_toml, PackageResources.secrets_named_toml] {
            // The files are part of the program and a test loads them strictly; a broken one must not stop a review.
            guard let file = try? SecretRuleFile(bytes, name: "built-in secret rules", isBuiltin: true) else {
                continue
            }
            rules += file.rules
            allowlists += file.allowlists
        }
        return SecretRules(rules: rules, allowlists: allowlists)
    }()

    /// Loads a gitleaks rule file as it is.
    ///
    /// As in gitleaks, the file's rules stand alone unless it says `extend.useDefault = true`; a rule with the name of
    /// a built-in one then overrides what it spells out.
    /// - Parameter name: how messages call the file.
    package init(gitleaks bytes: some Collection<UInt8>, name: String) throws(SecretRulesError) {
        let file = try SecretRuleFile(Array(bytes), name: name, isBuiltin: false)
        for rule in file.rules { try rule.validate(file: name) }
        for list in file.allowlists { try list.validate(file: name, rule: nil) }
        self = SecretRules(rules: [], allowlists: file.allowlists, notes: file.notes)
        guard file.extendsDefault else {
            rules = file.rules
            return
        }
        rules = Self.builtin.rules
        allowlists = Self.builtin.allowlists + file.allowlists
        for id in file.disabledRules {
            let before = rules.count
            rules.removeAll { $0.answers(to: id) }
            if rules.count == before {
                notes.append("\(name): extend.disabledRules names '\(id)', which does not exist")
            }
        }
        for rule in file.rules {
            if let index = rules.firstIndex(where: { $0.answers(to: rule.id) }) {
                rules[index] = rules[index].overridden(by: rule)
            } else if file.partialRules.contains(rule.id) {
                throw SecretRulesError(
                    file: name, rule: rule.id,
                    problem: "it has neither regex nor path, and no built-in rule has its name")
            } else {
                rules.append(rule)
            }
        }
    }
}

extension SecretRules {
    /// Both sets together; of rules with the same name the first holds.
    package func merged(with other: SecretRules) -> SecretRules {
        let names = Set(rules.map(\.id))
        return SecretRules(
            rules: rules + other.rules.filter { !names.contains($0.id) }, allowlists: allowlists + other.allowlists,
            notes: notes + other.notes)
    }
}

/// Why a rule file cannot be used.
package struct SecretRulesError: Error, Equatable, CustomStringConvertible {
    package let file: String
    /// The rule at fault, if it is one.
    package let rule: String?
    package let problem: String

    package var description: String {
        rule.map { "\(file): rule '\($0)': \(problem)" } ?? "\(file): \(problem)"
    }
}

extension SecretRule {
    /// Built-in names start with `secret-`; gitleaks' own names for the same credentials work too.
    func answers(to name: String) -> Bool {
        id == name || id == "secret-" + name || aliases.contains(name)
    }

    /// This rule with everything that `other` spells out; lists are joined.
    func overridden(by other: SecretRule) -> SecretRule {
        var rule = self
        if case .pattern = other.form { rule.form = other.form }
        if !other.description.isEmpty, other.description != other.id { rule.description = other.description }
        if other.path != nil { rule.path = other.path }
        if other.entropy != 0 { rule.entropy = other.entropy }
        if other.secretGroup != 0 { rule.secretGroup = other.secretGroup }
        rule.keywords += other.keywords.filter { !rule.keywords.contains($0) }
        rule.allowlists += other.allowlists
        return rule
    }

    func validate(file: String) throws(SecretRulesError) {
        var patterns = [path].compactMap(\.self)
        if case .pattern(let pattern, _) = form {
            patterns.append(pattern)
            if let compiled = try? pattern.pattern(), secretGroup > compiled.groupCount {
                throw SecretRulesError(
                    file: file, rule: id, problem: "secretGroup \(secretGroup) does not exist in its regex")
            }
        }
        for pattern in patterns { try pattern.validate(file: file, rule: id) }
        for list in allowlists { try list.validate(file: file, rule: id) }
    }
}

extension SecretAllowlist {
    func validate(file: String, rule: String?) throws(SecretRulesError) {
        for pattern in paths + regexes { try pattern.validate(file: file, rule: rule) }
    }
}

extension SecretPattern {
    fileprivate func validate(file: String, rule: String?) throws(SecretRulesError) {
        do {
            _ = try pattern()
        } catch {
            throw SecretRulesError(file: file, rule: rule, problem: error.description)
        }
    }
}
