import SyntaxTrees

/// What names stand for by imports, assignments and declared types.
extension FileScan {
    /// What a name stands for by imports and by what its first segment was assigned or declared as.
    func resolvedNames(_ name: [UInt8], at node: Node) -> [[UInt8]] {
        var found: [[UInt8]] = []
        if let full = resolved(name) { found.append(full) }
        guard let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return found }
        var first = Array(name[..<dot])
        var rest = name[dot...]
        if first.elementsEqual("this".utf8) || first.elementsEqual("self".utf8),
            let next = name[(dot + 1)...].firstIndex(of: UInt8(ascii: "."))
        {
            first = Array(name[..<next])
            rest = name[next...]
        }
        guard let binding = binding(of: first, at: node) else { return found }
        if let type = binding.type { found.append(type + Array("()".utf8) + rest) }
        if let value = binding.value {
            var made = unwrapped(value)
            for _ in 0..<3 where role(made) == .binary || role(made) == .conditional {
                guard let inner = parts(made).last else { break }
                made = unwrapped(inner)
            }
            switch role(made) {
            case .call, .invoke, .composite, .macro, .member, .identifier:
                let origin = dottedName(made)
                guard origin.first != UInt8(ascii: "?"), origin != first else { break }
                let full = resolvedChain(origin, at: made, depth: 0)
                found += full.map { $0 + rest }
            default: break
            }
        }
        return found
    }

    func resolvedChain(_ name: [UInt8], at node: Node, depth: Int) -> [[UInt8]] {
        guard depth < 4 else { return [name] }
        let more = depth < 3 ? resolvedNames(name, at: node, depth + 1) : []
        return [name] + more
    }

    func resolvedNames(_ name: [UInt8], at node: Node, _ depth: Int) -> [[UInt8]] {
        var found: [[UInt8]] = []
        if let full = resolved(name) { found.append(full) }
        guard depth < 4, let dot = name.firstIndex(of: UInt8(ascii: ".")), dot > 0 else { return found }
        let first = Array(name[..<dot])
        guard let binding = binding(of: first, at: node) else { return found }
        if let type = binding.type { found.append(type + Array("()".utf8) + name[dot...]) }
        if let value = binding.value.map(unwrapped), role(value) == .call || role(value) == .invoke {
            let origin = dottedName(value)
            guard origin != name, origin.first != UInt8(ascii: "?") else { return found }
            found += resolvedChain(origin, at: value, depth: depth + 1).map { $0 + name[dot...] }
        }
        return found
    }

    /// The binding that gives a name its value or type at a place.
    func binding(of name: [UInt8], at node: Node) -> Binding? {
        let position = node.byteRange.lowerBound
        for scopeNode in scopesAround(node) {
            let isRoot = scopeNode == tree.root
            for binding in scope(of: scopeNode).bindings.reversed() where binding.name == name {
                if case .extended = binding.kind { continue }
                if case .parameter = binding.kind, !binding.block.contains(position) { continue }
                if binding.position <= position || isRoot { return binding }
                if let value = binding.value, value.byteRange.contains(position) { continue }
            }
        }
        return nil
    }
}
