/// A row before which a long hunk can be cut.
package struct Boundary: Hashable, Sendable {
    package enum Strength: Int, Comparable, Sendable {
        /// The row after a blank one.
        case blankLine
        /// A loop, condition or other statement with a body, or an element of a data file.
        case block
        case declaration

        package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
    }

    /// The row that starts the new part; comments and attributes right above a declaration belong to it.
    package let row: Int
    package let strength: Strength
    /// How deep in the tree; among boundaries of a strength the shallower is the better.
    package let depth: Int
}

extension ParsedSource {
    /// The rows inside `rows`, its first left out, before which a long hunk can be cut, rising.
    package func segmentBoundaries(rows: Range<Int>) -> [Int] {
        boundaries(in: rows).map(\.row)
    }

    /// As `segmentBoundaries`, with what makes each a boundary.
    package func boundaries(in rows: Range<Int>) -> [Boundary] {
        let rows = rows.clamped(to: 0..<rowCount)
        guard rows.count > 1 else { return [] }
        var best: [Int: Boundary] = [:]
        func add(_ boundary: Boundary) {
            guard boundary.row > rows.lowerBound, boundary.row < rows.upperBound else { return }
            if let known = best[boundary.row], known.strength >= boundary.strength { return }
            best[boundary.row] = boundary
        }
        for row in rows.dropFirst() where isBlankRow(row - 1) && !isBlankRow(row) {
            add(Boundary(row: row, strength: .blankLine, depth: 0))
        }
        syntaxBoundaries(in: rows, add)
        return best.values.sorted { $0.row < $1.row }
    }

    private func syntaxBoundaries(in rows: Range<Int>, _ add: (Boundary) -> Void) {
        guard let tree else { return }
        // The comments and attributes that stand right above what comes next.
        var above: Range<Int>?
        // The depth of what stands directly in a wrapper that is a boundary.
        var wrapped = -1
        tree.walk(in: byteRange(ofRows: max(0, rows.lowerBound - 1)..<rows.upperBound)) { node, depth in
            guard node.isNamed else { return .skip }
            let roles = tree.grammar.roles(of: node.kindID)
            let own = node.rows
            if !roles.isDisjoint(with: [.comment, .prefix]) {
                if let known = above, known.upperBound == own.lowerBound {
                    above = known.lowerBound..<(own.upperBound + 1)
                } else if isFirst(node) {
                    above = own.lowerBound..<(own.upperBound + 1)
                }
                return .skip
            }
            if own.count == 1 && !roles.contains(.wrapper) && roles.isDisjoint(with: .declaration) { return .skip }
            let isWrapped = depth == wrapped
            if depth < wrapped { wrapped = -1 }
            guard let strength = strength(of: node, roles), isFirst(node) else { return .descend }
            if strength == .declaration, roles.contains(.wrapper) || isWrapped { wrapped = depth + 1 }
            if isWrapped { return .descend }
            let start = above.flatMap { $0.upperBound == own.lowerBound ? $0.lowerBound : nil } ?? own.lowerBound
            add(Boundary(row: start, strength: strength, depth: depth))
            return .descend
        }
    }

    private func strength(of node: Node, _ roles: KindRoles) -> Boundary.Strength? {
        if !roles.isDisjoint(with: .declaration) { return .declaration }
        if roles.contains(.block) { return .block }
        guard roles.contains(.wrapper) else { return nil }
        // A wrapper is what it is around.
        var inner = node
        for _ in 0..<4 {
            let candidates = inner.namedChildren.prefix(8)
            if candidates.contains(where: { child in
                Declaration.Sort(child, tree?.grammar.roles(of: child.kindID) ?? []) != nil
            }) {
                return .declaration
            }
            guard
                let next = candidates.first(where: {
                    tree?.grammar.roles(of: $0.kindID).contains(.wrapper) == true
                })
            else { return nil }
            inner = next
        }
        return nil
    }

    /// Whether only white space stands before the node on its row.
    private func isFirst(_ node: Node) -> Bool {
        let start = node.byteRange.lowerBound
        return bytes[max(0, start - min(node.startColumn, start))..<start].allSatisfy { $0 == 0x20 || $0 == 0x09 }
    }
}
