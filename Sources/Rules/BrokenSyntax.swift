import Diffs
import Domain
import SyntaxTrees

/// Errors the new version of a file has and the old one had not.
enum BrokenSyntax {
    /// Languages whose grammars are near enough to their compilers. Macros, templates, dialects and a grammar
    /// that lags behind its language spoil the others.
    static let languages: [Language] = [.python, .javascript, .go, .json, .yaml, .rust]

    /// Settings in JSON whose readers take comments and trailing commas.
    private static func takesComments(_ path: Path) -> Bool {
        let text = String(decoding: path.bytes, as: UTF8.self).lowercased()
        let name = text.split(separator: "/").last ?? ""
        return name.hasPrefix("tsconfig") || name.hasPrefix("jsconfig") || name.hasPrefix(".")
            || name == "devcontainer.json"
            || text.hasPrefix(".vscode/") || text.contains("/.vscode/") || name.hasPrefix("api-extractor")
    }

    static func findings(_ changed: ChangedSource, _ lines: ChangedLines) -> [Finding] {
        guard let head = changed.head, head.isComplete, let tree = head.tree, languages.contains(tree.language) else {
            return []
        }
        guard !takesComments(head.path) else { return [] }
        // A file that was not clean before says nothing about this change; a new file may be a template.
        guard let base = changed.base, base.isComplete, let before = base.tree, before.language == tree.language,
            !before.hasError, tree.hasError
        else { return [] }
        let problems = tree.errors(limit: 4)
        guard let first = problems.first else { return [] }
        let rows = first.rows
        let row =
            rows.first { lines.holdsAdded(head.lineNumber(ofRow: $0)) }
            ?? rows.first {
                lines.holdsAdded(head.lineNumber(ofRow: $0 + 1)) || lines.holdsAdded(head.lineNumber(ofRow: $0 - 1))
            }
        guard let row else { return [] }
        return [BuiltinRules.brokenSyntax.finding(in: head, row: row)]
    }
}
