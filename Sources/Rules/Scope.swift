import SyntaxTrees

/// What gives a name its value inside a function or a file.
struct Binding {
    enum Kind {
        case assigned
        /// Added to what the name held: `+=`, `append`, `strcat`.
        case extended
        case parameter(Taint)
        /// An element of the value.
        case element
    }

    let name: [UInt8]
    let kind: Kind
    /// Nil for a parameter.
    let value: Node?
    /// Where the binding ends: it holds for what comes behind.
    let position: Int
    /// The innermost block around the binding.
    let block: Range<Int>
    /// A declared type, without type arguments.
    let type: [UInt8]?
}

/// The bindings of a function, or of a file outside functions.
struct Scope {
    var bindings: [Binding] = []
}

extension FileScan {
    /// The bindings of a function node or of the root; found once.
    func scope(of node: Node) -> Scope {
        if let known = scopes[node] { return known }
        var scope = Scope()
        let isRoot = node == tree.root
        if !isRoot { scope.bindings += parameters(of: node) }
        var blocks: [(depth: Int, range: Range<Int>)] = []
        var visited = 0
        node.walk { inner, depth in
            visited += 1
            if visited > 50_000 || scope.bindings.count > 3000 || depth > 400 { return .stop }
            while let last = blocks.last, last.depth >= depth { blocks.removeLast() }
            let role = role(inner)
            if depth > 0 {
                if isRoot, role == .function || role == .lambda { return .skip }
                if role == .comment || role == .importing { return .skip }
                if !isRoot, role == .lambda || role == .function {
                    // Names of an inner function that this one does not have still help: parameters of callbacks.
                    scope.bindings += parameters(of: inner).map {
                        Binding(
                            name: $0.name, kind: $0.kind, value: $0.value, position: $0.position,
                            block: inner.byteRange, type: $0.type)
                    }
                }
            }
            if Self.blockKinds.contains(inner.kind) { blocks.append((depth, inner.byteRange)) }
            let block = blocks.last?.range ?? node.byteRange
            switch role {
            case .assignment: bindAssignment(inner, block: block, into: &scope)
            case .declarator: bindDeclarator(inner, block: block, into: &scope)
            case .loop: bindLoop(inner, into: &scope)
            case .call: bindWriter(inner, block: block, into: &scope)
            case .string: return language == .bash ? .descend : .skip
            default:
                if inner.kind == "with_item" || inner.kind == "as_pattern" { bindAs(inner, block: block, into: &scope) }
            }
            return .descend
        }
        scopes[node] = scope
        return scope
    }

    private static let blockKinds: Set<String> = [
        "block", "statement_block", "compound_statement", "body_statement", "then", "else", "do_block", "statements",
        "function_body", "case_clause", "switch_case", "when", "if_statement", "elif_clause", "else_clause",
        "block_body",
        "statement_list", "if_modifier", "control_structure_body", "if", "elsif", "unless",
    ]

    private func bind(
        _ target: Node, to value: Node?, kind: Binding.Kind, at position: Int, block: Range<Int>, type: Node? = nil,
        into scope: inout Scope
    ) {
        let target = unwrapped(target)
        switch role(target) {
        case .identifier, .member, .index:
            let name = dottedName(target)
            guard !name.isEmpty else { return }
            scope.bindings.append(
                Binding(
                    name: name, kind: kind, value: value, position: position, block: block,
                    type: type.map { Array(typeName($0)) }))
        case .list, .dictionary, .other, .wrapper:
            for part in parts(target).prefix(16) {
                let name = child(part, "value") ?? part
                if name.kind == "shorthand_property_identifier_pattern" || role(name) == .identifier {
                    scope.bindings.append(
                        Binding(
                            name: Array(identifierText(name)), kind: .element, value: value, position: position,
                            block: block, type: nil))
                }
            }
        case .declarator, .assignment: break
        default: break
        }
    }

