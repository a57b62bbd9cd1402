/// The reviewer behind the server: it finds exactly the added lines that say where they are wrong.
///
/// A line of the prompt counts when it holds the marker (`BUG:` unless told otherwise). Its number is the first number
/// of the line; the sign, if any, stands between number and code; what follows the marker is the title. The file is the
/// last line before it that begins with `===` or `+++`.
struct EchoReviewer: Sendable {
    var marker = "BUG:"

    func findings(in prompt: String) -> [ScriptedFinding] {
        var findings: [ScriptedFinding] = []
        var path = ""
        for line in prompt.split(separator: "\n", omittingEmptySubsequences: true) {
            if line.hasPrefix("=== ") || line.hasPrefix("+++ ") {
                path = EchoReviewer.path(inHeading: line.dropFirst(4))
            } else if let marked = line.range(of: marker), let numbered = EchoReviewer.numbered(line) {
                let title = line[marked.upperBound...].drop { $0 == " " }
                findings.append(
                    ScriptedFinding(
                        path: path, line: numbered.number, quote: String(numbered.code), severity: "high",
                        title: title.isEmpty ? "Marked line" : String(title)))
            }
        }
        return findings
    }

    /// "path (lines 3-9)", "path ===", "b/path".
    private static func path(inHeading text: Substring) -> String {
        var text = text
        if let cut = text.range(of: " (") { text = text[..<cut.lowerBound] }
        if text.hasSuffix(" ===") { text = text.dropLast(4) }
        if text.hasPrefix("b/") { text = text.dropFirst(2) }
        return String(text)
    }

    /// The line's number and its code without the sign.
    private static func numbered(_ line: Substring) -> (number: Int, code: Substring)? {
        let start = line.drop { $0 == " " || $0 == "+" }
        let digits = start.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits) else { return nil }
        var rest = start[digits.endIndex...]
        if let sign = rest.drop(while: { $0 == " " }).first, sign == "+" || sign == "-" || sign == "|" {
            if sign == "-" { return nil }
            rest = rest[rest.index(after: rest.firstIndex(of: sign) ?? rest.startIndex)...]
            if sign == "|", rest.first == " " { rest = rest.dropFirst() }
        } else if rest.first == " " {
            rest = rest.dropFirst()
        }
        return (number, rest)
    }
}

extension Substring {
    /// The first place of a text in this one.
    fileprivate func range(of needle: String) -> Range<Index>? {
        let wanted = Array(needle.utf8)
        let bytes = Array(utf8)
        guard !wanted.isEmpty, bytes.count >= wanted.count else { return nil }
        for start in 0...(bytes.count - wanted.count)
        where bytes[start..<(start + wanted.count)].elementsEqual(wanted) {
            let lower = utf8.index(startIndex, offsetBy: start)
            return lower..<utf8.index(lower, offsetBy: wanted.count)
        }
        return nil
    }
}
