import Domain
import TOMLKit

/// A rule file as written: gitleaks' format, and for the built-in files a few keys more.
///
/// Keys that gitleaks does not know either are passed over with a note, as gitleaks does. The built-in files may say
/// besides: `value` (instead of `regex`: the pattern of a value assigned to a name that holds a keyword), `generic`,
/// `multiline`, `check`, `severity`, `confidence`, `format`, `cwe`, `aliases`,
/// `tail`, `dotted`, `anyName`, `madeUp`; see `SecretRule`.
struct SecretRuleFile {
    private(set) var rules: [SecretRule] = []
    private(set) var allowlists: [SecretAllowlist] = []
    private(set) var extendsDefault = false
    private(set) var disabledRules: [String] = []
    private(set) var notes: [String] = []
    /// Rules that say nothing of what they look for: additions to built-in ones.
    private(set) var partialRules: [String] = []
    private let name: String

    private static let maxBytes = 4 << 20
    private static let maxRules = 5000

    init(_ bytes: [UInt8], name: String, isBuiltin: Bool) throws(SecretRulesError) {
        self.name = name
        guard bytes.count <= Self.maxBytes else {
            throw SecretRulesError(file: name, rule: nil, problem: "it is larger than 4 MiB")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SecretRulesError(file: name, rule: nil, problem: "it is not UTF-8 text")
        }
        let root: TOMLNode
        do {
            root = try TOMLNode(parsing: text)
        } catch {
            throw SecretRulesError(file: name, rule: nil, problem: error.description)
        }
        let known = ["title", "description", "extend", "rules", "allowlist", "allowlists", "minVersion"]
        note(unknownKeysOf: root, known: known, place: "the file")
        try readExtend(root["extend"])
        let tables = try root.tables("rules", file: name, rule: nil)
        guard tables.count <= Self.maxRules else {
            throw SecretRulesError(file: name, rule: nil, problem: "it has more than \(Self.maxRules) rules")
        }
        for (index, table) in tables.enumerated() {
            let rule = try readRule(table, number: index + 1, isBuiltin: isBuiltin)
            if let earlier = rules.firstIndex(where: { $0.id == rule.id }) {
                notes.append("\(name): rule '\(rule.id)' is defined twice; the later one holds")
                rules[earlier] = rule
            } else {
                rules.append(rule)
            }
        }
        allowlists = try readAllowlists(root, rule: nil)
    }

    private mutating func readExtend(_ extend: TOMLNode?) throws(SecretRulesError) {
        guard let extend else { return }
        note(unknownKeysOf: extend, known: ["useDefault", "disabledRules", "path", "url"], place: "extend")
        for key in ["path", "url"] where extend[key] != nil {
            throw SecretRulesError(
                file: name, rule: nil,
                problem: "extend.\(key) is not followed: a rule file must not make other files be read; merge them")
        }
        extendsDefault = extend["useDefault"]?.bool ?? false
        disabledRules = try extend.strings("disabledRules", file: name, rule: nil)
    }

    private mutating func readRule(
        _ table: TOMLNode, number: Int, isBuiltin: Bool
    ) throws(SecretRulesError) -> SecretRule {
        guard let id = try table.string("id", file: name, rule: nil), !id.isEmpty else {
            throw SecretRulesError(file: name, rule: nil, problem: "rule number \(number) has no id")
        }
        var known = [
            "id", "description", "regex", "path", "keywords", "entropy", "secretGroup", "allowlist", "allowlists",
            "tags",
        ]
        if isBuiltin {
            known += ["value", "generic", "multiline", "check", "severity", "confidence", "format", "cwe", "aliases"]
            known += ["tail", "dotted", "anyName", "madeUp"]
        }
        note(unknownKeysOf: table, known: known, place: "rule '\(id)'")
        let path = try table.string("path", file: name, rule: id).map { SecretPattern(goSyntax: $0) }
        var rule = SecretRule(
            id: id, description: try table.string("description", file: name, rule: id) ?? id, form: .path, keywords: [],
            path: path)
        if let regex = try table.string("regex", file: name, rule: id) {
            let multiline = isBuiltin ? table["multiline"]?.bool ?? false : true
            rule.form = .pattern(SecretPattern(goSyntax: regex), multiline: multiline)
        } else if isBuiltin, let value = try table.string("value", file: name, rule: id) {
            rule.form = .named(SecretPattern("\\A(?:" + value + ")\\z"))
        } else if isBuiltin, table["generic"]?.bool == true {
            rule.form = .generic
        } else if path == nil, extendsDefault {
            partialRules.append(id)
        } else if path == nil {
            throw SecretRulesError(file: name, rule: id, problem: "it has neither regex nor path")
        }
        rule.keywords = try table.strings("keywords", file: name, rule: id).map { $0.lowercased() }
        rule.entropy = try table.number("entropy", file: name, rule: id) ?? 0
        let group = try table.number("secretGroup", file: name, rule: id) ?? 0
        guard group >= 0, group < 1000 else {
            throw SecretRulesError(file: name, rule: id, problem: "secretGroup \(group) is not the number of a group")
        }
        rule.secretGroup = Int(group)
        rule.allowlists = try readAllowlists(table, rule: id)
        if isBuiltin {
            try readOwnKeys(table, into: &rule)
        } else {
            rule.isProviderFormat = !id.contains("generic")
            rule.confidence = 0.8
        }
        return rule
    }

