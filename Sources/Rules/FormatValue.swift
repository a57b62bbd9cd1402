import SyntaxTrees

/// Values of filled formats.
extension FileScan {
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

    func isLetter(_ byte: UInt8) -> Bool { byte >= 0x41 && byte <= 0x5A || byte >= 0x61 && byte <= 0x7A }
}
