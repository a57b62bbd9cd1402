import CTreeSitter

extension Node {
    /// The node around this one, nil for the root. Takes time in proportion to the depth.
    package var parent: Node? {
        withPosition { cursor, core in
            core.tree_cursor_goto_parent(&cursor) ? core.tree_cursor_current_node(&cursor) : nil
        }
    }

    package var nextSibling: Node? {
        withPosition { cursor, core in
            core.tree_cursor_goto_next_sibling(&cursor) ? core.tree_cursor_current_node(&cursor) : nil
        }
    }

    package var previousSibling: Node? {
        withPosition { cursor, core in
            core.tree_cursor_goto_previous_sibling(&cursor) ? core.tree_cursor_current_node(&cursor) : nil
        }
    }

    /// The nodes around this one, innermost first.
    package var ancestors: [Node] {
        var found: [Node] = []
        _ = withPosition { cursor, core in
            while core.tree_cursor_goto_parent(&cursor) {
                found.append(Node(tree: tree, raw: core.tree_cursor_current_node(&cursor)))
            }
            return nil
        }
        return found
    }

    /// The smallest node in this one that covers `range`; this one if none does.
    package func descendant(of range: Range<Int>) -> Node {
        var found = raw
        withCursor(at: raw, in: tree) { cursor, core in
            let start = UInt32(clamping: range.lowerBound)
            let end = UInt32(clamping: range.upperBound)
            while core.tree_cursor_goto_first_child_for_byte(&cursor, start) >= 0 {
                let node = core.tree_cursor_current_node(&cursor)
                guard core.node_start_byte(node) <= start, core.node_end_byte(node) >= end else { break }
                found = node
            }
        }
        return Node(tree: tree, raw: found)
    }

    /// Runs `body` with a cursor that stands on this node and came there from the root.
    ///
    /// The library's own look-up of parents recurses where nodes are empty, which a hostile source can make deep.
    private func withPosition(_ body: (inout TSTreeCursor, borrowing cts_core) -> TSNode?) -> Node? {
        withCursor(at: tree.root.raw, in: tree) { cursor, core in
            guard seek(&cursor, core) else { return nil }
            return body(&cursor, core).map { Node(tree: tree, raw: $0) }
        }
    }

    /// Moves the cursor from the root to this node; a depth-first search among the nodes that touch its start.
    private func seek(_ cursor: inout TSTreeCursor, _ core: borrowing cts_core) -> Bool {
        let start = core.node_start_byte(raw)
        let end = core.node_end_byte(raw)
        var node = core.tree_cursor_current_node(&cursor)
        while node.id != raw.id {
            var moved = false
            if core.node_start_byte(node) <= start, core.node_end_byte(node) >= end {
                moved = enter(&cursor, core, start: start, isEmpty: start == end)
            }
            while !moved {
                if core.node_start_byte(core.tree_cursor_current_node(&cursor)) <= start {
                    moved = core.tree_cursor_goto_next_sibling(&cursor)
                }
                if !moved, !core.tree_cursor_goto_parent(&cursor) { return false }
            }
            node = core.tree_cursor_current_node(&cursor)
        }
        return true
    }

    private func enter(
        _ cursor: inout TSTreeCursor, _ core: borrowing cts_core, start: UInt32, isEmpty: Bool
    ) -> Bool {
        // An empty node may stand at the very end of a node before it, which the jump would pass over.
        isEmpty
            ? core.tree_cursor_goto_first_child(&cursor)
            : core.tree_cursor_goto_first_child_for_byte(&cursor, start) >= 0
    }
}
