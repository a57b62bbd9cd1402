import SyntaxTrees

/// Words of a source, read without a grammar.
enum Lexicon {
    /// The identifiers in some bytes: letters, digits, `_`, `$` and everything beyond ASCII, not starting with a digit.
    static func identifiers(_ bytes: some Sequence<UInt8>) -> Set<String> {
        var found: Set<String> = []
        forEach(in: Array(bytes)) { bytes, range in found.insert(String(decoding: bytes[range], as: UTF8.self)) }
        return found
    }

    static func forEach(in bytes: [UInt8], _ visit: ([UInt8], Range<Int>) -> Void) {
        var index = 0
        while index < bytes.count {
            guard isWord(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            while index < bytes.count, isWord(bytes[index]) { index += 1 }
            if bytes[start] < 0x30 || bytes[start] > 0x39 { visit(bytes, start..<index) }
        }
    }

    static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "_"), UInt8(ascii: "$"), 0x80...: true
        default: false
        }
    }

    /// The bytes with the insides of strings and comments as spaces, by the tree where there is one, else by quotes
    /// and the commonest comment signs.
    static func code(_ bytes: [UInt8], range: Range<Int>, tree: SyntaxTree?) -> [UInt8] {
        let range = range.clamped(to: 0..<bytes.count)
        var out = Array(bytes[range])
        guard let tree, tree.bytes.count == bytes.count else { return blankingQuotes(out) }
        tree.walk(in: range) { node, _ in
            guard node.isString || node.isComment else { return .descend }
            for index in node.byteRange.clamped(to: range) { out[index - range.lowerBound] = 0x20 }
            return .skip
        }
        return out
    }

    private static func blankingQuotes(_ bytes: [UInt8]) -> [UInt8] {
        var out = bytes
        var quote: UInt8?
        var isComment = false
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0A {
                quote = nil
                isComment = false
            } else if isComment {
                out[index] = 0x20
            } else if let open = quote {
                out[index] = 0x20
                if byte == open, index == 0 || bytes[index - 1] != UInt8(ascii: "\\") { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`") {
                quote = byte
                out[index] = 0x20
            } else if byte == UInt8(ascii: "#")
                || (byte == UInt8(ascii: "/") && index + 1 < bytes.count && bytes[index + 1] == byte)
            {
                isComment = true
                out[index] = 0x20
            }
        }
        return out
    }

    /// The hosts of the addresses in some bytes, in lower case.
    static func hosts(_ bytes: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        var index = 0
        while index + 3 < bytes.count {
            guard bytes[index] == UInt8(ascii: ":"), bytes[index + 1] == UInt8(ascii: "/"),
                bytes[index + 2] == UInt8(ascii: "/")
            else {
                index += 1
                continue
            }
            let host = bytes[(index + 3)...].prefix {
                isWord($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ":")
                    || $0 == UInt8(ascii: "@") || $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]")
            }
            if !host.isEmpty { found.insert(String(decoding: host, as: UTF8.self).lowercased()) }
            index += 3
        }
        return found
    }
}
