import Diffs
import Domain
import SyntaxTrees

/// Is it worth somebody's time? Suggestions that change nothing, placeholders, praise, style, remarks about comments,
/// repeats and suggestions that contradict each other are not.
enum NoiseGate {
    static func judge(_ candidates: inout [Candidate]) {
        let order = candidates.indices.filter { !candidates[$0].isRejected }.sorted {
            let (left, right) = (candidates[$0].finding, candidates[$1].finding)
            return (left.severity, left.confidence, $1) > (right.severity, right.confidence, $0)
        }
        var seen: Set<[UInt8]> = []
        var taken: [(range: ClosedRange<Int>, replacement: String)] = []
        for index in order {
            let finding = candidates[index].finding
            if let reason = Self.talk(finding) {
                candidates[index].reject(.noise, reason)
            } else if !Self.keys(finding).isDisjoint(with: seen) {
                candidates[index].reject(.noise, "repeat")
            } else if let reason = candidates[index].noise {
                candidates[index].demote(.noise, reason)
            } else if let suggestion = finding.suggestion {
                let range = suggestion.startLine...max(suggestion.startLine, suggestion.line)
                if let other = taken.first(where: { $0.range.overlaps(range) }) {
                    let isSame = other.range == range && other.replacement == suggestion.replacement
                    candidates[index].demote(.noise, isSame ? "repeated suggestion" : "contradicts another suggestion")
                } else {
                    taken.append((range, suggestion.replacement))
                    candidates[index].accept(.noise)
                }
            } else {
                candidates[index].accept(.noise)
            }
            if !candidates[index].isRejected { seen.formUnion(Self.keys(finding)) }
        }
    }

    /// What two findings about the same thing have in common: the line with the rule, the weakness or the title; from
    /// models also the text of the line within its declaration, because they tell one thing at several places.
    private static func keys(_ finding: Finding) -> Set<[UInt8]> {
        let place = "\(finding.side.rawValue):\(finding.line ?? 0):"
        var keys = Set([Array((place + finding.rule).utf8), Array((place + finding.title.lowercased()).utf8)])
        if let cwe = finding.cwe { keys.insert(Array((place + cwe).utf8)) }
        if finding.model != "builtin", !finding.quotedLine.isEmpty {
            let kind = finding.cwe ?? finding.category.rawValue
            let quoted = AnchorGate.trimmed(finding.quotedLine[...])
            keys.insert(Array("\(finding.side.rawValue) \(finding.symbol ?? "") \(kind) ".utf8) + quoted)
        }
        return keys
    }

    // MARK: What a finding says

    private static func talk(_ finding: Finding) -> String? {
        // The words of a rule were weighed when it was written.
        guard finding.model != "builtin" else { return nil }
        let title = finding.title.lowercased()
        let all = title + " " + finding.explanation.lowercased()
        if title.allSatisfy({ !$0.isLetter && !$0.isNumber }) { return "no title" }
        if placeholders.contains(where: { all.contains($0) }) { return "placeholder" }
        if praise.contains(where: { title.hasPrefix($0) }) { return "praise" }
        if commentWords.contains(where: { title.contains($0) }) { return "about a comment" }
        if style.contains(where: { title.contains($0) }) { return "style" }
        return nil
    }

    private static let praise = [
        "looks good", "lgtm", "great", "nice", "good ", "well done", "excellent", "no issues", "no problem",
        "no defects",
        "perfect", "clean ", "this is fine", "correctly ", "solid ",
    ]
    private static let commentWords = [
        "docstring", "missing comment", "add a comment", "add comment", "comment should", "typo in comment",
        "javadoc", "jsdoc", "documentation comment", "outdated comment", "comment is",
    ]
    private static let style = [
        "naming convention", "variable name", "function name", "method name", "rename ", "formatting",
        "indentation style",
        "line length", "line too long", "trailing whitespace", "trailing comma", "blank line", "code style", "nitpick",
        "nit:", "single quotes", "double quotes", "import order", "sort imports", "magic number", "readability",
        "more pythonic", "more idiomatic", "camelcase", "snake_case", "semicolon style",
    ]
    private static let placeholders = [
        "lorem ipsum", "your code here", "insert description", "<title>", "<explanation>", "[title]",
        "placeholder text",
        "as an ai", "example finding",
    ]

    // MARK: What a suggestion does

    /// Why a suggestion does nothing worth doing; nil if it does something, or if there is none.
    static func emptiness(_ candidate: Candidate, _ head: ParsedSource?) -> String? {
        guard let suggestion = candidate.finding.suggestion else { return nil }
        let after = Array(suggestion.replacement.utf8)
        let text = suggestion.replacement.lowercased()
        let before = candidate.edit.flatMap { edit in head.map { Array($0.bytes[edit.replaced]) } } ?? []
        let known = String(decoding: before, as: UTF8.self).lowercased()
        if blanks.contains(where: { text.contains($0) && !known.contains($0) }) { return "placeholder" }
        guard let edit = candidate.edit, let head else { return nil }
        if edit.bytes == head.bytes { return "changes nothing" }
        let isBlankOnly = before.filter { !AnchorGate.isBlank($0) } == after.filter { !AnchorGate.isBlank($0) }
        // In some languages white space is meaning, but a suggestion that moves only that is a matter of style or worse.
        if isBlankOnly { return "changes white space only" }
        let old = meaning(head.bytes, edit.replaced, head.tree)
        let new = meaning(edit.bytes, edit.inserted, candidate.applied?.tree)
        if let old, let new, old == new { return "changes comments only" }
        return nil
    }

    private static let blanks = [
        "your code here", "todo", "fixme", "rest of the code", "rest of code", "existing code", "... rest",
        "implement me",
        "not implemented", "same as before", "unchanged code", "placeholder", "// ...", "# ...", "/* ... */",
    ]

    /// The code of a range without comments, docstrings and white space; nil without a tree.
    private static func meaning(_ bytes: [UInt8], _ range: Range<Int>, _ tree: SyntaxTree?) -> [UInt8]? {
        guard let tree, tree.bytes.count == bytes.count else { return nil }
        var out = Array(bytes[range])
        tree.walk(in: range) { node, _ in
            let isDocumentation =
                node.isComment
                || (node.kind == "expression_statement" && node.namedChildCount == 1
                    && node.namedChild(0)?.isString == true)
            guard isDocumentation else { return .descend }
            for index in node.byteRange.clamped(to: range) { out[index - range.lowerBound] = 0x20 }
            return .skip
        }
        return out.filter { !AnchorGate.isBlank($0) }
    }
}
