import Diffs
import SyntaxTrees

/// A place where a matcher's form fits, before its conditions are looked at.
struct Candidate {
    let node: Node
    /// As written and, where imports or bindings tell more, as resolved.
    let names: [[UInt8]]
    let site: CallSite?
    /// What a key or target is given.
    let value: Node?
    /// Decorator arguments, handler or function body, string text.
    let text: [UInt8]?
    /// The nodes around, outermost first.
    let around: [Node]
    /// The row a finding is put on.
    let row: Int
}

/// What the conditions of a match found out.
struct Evidence {
    /// The most doubtful value a condition looked at; nil when none asked.
    var taint: Taint?
    var row: Int?
    /// Whether constant text stands around the doubtful value: a parameter handed on whole is its caller's business.
    var isComposed = false
}

extension FileScan {
    /// Whether all conditions hold for a candidate; nil if not.
    func evidence(_ conditions: [Condition], _ candidate: Candidate) -> Evidence? {
        var evidence = Evidence()
        for condition in conditions {
            guard holds(condition, candidate, &evidence) != condition.isNegated else { return nil }
        }
        return evidence
    }

    func holds(_ condition: Condition, _ candidate: Candidate, _ evidence: inout Evidence) -> Bool {
        switch condition.subject {
        case .argument(let position, let names):
            let nodes = arguments(position, names, candidate)
            return nodes.contains { test(condition.test, $0, candidate, &evidence) }
        case .anyArgument:
            return candidate.site?.arguments.contains { test(condition.test, $0.value, candidate, &evidence) } == true
        case .value: return candidate.value.map { test(condition.test, $0, candidate, &evidence) } ?? false
        case .receiver:
            return candidate.site?.receiver.map { test(condition.test, $0, candidate, &evidence) } ?? false
        case .text: return candidate.text.map { test(condition.test, text: $0, candidate) } ?? false
        case .count:
            guard let site = candidate.site, case .number(let limit) = condition.test else { return false }
            return site.arguments.count <= limit
        case .call:
            guard let name = enclosingCall(candidate) else { return false }
            return test(condition.test, text: name, candidate)
        case .key:
            guard let name = enclosingKey(candidate) else { return false }
            return test(condition.test, text: name, candidate)
        case .function:
            let body = enclosing(candidate, [.function])?.text ?? bytes[...]
            return test(condition.test, text: Array(body.prefix(40_000)), candidate)
        case .file: return test(condition.test, text: bytes, candidate)
        case .functionName:
            guard let function = enclosing(candidate, [.function]), let name = child(function, "name") else {
                return false
            }
            return test(condition.test, text: Array(name.text), candidate)
        case .classHeader:
            guard let type = enclosing(candidate, [.classLike]) else { return false }
            let end = child(type, "body")?.byteRange.lowerBound ?? type.byteRange.upperBound
            return test(
                condition.test, text: Array(bytes[type.byteRange.lowerBound..<max(end, type.byteRange.lowerBound)]),
                candidate)
        case .statement:
            return test(condition.test, text: Array(statement(candidate).text.prefix(4000)), candidate)
        case .path: return test(condition.test, text: source.path.bytes, candidate)
        case .result:
            guard let name = result(candidate) else { return false }
            return test(condition.test, text: name, candidate)
        }
    }

    func arguments(_ position: Int?, _ names: [[UInt8]], _ candidate: Candidate) -> [Node] {
        guard let site = candidate.site else { return [] }
        if !names.isEmpty {
            for argument in site.arguments where argument.name.map({ names.contains($0) }) == true {
                return [argument.value]
            }
            for argument in site.arguments {
                if let value = entry(of: argument.value, names: names) { return [value] }
            }
        }
        guard let position else { return [] }
        let positional = site.arguments.filter {
            $0.name == nil || language == .swift || language == .ruby && $0.name == nil
        }
        if position < 0 { return positional.last.map { [$0.value] } ?? [] }
        return position < positional.count ? [positional[position].value] : []
    }

    /// The value under a key of a dictionary literal, also behind a variable.
    func entry(of node: Node, names: [[UInt8]]) -> Node? {
        var literal: Node? = unwrapped(node)
        if let plain = literal, role(plain) == .identifier { literal = value(plain).literal }
        guard let literal else { return nil }
        let list: [Node]
        switch role(literal) {
        case .dictionary: list = parts(literal)
        case .composite: return callSite(literal)?.arguments.first { $0.name.map { names.contains($0) } == true }?.value
        case .call:
            if literal.kind.contains("creation") || literal.kind == "new_expression" {
                return callSite(literal)?.arguments.first { $0.name.map { names.contains($0) } == true }?.value
            }
            return nil
        default: return nil
        }
        for part in list.prefix(100) {
            if let pair = pair(part), names.contains(pair.name ?? []) { return pair.value }
        }
        return nil
    }

    func enclosingCall(_ candidate: Candidate) -> [UInt8]? {
        for node in candidate.around.reversed() {
            switch role(node) {
            case .call, .invoke, .composite, .command: return callSite(node)?.name
            case .decorator: return decoratorName(node)
            case .function, .lambda, .classLike: return nil
            default: continue
            }
        }
        return nil
    }

    func enclosingKey(_ candidate: Candidate) -> [UInt8]? {
        for node in candidate.around.reversed() {
            switch role(node) {
            case .pair: return pair(node)?.name
            case .declarator, .assignment: return assignmentTarget(node)
            case .call, .invoke, .function, .classLike: return nil
            default: continue
            }
        }
        return nil
    }

    func enclosing(_ candidate: Candidate, _ wanted: Set<Role>) -> Node? {
        candidate.around.last { wanted.contains(role($0)) }
    }

    func statement(_ candidate: Candidate) -> Node {
        for node in candidate.around.reversed() {
            let kind = node.kind
            if kind.hasSuffix("_statement") || kind.hasSuffix("declaration") || role(node) == .assignment {
                return node
            }
            if role(node) == .function || role(node) == .lambda { break }
        }
        return candidate.node
    }

    /// The name a declarator or an assignment binds.
    func assignmentTarget(_ node: Node) -> [UInt8]? {
        var target = child(node, "left", "name", "target", "pattern", "declarator") ?? parts(node).first
        if let inner = target, inner.kind == "variable_declaration" || inner.kind == "pattern" {
            target = child(inner, "bound_identifier") ?? parts(inner).first ?? inner
        }
        if let inner = target, inner.kind == "expression_list" { target = parts(inner).first }
        guard var name = target else { return nil }
        for _ in 0..<4 where role(name) == .other {
            guard let inner = child(name, "declarator") else { break }
            name = inner
        }
        return dottedName(name)
    }

    /// The variable that gets the match, also through calls around it.
    func result(_ candidate: Candidate) -> [UInt8]? {
        for node in candidate.around.reversed().prefix(12) {
            switch role(node) {
            case .assignment, .declarator: return assignmentTarget(node)
            case .pair: return pair(node)?.name
            case .function, .lambda, .classLike: return nil
            default: if node.kind == "block" || node.kind == "statement_block" { return nil }
            }
        }
        return nil
    }
}

/// Whether `text` holds `word`.
func contains(_ text: [UInt8], _ word: [UInt8]) -> Bool {
    guard let first = word.first, text.count >= word.count else { return word.isEmpty }
    var start = 0
    while let index = text[start...].firstIndex(of: first) {
        if index + word.count > text.count { return false }
        if text[index..<(index + word.count)].elementsEqual(word) { return true }
        start = index + 1
    }
    return false
}
