/// What forges and Markdown readers turn into links and references without being asked.
enum SanitiserLinks {
    /// An address that something could fetch: scheme and host, `www.`, punycode, or a scheme that carries its content.
    static func isLink(_ word: Substring) -> Bool {
        let bytes = word.utf8.map { $0 >= 0x41 && $0 <= 0x5A ? $0 | 0x20 : $0 }
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ":"):
                if hasHost(bytes, after: index) || hasContent(bytes, after: index) { return true }
            case UInt8(ascii: "/"):
                // "//host" takes the scheme of the page.
                if index == 0 || !isNameByte(bytes[index - 1]), starts(bytes, "//", at: index),
                    index + 2 < bytes.count, isNameByte(bytes[index + 2]),
                    bytes[(index + 2)...].contains(UInt8(ascii: "."))
                {
                    return true
                }
            case UInt8(ascii: "w"):
                if starts(bytes, "www.", at: index), index + 4 < bytes.count { return true }
            case UInt8(ascii: "@"):
                // Mail addresses are made into links too.
                if index > 0, isNameByte(bytes[index - 1]), bytes[(index + 1)...].contains(UInt8(ascii: ".")),
                    index + 1 < bytes.count, isNameByte(bytes[index + 1])
                {
                    return true
                }
            case UInt8(ascii: "x"):
                if starts(bytes, "xn--", at: index) { return true }
            default: break
            }
            index += 1
        }
        return false
    }

    /// "http://h": a colon, slashes or backslashes of any number from two, then anything a host can start with.
    private static func hasHost(_ bytes: [UInt8], after colon: Int) -> Bool {
        guard colon > 0, isNameByte(bytes[colon - 1]) else { return false }
        var index = colon + 1
        while index < bytes.count, bytes[index] == UInt8(ascii: "/") || bytes[index] == UInt8(ascii: "\\") {
            index += 1
        }
        return index >= colon + 3 && index < bytes.count
            && (isNameByte(bytes[index]) || bytes[index] == UInt8(ascii: "["))
    }

    /// Schemes whose address is what follows the colon, with no host.
    private static func hasContent(_ bytes: [UInt8], after colon: Int) -> Bool {
        var start = colon
        while start > 0, SanitiserWord.isLetter(bytes[start - 1]) { start -= 1 }
        guard let next = bytes.dropFirst(colon + 1).first, next != UInt8(ascii: ":") else { return false }
        switch String(decoding: bytes[start..<colon], as: UTF8.self) {
        case "javascript", "vbscript", "mailto": return true
        case "data": return bytes[colon...].contains { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: ";") }
        case "file", "blob": return next == UInt8(ascii: "/")
        default: return false
        }
    }

    /// The number of an issue or merge request: "#12", "org/repo#12", "GH-12", "!12", "&12".
    static func reference(_ word: Substring) -> Substring? {
        let digits = word.utf8.reversed().prefix { SanitiserWord.isDigit($0) }.count
        guard digits > 0, digits < word.utf8.count, digits <= 10 else { return nil }
        let number = word.utf8.suffix(digits)
        let before = word.utf8.dropLast(digits)
        guard let sign = before.last else { return nil }
        let name = before.dropLast()
        switch sign {
        case UInt8(ascii: "#"), UInt8(ascii: "!"), UInt8(ascii: "&"):
            let isProject = name.allSatisfy { isNameByte($0) || $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ".") }
            return isProject && (sign == UInt8(ascii: "#") || name.isEmpty || name.contains(UInt8(ascii: "/")))
                ? Substring(number) : nil
        case UInt8(ascii: "-"):
            return name.count == 2 && name.elementsEqual("GH".utf8, by: { $0 & 0xDF == $1 }) ? Substring(number) : nil
        default: return nil
        }
    }

    /// "GH-7" at the start of a word, with anything around it.
    static func hasReference(_ bytes: [UInt8]) -> Bool {
        guard bytes.count > 3 else { return false }
        return (0..<(bytes.count - 3)).contains { index in
            bytes[index + 2] == UInt8(ascii: "-") && SanitiserWord.isDigit(bytes[index + 3])
                && bytes[index..<(index + 2)].elementsEqual("GH".utf8, by: { $0 & 0xDF == $1 })
                && (index == 0 || !isNameByte(bytes[index - 1]) || bytes[index - 1] == UInt8(ascii: "-"))
        }
    }

    /// Seven to sixty-four hexadecimal digits, some of them digits and some letters: a commit, to a forge.
    static func looksLikeObjectID(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 7, bytes.count <= 64 else { return false }
        let isHexadecimal = bytes.allSatisfy {
            SanitiserWord.isDigit($0) || ($0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "f"))
        }
        return isHexadecimal && bytes.contains(where: SanitiserWord.isDigit)
    }

    /// "ABC-123" as issue trackers write it, unless it names a standard.
    static func isTrackerKey(_ bytes: [UInt8]) -> Bool {
        guard let dash = bytes.firstIndex(of: UInt8(ascii: "-")), dash >= 2, dash < bytes.count - 1,
            SanitiserWord.isDigit(bytes[dash + 1])
        else { return false }
        let name = bytes[..<dash]
        let isKey = name.allSatisfy {
            ($0 >= 0x41 && $0 <= 0x5A) || SanitiserWord.isDigit($0) || $0 == UInt8(ascii: "_")
        }
        return isKey && !standards.contains(String(decoding: name, as: UTF8.self))
    }

    private static let standards: Set<String> = [
        "AES", "BASE", "CVE", "CWE", "ECMA", "FIPS", "HTTP", "IEC", "IEEE", "IPV", "ISO", "JSR", "MD", "NIST", "PEP",
        "RFC", "RSA", "SHA", "SHA3", "TLS", "UCS", "UTC", "UTF", "WCAG",
    ]

    /// Nil: the text has no letters.
    static func endsInClosingWord(_ text: String) -> Bool? {
        runsOfLetters(text).last.map { closingWords.contains($0) }
    }

    static func hasClosingWord(_ text: String) -> Bool {
        runsOfLetters(text).contains { closingWords.contains($0) }
    }

    private static func runsOfLetters(_ text: String) -> [String] {
        text.lowercased().split { !$0.isLetter }.map(String.init)
    }

    /// The text with the sign of each "#12" and "GH-12" left out.
    static func withoutReferences(_ text: String) -> String {
        var out: [UInt8] = []
        let bytes = Array(text.utf8)
        for (index, byte) in bytes.enumerated() {
            let next = bytes[(index + 1)...].first { $0 != UInt8(ascii: "#") }
            let isBeforeDigit = next.map(SanitiserWord.isDigit) ?? false
            if byte == UInt8(ascii: "#"), isBeforeDigit { continue }
            if byte == UInt8(ascii: "-"), isBeforeDigit, out.suffix(2).elementsEqual("GH".utf8, by: { $0 & 0xDF == $1 })
            {
                out.append(UInt8(ascii: " "))
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    private static let closingWords: Set<String> = [
        "close", "closes", "closed", "closing", "fix", "fixes", "fixed", "fixing", "resolve", "resolves", "resolved",
        "resolving", "implement", "implements", "implemented", "implementing",
    ]

    private static func isNameByte(_ byte: UInt8) -> Bool {
        SanitiserWord.isLetter(byte) || SanitiserWord.isDigit(byte) || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }

    private static func starts(_ bytes: [UInt8], _ text: StaticString, at index: Int) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { $0.elementsEqual(bytes[index..<(index + text.utf8CodeUnitCount)]) }
    }
}
