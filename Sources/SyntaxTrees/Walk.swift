import CTreeSitter

/// What a walk does after a node.
package enum WalkAction: Sendable {
    /// Goes on with the children.
    case descend
    /// Goes on after the node.
    case skip
    /// Ends the walk.
    case stop
}

extension SyntaxTree {
    /// Visits nodes in the order of the source, a node before its children.
    ///
    /// - Parameters:
    ///   - range: Only nodes that share a byte with this range, or are empty and lie in it; nil: all.
    ///   - visit: Gets each node and its depth, 0 for the root.
    package func walk(in range: Range<Int>? = nil, _ visit: (Node, Int) -> WalkAction) {
        root.walk(in: range, visit)
    }
}

extension Node {
    /// As `SyntaxTree.walk`, from this node, which has depth 0.
    package func walk(in range: Range<Int>? = nil, _ visit: (Node, Int) -> WalkAction) {
        withCursor(at: raw, in: tree) { cursor, core in
            var depth = 0
            let goal = range.map { UInt32(clamping: $0.lowerBound) } ?? 0
            while true {
                let node = core.tree_cursor_current_node(&cursor)
                let place = Place(core.node_start_byte(node), core.node_end_byte(node), range)
                var action = WalkAction.skip
                if place == .inside { action = visit(Node(tree: tree, raw: node), depth) }
                if action == .stop { return }
                if action == .descend {
                    // A byte earlier, for a child that is empty and stands right at the start of the range. The library
                    // gives up where that byte belongs to no visible child, though one may come after it.
                    var found = goal > 0
                    if found { found = core.tree_cursor_goto_first_child_for_byte(&cursor, goal - 1) >= 0 }
                    if !found { found = core.tree_cursor_goto_first_child(&cursor) }
                    if found {
                        depth += 1
                        continue
                    }
                }
                var isPast = place == .after
                while isPast || depth == 0 || !core.tree_cursor_goto_next_sibling(&cursor) {
                    guard depth > 0, core.tree_cursor_goto_parent(&cursor) else { return }
                    depth -= 1
                    isPast = false
                }
            }
        }
    }
}

private enum Place {
    case before, inside, after

    init(_ start: UInt32, _ end: UInt32, _ range: Range<Int>?) {
        guard let range else {
            self = .inside
            return
        }
        if Int(start) >= range.upperBound && !(start == end && Int(start) == range.upperBound) {
            self = .after
        } else if Int(end) <= range.lowerBound && !(start == end && Int(start) == range.lowerBound) {
            self = .before
        } else {
            self = .inside
        }
    }
}
