import SyntaxTrees

/// An argument of a call, or an entry of a literal.
struct Argument {
    /// Nil for a positional one.
    let name: [UInt8]?
    let value: Node
}

/// A call as the rules see it, whatever its syntax.
struct CallSite {
    let node: Node
    /// Dotted, as written: `subprocess.run`, `Command.new().arg`, `echo`.
    let name: [UInt8]
    let receiver: Node?
    let arguments: [Argument]
}

extension FileScan {
    /// The name under which a call is looked up: the last segment of its callee. Cheaper than `callSite`.
    func lastSegment(ofCall node: Node) -> ArraySlice<UInt8>? {
        switch role(node) {
        case .call, .composite:
            guard let callee = callee(node) else { return nil }
            return lastSegment(of: callee)
        case .invoke:
            guard let name = child(node, "name", "method") else {
                return child(node, "arguments") == nil ? nil : [UInt8](".call".utf8)[1...]
            }
            return lastSegment(of: name)
        case .macro:
            guard let name = child(node, "macro") else { return nil }
            return lastSegment(of: name).map { $0 + [UInt8(ascii: "!")] }
        case .command:
            return child(node, "name")?.text
        case .intrinsic:
            return Self.intrinsics[node.kind].map { $0[...] }
        default: return nil
        }
    }

    private static let intrinsics: [String: [UInt8]] = [
        "echo_statement": "echo", "print_intrinsic": "print", "include_expression": "include",
        "include_once_expression": "include_once", "require_expression": "require",
        "require_once_expression": "require_once", "shell_command_expression": "`", "subshell": "`",
    ].mapValues { Array($0.utf8) }

    /// The expression that is called, constructed or given a structure.
    private func callee(_ node: Node) -> Node? {
        if let callee = child(node, "function", "constructor", "type", "name") { return callee }
        let parts = parts(node)
        if node.kind == "implicit_object_creation_expression" { return nil }
        return parts.first
    }

    private func lastSegment(of node: Node) -> ArraySlice<UInt8>? {
        var node = node
        var steps = 0
        while steps < 12 {
            steps += 1
            switch role(node) {
            case .member:
                guard let last = memberName(node) else { return nil }
                node = last
                if role(last) != .member { return identifierText(last) }
            case .wrapper: node = unwrapped(node)
            case .identifier: return identifierText(node)
            case .index: return indexKey(node)?[...]
            case .decorator, .call, .invoke: return lastSegment(ofCall: node)
            default: return isPlainName(node) ? node.text : nil
            }
        }
        return nil
    }

    private func isPlainName(_ node: Node) -> Bool {
        node.byteRange.count <= 80 && (node.childCount == 0 || role(node) == .composite)
    }

    /// The text of an identifier without sigils and type arguments.
    func identifierText(_ node: Node) -> ArraySlice<UInt8> {
        var text = node.text
        if node.childCount > 0, let angle = text.firstIndex(of: UInt8(ascii: "<")) { text = text[..<angle] }
        while let first = text.first, first == UInt8(ascii: "$") || first == UInt8(ascii: "@") || first == 0x5C {
            text.removeFirst()
        }
        return text.prefix(200)
    }

    /// The part of a member access behind its last dot.
    func memberName(_ node: Node) -> Node? {
        if let found = child(node, "property", "field", "attribute", "name") { return found }
        if let suffix = child(node, "suffix") { return child(suffix, "suffix") ?? parts(suffix).last ?? suffix }
        return parts(node).last
    }

    /// The part of a member access before its last dot.
    func memberObject(_ node: Node) -> Node? {
        if let found = child(
            node, "object", "operand", "value", "expression", "path", "scope", "argument", "target", "condition",
            "package"
        ) {
            return found
        }
        let parts = parts(node)
        return parts.count > 1 ? parts.first : nil
    }

    /// The constant key of an index expression.
    func indexKey(_ node: Node) -> [UInt8]? {
        let key = child(node, "index", "subscript") ?? parts(node).dropFirst().last
        guard var key else { return nil }
        for _ in 0..<3 where role(key) != .string {
            guard let inner = parts(key).first else { break }
            key = inner
        }
        return role(key) == .string ? plainText(key) : nil
    }

