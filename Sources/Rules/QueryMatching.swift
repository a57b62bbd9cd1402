import SyntaxTrees
import Synchronization

/// Compiled queries of rules, by language and source. Compiled when first needed; nil for what does not compile.
final class QueryStore: Sendable {
    static let shared = QueryStore()
    private let known = Mutex<[String: Query?]>([:])

    func query(_ source: String, for tree: SyntaxTree, _ grammars: Grammars) -> Query? {
        known.withLock { known in
            let key = tree.language.rawValue + ":" + source
            if let query = known[key] { return query }
            let query = try? grammars.query(source, for: tree.language)
            known[key] = .some(query)
            return query
        }
    }
}

extension FileScan {
    /// Where a rule's query fits; the capture `@here` is the place, else the first one.
    func queryMatches(_ source: String, rule: Int, in span: Range<Int>, rows: [Range<Int>]) -> [Match] {
        guard let grammars, let query = QueryStore.shared.query(source, for: tree, grammars) else { return [] }
        let info = RuleCatalogue.shared.rules[rule].info
        var patterns: [String: LazyPattern] = [:]
        for pattern in query.patterns { patterns[pattern] = LazyPattern(pattern) }
        let matches = query.matches(in: tree.root, bytes: span, limit: 500) { pattern, text in
            patterns[pattern]?.matches(text.prefix(8192)) ?? false
        }
        return matches.compactMap { match in
            guard let node = match["here"] ?? match.captures.first?.node else { return nil }
            let row = node.startRow
            guard rows.contains(where: { $0.contains(row) }) else { return nil }
            return Match(
                rule: rule, startRow: row, row: row,
                grade: Grade(severity: info.severity, confidence: info.confidence))
        }
    }
}
