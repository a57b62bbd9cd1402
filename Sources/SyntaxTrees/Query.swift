import CTreeSitter

/// Why a query was refused.
package struct QueryError: Error, Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case noGrammar(String)
        case syntax, nodeKind, field, capture, structure, language
        /// A predicate that is unknown or has the wrong arguments.
        case predicate(String)
        /// Longer than a query may be.
        case tooLong
    }

    package let kind: Kind
    /// Bytes from the start of the query; 0 where the place is not known.
    package let offset: Int
}

/// One place where a query's pattern fits.
package struct QueryMatch: Sendable {
    /// Which of the query's patterns, counted from 0.
    package let pattern: Int
    /// In the order of the source; a name may come more than once.
    package let captures: [(name: String, node: Node)]

    /// The first node captured under a name, given without "@".
    package subscript(_ name: String) -> Node? {
        captures.first { $0.name == name }?.node
    }
}

/// A compiled tree-sitter query with the predicates `#eq?`, `#not-eq?`, `#any-of?`, `#not-any-of?`, `#match?` and
/// `#not-match?`; `#set!` is ignored, any other is an error.
package struct Query: Sendable {
    /// Decides `#match?`: whether a pattern occurs in a text.
    package typealias PatternTest = (_ pattern: String, _ text: ArraySlice<UInt8>) -> Bool

    package let captureNames: [String]
    let storage: QueryStorage
    let predicates: [[Predicate]]

    /// The patterns of `#match?` and `#not-match?`, so that a caller can compile them once.
    package let patterns: [String]

    init(_ source: String, grammar: Grammar) throws(QueryError) {
        guard source.utf8.count <= 1 << 20 else { throw QueryError(kind: .tooLong, offset: 0) }
        let core = grammar.core.functions
        var offset: UInt32 = 0
        var error: UInt32 = 0
        var source = source
        let pointer = source.withUTF8 { text in
            text.withMemoryRebound(to: CChar.self) { characters in
                core.pointee.query_new(
                    grammar.pointer, characters.baseAddress, UInt32(truncatingIfNeeded: characters.count), &offset,
                    &error)
            }
        }
        guard let pointer else {
            let kinds: [QueryError.Kind] = [
                .syntax, .syntax, .nodeKind, .field, .capture, .structure, .language,
            ]
            throw QueryError(kind: kinds[min(Int(error), kinds.count - 1)], offset: Int(offset))
        }
        storage = QueryStorage(grammar: grammar, pointer: pointer)
        captureNames = storage.captureNames()
        predicates = try storage.predicates()
        var patterns: [String] = []
        for predicate in predicates.joined() {
            if case .matches(_, let pattern) = predicate.test, !patterns.contains(pattern) { patterns.append(pattern) }
        }
        self.patterns = patterns
    }

    /// The matches in a node, in the order of the source.
    ///
    /// - Parameters:
    ///   - range: Only matches that touch these bytes; nil: all.
    ///   - limit: No more matches than this.
    ///   - timeLimit: What is not found in this much processor time is left out: a source can be made so that a query
    ///     with several nodes side by side takes the square of its length.
    ///   - fits: Decides `#match?`; without it, a pattern with `#match?` or `#not-match?` never fits.
    package func matches(
        in node: Node, bytes range: Range<Int>? = nil, limit: Int = 100_000, timeLimit: Duration = .seconds(1),
        fits: PatternTest? = nil
    ) -> [QueryMatch] {
        guard node.tree.grammar === storage.grammar, range?.isEmpty != true, limit > 0 else { return [] }
        let run = QueryRun(query: self, tree: node.tree, limit: limit, fits: fits)
        cts_run_query(
            storage.grammar.core.functions, storage.pointer, node.raw, UInt32(clamping: range?.lowerBound ?? 0),
            UInt32(clamping: range?.upperBound ?? Int(UInt32.max)), timeLimit.clampedNanoseconds,
            Unmanaged.passUnretained(run).toOpaque()
        ) { context, match in
            Unmanaged<QueryRun>.fromOpaque(context).takeUnretainedValue().take(match.pointee)
        }
        return run.found
    }
}

/// Collects the matches of one run.
private final class QueryRun {
    private let query: Query
    private let tree: SyntaxTree
    private let limit: Int
    private let fits: Query.PatternTest?
    var found: [QueryMatch] = []

    init(query: Query, tree: SyntaxTree, limit: Int, fits: Query.PatternTest?) {
        self.query = query
        self.tree = tree
        self.limit = limit
        self.fits = fits
    }

    /// Whether to go on.
    func take(_ match: TSQueryMatch) -> Bool {
        let captures = UnsafeBufferPointer(start: match.captures, count: Int(match.capture_count))
        let pattern = Int(match.pattern_index)
        guard query.predicates[pattern].allSatisfy({ $0.holds(captures, tree, fits) }) else { return true }
        let named = captures.map { capture in
            (name: query.captureNames[Int(capture.index)], node: Node(tree: tree, raw: capture.node))
        }
        found.append(QueryMatch(pattern: pattern, captures: named))
        return found.count < limit
    }
}

/// Owns the compiled query.
///
/// Sendable: the library only reads a compiled query when it runs one; each run has a cursor of its own.
final class QueryStorage: @unchecked Sendable {
    let grammar: Grammar
    let pointer: OpaquePointer

    init(grammar: Grammar, pointer: OpaquePointer) {
        self.grammar = grammar
        self.pointer = pointer
    }

    deinit {
        grammar.core.functions.pointee.query_delete(pointer)
    }

    func captureNames() -> [String] {
        let core = grammar.core.functions
        return (0..<core.pointee.query_capture_count(pointer)).map { id in
            var count: UInt32 = 0
            return string(core.pointee.query_capture_name_for_id(pointer, id, &count), count)
        }
    }

    func predicates() throws(QueryError) -> [[Predicate]] {
        let core = grammar.core.functions
        var found: [[Predicate]] = []
        for pattern in 0..<core.pointee.query_pattern_count(pointer) {
            var count: UInt32 = 0
            let steps = UnsafeBufferPointer(
                start: core.pointee.query_predicates_for_pattern(pointer, pattern, &count), count: Int(count))
            var ofPattern: [Predicate] = []
            for words in steps.split(whereSeparator: { $0.type == 0 }) {
                let arguments = words.map { step -> Predicate.Argument in
                    if step.type == 1 { return .capture(step.value_id) }
                    var count: UInt32 = 0
                    return .text(string(core.pointee.query_string_value_for_id(pointer, step.value_id, &count), count))
                }
                if let predicate = try Predicate(arguments) { ofPattern.append(predicate) }
            }
            found.append(ofPattern)
        }
        return found
    }

    private func string(_ characters: UnsafePointer<CChar>?, _ count: UInt32) -> String {
        guard let characters else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: characters, count: Int(count)), as: UTF8.self)
    }
}
