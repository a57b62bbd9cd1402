import SyntaxTrees

extension FileScan {
    /// The parameters of a function as bindings that hold from its start.
    func parameters(of function: Node) -> [Binding] {
        var list = child(function, "parameters", "parameter")
        if list == nil, language == .c || language == .cpp {
            var declarator = child(function, "declarator")
            for _ in 0..<4 {
                guard let inner = declarator else { break }
                if let parameters = child(inner, "parameters") {
                    list = parameters
                    break
                }
                declarator = child(inner, "declarator")
            }
        }
        if list == nil { list = parts(function).first { role($0) == .parameters } }
        let nodes: [Node]
        if language == .swift {
            nodes = parts(function).filter { $0.kind == "parameter" }
        } else if let list, role(list) == .parameters || list.kind.hasSuffix("parameters") {
            nodes = parts(list)
        } else if let list {
            nodes = [list]
        } else {
            nodes = []
        }
        let isHandler = isRequestHandler(function)
        var annotated: Node?
        var found: [Binding] = []
        for node in nodes.prefix(64) {
            // Kotlin keeps annotations beside their parameter.
            if node.kind == "parameter_modifiers" {
                annotated = node
                continue
            }
            let type = parameterType(node)
            let isMarked =
                hasAnnotation(node, among: words.requestAnnotations)
                || annotated.map { hasAnnotation($0, among: words.requestAnnotations) } == true
            annotated = nil
            for name in parameterNames(node) {
                guard !Self.receivers.contains(name) else { continue }
                var origin: Taint = isHandler || isMarked ? .request : .parameter
                if let type, words.harmlessTypes.contains(type) { origin = .harmless }
                if isCloudEvent(name, of: function) { origin = .request }
                if origin == .request, let type, words.requestObjects.contains(type) { origin = .parameter }
                found.append(
                    Binding(
                        name: name, kind: .parameter(origin), value: child(node, "value", "default_value", "right"),
                        position: function.byteRange.lowerBound,
                        block: function.byteRange, type: type))
            }
        }
        return found
    }

    /// Whether a parameter is what a cloud function is called with.
    private func isCloudEvent(_ name: [UInt8], of function: Node) -> Bool {
        guard name.elementsEqual("event".utf8) else { return false }
        let range = function.byteRange
        let around = bytes[max(0, range.lowerBound - 60)..<min(range.upperBound, range.lowerBound + 100)]
        let text = Array(around)
        return ["handler", "context", "callback"].contains { contains(text, Array($0.utf8)) }
    }

    private static let receivers: Set<[UInt8]> = [Array("self".utf8), Array("cls".utf8), Array("this".utf8)]

    private func parameterType(_ node: Node) -> [UInt8]? {
        var type = child(node, "type")
        if type == nil, node.kind == "parameter" {
            if language == .kotlin { type = parts(node).dropFirst().first }
            if language == .swift { type = node.children(field: "name").dropFirst().first }
        }
        return type.map { Array(typeName($0)) }
    }

    private func parameterNames(_ node: Node) -> [[UInt8]] {
        if role(node) == .identifier { return [Array(identifierText(node))] }
        if language == .go { return node.children(field: "name").map { Array($0.text) } }
        var target = child(node, "pattern", "declarator", "left") ?? child(node, "name")
        if target == nil { target = parts(node).first { role($0) == .identifier } }
        for _ in 0..<5 {
            guard let inner = target, role(inner) != .identifier,
                let next = child(inner, "declarator", "pattern", "left")
            else { break }
            target = next
        }
        let named = target ?? node
        if role(named) == .identifier { return [Array(identifierText(named))] }
        var names: [[UInt8]] = []
        named.walk { part, depth in
            if depth > 6 || names.count > 16 { return .skip }
            if part.kind == "shorthand_property_identifier_pattern" || role(part) == .identifier {
                names.append(Array(identifierText(part)))
            }
            return .descend
        }
        return names
    }

    private func hasAnnotation(_ node: Node, among names: Set<[UInt8]>) -> Bool {
        var isMarked = false
        node.walk { part, depth in
            if depth > 4 { return .skip }
            if role(part) == .decorator {
                if let name = decoratorName(part).split(separator: UInt8(ascii: ".")).last, names.contains(Array(name))
                {
                    isMarked = true
                    return .stop
                }
                return .skip
            }
            return .descend
        }
        return isMarked
    }

    /// The dotted name of a decorator or annotation, without arguments.
    func decoratorName(_ node: Node) -> [UInt8] {
        let inner = child(node, "name") ?? parts(node).first
        guard let inner else { return [] }
        var name = dottedName(inner)
        if name.suffix(2).elementsEqual("()".utf8) { name.removeLast(2) }
        return name
    }

    /// The decorators, annotations and attributes of a declaration.
    func decorators(of declaration: Node) -> [Node] {
        var found: [Node] = []
        func collect(_ node: Node) {
            for child in node.children {
                if role(child) == .decorator {
                    found.append(child)
                } else if ["modifiers", "attribute_list", "attribute_group", "decorators"].contains(child.kind) {
                    collect(child)
                }
            }
        }
        collect(declaration)
        if let parent = declaration.parent, parent.kind == "decorated_definition" || parent.kind == "export_statement" {
            collect(parent)
        }
        // JavaScript and TypeScript put a method's decorators before it.
        var before = declaration.previousSibling
        while let node = before, role(node) == .decorator {
            found.append(node)
            before = node.previousSibling
        }
        return found
    }

    /// Whether a function answers requests: a route decorator, a mapping annotation or an action's result type.
    private func isRequestHandler(_ function: Node) -> Bool {
        if let result = child(function, "returns", "type", "return_type"), language == .csharp {
            let type = String(decoding: result.text.prefix(80), as: UTF8.self)
            if type.contains("ActionResult") { return true }
        }
        return decorators(of: function).contains { decorator in
            let name = decoratorName(decorator)
            return words.handlerDecorators.contains { $0.matches(name) }
        }
    }
}