    func indexObject(_ node: Node) -> Node? {
        child(node, "object", "value", "operand", "argument", "expression", "array") ?? parts(node).first
    }

    /// A call taken apart; nil if the node is none.
    func callSite(_ node: Node) -> CallSite? {
        let role = role(node)
        switch role {
        case .call, .composite:
            guard let callee = callee(node) else { return nil }
            var inner = unwrapped(callee)
            if self.role(inner) == .decorator { inner = parts(inner).first ?? inner }
            let receiver = self.role(inner) == .member ? memberObject(inner) : nil
            let arguments = arguments(of: node, callee: callee)
            // A Kotlin or Swift call with a trailing lambda wraps the call with the arguments.
            if arguments.isEmpty, self.role(inner) == .call, let site = callSite(inner) {
                return CallSite(node: node, name: site.name, receiver: site.receiver, arguments: site.arguments)
            }
            return CallSite(node: node, name: dottedName(inner), receiver: receiver, arguments: arguments)
        case .invoke:
            let receiver = child(node, "object", "receiver", "scope")
            var name = receiver.map { dottedName($0) } ?? []
            if receiver != nil { name.append(UInt8(ascii: ".")) }
            if let own = child(node, "name", "method") {
                name += identifierText(own)
            } else {
                name += Array("call".utf8)
            }
            return CallSite(
                node: node, name: Array(name.suffix(400)), receiver: receiver,
                arguments: arguments(of: node, callee: nil))
        case .macro:
            guard let macro = child(node, "macro") else { return nil }
            let trees = parts(node).filter { $0.kind == "token_tree" }
            return CallSite(
                node: node, name: dottedName(macro) + [UInt8(ascii: "!")], receiver: nil,
                arguments: trees.flatMap { parts($0) }.map { Argument(name: nil, value: $0) })
        case .command:
            guard let name = child(node, "name") else { return nil }
            return CallSite(
                node: node, name: Array(name.text.prefix(200)), receiver: nil,
                arguments: node.children(field: "argument").map { Argument(name: nil, value: $0) })
        case .intrinsic:
            guard let name = Self.intrinsics[node.kind] else { return nil }
            let values = name == [UInt8(ascii: "`")] ? [node] : parts(node)
            return CallSite(
                node: node, name: name, receiver: nil, arguments: values.map { Argument(name: nil, value: $0) })
        default: return nil
        }
    }

    private func arguments(of node: Node, callee: Node?) -> [Argument] {
        var found: [Argument] = []
        for child in node.children where child.isNamed && !child.isComment && child != callee {
            switch child.kind {
            case "arguments", "argument_list", "value_arguments", "bracketed_argument_list", "attribute_argument_list",
                "annotation_argument_list":
                found += parts(child).prefix(64).map(argument)
            case "call_suffix":
                for part in parts(child) {
                    if part.kind == "value_arguments" {
                        found += parts(part).prefix(64).map(argument)
                    } else {
                        found.append(Argument(name: nil, value: part))
                    }
                }
            case "annotated_lambda", "lambda_literal": found.append(Argument(name: nil, value: child))
            case "initializer_expression", "field_initializer_list", "literal_value", "initializer_list":
                found += parts(child).prefix(64).map(argument)
            default: break
            }
        }
        return found
    }

    /// A node in an argument list or literal as name and value.
    func argument(_ node: Node) -> Argument {
        switch node.kind {
        case "keyword_argument", "pair", "keyed_element", "field_initializer", "element_value_pair", "jsx_attribute",
            "array_element_initializer", "assignment_expression", "block_mapping_pair", "flow_pair":
            if let pair = pair(node) { return pair }
        case "argument", "value_argument", "attribute_argument":
            let inner = parts(node)
            let value = child(node, "value") ?? inner.last
            var name = child(node, "name")
            if name == nil, language == .kotlin, inner.count == 2 { name = inner[0] }
            if name == nil, node.kind == "attribute_argument", inner.count == 2 { name = inner[0] }
            if let value {
                return Argument(name: name.flatMap { $0 == value ? nil : keyText($0) }, value: value)
            }
        case "shorthand_property_identifier", "shorthand_field_initializer":
            return Argument(name: Array(node.text), value: node)
        default: break
        }
        return Argument(name: nil, value: node)
    }

