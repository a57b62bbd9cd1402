import CTreeSitter

/// A condition of a query's pattern.
struct Predicate: Sendable {
    enum Argument: Sendable {
        case capture(UInt32)
        case text(String)
    }

    enum Test: Sendable {
        /// Text of the capture is one of these.
        case isOneOf(capture: UInt32, texts: [[UInt8]])
        /// Text of both captures is the same.
        case isSame(UInt32, UInt32)
        case matches(capture: UInt32, pattern: String)
    }

    let test: Test
    let isNegated: Bool

    /// Nil for what states no condition.
    init?(_ words: [Argument]) throws(QueryError) {
        guard case .text(let name)? = words.first else { return nil }
        let wrong = QueryError(kind: .predicate(name), offset: 0)
        if name == "set!" { return nil }
        guard words.count >= 3, case .capture(let capture) = words[1] else { throw wrong }
        isNegated = name.hasPrefix("not-")
        switch (isNegated ? String(name.dropFirst(4)) : name, words[2]) {
        case ("eq?", .text(let text)) where words.count == 3:
            test = .isOneOf(capture: capture, texts: [Array(text.utf8)])
        case ("eq?", .capture(let other)) where words.count == 3:
            test = .isSame(capture, other)
        case ("any-of?", _):
            var texts: [[UInt8]] = []
            for word in words.dropFirst(2) {
                guard case .text(let text) = word else { throw wrong }
                texts.append(Array(text.utf8))
            }
            test = .isOneOf(capture: capture, texts: texts)
        case ("match?", .text(let pattern)) where words.count == 3:
            test = .matches(capture: capture, pattern: pattern)
        default:
            throw wrong
        }
    }

    /// Whether the condition holds for every node captured under its name; it holds if there is none.
    func holds(
        _ captures: UnsafeBufferPointer<TSQueryCapture>, _ tree: SyntaxTree, _ fits: Query.PatternTest?
    ) -> Bool {
        func texts(_ wanted: UInt32) -> [ArraySlice<UInt8>] {
            captures.filter { $0.index == wanted }.map { Node(tree: tree, raw: $0.node).text }
        }
        switch test {
        case .isOneOf(let capture, let wanted):
            return texts(capture).allSatisfy { text in wanted.contains { $0[...] == text } != isNegated }
        case .isSame(let left, let right):
            return zip(texts(left), texts(right)).allSatisfy { ($0 == $1) != isNegated }
        case .matches(let capture, let pattern):
            guard let fits else { return false }
            return texts(capture).allSatisfy { fits(pattern, $0) != isNegated }
        }
    }
}
