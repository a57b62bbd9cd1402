import Domain

/// Reads finished text again and names what a forge could act on.
///
/// Written apart from the sanitiser and without its words: it blanks code spans as CommonMark finds them and looks in
/// what is left for the openings of every construct. It may name too much, never too little.
package enum MarkdownVerifier {
    /// What may be in sanitised text but must not be.
    package enum Leak: String, CaseIterable, Sendable {
        case lineBreak = "line break"
        case hiddenCharacter = "hidden character"
        case openCodeSpan = "open code span"
        case markup
        case address
        case mention
        case reference
        case command
        case closingKeyword = "closing keyword"
        case entity
        case block = "block start"
    }

    /// Everything found in one line of text that is meant to be inert; empty when it is.
    package static func leaks(in text: String) -> [Leak] {
        var found: Set<Leak> = []
        for scalar in text.unicodeScalars {
            if scalar == "\n" || scalar == "\r" || scalar == "\u{2028}" || scalar == "\u{2029}" {
                found.insert(.lineBreak)
            }
            if scalar.isHidden || scalar == "\t" { found.insert(.hiddenCharacter) }
        }
        if hasAddress(Array(text.lowercased().utf8)) { found.insert(.address) }
        if closesSomething(text) { found.insert(.closingKeyword) }
        let (prose, isClosed) = blankingCodeSpans(Array(text.utf8))
        if !isClosed { found.insert(.openCodeSpan) }
        inspect(prose, &found)
        if startsBlock(prose) { found.insert(.block) }
        return Leak.allCases.filter(found.contains)
    }

    /// The text with the inside of each code span and its fences as NUL; false if a backtick is left over.
    private static func blankingCodeSpans(_ bytes: [UInt8]) -> (prose: [UInt8], isClosed: Bool) {
        var prose = bytes
        var isClosed = true
        var index = 0
        while index < bytes.count {
            guard bytes[index] == 0x60 else {
                index += 1
                continue
            }
            var width = 0
            while index + width < bytes.count, bytes[index + width] == 0x60 { width += 1 }
            var close = index + width
            var end: Int?
            while close < bytes.count {
                var run = 0
                while close + run < bytes.count, bytes[close + run] == 0x60 { run += 1 }
                if run == width {
                    end = close + run
                    break
                }
                close += max(1, run)
            }
            guard let end else {
                isClosed = false
                index += width
                continue
            }
            for position in index..<end { prose[position] = 0 }
            index = end
        }
        return (prose, isClosed)
    }

    private static func inspect(_ prose: [UInt8], _ found: inout Set<Leak>) {
        for (index, byte) in prose.enumerated() {
            let next = index + 1 < prose.count ? prose[index + 1] : 0
            let previous = index > 0 ? prose[index - 1] : 0
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "*"),
                UInt8(ascii: "_"), UInt8(ascii: "\\"), UInt8(ascii: "|"), UInt8(ascii: "~"), UInt8(ascii: "^"),
                UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "$"), UInt8(ascii: "="), UInt8(ascii: "+"):
                found.insert(.markup)
            case UInt8(ascii: "!") where next == UInt8(ascii: "["): found.insert(.markup)
            case UInt8(ascii: "!") where isDigit(next): found.insert(.reference)
            case UInt8(ascii: ":") where next < 0x80 && isWordByte(next):
                // ":name:" is an image on many forges.
                let name = prose[(index + 1)...].prefix { $0 < 0x80 && (isWordByte($0) || $0 == UInt8(ascii: "-")) }
                if name.endIndex < prose.count, prose[name.endIndex] == UInt8(ascii: ":") { found.insert(.markup) }
            case UInt8(ascii: "%") where !isDigit(previous) && (isWordByte(next) || next == UInt8(ascii: "\"")):
                found.insert(.reference)
            case UInt8(ascii: "@"): found.insert(.mention)
            case UInt8(ascii: "#"): found.insert(.reference)
            case UInt8(ascii: "&") where next == UInt8(ascii: "#") || isLetter(next) || isDigit(next):
                found.insert(.entity)
            case UInt8(ascii: "/") where !isWordByte(previous) && isWordByte(next): found.insert(.command)
            case UInt8(ascii: "-") where isDigit(next) && index >= 2:
                let sign = (prose[index - 2] | 0x20, previous | 0x20)
                if sign == (UInt8(ascii: "g"), UInt8(ascii: "h")), index == 2 || !isWordByte(prose[index - 3]) {
                    found.insert(.reference)
                }
            default: break
            }
        }
    }

    /// A list, a heading, a rule, a quotation, a fence or an indented block at the start of the line.
    private static func startsBlock(_ prose: [UInt8]) -> Bool {
        guard let first = prose.first else { return false }
        if first == 0x20 { return true }
        let word = prose.prefix { $0 != 0x20 }
        if [UInt8(ascii: "#"), UInt8(ascii: ">"), UInt8(ascii: "/")].contains(first), word.count > 1 {
            return true
        }
        if word.allSatisfy({ $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "*") }) {
            return true
        }
        let digits = word.prefix(while: isDigit)
        let rest = word.dropFirst(digits.count)
        return !digits.isEmpty && rest.count == 1
            && (rest.first == UInt8(ascii: ".") || rest.first == UInt8(ascii: ")"))
    }

    private static let schemes: [[UInt8]] = ["javascript:", "vbscript:", "mailto:"].map { Array($0.utf8) }

    /// Addresses count inside code spans too: people copy them.
    private static func hasAddress(_ bytes: [UInt8]) -> Bool {
        let text = bytes[...]
        for index in bytes.indices {
            let rest = text[index...]
            switch bytes[index] {
            case UInt8(ascii: ":"):
                if rest.starts(with: "://".utf8), startsName(rest.dropFirst(3)), index > 0,
                    isWordByte(bytes[index - 1])
                {
                    return true
                }
            case UInt8(ascii: "w"):
                if rest.starts(with: "www.".utf8), startsName(rest.dropFirst(4)),
                    index == 0 || !isWordByte(bytes[index - 1])
                {
                    return true
                }
            case UInt8(ascii: "x"):
                if rest.starts(with: "xn--".utf8) { return true }
            case UInt8(ascii: "j"), UInt8(ascii: "v"), UInt8(ascii: "m"):
                for scheme in schemes where rest.starts(with: scheme) {
                    if startsName(rest.dropFirst(scheme.count)), index == 0 || !isWordByte(bytes[index - 1]) {
                        return true
                    }
                }
            default: break
            }
        }
        return false
    }

    private static let closing: Set<String> = [
        "close", "closes", "closed", "closing", "fix", "fixes", "fixed", "fixing", "resolve", "resolves", "resolved",
        "resolving", "implement", "implements", "implemented", "implementing",
    ]

    /// A closing keyword and then, after spaces, colons and backticks, something with `#` and a digit, or `GH-1`.
    private static func closesSomething(_ text: String) -> Bool {
        let words = text.lowercased().split(whereSeparator: { $0 == " " || $0 == "`" || $0 == "(" || $0 == "\"" })
        for (left, right) in zip(words, words.dropFirst()) {
            guard let word = left.split(whereSeparator: { !$0.isLetter }).last, closing.contains(String(word)),
                left.last.map({ $0.isLetter || $0 == ":" }) == true
            else { continue }
            if let sign = right.utf8.firstIndex(of: UInt8(ascii: "#")),
                right.utf8[right.utf8.index(after: sign)...].first.map(isDigit) == true,
                right.utf8[right.utf8.index(after: sign)...].allSatisfy({ !isLetter($0) })
            {
                return true
            }
            if right.hasPrefix("gh-"), right.dropFirst(3).first?.isNumber == true { return true }
        }
        return false
    }

    /// A letter, a digit or something beyond ASCII that is not general punctuation (U+2000 to U+203F).
    private static func startsName(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard let first = bytes.first, isWordByte(first) else { return false }
        return !(first == 0xE2 && bytes.dropFirst().first == 0x80)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
