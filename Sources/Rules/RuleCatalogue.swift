import SyntaxTrees

/// All rules, loaded once, when the first review asks for them.
struct RuleCatalogue: Sendable {
    let rules: [Rule]
    /// What the embedded files say wrongly; empty in a release, a test sees to it.
    let problems: [String]

    static let shared = RuleCatalogue()

    private init() {
        var rules: [Rule] = []
        var problems: [String] = []
        for (name, bytes) in RuleCatalogue.files {
            do throws(RuleFileError) {
                rules += try RuleFile.rules(bytes)
            } catch {
                problems.append("\(name): \(error)")
            }
        }
        self.rules = rules
        self.problems = problems
    }

    /// The rule files, by name.
    private static let files: [(String, [UInt8])] = [
        ("command", PackageResources.command_rules), ("evaluation", PackageResources.evaluation_rules),
        ("sql", PackageResources.sql_rules), ("deserialization", PackageResources.deserialization_rules),
        ("cookies", PackageResources.cookies_rules), ("credentials", PackageResources.credentials_rules),
        ("tls", PackageResources.tls_rules), ("jwt", PackageResources.jwt_rules),
        ("paths", PackageResources.paths_rules), ("prototype", PackageResources.prototype_rules),
        ("requests", PackageResources.requests_rules), ("crypto", PackageResources.crypto_rules),
        ("markup", PackageResources.markup_rules), ("xml", PackageResources.xml_rules),
        ("robustness", PackageResources.robustness_rules), ("workflows", PackageResources.workflows_rules),
    ]

    private static let indexes = LanguageIndexes()

    /// The rules of a language, ready for look-up; built when first asked for.
    static func index(for language: Language) -> RuleIndex { indexes.index(for: language) }
}

/// The rules of one language by what they look at.
struct RuleIndex: Sendable {
    struct Entry: Sendable {
        let rule: Int
        let matcher: Matcher
    }

    /// By the last segment of the names; entries with a wildcard there are under `anyName`.
    struct Table: Sendable {
        var byName: [[UInt8]: [Entry]] = [:]
        var anyName: [Entry] = []
        var isEmpty: Bool { byName.isEmpty && anyName.isEmpty }

        mutating func add(_ entry: Entry) {
            var names: Set<[UInt8]> = []
            var isAny = entry.matcher.names.isEmpty
            for name in entry.matcher.names {
                if let last = name.lastSegment { names.insert(last) } else { isAny = true }
            }
            if isAny {
                anyName.append(entry)
            } else {
                for name in names { byName[name, default: []].append(entry) }
            }
        }
    }

    var calls = Table()
    var sets = Table()
    var modules: [Entry] = []
    var decorators: [Entry] = []
    var strings: [Entry] = []
    var handlers: [Entry] = []
    var functions: [Entry] = []
    var compositions: [Entry] = []
    var queries: [(rule: Int, source: String)] = []

    init(_ rules: [Rule], for language: Language) {
        for (index, rule) in rules.enumerated() {
            for matcher in rule.matchers[language] ?? [] {
                let entry = Entry(rule: index, matcher: matcher)
                switch matcher.form {
                case .call: calls.add(entry)
                case .set: sets.add(entry)
                case .module: modules.append(entry)
                case .decorator: decorators.append(entry)
                case .string: strings.append(entry)
                case .handler: handlers.append(entry)
                case .function: functions.append(entry)
                case .composed: compositions.append(entry)
                }
            }
            for source in rule.queries[language] ?? [] { queries.append((index, source)) }
        }
    }
}
