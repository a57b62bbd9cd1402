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
    ///   - fits: Decides `#match?`; without it, a pattern with `#match?` or `#not-match?` never fits.
    package func matches(
        in node: Node, bytes range: Range<Int>? = nil, limit: Int = 100_000, fits: PatternTest? = nil
    ) -> [QueryMatch] {
        guard node.tree.grammar === storage.grammar, range?.isEmpty != true else { return [] }
        let core = storage.grammar.core.functions
        guard let cursor = core.pointee.query_cursor_new() else { return [] }
        defer { core.pointee.query_cursor_delete(cursor) }
        // States beyond this are dropped by the library: a bound on memory for hostile sources.
        core.pointee.query_cursor_set_match_limit(cursor, 4096)
        if let range {
            _ = core.pointee.query_cursor_set_byte_range(
                cursor, UInt32(clamping: range.lowerBound), UInt32(clamping: range.upperBound))
        }
        core.pointee.query_cursor_exec(cursor, storage.pointer, node.raw)
        var found: [QueryMatch] = []
        var match = TSQueryMatch()
        while found.count < limit, core.pointee.query_cursor_next_match(cursor, &match) {
            let captures = UnsafeBufferPointer(start: match.captures, count: Int(match.capture_count))
            let pattern = Int(match.pattern_index)
            guard predicates[pattern].allSatisfy({ $0.holds(captures, node.tree, fits) }) else { continue }
            found.append(
                QueryMatch(
                    pattern: pattern,
                    captures: captures.map { capture in
                        (captureNames[Int(capture.index)], Node(tree: node.tree, raw: capture.node))
                    }))
        }
        return found
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
