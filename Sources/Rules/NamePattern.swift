/// A pattern over dotted names such as `subprocess.run` or `*.execute`.
///
/// - A pattern matches a name that ends with it at a dot: `MessageDigest.getInstance` also matches
///   `java.security.MessageDigest.getInstance`.
/// - `=eval` matches the bare name alone. `*` stands for any text, also dots; `*.execute` asks for some receiver.
/// - A leading `~` ignores case.
struct NamePattern: Sendable {
    let bytes: [UInt8]
    let isWhole: Bool
    let ignoresCase: Bool
    /// The text after the last dot when it has no wildcard: what an index may be built on.
    let lastSegment: [UInt8]?

    init(_ text: Substring) {
        var text = text
        isWhole = text.first == "="
        if isWhole { text.removeFirst() }
        ignoresCase = text.first == "~"
        if ignoresCase { text.removeFirst() }
        bytes = ignoresCase ? Array(text.utf8).map(lowercase) : Array(text.utf8)
        let segment: [UInt8]
        if let dot = bytes.lastIndex(of: UInt8(ascii: ".")), dot + 1 < bytes.count {
            segment = Array(bytes[(dot + 1)...])
        } else {
            segment = bytes
        }
        lastSegment = ignoresCase || segment.contains(UInt8(ascii: "*")) ? nil : segment
    }

    /// The patterns of a comma-separated list; `a.(b|c)` is short for `a.b, a.c`.
    static func list(_ text: some StringProtocol) -> [NamePattern] {
        text.split(separator: ",").flatMap { expand(trim(Substring($0))) }.map { NamePattern(Substring($0)) }
    }

    private static func expand(_ text: Substring) -> [String] {
        guard let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")"),
            text[open..<close].contains("|")
        else { return [String(text)] }
        let head = text[..<open]
        let tails = expand(text[text.index(after: close)...])
        return text[text.index(after: open)..<close].split(separator: "|", omittingEmptySubsequences: false)
            .flatMap { middle in tails.map { head + middle + $0 } }
    }

    func matches(_ name: [UInt8]) -> Bool {
        let name = ignoresCase ? name.map(lowercase) : name
        if wildcardMatch(bytes[...], name[...]) { return true }
        if isWhole { return false }
        guard name.count > bytes.count || bytes.contains(UInt8(ascii: "*")) else { return false }
        var start = 0
        while let dot = name[start...].firstIndex(of: UInt8(ascii: ".")) {
            start = dot + 1
            if wildcardMatch(bytes[...], name[start...]) { return true }
        }
        return false
    }
}

/// Whether a text fits a pattern in which `*` stands for any bytes; in time pattern × text, without recursion.
func wildcardMatch(_ pattern: ArraySlice<UInt8>, _ text: ArraySlice<UInt8>) -> Bool {
    var p = pattern.startIndex
    var t = text.startIndex
    var star: (pattern: Int, text: Int)?
    while t < text.endIndex {
        if p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") {
            star = (p, t)
            p += 1
        } else if p < pattern.endIndex, pattern[p] == text[t] {
            p += 1
            t += 1
        } else if let last = star {
            p = last.pattern + 1
            t = last.text + 1
            star = (last.pattern, t)
        } else {
            return false
        }
    }
    while p < pattern.endIndex, pattern[p] == UInt8(ascii: "*") { p += 1 }
    return p == pattern.endIndex
}

/// ASCII lower case.
func lowercase(_ byte: UInt8) -> UInt8 {
    byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
}

/// Without spaces and tabs at either end.
func trim(_ text: Substring) -> Substring {
    var text = text
    while let first = text.first, first == " " || first == "\t" { text.removeFirst() }
    while let last = text.last, last == " " || last == "\t" || last == "\r" { text.removeLast() }
    return text
}