    private func readOwnKeys(_ table: TOMLNode, into rule: inout SecretRule) throws(SecretRulesError) {
        if let text = try table.string("check", file: name, rule: rule.id), !text.isEmpty {
            guard let check = SecretRule.Check(rawValue: text) else {
                throw SecretRulesError(file: name, rule: rule.id, problem: "unknown check '\(text)'")
            }
            rule.check = check
        }
        if case .named = rule.form, table["check"] == nil { rule.check = .random }
        rule.tail = Int(try table.number("tail", file: name, rule: rule.id) ?? 0)
        rule.dotted = Int(try table.number("dotted", file: name, rule: rule.id) ?? 0)
        rule.anyName = table["anyName"]?.bool ?? false
        if let text = try table.string("severity", file: name, rule: rule.id) {
            guard let severity = Severity(rawValue: text) else {
                throw SecretRulesError(file: name, rule: rule.id, problem: "unknown severity '\(text)'")
            }
            rule.severity = severity
        }
        rule.confidence = try table.number("confidence", file: name, rule: rule.id) ?? rule.confidence
        rule.isProviderFormat = table["format"]?.bool ?? rule.isProviderFormat
        rule.cwe = try table.string("cwe", file: name, rule: rule.id) ?? rule.cwe
        rule.ignoresMadeUp = table["madeUp"]?.bool != true
        rule.aliases = try table.strings("aliases", file: name, rule: rule.id)
    }

    private mutating func readAllowlists(
        _ table: TOMLNode, rule: String?
    ) throws(SecretRulesError) -> [SecretAllowlist] {
        var tables = try table.tables("allowlists", file: name, rule: rule)
        if let single = table["allowlist"] { tables.append(single) }
        var lists: [SecretAllowlist] = []
        let known = [
            "description", "condition", "commits", "paths", "regexTarget", "regexes", "stopwords", "targetRules", "id",
        ]
        for table in tables {
            note(
                unknownKeysOf: table, known: known, place: rule.map { "an allowlist of rule '\($0)'" } ?? "an allowlist"
            )
            var list = SecretAllowlist()
            switch try table.string("condition", file: name, rule: rule)?.uppercased() {
            case nil, "OR", "||", "": list.condition = .any
            case "AND", "&&": list.condition = .all
            case .some(let other):
                throw SecretRulesError(
                    file: name, rule: rule, problem: "allowlist condition '\(other)' is not AND or OR")
            }
            if let target = try table.string("regexTarget", file: name, rule: rule), !target.isEmpty {
                guard let known = SecretAllowlist.Target(rawValue: target) else {
                    throw SecretRulesError(
                        file: name, rule: rule, problem: "regexTarget '\(target)' is not secret, match or line")
                }
                list.target = known
            }
            list.paths = try table.strings("paths", file: name, rule: rule).map { SecretPattern(goSyntax: $0) }
            list.regexes = try table.strings("regexes", file: name, rule: rule).map { SecretPattern(goSyntax: $0) }
            list.stopwords = try table.strings("stopwords", file: name, rule: rule).map { $0.lowercased() }
            list.ruleIDs = try table.strings("targetRules", file: name, rule: rule)
            if table["commits"] != nil {
                notes.append("\(name): allowlist commits are not used: a change is judged by its lines")
            }
            if list.isEmpty {
                notes.append(
                    "\(name): \(rule.map { "rule '\($0)': " } ?? "")an allowlist without any test has no effect")
            }
            lists.append(list)
        }
        return lists
    }

    private mutating func note(unknownKeysOf table: TOMLNode, known: [String], place: String) {
        for key in table.keys.sorted() where !known.contains(key) {
            notes.append("\(name): \(place): key '\(key)' is not known and has no effect")
        }
    }
}

extension SecretPattern {
    /// Go writes named groups also as `(?<name>…)`, which not every RE2 reads.
    convenience init(goSyntax source: String) {
        guard source.contains("(?<") else {
            self.init(source)
            return
        }
        var translated = ""
        var rest = source[...]
        while let mark = rest.firstIndex(of: "<") {
            let isNamed = rest[..<mark].hasSuffix("(?")
            translated += rest[..<mark] + (isNamed ? "P<" : "<")
            rest = rest[rest.index(after: mark)...]
        }
        self.init(translated + rest)
    }
}
