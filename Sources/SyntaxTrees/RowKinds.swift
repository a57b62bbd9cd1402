import CTreeSitter

/// What stands on each row of a source.
package struct RowKinds: Sendable {
    /// Empty for a blank row, and for one outside the source. A row with code has no other mark.
    package struct Marks: OptionSet, Sendable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        package static let code = Self(rawValue: 1)
        package static let comment = Self(rawValue: 2)
        /// Text of a string that takes up the row, such as a documentation string; not what is interpolated into it.
        package static let string = Self(rawValue: 4)
        package static let imports = Self(rawValue: 8)
    }

    private(set) var marks: [Marks]

    package var count: Int { marks.count }

    package subscript(row: Int) -> Marks {
        marks.indices.contains(row) ? marks[row] : []
    }

    package func isBlank(_ row: Int) -> Bool { self[row].isEmpty }
    package func isComment(_ row: Int) -> Bool { self[row] == .comment }
    package func isString(_ row: Int) -> Bool { self[row] == .string }
    package func isImport(_ row: Int) -> Bool { self[row] == .imports }
}

extension ParsedSource {
    /// What stands on each row. Without a tree every row that is not blank counts as code.
    ///
    /// One walk that leaves out what is inside a row already known to hold code, so that it takes a small part of the
    /// time of the parse.
    package func rowKinds() -> RowKinds {
        var marks = [RowKinds.Marks](repeating: [], count: rowCount)
        if let tree { Marker(tree: tree).mark(&marks) }
        for row in marks.indices {
            if marks[row].contains(.code) {
                marks[row] = isBlankRow(row) ? [] : .code
            } else if marks[row].isEmpty && !isBlankRow(row) {
                // Text that the tree has no visible node for.
                marks[row] = .code
            }
        }
        return RowKinds(marks: marks)
    }

    /// Whether a row holds nothing but white space.
    package func isBlankRow(_ row: Int) -> Bool {
        bytes[byteRange(ofRows: row..<(row &+ 1))].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}

private struct Marker {
    let tree: SyntaxTree
    private let covering: KindRoles = [.comment, .string, .importing, .perhapsImporting]

    init(tree: SyntaxTree) {
        self.tree = tree
    }

    func mark(_ marks: inout [RowKinds.Marks]) {
        guard !marks.isEmpty else { return }
        withCursor(at: tree.root.raw, in: tree) { cursor, core in
            var depth = 0
            // The byte up to which the walk is inside a string of several rows.
            var stringEnd: UInt32 = 0
            while true {
                let node = core.tree_cursor_current_node(&cursor)
                if visit(node, core, &marks, &stringEnd), core.tree_cursor_goto_first_child(&cursor) {
                    depth += 1
                    continue
                }
                while depth == 0 || !core.tree_cursor_goto_next_sibling(&cursor) {
                    guard depth > 0, core.tree_cursor_goto_parent(&cursor) else { return }
                    depth -= 1
                }
            }
        }
    }

    /// Whether to go on with the children.
    private func visit(
        _ node: TSNode, _ core: borrowing cts_core, _ marks: inout [RowKinds.Marks], _ stringEnd: inout UInt32
    ) -> Bool {
        let start = Int(core.node_start_point(node).row)
        let end = core.node_end_point(node)
        let last = min(max(start, end.column == 0 ? Int(end.row) - 1 : Int(end.row)), marks.count - 1)
        guard start <= last else { return false }
        if start == last, marks[start].contains(.code) { return false }
        let roles = tree.grammar.roles(of: core.node_symbol(node))
        if core.node_start_byte(node) < stringEnd {
            guard roles.contains(.interpolation) else { return start < last }
            put(.code, start...last, &marks)
            return false
        }
        if !roles.isDisjoint(with: covering) {
            if roles.contains(.comment) {
                put(.comment, start...last, &marks)
                return false
            }
            if roles.contains(.string) {
                put(.string, start...last, &marks)
                guard start < last else { return false }
                stringEnd = core.node_end_byte(node)
                return true
            }
            if roles.contains(.importing) || Node(tree: tree, raw: node).isImport {
                put(.imports, start...last, &marks)
                return false
            }
        }
        guard core.node_child_count(node) == 0 else { return true }
        if core.node_start_byte(node) < core.node_end_byte(node) { put(.code, start...last, &marks) }
        return false
    }

    private func put(_ mark: RowKinds.Marks, _ rows: ClosedRange<Int>, _ marks: inout [RowKinds.Marks]) {
        for row in rows { marks[row].insert(mark) }
    }
}
