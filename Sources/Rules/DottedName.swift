import SyntaxTrees

extension FileScan {
    /// An expression as a dotted name: `a.b`, `A::b` and `$a->b` alike; a call inside becomes `f()`, an index with a
    /// constant key a segment, anything else `?`. At most 400 bytes.
    func dottedName(_ node: Node) -> [UInt8] {
        var segments: [[UInt8]] = []
        var current: Node? = node
        var steps = 0
        while let node = current, steps < 24 {
            steps += 1
            current = nil
            switch role(node) {
            case .wrapper:
                let inner = unwrapped(node)
                if inner == node { segments.append([UInt8(ascii: "?")]) } else { current = inner }
            case .member:
                guard let name = memberName(node) else { break }
                if role(name) == .member {
                    segments.append(dottedName(name))
                } else {
                    segments.append(Array(identifierText(name)))
                }
                current = memberObject(node)
            case .index:
                segments.append(indexKey(node) ?? Array("[]".utf8))
                current = indexObject(node)
            case .call, .composite, .macro:
                guard let site = calleeName(node) else {
                    segments.append([UInt8(ascii: "?")])
                    break
                }
                if let required = site.required {
                    segments.append(required)
                    break
                }
                segments.append(site.name + Array("()".utf8))
                current = site.rest
            case .invoke:
                let own = child(node, "name", "method")
                let name = own.map { Array(identifierText($0)) } ?? Array("call".utf8)
                let receiver = child(node, "object", "receiver", "scope")
                // A bare Ruby name with a receiver and no arguments is as good as a member.
                let isMember = language == .ruby && child(node, "arguments") == nil && receiver != nil
                segments.append(isMember ? name : name + Array("()".utf8))
                current = receiver
            case .identifier: segments.append(Array(identifierText(node)))
            case .decorator: current = parts(node).first
            case .constant, .intrinsic: segments.append(Array(node.text.prefix(60)))
            default:
                segments.append(node.childCount == 0 ? Array(node.text.prefix(60)) : [UInt8(ascii: "?")])
            }
        }
        let joined = segments.reversed().joined(separator: [UInt8(ascii: ".")])
        return Array(joined.suffix(400))
    }

    /// The last segment of a call's name and what stands before it; `required` for `require("module")`.
    private func calleeName(_ node: Node) -> (name: [UInt8], rest: Node?, required: [UInt8]?)? {
        if role(node) == .macro {
            guard let macro = child(node, "macro") else { return nil }
            return (dottedName(macro) + [UInt8(ascii: "!")], nil, nil)
        }
        guard let first = child(node, "function", "constructor", "type", "name") ?? parts(node).first else {
            return nil
        }
        let callee = unwrapped(first)
        if let module = requiredModule(node, callee: callee) { return ([], nil, module) }
        switch role(callee) {
        case .member:
            guard let name = memberName(callee) else { return nil }
            return (Array(identifierText(name)), memberObject(callee), nil)
        case .identifier: return (Array(identifierText(callee)), nil, nil)
        case .call: return calleeName(callee)
        default: return nil
        }
    }

    /// The module of `require("x")`, `import("x")` and `__import__("x")`.
    func requiredModule(_ node: Node, callee: Node) -> [UInt8]? {
        guard role(callee) == .identifier || callee.kind == "import" else { return nil }
        let name = callee.text
        guard
            name.elementsEqual("require".utf8) || name.elementsEqual("import".utf8)
                || name.elementsEqual("__import__".utf8)
        else { return nil }
        guard let list = child(node, "arguments"), let first = parts(list).first, role(first) == .string else {
            return nil
        }
        return plainText(first).map(moduleName)
    }

    /// A module path as a dotted name: `node:fs/promises` is `fs.promises`, `math/rand` is `rand` in Go.
    func moduleName(_ path: [UInt8]) -> [UInt8] {
        var path = path[...]
        if path.starts(with: "node:".utf8) { path = path.dropFirst(5) }
        while let first = path.first, first == UInt8(ascii: ".") || first == UInt8(ascii: "/") {
            path = path.dropFirst()
        }
        return path.map { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") || $0 == 0x5C ? UInt8(ascii: ".") : $0 }
    }

    /// A name with its first segment replaced by what an import says it stands for; nil if nothing does.
    func resolved(_ name: [UInt8]) -> [UInt8]? {
        let end = name.firstIndex { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "(") } ?? name.count
        guard let target = aliases[Array(name[..<end])] else { return nil }
        return target + name[end...]
    }

    /// What local names stand for by imports, at most 2,000.
    func importedNames() -> [[UInt8]: [UInt8]] {
        var found: [[UInt8]: [UInt8]] = [:]
        tree.walk { node, depth in
            guard found.count < 2000, depth < 200 else { return .stop }
            switch role(node) {
            case .importing:
                collectImport(node, into: &found)
                return .skip
            case .declarator:
                collectRequire(node, into: &found)
                return .descend
            case .comment, .string: return .skip
            // Imports stand at the top, except in the dynamic languages.
            case .function, .lambda:
                return language == .python || language == .javascript ? .descend : .skip
            default: return .descend
            }
        }
        return found
    }

