import SyntaxTrees

/// Values of texts: literals, interpolation, concatenation.
extension FileScan {
    func stringValue(_ node: Node, _ depth: Int) -> Value {
        var text: [UInt8] = []
        var origin = Taint.literal
        var hasText = false
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
            }
        }
        // Kotlin's grammar leaves `$name` inside the constant text.
        if language == .kotlin, let mixed = kotlinText(text, at: node, depth) { return mixed }
        let isComposed = origin > .literal && hasText && text.contains(where: Value.isGap)
        return Value(
            origin: origin, composedOrigin: isComposed ? origin : .literal, text: Array(text.prefix(4096)),
            literal: origin == .literal ? node : nil)
    }

    func kotlinText(_ text: [UInt8], at node: Node, _ depth: Int) -> Value? {
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

    func binaryValue(_ node: Node, _ depth: Int) -> Value {
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

    func operatorText(_ node: Node) -> String {
        if let sign = child(node, "operator", "op") { return String(decoding: sign.text.prefix(8), as: UTF8.self) }
        if node.kind == "concatenated_string" { return "concat" }
        for child in node.children where !child.isNamed { return String(decoding: child.text.prefix(8), as: UTF8.self) }
        return node.kind == "elvis_expression" ? "?:" : ""
    }
}