    /// A key with its value, from any kind of pair; nil if the node has no key.
    func pair(_ node: Node) -> Argument? {
        var key = child(node, "key", "name", "left", "field")
        var value = child(node, "value", "right")
        if key == nil || value == nil {
            let parts = parts(node)
            guard parts.count >= 2 else { return nil }
            key = key ?? parts[0]
            value = value ?? parts[parts.count - 1]
        }
        guard let key, let value, key != value else { return nil }
        let name = keyText(key)
        return name.isEmpty ? nil : Argument(name: name, value: value)
    }

    /// The name a key stands for: without quotes, colons and sigils.
    func keyText(_ node: Node) -> [UInt8] {
        let node = role(node) == .wrapper || node.kind == "value_argument_label" ? (parts(node).last ?? node) : node
        if role(node) == .string, let text = plainText(node) { return text }
        if role(node) == .member { return dottedName(node) }
        var text = identifierText(node)
        while text.last == UInt8(ascii: ":") { text.removeLast() }
        while text.first == UInt8(ascii: ":") { text.removeFirst() }
        return Array(text)
    }

    /// The text of a string without interpolation, else nil. Escapes stay as written.
    func plainText(_ node: Node) -> [UInt8]? {
        if node.kind == "simple_symbol" { return Array(node.text.dropFirst().prefix(4096)) }
        if node.kind == "hash_key_symbol" || node.kind == "bare_string" { return Array(node.text.prefix(4096)) }
        let parts = stringParts(node)
        guard !parts.contains(where: { $0.value != nil }) else { return nil }
        return parts.reduce(into: []) { $0 += $1.text }
    }

    /// A string in pieces: constant text, or the expression put in between.
    func stringParts(_ node: Node) -> [(text: ArraySlice<UInt8>, value: Node?)] {
        var found: [(text: ArraySlice<UInt8>, value: Node?)] = []
        var end: Int?
        var length = 0
        func visit(_ node: Node, _ depth: Int) {
            for child in node.children where length < 8192 {
                let kind = child.kind
                let isGap = role(child) == .interpolation || kind == "interpolation"
                if isGap || (child.isNamed && !Self.textKinds.contains(kind) && role(child) != .string) {
                    if Self.quoteKinds.contains(kind) { continue }
                    found.append(([], child))
                } else if role(child) == .string && depth < 40 && child.childCount > 0 {
                    visit(child, depth + 1)
                } else if child.isNamed && Self.textKinds.contains(kind) || role(child) == .string {
                    found.append((child.text.prefix(4096), nil))
                    length += child.byteRange.count
                }
                end = child.byteRange.upperBound
            }
        }
        visit(node, 0)
        if end == nil || found.isEmpty { return [(stripped(node.text).prefix(4096), nil)] }
        return found
    }

    private static let textKinds: Set<String> = [
        "string_content", "string_fragment", "escape_sequence", "interpreted_string_literal_content",
        "raw_string_literal_content", "string_literal_content", "line_str_text", "multi_line_str_text",
        "str_escaped_char", "heredoc_body", "heredoc_content", "nowdoc_string", "nowdoc_body", "string_value", "word",
        "character", "multiline_string_fragment", "raw_string_content", "raw_str_part", "raw_str_end_part", "number",
        "string_literal_encoding", "raw_string_delimiter", "escaped_identifier",
    ]
    private static let quoteKinds: Set<String> = [
        "string_start", "string_end", "interpolation_start", "interpolation_quote", "heredoc_start", "heredoc_end",
        "raw_string_start", "raw_string_end", "heredoc_beginning", "nowdoc", "interpolation_brace", "comment",
    ]

    /// Without quotes, when a grammar gives a string no inner nodes.
    private func stripped(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let first = text.first, first != 0x22, first != 0x27, first != 0x60, text.count > 2, first < 0x80,
            first == 0x62 || first == 0x72 || first == 0x75 || first == 0x66 || first == 0x40 || first == 0x4C
                || first == 0x52 || first == 0x42, text.contains(0x22) || text.contains(0x27)
        { text.removeFirst() }
        guard let quote = text.first, quote == 0x22 || quote == 0x27 || quote == 0x60 else { return text }
        while text.first == quote { text.removeFirst() }
        while text.last == quote { text.removeLast() }
        return text
    }
}