    private func collectRequire(_ node: Node, into found: inout [[UInt8]: [UInt8]]) {
        guard language == .javascript || language == .typescript || language == .tsx,
            let name = child(node, "name"), let value = child(node, "value").map(unwrapped)
        else { return }
        var module: [UInt8]?
        if role(value) == .call || role(value) == .member {
            let text = dottedName(value)
            let usesRequire = value.text.prefix(200).starts(with: "require(".utf8) || containsRequire(value)
            if usesRequire { module = text }
        }
        guard let module, !module.isEmpty else { return }
        if role(name) == .identifier {
            found[Array(name.text)] = module
        } else {
            for part in parts(name) {
                if part.kind == "pair_pattern", let key = child(part, "key"), let value = child(part, "value") {
                    found[Array(value.text)] = module + [UInt8(ascii: ".")] + keyText(key)
                } else if part.kind == "shorthand_property_identifier_pattern" {
                    found[Array(part.text)] = module + [UInt8(ascii: ".")] + part.text
                }
            }
        }
    }

    private func containsRequire(_ node: Node) -> Bool {
        var node = node
        for _ in 0..<6 {
            if role(node) == .call, let callee = child(node, "function"), requiredModule(node, callee: callee) != nil {
                return true
            }
            guard let next = child(node, "object", "function") ?? parts(node).first else { return false }
            node = unwrapped(next)
        }
        return false
    }

    private func collectImport(_ node: Node, into found: inout [[UInt8]: [UInt8]]) {
        switch language {
        case .python: collectPythonImport(node, into: &found)
        case .javascript, .typescript, .tsx: collectScriptImport(node, into: &found)
        case .go:
            node.walk { spec, _ in
                guard spec.kind == "import_spec" else { return .descend }
                guard let path = child(spec, "path").flatMap(plainText) else { return .skip }
                let module = moduleName(path)
                if let name = child(spec, "name") {
                    found[Array(name.text)] = module
                } else if let last = path.split(separator: UInt8(ascii: "/")).last {
                    found[Array(last)] = module
                }
                return .skip
            }
        case .java, .kotlin, .csharp:
            guard let path = parts(node).last(where: { role($0) == .member }) ?? parts(node).first else { return }
            let name = dottedName(path)
            if let last = name.split(separator: UInt8(ascii: ".")).last { found[Array(last)] = name }
        case .rust: collectRustUse(child(node, "argument") ?? node, prefix: [], depth: 0, into: &found)
        case .php:
            for clause in parts(node) {
                let pieces = parts(clause)
                guard let path = pieces.first else { continue }
                let name = path.text.map { $0 == 0x5C ? UInt8(ascii: ".") : $0 }
                let last =
                    pieces.count > 1
                    ? Array(identifierText(pieces[pieces.count - 1]))
                    : Array(name.split(separator: UInt8(ascii: ".")).last ?? [])
                if !last.isEmpty { found[last] = name }
            }
        default: break
        }
    }

    private func collectPythonImport(_ node: Node, into found: inout [[UInt8]: [UInt8]]) {
        let module = child(node, "module_name").map { Array($0.text) }
        for name in node.children(field: "name") {
            let path = child(name, "name") ?? name
            let alias = child(name, "alias")
            let full = module.map { $0 + [UInt8(ascii: ".")] + path.text } ?? Array(path.text)
            if let alias {
                found[Array(alias.text)] = full
            } else if module != nil {
                found[Array(path.text)] = full
            }
        }
    }

    private func collectScriptImport(_ node: Node, into found: inout [[UInt8]: [UInt8]]) {
        guard let path = child(node, "source").flatMap(plainText) else { return }
        let module = moduleName(path)
        node.walk { part, _ in
            switch part.kind {
            case "import_specifier":
                guard let name = child(part, "name") else { return .skip }
                let local = child(part, "alias") ?? name
                found[Array(local.text)] = module + [UInt8(ascii: ".")] + name.text
                return .skip
            case "identifier":
                found[Array(part.text)] = module
                return .skip
            case "string": return .skip
            default: return .descend
            }
        }
    }

    private func collectRustUse(
        _ node: Node, prefix: [UInt8], depth: Int, into found: inout [[UInt8]: [UInt8]]
    ) {
        guard depth < 8 else { return }
        func joined(_ name: [UInt8]) -> [UInt8] { prefix.isEmpty ? name : prefix + [UInt8(ascii: ".")] + name }
        switch node.kind {
        case "scoped_use_list":
            let path = child(node, "path").map(dottedName) ?? []
            if let list = child(node, "list") {
                for part in parts(list) { collectRustUse(part, prefix: joined(path), depth: depth + 1, into: &found) }
            }
        case "use_list":
            for part in parts(node) { collectRustUse(part, prefix: prefix, depth: depth + 1, into: &found) }
        case "use_as_clause":
            if let path = child(node, "path"), let alias = child(node, "alias") {
                found[Array(alias.text)] = joined(dottedName(path))
            }
        case "identifier", "scoped_identifier":
            let name = dottedName(node)
            if let last = name.split(separator: UInt8(ascii: ".")).last { found[Array(last)] = joined(name) }
        default: break
        }
    }
}
