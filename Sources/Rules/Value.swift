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

    /// The same, taken for something that the program itself chose unless a request says otherwise.
    var lowered: Value {
        func lower(_ taint: Taint) -> Taint {
            switch taint {
            case .parameter: .unknown
            case .unknown: .harmless
            default: taint
            }
        }
        var value = self
        value.origin = lower(origin)
        value.composedOrigin = lower(composedOrigin)
        return value
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
    static let limit = 600

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
            return parts(node).first.map { value($0, depth + 1) } ?? .unknown
        case .other where node.kind == "block" || node.kind == "then" || node.kind == "body_statement":
            return parts(node).last.map { value($0, depth + 1) } ?? .unknown
        default: return .unknown
        }
    }
}
