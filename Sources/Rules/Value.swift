import SyntaxTrees

/// What is known of an expression's value.
struct Value {
    var origin: Taint
    /// The most doubtful part that was put between constant text; literal when nothing was.
    var composedOrigin: Taint = .literal
    /// Constant text, with a byte of `gap` for each part that is not constant; nil when there is no text to speak of.
    var text: [UInt8]?
    /// The literal the expression leads to.
    var literal: Node?
    /// The text a parameter has when the caller gives none.
    var fallback: [UInt8]?

    static let unknown = Value(origin: .unknown)
    static let harmless = Value(origin: .harmless)

    /// The byte that stands in `text` for what is not constant: the more doubtful, the greater.
    static func gap(_ taint: Taint) -> UInt8 {
        switch taint {
        case .literal, .harmless, .unknown: 1
        case .parameter: 2
        case .request: 3
        }
    }

    static func isGap(_ byte: UInt8) -> Bool { byte >= 1 && byte <= 3 }

    /// Either of both: as doubtful as the more doubtful one, whose text counts.
    func merged(_ other: Value) -> Value {
        let rank = (composedOrigin, origin)
        let otherRank = (other.composedOrigin, other.origin)
        let dominant = rank >= otherRank ? self : other
        let isPlain = origin <= .harmless && other.origin <= .harmless
        return Value(
            origin: max(origin, other.origin), composedOrigin: max(composedOrigin, other.composedOrigin),
            text: isPlain ? text ?? other.text : dominant.text, literal: literal ?? other.literal)
    }

    /// One behind the other.
    func joined(_ other: Value) -> Value {
        let left = text ?? (origin == .literal ? [] : [Value.gap(origin)])
        let right = other.text ?? (other.origin == .literal ? [] : [Value.gap(other.origin)])
        let joined = Array((left + right).prefix(4096))
        let origin = max(origin, other.origin)
        let hasText = joined.contains { !Value.isGap($0) }
        return Value(
            origin: origin, composedOrigin: hasText && joined.contains(where: Value.isGap) ? origin : .literal,
            text: joined,
            literal: nil)
    }
}

extension FileScan {
    private static let limit = 600

    /// What is known of an expression's value at its place.
    func value(_ node: Node) -> Value {
        evaluations = 0
        return value(node, 0)
    }

    func value(_ original: Node, _ depth: Int) -> Value {
        evaluations += 1
        guard depth < 40, evaluations < Self.limit else { return .unknown }
        let node = unwrapped(original)
        switch role(node) {
        case .string: return stringValue(node, depth)
        case .number, .constant: return Value(origin: .literal, text: Array(node.text.prefix(200)), literal: node)
        case .identifier: return nameValue(node, depth)
        case .member: return memberValue(node, depth)
        case .index: return indexValue(node, depth)
        case .binary: return binaryValue(node, depth)
        case .conditional:
            let branches = [child(node, "consequence"), child(node, "alternative")].compactMap { $0 }
            let chosen = branches.isEmpty ? Array(parts(node).prefix(8)) : branches
            let values = chosen.map { value($0, depth + 1) }
            return values.dropFirst().reduce(values.first ?? .unknown) { $0.merged($1) }
        case .list, .dictionary:
            var sum = Value(origin: .literal)
            for part in parts(node).prefix(40) {
                let element = role(part) == .pair ? pair(part)?.value ?? part : part
                let value = value(element, depth + 1)
                sum.origin = max(sum.origin, value.origin)
                sum.composedOrigin = max(sum.composedOrigin, value.composedOrigin)
            }
            sum.literal = node
            return sum
        case .composite:
            if node.kind == "composite_literal", let body = child(node, "body") { return value(body, depth + 1) }
            return .unknown
        case .lambda, .function: return Value(origin: .harmless, literal: node)
        case .assignment:
            return (child(node, "right", "result") ?? parts(node).last).map { value($0, depth + 1) } ?? .unknown
        case .intrinsic where node.kind == "subshell" || node.kind == "shell_command_expression":
            return stringValue(node, depth)
        case .call, .invoke, .macro, .intrinsic: return callValue(node, depth)
        case .interpolation:
            return parts(node).first.map { value($0, depth + 1) } ?? (language == .bash ? .unknown : .unknown)
        case .other where node.kind == "block" || node.kind == "then" || node.kind == "body_statement":
            return parts(node).last.map { value($0, depth + 1) } ?? .unknown
        default: return .unknown
        }
    }

