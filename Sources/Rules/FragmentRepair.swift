import Diffs
import SyntaxTrees

/// Makes a fragment of a file easier to parse without moving any line: hunks and snippets start and end anywhere.
enum FragmentRepair {
    /// A source with the same rows and a better tree, or the source itself.
    static func repaired(_ source: ParsedSource, grammars: Grammars?) -> ParsedSource {
        guard let grammars, let tree = source.tree, let language = source.language, source.bytes.count <= 200_000 else {
            return source
        }
        let needsTag = language == .php && isBarePHP(source)
        guard needsTag || tree.hasError && usesBraces(language) else { return source }
        var bytes = needsTag ? Array("<?php ".utf8) + source.bytes : source.bytes
        if usesBraces(language) { balance(&bytes) }
        guard bytes != source.bytes else { return source }
        let better = ParsedSource(path: source.path, bytes: bytes, grammars: grammars, language: language)
        guard let fixed = better.tree else { return source }
        let before = tree.errors(limit: 50).reduce(0) { $0 + $1.byteRange.count }
        let after = fixed.errors(limit: 50).reduce(0) { $0 + $1.byteRange.count }
        return needsTag || after < before ? better : source
    }

    /// PHP without its opening tag; not a page or a template, which is text to PHP.
    private static func isBarePHP(_ source: ParsedSource) -> Bool {
        if contains(source.bytes, Array("<?".utf8)) || contains(source.path.bytes, Array(".blade.".utf8)) {
            return false
        }
        let first = source.bytes.first { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }
        return first != UInt8(ascii: "<") && contains(source.bytes, [UInt8(ascii: "$")])
    }

    private static func usesBraces(_ language: Language) -> Bool {
        switch language {
        case .python, .ruby, .bash, .yaml, .html, .css, .json: false
        default: true
        }
    }

    /// Blanks closing brackets that nothing opened and closes at the end what stayed open.
    private static func balance(_ bytes: inout [UInt8]) {
        var open: [UInt8] = []
        var index = 0
        var quote: UInt8?
        while index < bytes.count {
            let byte = bytes[index]
            if let end = quote {
                if byte == 0x5C { index += 1 } else if byte == end || byte == 0x0A && end != 0x60 { quote = nil }
            } else if byte == 0x22 || byte == 0x27 || byte == 0x60 {
                quote = byte
            } else if byte == 0x2F, index + 1 < bytes.count, bytes[index + 1] == 0x2F {
                while index < bytes.count, bytes[index] != 0x0A { index += 1 }
            } else if byte == 0x28 || byte == 0x5B || byte == 0x7B {
                open.append(byte == 0x28 ? 0x29 : byte + 2)
            } else if byte == 0x29 || byte == 0x5D || byte == 0x7D {
                if open.last == byte { open.removeLast() } else if !open.contains(byte) { bytes[index] = 0x20 }
            }
            index += 1
        }
        guard open.count <= 200 else { return }
        bytes.append(0x20)
        bytes += open.reversed()
    }
}
