import CTreeSitter

/// One node of a tree.
///
/// Sendable and safe to keep: it holds its tree, which never changes.
package struct Node: @unchecked Sendable {
    package let tree: SyntaxTree
    let raw: TSNode

    private var core: cts_core {
        _read { yield tree.grammar.core.functions.pointee }
    }

    /// The grammar's name of this sort of node, "ERROR" for what could not be read.
    package var kind: String { tree.grammar.kind(of: kindID) }
    /// The grammar's number of this sort of node; `UInt16.max` for an error.
    package var kindID: UInt16 { core.node_symbol(raw) }
    /// False for punctuation and keywords.
    package var isNamed: Bool { core.node_is_named(raw) }
    /// Whether this is a piece of text that no rule of the grammar fits.
    package var isError: Bool { kindID == .max }
    /// Whether the parser put this in because it is not there in the text; its range is empty.
    package var isMissing: Bool { core.node_is_missing(raw) }
    /// Whether this node or any inside it is an error or missing; constant time.
    package var hasError: Bool { core.node_has_error(raw) }
    /// Whether this may stand anywhere, as a comment may.
    package var isExtra: Bool { core.node_is_extra(raw) }

    package var isComment: Bool { tree.grammar.roles(of: kindID).contains(.comment) }
    package var isString: Bool { tree.grammar.roles(of: kindID).contains(.string) }
    /// Whether this is a function, method, type or other thing with a name of its own.
    package var isDeclaration: Bool { !tree.grammar.roles(of: kindID).isDisjoint(with: .declaration) }

    package var byteRange: Range<Int> {
        let start = Int(core.node_start_byte(raw))
        return start..<max(start, Int(core.node_end_byte(raw)))
    }

    /// Rows count from 0.
    package var startRow: Int { Int(core.node_start_point(raw).row) }
    /// The row of the last byte's end: for a node that ends with a line end, the row after it.
    package var endRow: Int { Int(core.node_end_point(raw).row) }
    /// In bytes from the start of the row.
    package var startColumn: Int { Int(core.node_start_point(raw).column) }
    /// In bytes from the start of the row.
    package var endColumn: Int { Int(core.node_end_point(raw).column) }

    /// The source of the node; shares the tree's bytes.
    package var text: ArraySlice<UInt8> {
        tree.bytes[byteRange.clamped(to: tree.bytes.startIndex..<tree.bytes.endIndex)]
    }

    /// The source of the node as text, invalid UTF-8 replaced.
    package var string: String { String(decoding: text, as: UTF8.self) }

    package var childCount: Int { Int(core.node_child_count(raw)) }
    package var namedChildCount: Int { Int(core.node_named_child_count(raw)) }
    /// How many nodes there are in this one, itself included.
    package var descendantCount: Int { Int(core.node_descendant_count(raw)) }

    /// The child at a position, nil outside. Takes time in proportion to the position: for all use `children`.
    package func child(_ index: Int) -> Node? {
        UInt32(exactly: index).flatMap { existing(core.node_child(raw, $0)) }
    }

    /// The named child at a position, nil outside. Takes time in proportion to the position.
    package func namedChild(_ index: Int) -> Node? {
        UInt32(exactly: index).flatMap { existing(core.node_named_child(raw, $0)) }
    }

    /// The first child with this field name, nil if the grammar or the node has none.
    package func child(field: String) -> Node? {
        let id = tree.grammar.fieldID(field)
        return id == 0 ? nil : existing(core.node_child_by_field_id(raw, id))
    }

    package var children: [Node] { children { _ in true } }

    package var namedChildren: [Node] { children { $0.isNamed } }

    /// The children with this field name.
    package func children(field: String) -> [Node] {
        let id = tree.grammar.fieldID(field)
        guard id != 0 else { return [] }
        var found: [Node] = []
        withCursor(at: raw, in: tree) { cursor, core in
            guard core.tree_cursor_goto_first_child(&cursor) else { return }
            repeat {
                if core.tree_cursor_current_field_id(&cursor) == id {
                    found.append(Node(tree: tree, raw: core.tree_cursor_current_node(&cursor)))
                }
            } while core.tree_cursor_goto_next_sibling(&cursor)
        }
        return found
    }

    private func children(_ isWanted: (Node) -> Bool) -> [Node] {
        var found: [Node] = []
        withCursor(at: raw, in: tree) { cursor, core in
            guard core.tree_cursor_goto_first_child(&cursor) else { return }
            repeat {
                let node = Node(tree: tree, raw: core.tree_cursor_current_node(&cursor))
                if isWanted(node) { found.append(node) }
            } while core.tree_cursor_goto_next_sibling(&cursor)
        }
        return found
    }

    private func existing(_ other: TSNode) -> Node? {
        other.id == nil ? nil : Node(tree: tree, raw: other)
    }
}

extension Node: Hashable {
    package static func == (left: Node, right: Node) -> Bool {
        left.raw.id == right.raw.id && left.tree === right.tree
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(raw.id)
    }
}

/// Runs `body` with a cursor that cannot leave `node`.
func withCursor<Result>(
    at node: TSNode, in tree: SyntaxTree, _ body: (inout TSTreeCursor, borrowing cts_core) -> Result
) -> Result {
    let functions = tree.grammar.core.functions
    var cursor = functions.pointee.tree_cursor_new(node)
    defer { functions.pointee.tree_cursor_delete(&cursor) }
    return body(&cursor, functions.pointee)
}
