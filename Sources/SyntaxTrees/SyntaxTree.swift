import CTreeSitter

/// The tree of one source.
///
/// Sendable: the tree-sitter tree is never edited after the parse; all that is done with it here reads it, with cursors
/// of its own a call, and the library's reading functions change nothing in a tree (version 0.26 has no caches in it).
/// Nodes hold the tree, so it outlives them; it is freed with the last one.
package final class SyntaxTree: @unchecked Sendable {
    package let bytes: [UInt8]
    let grammar: Grammar
    let pointer: OpaquePointer

    init(grammar: Grammar, bytes: [UInt8], pointer: OpaquePointer) {
        self.grammar = grammar
        self.bytes = bytes
        self.pointer = pointer
    }

    deinit {
        core.tree_delete(pointer)
    }

    package var language: Language { grammar.language }

    package var root: Node {
        Node(tree: self, raw: core.tree_root_node(pointer))
    }

    /// Whether the grammar could not make sense of some part; constant time. Alone this says little: a grammar may be
    /// older than the source. See `newProblems`.
    package var hasError: Bool { core.node_has_error(core.tree_root_node(pointer)) }

    /// How many nodes the tree has.
    package var nodeCount: Int { Int(core.node_descendant_count(core.tree_root_node(pointer))) }

    var core: cts_core {
        _read { yield grammar.core.functions.pointee }
    }
}