    /// A declared type without type arguments, pointers and nullability.
    func typeName(_ node: Node) -> ArraySlice<UInt8> {
        if let element = elementType(node) { return element }
        var node = node
        for _ in 0..<6 {
            guard
                [
                    "pointer_type", "type_annotation", "type", "nullable_type", "optional_type", "reference_type",
                    "user_type", "generic_type", "array_type", "slice_type",
                ].contains(node.kind), let inner = parts(node).first
            else { break }
            node = inner
        }
        let text = node.namedChildCount == 0 ? Array(node.text) : dottedName(node)
        return text.prefix { $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: "?") }
    }

    /// The one type argument of a collection, where that is a type whose values carry no attack: `List<Integer>`.
    private func elementType(_ node: Node) -> ArraySlice<UInt8>? {
        var node = node
        while ["type_annotation", "type", "nullable_type", "user_type"].contains(node.kind),
            let inner = parts(node).first
        {
            if parts(node).count == 2 { break }
            node = inner
        }
        let inner = parts(node)
        guard inner.count == 2, inner[1].kind.contains("argument") || inner[1].kind == "type_parameter" else {
            return nil
        }
        let arguments = parts(inner[1])
        guard arguments.count == 1 else { return nil }
        let name = typeName(arguments[0])
        return words.harmlessTypes.contains(Array(name)) ? name : nil
    }

    private func bindAssignment(_ node: Node, block: Range<Int>, into scope: inout Scope) {
        guard let left = child(node, "left", "target", "name") ?? parts(node).first else { return }
        guard let right = child(node, "right", "result", "value") ?? parts(node).dropFirst().last else { return }
        let kind: Binding.Kind =
            node.kind.hasPrefix("aug") || node.kind.hasPrefix("operator") || isExtending(node)
            ? .extended : .assigned
        let end = node.byteRange.upperBound
        if left.kind == "expression_list" {
            let targets = parts(left)
            let values = right.kind == "expression_list" ? parts(right) : [right]
            for (index, target) in targets.enumerated() {
                let value = values.count == targets.count ? values[index] : (values.first ?? right)
                bind(target, to: value, kind: kind, at: end, block: block, into: &scope)
            }
            return
        }
        bind(
            left, to: right, kind: kind, at: end, block: block, type: child(node, "type"), into: &scope)
    }

    private func isExtending(_ node: Node) -> Bool {
        for child in node.children where !child.isNamed {
            let text = child.text
            if text.count == 2, text.last == UInt8(ascii: "=") {
                return text.first == UInt8(ascii: "+") || text.first == UInt8(ascii: ".")
                    || text.first == UInt8(ascii: "|")
            }
        }
        if let sign = child(node, "operator"), sign.text.elementsEqual("+=".utf8) { return true }
        return false
    }

    private func bindDeclarator(_ node: Node, block: Range<Int>, into scope: inout Scope) {
        let position = node.byteRange.upperBound
        let parts = parts(node)
        guard var name = child(node, "name", "pattern", "declarator") ?? parts.first else { return }
        var value = child(node, "value")
        var type = child(node, "type")
        if value == nil, language == .csharp || language == .kotlin || language == .php, parts.count > 1 {
            value = parts.last
        }
        if language == .kotlin, let declaration = parts.first(where: { $0.kind == "variable_declaration" }) {
            name = self.parts(declaration).first ?? name
            type = self.parts(declaration).dropFirst().first
            if value == declaration { value = nil }
        }
        if language == .swift, let bound = child(name, "bound_identifier") { name = bound }
        if language == .c || language == .cpp {
            while role(name) == .other, let inner = child(name, "declarator") { name = inner }
        }
        if type == nil, language == .java || language == .csharp || language == .c || language == .cpp,
            let parent = node.parent
        {
            type = child(parent, "type")
        }
        guard value != nil || type != nil else { return }
        let names = node.kind == "var_spec" || node.kind == "const_spec" ? node.children(field: "name") : [name]
        let values = value.map { $0.kind == "expression_list" ? self.parts($0) : [$0] } ?? []
        for (index, name) in names.enumerated() {
            let own = values.count == names.count ? values[index] : values.first
            bind(name, to: own, kind: .assigned, at: position, block: block, type: type, into: &scope)
        }
    }

    private func bindLoop(_ node: Node, into scope: inout Scope) {
        let body = child(node, "body")
        guard let left = child(node, "left", "name", "pattern", "declarator", "item", "variable"),
            let right = child(node, "right", "value", "collection")
        else { return }
        bind(
            left, to: right, kind: .element, at: body?.byteRange.lowerBound ?? right.byteRange.upperBound,
            block: node.byteRange, type: child(node, "type"), into: &scope)
    }

    private func bindAs(_ node: Node, block: Range<Int>, into scope: inout Scope) {
        guard let alias = child(node, "alias") else { return }
        let target = parts(alias).first ?? alias
        guard let value = parts(node).first, value != alias else { return }
        bind(target, to: value, kind: .assigned, at: node.byteRange.upperBound, block: block, into: &scope)
    }

    /// C functions that write their first argument.
    private func bindWriter(_ node: Node, block: Range<Int>, into scope: inout Scope) {
        guard language == .c || language == .cpp, let name = lastSegment(ofCall: node) else { return }
        let text = String(decoding: name, as: UTF8.self)
        guard
            [
                "sprintf", "snprintf", "strcat", "strncat", "strcpy", "strncpy", "vsnprintf", "asprintf", "fgets",
                "gets",
                "scanf", "read", "recv", "getline",
            ].contains(text),
            let list = child(node, "arguments"), let target = parts(list).first
        else { return }
        let isExtending = text.hasSuffix("cat")
        bind(
            target, to: node, kind: isExtending ? .extended : .assigned, at: node.byteRange.upperBound, block: block,
            into: &scope)
    }

    /// The functions around a place, innermost first, and the root at the end.
    func scopesAround(_ node: Node) -> [Node] {
        var found: [Node] = []
        for ancestor in node.ancestors {
            let role = role(ancestor)
            if role == .function || role == .lambda { found.append(ancestor) }
        }
        found.append(tree.root)
        return found
    }
}