    private func stringValue(_ node: Node, _ depth: Int) -> Value {
        var text: [UInt8] = []
        var origin = Taint.literal
        var hasText = false
        var pending: UInt8?
        for part in stringParts(node) {
            if let inner = part.value {
                let expression =
                    child(inner, "expression", "value") ?? parts(inner).first { !$0.kind.hasPrefix("interpolation_") }
                    ?? inner
                let value = value(expression, depth + 1)
                origin = max(origin, value.origin)
                if value.origin <= .harmless, let constant = value.text {
                    text += constant
                } else {
                    text.append(Value.gap(value.origin))
                }
            } else {
                text += part.text
                hasText = hasText || !part.text.isEmpty
                pending = part.text.last
            }
        }
        // Kotlin's grammar leaves `$name` inside the constant text.
        if language == .kotlin, let mixed = kotlinText(text, at: node, depth) { return mixed }
        _ = pending
        let isComposed = origin > .literal && hasText && text.contains(where: Value.isGap)
        return Value(
            origin: origin, composedOrigin: isComposed ? origin : .literal, text: Array(text.prefix(4096)),
            literal: origin == .literal ? node : nil)
    }

    private func kotlinText(_ text: [UInt8], at node: Node, _ depth: Int) -> Value? {
        guard text.contains(UInt8(ascii: "$")), node.kind != "raw_string_literal" else { return nil }
        var sum = Value(origin: .literal, text: [])
        var index = 0
        var isFound = false
        while index < text.count {
            if text[index] == UInt8(ascii: "$"), index + 1 < text.count, isNameByte(text[index + 1]),
                !(text[index + 1] >= 0x30 && text[index + 1] <= 0x39)
            {
                var end = index + 1
                while end < text.count, isNameByte(text[end]) { end += 1 }
                isFound = true
                sum = sum.joined(lookup(Array(text[(index + 1)..<end]), at: node, depth + 1) ?? .unknown)
                index = end
            } else {
                sum.text?.append(text[index])
                if Value.isGap(text[index]) { sum.origin = max(sum.origin, .unknown) }
                index += 1
            }
        }
        guard isFound else { return nil }
        if sum.origin > .literal, sum.text?.contains(where: { !Value.isGap($0) }) == true {
            sum.composedOrigin = sum.origin
        }
        return sum
    }

    func isNameByte(_ byte: UInt8) -> Bool {
        byte == 0x5F || byte >= 0x30 && byte <= 0x39 || byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A
    }

    /// What a name, member or index is worth by itself; nil when it is no known source.
    private func source(_ node: Node) -> Value? {
        let name = dottedName(node)
        let full = resolved(name)
        func fits(_ patterns: [NamePattern]) -> Bool {
            patterns.contains { pattern in pattern.matches(name) || full.map { pattern.matches($0) } == true }
        }
        if fits(words.requestSources) { return Value(origin: .request) }
        return fits(words.localSources) ? Value(origin: .parameter) : nil
    }

    private func nameValue(_ node: Node, _ depth: Int) -> Value {
        let name = Array(identifierText(node))
        if Self.words.contains(name) { return Value(origin: .literal, text: name, literal: node) }
        if let value = lookup(name, at: node, depth) { return value }
        if let source = source(node) { return source }
        return isConstantName(name) ? Value(origin: .harmless, literal: node) : Value(origin: .unknown)
    }

    /// Constants that some grammars give as names.
    private static let words: Set<[UInt8]> = Set(
        ["true", "false", "null", "nil", "None", "True", "False", "undefined", "NULL", "nullptr", "NaN", "YES", "NO"]
            .map { Array($0.utf8) })

