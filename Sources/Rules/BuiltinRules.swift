import Diffs
import Domain
import SyntaxTrees

/// The rules that are code, because they compare both sides of a change or look at something other than a tree.
enum BuiltinRules {
    static let conflictMarker = RuleInfo(
        id: "merge-conflict-marker", kind: "merge-conflict", title: "Merge conflict left in the file",
        why: "A conflict marker is still in the text, so both versions of the code stand there at once.",
        fix: "Choose one side, or join both, and delete the marker lines.", cwe: nil, severity: .high,
        category: .debugging, languages: [], confidence: 0.97, enabled: true)

    static let brokenSyntax = RuleInfo(
        id: "broken-syntax", kind: "broken-syntax", title: "This change breaks the file's syntax",
        why: "The parser understood the file before this change and does not understand this place any more.",
        fix: "Check brackets, quotes and commas around the line.", cwe: nil, severity: .medium, category: .debugging,
        languages: BrokenSyntax.languages, confidence: 0.7, enabled: true)

    static let removedGuard = RuleInfo(
        id: "removed-guard", kind: "removed-guard", title: "An access check was removed",
        why: "The change takes away a check of who may do this, and nothing in the change puts it elsewhere.",
        fix: "Put the check back, or say in the change why it is not needed any more.", cwe: "CWE-862",
        severity: .high, category: .review, languages: Language.allCases, confidence: 0.75, enabled: true)

    static let all = [conflictMarker, brokenSyntax, removedGuard]

    /// The kind of each rule.
    static let kinds: [String: String] = {
        var kinds: [String: String] = [:]
        for info in all { kinds[info.id] = info.kind }
        for rule in RuleCatalogue.shared.rules { kinds[rule.info.id] = rule.info.kind }
        return kinds
    }()
}

extension RuleInfo {
    /// A finding of this rule on a row of a source's new side.
    func finding(in source: ParsedSource, row: Int, confidence: Double? = nil) -> Finding {
        let line = source.lineNumber(ofRow: row)
        return Finding(
            path: source.path, side: .new, startLine: line, line: line, severity: severity, category: category,
            rule: id,
            cwe: cwe, title: title, explanation: why + " " + fix, confidence: confidence ?? self.confidence,
            model: "builtin", quotedLine: Array(source.rowText(row)),
            symbol: source.enclosingDeclaration(ofLine: line)?.name)
    }
}
