package import Domain
package import SyntaxTrees

/// What a rule is about, for catalogues and reports.
package struct RuleInfo: Sendable, Equatable {
    /// For example `command-injection-shell`: the kind first.
    package let id: String
    /// For example `command-injection`.
    package let kind: String
    /// At most 80 characters.
    package let title: String
    /// What is wrong and what follows from it.
    package let why: String
    /// What to do instead.
    package let fix: String
    /// For example "CWE-78".
    package let cwe: String?
    /// The most severe finding the rule makes; weaker evidence makes weaker findings.
    package let severity: Severity
    package let category: Domain.Category
    /// Empty for rules that read lines, whatever the language.
    package let languages: [Language]
    package let confidence: Double
    /// Whether it runs when nothing is configured.
    package let enabled: Bool

    package init(
        id: String, kind: String, title: String, why: String, fix: String, cwe: String?, severity: Severity,
        category: Domain.Category, languages: [Language], confidence: Double, enabled: Bool
    ) {
        self.id = id
        self.kind = kind
        self.title = title
        self.why = why
        self.fix = fix
        self.cwe = cwe
        self.severity = severity
        self.category = category
        self.languages = languages
        self.confidence = confidence
        self.enabled = enabled
    }
}

/// Which rules run.
package struct RuleSettings: Sendable, Equatable {
    /// Identifiers or kinds that are switched off.
    package var disabled: Set<String>
    /// Identifiers or kinds that are switched on though they ship switched off.
    package var enabled: Set<String>

    package init(disabled: Set<String> = [], enabled: Set<String> = []) {
        self.disabled = disabled
        self.enabled = enabled
    }

    package static let `default` = RuleSettings()

    func runs(_ info: RuleInfo) -> Bool {
        if disabled.contains(info.id) || disabled.contains(info.kind) { return false }
        return info.enabled || enabled.contains(info.id) || enabled.contains(info.kind)
    }
}

/// How much a value may be under an attacker's control, from least to most.
enum Taint: UInt8, Sendable, Comparable {
    /// Written in the source, or made of such parts only.
    case literal
    /// Not written at the place, but nothing an attacker sets: numbers, digests, named constants, cleaned text.
    case harmless
    /// Somewhere else in the program.
    case unknown
    /// A parameter of the enclosing function.
    case parameter
    /// A request, a message or another input of strangers.
    case request

    static func < (left: Taint, right: Taint) -> Bool { left.rawValue < right.rawValue }
}

/// Severity and confidence of a finding.
struct Grade: Sendable, Equatable {
    var severity: Severity
    var confidence: Double
}

/// One way in which a rule matches in one language family.
struct Matcher: Sendable {
    enum Form: Sendable {
        /// A call, construction, command or composite literal whose callee has one of the names.
        case call
        /// A key, option, named argument, attribute, field or variable that is given a value.
        case set
        /// An import of one of the modules.
        case module
        /// An annotation, attribute or decorator.
        case decorator
        /// A string literal.
        case string
        /// The condition of an error handler.
        case handler
        /// A function or method with one of the names.
        case function
        /// Text put together from pieces: concatenation, interpolation, formatting; the outermost such expression.
        case composed
    }

    let form: Form
    let names: [NamePattern]
    let conditions: [Condition]
    /// Replaces the rule's grade when written behind `=>`.
    let grade: Grade?
    /// The line of the rule file, for error messages.
    let line: Int
}

/// A rule as loaded from its file.
struct Rule: Sendable {
    let info: RuleInfo
    /// Grades by evidence; an absent origin takes the rule's own severity and confidence.
    let grades: [Taint: Grade]
    /// Origins too weak to speak of.
    let silent: Set<Taint>
    let matchers: [Language: [Matcher]]
    let queries: [Language: [String]]
    let lines: [LineMatcher]
    /// Which part of the matched line a certain fix replaces, and by what.
    let replacement: (from: [UInt8], to: [UInt8])?
    /// A condition around the match that makes it none, because somebody asked for what the rule is about.
    let exception: LazyPattern?
    /// Kinds of files in which the rule is quiet or weaker.
    let quietInTests: Bool
}

/// Matches single lines of files chosen by extension, for languages without a grammar.
struct LineMatcher: Sendable {
    let extensions: [String]
    /// Text a line must hold before the pattern is tried.
    let literal: [UInt8]
    let pattern: LazyPattern
    let unless: LazyPattern?
    /// Text the file must hold somewhere.
    let requires: [UInt8]?
}
