/// A function, method, type or other piece of code with a name of its own.
package struct Declaration: Sendable {
    package enum Sort: String, Sendable {
        case function, type, module
    }

    package let name: String
    package let sort: Sort
    package let node: Node
    /// With the decorators or `export` around it. Rows count from 0; the last row is the one its last byte is on.
    package let rows: ClosedRange<Int>
    /// The same as lines of the real file.
    package let lines: ClosedRange<Int>
    /// How many other declarations it stands in.
    package let depth: Int

    /// The grammar's name of the sort of node.
    package var kind: String { node.kind }
}

extension ParsedSource {
    /// The declarations, outer before inner, in the order of the source; none without a tree. What stands inside a
    /// one-line declaration is left out.
    ///
    /// - Parameter limit: No more than this many.
    package func declarations(limit: Int = 50_000) -> [Declaration] {
        declarations(in: nil, limit: limit)
    }

    /// The innermost declaration with a name that holds the line, nil if there is none or no tree.
    package func enclosingDeclaration(ofLine line: Int) -> Declaration? {
        guard let row = row(ofLine: line) else { return nil }
        return declarations(in: row...row, limit: 10_000).last { $0.rows.contains(row) }
    }

    /// Those that share a row with `rows`; nil: all.
    func declarations(in rows: ClosedRange<Int>?, limit: Int) -> [Declaration] {
        guard let tree else { return [] }
        var all: [Declaration] = []
        // The outermost of the wrappers that stand directly in each other, with the depth of the innermost.
        var wrapper: (end: Int, depth: Int, rows: ClosedRange<Int>)?
        // Where the declarations around the next node end.
        var open: [Int] = []
        let range = rows.map { byteRange(ofRows: $0.lowerBound..<($0.upperBound + 1)) }
        tree.walk(in: range) { node, depth in
            guard all.count < limit else { return .stop }
            let roles = tree.grammar.roles(of: node.kindID)
            if roles.isDisjoint(with: Self.noteworthy) {
                let isOnOneRow = node.startRow == node.endRow
                return isOnOneRow || !roles.isDisjoint(with: [.comment, .string, .importing]) ? .skip : .descend
            }
            let bytes = node.byteRange
            while let end = open.last, end <= bytes.lowerBound { open.removeLast() }
            if let around = wrapper, around.depth != depth - 1 || around.end < bytes.upperBound { wrapper = nil }
            let own = node.rows
            if roles.contains(.wrapper) {
                wrapper = (bytes.upperBound, depth, wrapper?.rows ?? own)
                // The rows of a decorator hold the declaration that comes after them.
                guard let rows, let inner = node.namedChild(node.namedChildCount - 1), inner.startRow > rows.upperBound,
                    let found = declaration(inner, depth: open.count, rows: wrapper?.rows)
                else { return .descend }
                all.append(found)
                return .descend
            }
            guard let found = declaration(node, depth: open.count, rows: wrapper?.rows) else { return .descend }
            wrapper = nil
            all.append(found)
            open.append(bytes.upperBound)
            return .descend
        }
        return all
    }

    /// The declaration that a node is, nil if it is none or has no name.
    private func declaration(_ node: Node, depth: Int, rows: ClosedRange<Int>?) -> Declaration? {
        let roles = node.tree.grammar.roles(of: node.kindID)
        guard let sort = Declaration.Sort(node, roles), let name = node.declaredName else { return nil }
        let rows = rows ?? node.rows
        let lines = lineNumber(ofRow: rows.lowerBound)...lineNumber(ofRow: rows.upperBound)
        return Declaration(name: name, sort: sort, node: node, rows: rows, lines: lines, depth: depth)
    }

    private static let noteworthy: KindRoles = [.function, .type, .module, .binding, .wrapper]
}

extension Node {
    /// The rows the node's bytes are on; a line end at its end belongs to the row it ends.
    package var rows: ClosedRange<Int> {
        let start = startRow
        return start...max(start, endColumn == 0 ? endRow - 1 : endRow)
    }
}
