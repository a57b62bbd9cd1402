import SyntaxTrees

/// Values of names, members and indexes: sources of input, and what was assigned before.
extension FileScan {
    /// What a name, member or index is worth by itself; nil when it is no known source.
    func source(_ node: Node) -> Value? {
        let name = dottedName(node)
        let full = resolved(name)
        func fits(_ patterns: [NamePattern]) -> Bool {
            patterns.contains { pattern in pattern.matches(name) || full.map { pattern.matches($0) } == true }
        }
        if fits(words.requestSources) { return Value(origin: .request) }
        return fits(words.localSources) ? Value(origin: .parameter) : nil
    }

    func nameValue(_ node: Node, _ depth: Int) -> Value {
        let name = Array(identifierText(node))
        if Self.words.contains(name) { return Value(origin: .literal, text: name, literal: node) }
        if let value = lookup(name, at: node, depth) {
            // A text that was put together shows its own parts.
            return namesSchema(name) && value.composedOrigin == .literal ? value.lowered : value
        }
        if let source = source(node) { return source }
        if namesSchema(name) { return .harmless }
        return isConstantName(name) ? Value(origin: .harmless, literal: node) : Value(origin: .unknown)
    }

    /// Constants that some grammars give as names.
    static let words: Set<[UInt8]> = Set(
        ["true", "false", "null", "nil", "None", "True", "False", "undefined", "NULL", "nullptr", "NaN", "YES", "NO"]
            .map { Array($0.utf8) })

    /// `MAX_AGE` and the like.
    func isConstantName(_ name: [UInt8]) -> Bool {
        name.count > 1 && name.contains { $0 >= 0x41 && $0 <= 0x5A } && !name.contains { $0 >= 0x61 && $0 <= 0x7A }
            && !(language == .php && name.first == 0x5F)
    }

    /// The value a name has at a place; nil if nothing binds it.
    func lookup(_ name: [UInt8], at node: Node, _ depth: Int) -> Value? {
        evaluations += 4
        guard depth < 40, evaluations < Self.limit else { return .unknown }
        let position = node.byteRange.lowerBound
        for scopeNode in scopesAround(node) {
            let isRoot = scopeNode == tree.root
            let bindings = scope(of: scopeNode).bindings
            var found: Value?
            for binding in bindings.reversed() where binding.name == name {
                if case .parameter = binding.kind, !binding.block.contains(position) { continue }
                guard binding.position <= position || isRoot && scopeNode != node else { continue }
                if let value = binding.value, value.byteRange.contains(position) { continue }
                var isFinal = binding.block.contains(position) || isRoot
                var value: Value
                switch binding.kind {
                case .parameter(let origin):
                    value = Value(origin: origin)
                    value.fallback = binding.value.flatMap { self.value($0, depth + 1).text }
                    isFinal = true
                case .assigned: value = binding.value.map { self.value($0, depth + 1) } ?? .unknown
                case .element:
                    value = binding.value.map { self.value($0, depth + 1) } ?? .unknown
                    value = Value(origin: value.origin, composedOrigin: value.composedOrigin)
                case .extended:
                    let added = binding.value.map { self.value($0, depth + 1) } ?? .unknown
                    found = found.map { added.joined($0) } ?? added
                    continue
                }
                if binding.value == nil, binding.type != nil, case .assigned = binding.kind { continue }
                if let type = binding.type, words.harmlessTypes.contains(type) { value = .harmless }
                if let behind = found {
                    found = value.joined(behind).merged(Value(origin: .literal))
                } else {
                    found = value
                }
                if isFinal { return found }
                // A branch: what stood before may still hold.
                if let before = earlier(name, before: binding.position, in: bindings, at: position, depth) {
                    return found.map { $0.merged(before) }
                }
                return found
            }
            if let found { return found }
        }
        return nil
    }

    func earlier(
        _ name: [UInt8], before: Int, in bindings: [Binding], at position: Int, _ depth: Int
    ) -> Value? {
        for binding in bindings.reversed() where binding.name == name && binding.position < before {
            if case .parameter(let origin) = binding.kind {
                return binding.block.contains(position) ? Value(origin: origin) : nil
            }
            if let value = binding.value {
                let known = self.value(value, depth + 2)
                if binding.block.contains(position) { return known }
                return earlier(name, before: binding.position, in: bindings, at: position, depth + 2)
                    .map { $0.merged(known) } ?? known
            }
        }
        return nil
    }

    func memberValue(_ node: Node, _ depth: Int) -> Value {
        if let source = source(node) { return source }
        let name = dottedName(node)
        let last = Array(name.split(separator: UInt8(ascii: ".")).last ?? [])
        if isConstantName(last) { return Value(origin: .harmless, literal: node) }
        if let value = lookup(name, at: node, depth) { return value }
        guard let object = memberObject(node) else { return .unknown }
        if harmlessMembers.contains(last) { return .harmless }
        let origin = value(object, depth + 1).origin
        guard origin >= .parameter else { return .unknown }
        return Value(origin: origin == .parameter && namesRecord(last) ? .unknown : origin)
    }

    /// Whether a member identifies a record or names a part of a database.
    func namesRecord(_ member: [UInt8]) -> Bool {
        member.count > 3 && member.suffix(3).elementsEqual("_id".utf8) || words.keyMembers.contains(member)
            || namesSchema(member)
    }

    /// Whether a name speaks of a part of a database, which programs choose among rather than take from outside.
    func namesSchema(_ name: [UInt8]) -> Bool {
        GuardName.words(of: name).contains { words.schemaWords.contains(Array($0.utf8)) }
    }

    var harmlessMembers: Set<[UInt8]> { words.harmlessMembers }

    /// PHP's `$_SERVER["NAME"]` where the name is none that the client sends.
    private func isServerSetting(_ node: Node) -> Bool {
        guard language == .php, let object = indexObject(node), dottedName(object).elementsEqual("_SERVER".utf8),
            let key = parts(node).last, let name = plainText(key)
        else { return false }
        if name.starts(with: "HTTP_".utf8) { return false }
        let sent = [
            "REQUEST_URI", "QUERY_STRING", "PHP_SELF", "PATH_INFO", "SERVER_NAME", "ORIG_PATH_INFO", "PHP_AUTH_USER",
            "PHP_AUTH_PW", "argv", "PATH_TRANSLATED", "REDIRECT_URL", "REDIRECT_QUERY_STRING",
        ]
        return !sent.contains { name.elementsEqual($0.utf8) }
    }

    func indexValue(_ node: Node, _ depth: Int) -> Value {
        if isServerSetting(node) { return .unknown }
        if let source = source(node) { return source }
        if let value = lookup(dottedName(node), at: node, depth) { return value }
        guard let object = indexObject(node) else { return .unknown }
        let value = value(object, depth + 1)
        if value.literal.map({ role($0) == .dictionary || role($0) == .list }) == true, value.origin <= .harmless {
            return .harmless
        }
        return Value(origin: max(value.origin, .unknown))
    }
}
