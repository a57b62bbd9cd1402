extension Declaration.Sort {
    init?(_ node: Node, _ roles: KindRoles) {
        if roles.contains(.function) {
            self = .function
        } else if roles.contains(.type) {
            self = .type
        } else if roles.contains(.module) {
            self = .module
        } else if roles.contains(.binding), let value = node.child(field: "value") ?? node.child(field: "right"),
            node.tree.grammar.roles(of: value.kindID).contains(.nameless)
        {
            self = value.kind == "class" ? .type : .function
        } else {
            return nil
        }
    }
}

extension Node {
    /// The name a declaration gives, at most 200 bytes of it; nil for one that gives none, such as an anonymous struct.
    var declaredName: String? {
        guard let node = nameNode else { return wordForNameless }
        let text = node.text.prefix(200).split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
        let name = String(decoding: Array(text.joined(separator: [0x20])), as: UTF8.self)
        return name.isEmpty ? nil : name
    }

    private var nameNode: Node? {
        let language = tree.language
        if language == .c || language == .cpp, let declarator = child(field: "declarator") {
            return declarator.innermostDeclarator
        }
        if let name = child(field: "name") ?? child(field: "key") ?? child(field: "left") { return name }
        switch language {
        case .rust: return child(field: "type")
        case .css: return namedChildren.first { !$0.isComment && $0.kind != "block" }
        case .javascript, .typescript, .tsx: return child(field: "property")
        case .kotlin, .swift:
            return namedChildren.first { Self.identifierKinds.contains($0.kind) }
        default: return nil
        }
    }

    private static let identifierKinds: Set<String> = [
        "identifier", "simple_identifier", "type_identifier", "user_type",
    ]

    /// What a declaration is called that has a keyword in place of a name.
    private var wordForNameless: String? {
        switch kind {
        case "init_declaration", "secondary_constructor": "init"
        case "deinit_declaration": "deinit"
        case "subscript_declaration": "subscript"
        case "companion_object": "companion"
        case "indexer_declaration": "this"
        case "operator_declaration", "conversion_operator_declaration": "operator"
        case "foreign_mod_item": "extern"
        case "singleton_class": "self"
        default: nil
        }
    }

    /// The name in a C declarator: through pointers, references, parentheses and parameter lists.
    private var innermostDeclarator: Node {
        var node = self
        for _ in 0..<64 {
            if let inner = node.child(field: "declarator") {
                node = inner
            } else if node.kind == "parenthesized_declarator" || node.kind == "reference_declarator",
                let inner = node.namedChildren.first(where: { !$0.isComment })
            {
                node = inner
            } else {
                return node
            }
        }
        return node
    }
}