    /// `MAX_AGE` and the like.
    private func isConstantName(_ name: [UInt8]) -> Bool {
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

    private func earlier(
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

    private func memberValue(_ node: Node, _ depth: Int) -> Value {
        if let source = source(node) { return source }
        let name = dottedName(node)
        let last = Array(name.split(separator: UInt8(ascii: ".")).last ?? [])
        if isConstantName(last) { return Value(origin: .harmless, literal: node) }
        if let value = lookup(name, at: node, depth) { return value }
        guard let object = memberObject(node) else { return .unknown }
        if harmlessMembers.contains(last) { return .harmless }
        let origin = value(object, depth + 1).origin
        return Value(origin: origin >= .parameter ? origin : .unknown)
    }

    private var harmlessMembers: Set<[UInt8]> { words.harmlessMembers }

    private func indexValue(_ node: Node, _ depth: Int) -> Value {
        if let source = source(node) { return source }
        if let value = lookup(dottedName(node), at: node, depth) { return value }
        guard let object = indexObject(node) else { return .unknown }
        let value = value(object, depth + 1)
        if value.literal.map({ role($0) == .dictionary || role($0) == .list }) == true, value.origin <= .harmless {
            return .harmless
        }
        return Value(origin: max(value.origin, .unknown))
    }

    private func binaryValue(_ node: Node, _ depth: Int) -> Value {
        // The left spine of `a + b + c …` without recursion.
        var operands: [Node] = []
        var current = node
        let sign = operatorText(node)
        while operands.count < 200 {
            let parts = parts(current)
            guard let left = child(current, "left", "lhs") ?? parts.first,
                let right = child(current, "right", "rhs") ?? parts.dropFirst().last
            else { break }
            operands.append(right)
            let inner = unwrapped(left)
            guard role(inner) == .binary, operatorText(inner) == sign else {
                operands.append(left)
                break
            }
            current = inner
        }
        operands.reverse()
        switch sign {
        case "+", ".", "..", "++", "&", "<<", "concat":
            var sum: Value?
            for operand in operands {
                let next = value(operand, depth + 1)
                sum = sum.map { $0.joined(next) } ?? next
            }
            return sum ?? .unknown
        case "%":
            guard operands.count >= 2 else { return .unknown }
            let format = value(operands[0], depth + 1)
            guard format.text != nil, role(unwrapped(operands[0])) != .number else { return .harmless }
            return formatted(format, with: Array(operands[1...]), depth)
        case "||", "or", "??", "?:", "&&", "and", "|":
            let values = operands.map { value($0, depth + 1) }
            return values.dropFirst().reduce(values.first ?? .unknown) { $0.merged($1) }
        default: return .harmless
        }
    }

    private func operatorText(_ node: Node) -> String {
        if let sign = child(node, "operator", "op") { return String(decoding: sign.text.prefix(8), as: UTF8.self) }
        if node.kind == "concatenated_string" { return "concat" }
        for child in node.children where !child.isNamed { return String(decoding: child.text.prefix(8), as: UTF8.self) }
        return node.kind == "elvis_expression" ? "?:" : ""
    }

    /// A format with its gaps filled.
    func formatted(_ format: Value, with arguments: [Node], _ depth: Int, at formatPlace: Node? = nil) -> Value {
        var origin = Taint.literal
        var gaps: [Value] = []
        for argument in arguments.prefix(24) {
            let node = unwrapped(role(argument) == .pair ? pair(argument)?.value ?? argument : argument)
            if node.kind == "tuple" || role(node) == .list {
                gaps += parts(node).prefix(24).map { value($0, depth + 1) }
            } else {
                gaps.append(value(node, depth + 1))
            }
        }
        for gap in gaps { origin = max(origin, gap.origin) }
        guard let text = format.text else { return Value(origin: max(origin, format.origin)) }
        var filled: [UInt8] = []
        var next = 0
        var index = 0
        var isOpen = false
        func fill(_ isNumber: Bool) {
            let gap = next < gaps.count ? gaps[next] : gaps.last
            next += 1
            if isNumber || gap == nil {
                filled.append(0x30)
            } else if let gap, gap.origin <= .harmless {
                filled += gap.text ?? [0x30]
            } else {
                filled.append(Value.gap(gap?.origin ?? .unknown))
                isOpen = true
            }
        }
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "%"), index + 1 < text.count {
                if text[index + 1] == UInt8(ascii: "%") {
                    filled.append(byte)
                    index += 2
                    continue
                }
                var end = index + 1
                if text[end] == UInt8(ascii: "("), let close = text[end...].firstIndex(of: UInt8(ascii: ")")) {
                    end = close + 1
                }
                while end < text.count, !isLetter(text[end]), end - index < 12, text[end] != 0x20, text[end] != 0x27,
                    text[end] != 0x25
                { end += 1 }
                if end < text.count, isLetter(text[end]) {
                    fill("diuxXobBfFeEgGcp".utf8.contains(text[end]))
                    index = end + 1
                    continue
                }
            } else if byte == UInt8(ascii: "{"), let close = text[index...].prefix(40).firstIndex(of: UInt8(ascii: "}"))
            {
                let isPlain = text[(index + 1)..<close].allSatisfy {
                    isNameByte($0) || $0 == 0x2E || $0 == 0x3A || $0 == 0x21 || $0 == 0x5B || $0 == 0x5D || $0 == 0x27
                        || $0 == 0x3F || $0 == 0x23
                }
                if isPlain {
                    // Rust's formats may name a variable.
                    if language == .rust, next >= gaps.count, let place = formatPlace {
                        let name = text[(index + 1)..<close].prefix { $0 != UInt8(ascii: ":") }
                        gaps.append(name.isEmpty ? .harmless : lookup(Array(name), at: place, depth + 1) ?? .unknown)
                        origin = max(origin, gaps[gaps.count - 1].origin)
                    }
                    fill(false)
                    index = close + 1
                    continue
                }
            }
            filled.append(byte)
            index += 1
        }
        let isComposed = isOpen || filled.contains(where: Value.isGap)
        return Value(
            origin: max(isComposed ? origin : .harmless, format.origin),
            composedOrigin: isComposed ? max(origin, format.composedOrigin) : format.composedOrigin,
            text: Array(filled.prefix(4096)))
    }

    private func isLetter(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A }
}
