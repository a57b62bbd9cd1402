import Domain

/// One word of prose, judged by what a forge or a Markdown reader could make of it.
struct SanitiserWord {
    enum Form: Equatable {
        /// Text that means nothing but itself.
        case plain(String)
        /// Text that goes into a code span; the punctuation around it stays outside.
        case code(lead: String, content: String, trail: String)
    }

    static let removedLink = "(link removed)"

    static func form(of raw: String, isFirst: Bool) -> Form? {
        var text = Substring(raw)
        if text.utf8.count > 1 { text = withoutEmphasis(text) }
        let (lead, core, trail) = parts(of: text)
        if core.isEmpty { return bare(String(lead) + String(trail), isFirst: isFirst) }
        if SanitiserLinks.isLink(core) || (trail.hasPrefix(".") && trail != "." && core.lowercased().hasSuffix("www")) {
            return .plain(
                lead.hasSuffix("(") && trail.hasPrefix(")") ? lead + "link removed" + trail : lead + removedLink + trail
            )
        }
        if let number = SanitiserLinks.reference(core) { return .plain("\(lead)issue \(number)\(trail)") }
        if isPlain(core, isFirst: isFirst && lead.isEmpty, trail: trail) { return .plain(lead + String(core) + trail) }
        return .code(lead: lead, content: String(core), trail: trail)
    }

    /// Words of punctuation alone.
    private static func bare(_ text: String, isFirst: Bool) -> Form? {
        if text.isEmpty { return nil }
        // A colon or a bracket alone starts nothing; what could start a list, a rule or a quotation is dropped above.
        return .plain(text)
    }

    private static func withoutEmphasis(_ text: Substring) -> Substring {
        var text = text
        let leading = text.prefix { $0 == "*" }.count
        let trailing = text.reversed().prefix { $0 == "*" }.count
        guard leading + trailing < text.count else { return text }
        if leading > 1 || (leading == 1 && trailing == 1) { text = text.dropFirst(leading) }
        if trailing > 1 || (leading == 1 && trailing == 1) { text = text.dropLast(trailing) }
        return text
    }

    /// Punctuation that opens, the word, punctuation that closes.
    private static func parts(of text: Substring) -> (lead: String, core: Substring, trail: String) {
        var lead = ""
        var core = text
        while let first = core.unicodeScalars.first, opening.contains(first) {
            lead.unicodeScalars.append(first)
            core.unicodeScalars.removeFirst()
        }
        var trail: [Unicode.Scalar] = []
        var depth = core.unicodeScalars.reduce(0) { $0 + ($1 == "(" ? 1 : $1 == ")" ? -1 : 0) }
        while let last = core.unicodeScalars.last, closing.contains(last) {
            if last == ")" {
                // A bracket that the word itself opened belongs to it, as in "close()".
                if depth >= 0, core.unicodeScalars.contains("(") { break }
                depth += 1
            }
            trail.append(last)
            core.unicodeScalars.removeLast()
        }
        var end = ""
        end.unicodeScalars.append(contentsOf: trail.reversed())
        return (lead, core, end)
    }

    private static let opening: Set<Unicode.Scalar> = ["(", "\"", "'", "“", "‘", "„", "«"]
    private static let closing: Set<Unicode.Scalar> = [
        ".", ",", ";", ":", "?", "!", ")", "\"", "'", "”", "’", "»", "…",
    ]

    private static func isPlain(_ core: Substring, isFirst: Bool, trail: String) -> Bool {
        let bytes = Array(core.utf8)
        if bytes == [UInt8(ascii: "&")] { return trail.isEmpty || trail == "…" }
        if bytes == [UInt8(ascii: "-")] { return !isFirst }
        if isFirst, bytes.allSatisfy(isDigit), trail.hasPrefix(".") || trail.hasPrefix(")") { return false }
        for (index, byte) in bytes.enumerated() {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), 0x80...: break
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "'"), UInt8(ascii: "\""): break
            case UInt8(ascii: "-"):
                if index == 0 { return false }
            case UInt8(ascii: "."):
                guard index > 0, isDigit(bytes[index - 1]) || isAbbreviation(bytes) else { return false }
            case UInt8(ascii: "%"):
                guard index > 0, index == bytes.count - 1, isDigit(bytes[index - 1]) else { return false }
            case UInt8(ascii: "/"):
                guard index > 0, index < bytes.count - 1, isLetter(bytes[index - 1]), isLetter(bytes[index + 1]),
                    bytes.allSatisfy({ isLetter($0) || $0 == UInt8(ascii: "/") })
                else { return false }
            default: return false
            }
        }
        return !SanitiserLinks.looksLikeObjectID(bytes) && !SanitiserLinks.isTrackerKey(bytes)
            && !SanitiserLinks.hasReference(bytes)
    }

    /// "e.g", "i.e": single letters with dots between.
    private static func isAbbreviation(_ bytes: [UInt8]) -> Bool {
        bytes.count <= 5
            && bytes.enumerated().allSatisfy {
                $0.offset % 2 == 0 ? isLetter($0.element) : $0.element == UInt8(ascii: ".")
            }
    }

    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }
}
