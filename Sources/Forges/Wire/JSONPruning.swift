import Glibc

/// Copies a JSON text without the members whose names nobody asks for, in one pass. A forge's deliveries and answers hold
/// hundreds of addresses and figures for each that decides something, and a decoder pays for all of them.
///
/// The text is checked on the way: a copy is made only of what is JSON, and within bounds. What may stand inside a string
/// is left to the decoder.
struct JSONPruning: Sendable {
    private let bounds: JSONBounds
    /// By length.
    private let names: [[[UInt8]]]

    init(keeping names: Set<String>, within bounds: JSONBounds) {
        self.bounds = bounds
        var byLength: [[[UInt8]]] = []
        for name in names.map({ Array($0.utf8) }) {
            while byLength.count <= name.count { byLength.append([]) }
            byLength[name.count].append(name)
        }
        self.names = byLength
    }

    /// Nil for what is no JSON, too large, too deep or too many.
    func copy(of text: [UInt8]) -> [UInt8]? {
        guard text.count <= bounds.bytes else { return nil }
        return text.withUnsafeBufferPointer { text in
            var scan = Scan(text: text, names: names, bounds: bounds)
            guard scan.value(isKept: true, depth: 0) else { return nil }
            scan.skipBlanks()
            return scan.index == text.count ? scan.copy : nil
        }
    }

    private struct Scan {
        let text: UnsafeBufferPointer<UInt8>
        let names: [[[UInt8]]]
        let bounds: JSONBounds
        var index = 0
        var count = 0
        var copy: [UInt8] = []

        mutating func skipBlanks() {
            while index < text.count {
                switch text[index] {
                case 0x20, 0x0A, 0x0D, 0x09: index += 1
                default: return
                }
            }
        }

        mutating func value(isKept: Bool, depth: Int) -> Bool {
            count += 1
            guard count <= bounds.values else { return false }
            skipBlanks()
            guard index < text.count else { return false }
            let start = index
            let isSound: Bool
            switch text[index] {
            case UInt8(ascii: "{"): return members(isKept: isKept, depth: depth + 1)
            case UInt8(ascii: "["): return elements(isKept: isKept, depth: depth + 1)
            case UInt8(ascii: "\""): isSound = string()
            case UInt8(ascii: "t"): isSound = literal("true")
            case UInt8(ascii: "f"): isSound = literal("false")
            case UInt8(ascii: "n"): isSound = literal("null")
            default: isSound = number()
            }
            if isSound, isKept { copy.append(contentsOf: text[start..<index]) }
            return isSound
        }

        private mutating func members(isKept: Bool, depth: Int) -> Bool {
            guard depth <= bounds.depth else { return false }
            index += 1
            if isKept { copy.append(UInt8(ascii: "{")) }
            var isFirst = true
            var hasCopied = false
            while true {
                skipBlanks()
                guard index < text.count else { return false }
                if text[index] == UInt8(ascii: "}"), isFirst { break }
                guard text[index] == UInt8(ascii: "\"") else { return false }
                let start = index
                guard string() else { return false }
                let end = index
                skipBlanks()
                guard index < text.count, text[index] == UInt8(ascii: ":") else { return false }
                index += 1
                let isMemberKept = isKept && isWanted(start + 1..<end - 1)
                if isMemberKept {
                    if hasCopied { copy.append(UInt8(ascii: ",")) }
                    copy.append(contentsOf: text[start..<end])
                    copy.append(UInt8(ascii: ":"))
                    hasCopied = true
                }
                guard value(isKept: isMemberKept, depth: depth) else { return false }
                guard let goesOn = separator(end: UInt8(ascii: "}")) else { return false }
                if !goesOn { break }
                isFirst = false
            }
            index += 1
            if isKept { copy.append(UInt8(ascii: "}")) }
            return true
        }

        private mutating func elements(isKept: Bool, depth: Int) -> Bool {
            guard depth <= bounds.depth else { return false }
            index += 1
            if isKept { copy.append(UInt8(ascii: "[")) }
            skipBlanks()
            if index < text.count, text[index] == UInt8(ascii: "]") {
                index += 1
                if isKept { copy.append(UInt8(ascii: "]")) }
                return true
            }
            while true {
                guard value(isKept: isKept, depth: depth) else { return false }
                guard let goesOn = separator(end: UInt8(ascii: "]")) else { return false }
                if !goesOn { break }
                if isKept { copy.append(UInt8(ascii: ",")) }
            }
            index += 1
            if isKept { copy.append(UInt8(ascii: "]")) }
            return true
        }

        /// Steps over a comma (true), or stands at the end (false); nil for anything else.
        private mutating func separator(end: UInt8) -> Bool? {
            skipBlanks()
            guard index < text.count else { return nil }
            if text[index] == end { return false }
            guard text[index] == UInt8(ascii: ",") else { return nil }
            index += 1
            return true
        }

        /// Most of a text is inside strings: the C library looks at many bytes at once.
        private mutating func string() -> Bool {
            let start = index + 1
            index = start
            guard let base = text.baseAddress else { return false }
            while index < text.count, let found = memchr(base + index, 0x22, text.count - index) {
                let quote = base.distance(to: found.assumingMemoryBound(to: UInt8.self))
                index = quote + 1
                var slashes = 0
                while quote - slashes > start, text[quote - slashes - 1] == 0x5C { slashes += 1 }
                // An odd number: the quote itself is escaped.
                if slashes % 2 == 0 { return true }
            }
            return false
        }

        private mutating func literal(_ word: StaticString) -> Bool {
            let length = word.utf8CodeUnitCount
            guard index + length <= text.count else { return false }
            let isThere = word.withUTF8Buffer { $0.elementsEqual(text[index..<index + length]) }
            index += length
            return isThere
        }

        /// RFC 8259, section 6.
        private mutating func number() -> Bool {
            if index < text.count, text[index] == UInt8(ascii: "-") { index += 1 }
            let start = index
            guard digits() else { return false }
            if index - start > 1, text[start] == UInt8(ascii: "0") { return false }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                index += 1
                guard digits() else { return false }
            }
            if index < text.count, text[index] | 0x20 == UInt8(ascii: "e") {
                index += 1
                if index < text.count, text[index] == UInt8(ascii: "+") || text[index] == UInt8(ascii: "-") {
                    index += 1
                }
                guard digits() else { return false }
            }
            return true
        }

        private mutating func digits() -> Bool {
            let start = index
            while index < text.count, (0x30...0x39).contains(text[index]) { index += 1 }
            return index > start
        }

        /// A name with escapes may be any, so it stays.
        private func isWanted(_ range: Range<Int>) -> Bool {
            if range.count < names.count {
                for name in names[range.count] where text[range].elementsEqual(name) { return true }
            }
            return text[range].contains(0x5C)
        }
    }
}
