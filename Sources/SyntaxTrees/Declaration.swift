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
    /// The declarations, outer before inner, in the order of the source; none without a tree.
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
        var found: [Declaration] = []
        // The start row of the wrappers directly around the next node, and the ends of the declarations it stands in.
        var wrapper: (end: Int, rows: ClosedRange<Int>)?
        var open: [(end: Int, rows: ClosedRange<Int>)] = []
        let range = rows.map { byteRange(ofRows: $0.lowerBound..<($0.upperBound + 1)) }
        tree.walk(in: range) { node, _ in
            guard node.isNamed, found.count < limit else { return found.count < limit ? .skip : .stop }
            let roles = tree.grammar.roles(of: node.kindID)
            if roles.isDisjoint(with: Self.noteworthy) { return Self.goesOn(roles) }
            let bytes = node.byteRange
            while let last = open.last, last.end <= bytes.lowerBound { open.removeLast() }
            if let around = wrapper, around.end < bytes.upperBound || around.end <= bytes.lowerBound { wrapper = nil }
            let own = node.rows
            if roles.contains(.wrapper) {
                if wrapper == nil { wrapper = (bytes.upperBound, own) }
                return .descend
            }
            guard let sort = Declaration.Sort(node, roles), let name = node.declaredName else { return .descend }
            let full = wrapper?.rows ?? own
            wrapper = nil
            found.append(
                Declaration(
                    name: name, sort: sort, node: node, rows: full,
                    lines: lineNumber(ofRow: full.lowerBound)...lineNumber(ofRow: full.upperBound), depth: open.count))
            open.append((bytes.upperBound, full))
            return .descend
        }
        return found
    }

    private static let noteworthy: KindRoles = [.function, .type, .module, .binding, .wrapper]

    private static func goesOn(_ roles: KindRoles) -> WalkAction {
        roles.isDisjoint(with: [.comment, .string, .importing]) ? .descend : .skip
    }
}

extension Node {
    /// The rows the node's bytes are on; a line end at its end belongs to the row it ends.
    package var rows: ClosedRange<Int> {
        let start = startRow
        return start...max(start, endColumn == 0 ? endRow - 1 : endRow)
    }
}
