/// The reviewer behind the server: it finds exactly the added lines that say what is wrong with them.
///
/// An added line of a prompt is a number, `+` and the code; it is found when the code holds the marker (`BUG:` unless
/// told otherwise), and what follows the marker is the finding's title. The file is the last heading before it,
/// `=== path (lines 3-9)`.
struct EchoReviewer: Sendable {
    var marker = "BUG:"

    /// Bytes of a line that a finding quotes.
    private static let quoteLimit = 80

    func findings(in prompt: String) -> [ScriptedFinding] {
        var findings: [ScriptedFinding] = []
        var path = ""
        for line in prompt.split(separator: "\n") {
            if line.hasPrefix("=== ") {
                path = EchoReviewer.path(inHeading: line.dropFirst(4))
            } else if let (number, code) = EchoReviewer.added(line),
                let title = EchoReviewer.text(after: marker, in: code)
            {
                findings.append(
                    ScriptedFinding(
                        path: path, line: number, quote: String(code.prefix(EchoReviewer.quoteLimit)),
                        title: title.isEmpty ? "Marked line" : title))
            }
        }
        return findings
    }

    private static func path(inHeading heading: Substring) -> String {
        for end in [" (lines ", " (new file, lines ", " (old lines ", " (context from line "] {
            if let start = place(of: end, in: heading) { return String(heading[..<start]) }
        }
        return String(heading)
    }

    private static func added(_ line: Substring) -> (number: Int, code: Substring)? {
        let digits = line.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), line[digits.endIndex...].first == "+" else { return nil }
        return (number, line[digits.endIndex...].dropFirst())
    }

    private static func text(after marker: String, in code: Substring) -> String? {
        guard let start = place(of: marker, in: code) else { return nil }
        return String(code[start...].dropFirst(marker.count).drop { $0 == " " })
    }

    private static func place(of needle: String, in text: Substring) -> Substring.Index? {
        text.indices.first { text[$0...].hasPrefix(needle) }
    }
}
