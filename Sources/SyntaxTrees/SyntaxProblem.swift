/// A place where a source does not fit its grammar.
package struct SyntaxProblem: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// Text that no rule fits.
        case unexpected
        /// Something the parser had to put in: a bracket, a name.
        case missing(String)
    }

    package let kind: Kind
    package let byteRange: Range<Int>
    /// Rows count from 0.
    package let rows: ClosedRange<Int>
    /// In bytes from the start of the first row.
    package let column: Int
}

extension SyntaxTree {
    /// The errors and the missing nodes, in the order of the source; outermost errors only.
    ///
    /// - Parameter limit: No more than this many.
    package func errors(limit: Int = 1000) -> [SyntaxProblem] {
        var found: [SyntaxProblem] = []
        guard hasError else { return found }
        walk { node, _ in
            guard node.hasError, found.count < limit else { return found.count < limit ? .skip : .stop }
            guard node.isError || node.isMissing else { return .descend }
            let startRow = node.startRow
            found.append(
                SyntaxProblem(
                    kind: node.isMissing ? .missing(node.kind) : .unexpected, byteRange: node.byteRange,
                    rows: startRow...max(startRow, node.endRow), column: node.startColumn))
            return .skip
        }
        return found
    }
}
