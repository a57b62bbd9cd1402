import SyntaxTrees

/// What the rules know of one source while they look at it: roles, names, imports and bindings, each found when first
/// asked for. Used by one task at a time.
final class FileScan {
    let source: ParsedSource
    let tree: SyntaxTree
    let language: Language
    let bytes: [UInt8]

    private var roles: [UInt8] = []
    let words: ValueWords
    /// For rules written as queries; nil: those are not looked at.
    let grammars: Grammars?
    var scopes: [Node: Scope] = [:]
    var evaluations = 0
    lazy var aliases: [[UInt8]: [UInt8]] = importedNames()

    /// Nil without a tree.
    init?(_ source: ParsedSource, grammars: Grammars? = nil) {
        guard let tree = source.tree else { return nil }
        self.source = source
        self.grammars = grammars
        self.tree = tree
        language = tree.language
        bytes = tree.bytes
        words = ValueWords.tables[tree.language] ?? ValueWords()
    }

    func role(_ node: Node) -> Role {
        let id = Int(node.kindID)
        if id >= 0xFFFF { return .other }
        if id >= roles.count {
            roles.append(contentsOf: repeatElement(UInt8.max, count: id - roles.count + 64))
        }
        if roles[id] == .max {
            roles[id] = (node.isNamed ? Role.of(kind: node.kind, in: language) : .other).rawValue
        }
        return Role(rawValue: roles[id]) ?? .other
    }

    /// The first child under one of these field names.
    func child(_ node: Node, _ fields: StaticString...) -> Node? {
        for field in fields {
            if let found = node.child(field: String(describing: field)) { return found }
        }
        return nil
    }

    /// The named children that are not comments.
    func parts(_ node: Node) -> [Node] {
        node.namedChildren.filter { !$0.isComment }
    }

    /// The node without parentheses, casts, `await`, references and the like.
    func unwrapped(_ node: Node) -> Node {
        var node = node
        var steps = 0
        while role(node) == .wrapper, steps < 16 {
            steps += 1
            guard let value = wrappedValue(node) else { break }
            node = value
        }
        return node
    }

    private func wrappedValue(_ node: Node) -> Node? {
        switch node.kind {
        case "as_expression", "satisfies_expression", "non_null_expression", "try_expression":
            return child(node, "expr") ?? parts(node).first { $0.kind != "try_operator" }
        case "postfix_expression", "postfix_unary_expression":
            return parts(node).first
        default:
            return child(node, "value", "operand", "argument", "expression") ?? parts(node).last
        }
    }
}
