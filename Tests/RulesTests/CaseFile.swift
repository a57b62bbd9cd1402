import SyntaxTrees

/// A piece of source with what a rule should make of it.
struct RuleCase: Sendable, CustomStringConvertible {
    let rule: String
    let fileName: String
    let flags: Bool
    let source: String
    /// The line on which the finding belongs, marked with `@@` at its end; nil: any.
    let line: Int?
    let place: String

    var description: String { place }

    /// Reads a case file: `=== rule file-name flag|ok`, then the source, up to the next such line.
    static func parse(_ text: String, file: String) -> [RuleCase] {
        var cases: [RuleCase] = []
        var header: [Substring] = []
        var body: [String] = []
        var marked: Int?
        var start = 0
        func flush() {
            guard header.count == 3 else { return }
            cases.append(
                RuleCase(
                    rule: String(header[0]), fileName: String(header[1]), flags: header[2] == "flag",
                    source: body.joined(separator: "\n") + "\n", line: marked, place: "\(file):\(start)"))
        }
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("=== ") {
                flush()
                header = line.dropFirst(4).split(separator: " ")
                body = []
                marked = nil
                start = number + 1
            } else if line.hasSuffix("@@") {
                body.append(String(line.dropLast(2)))
                marked = body.count
            } else {
                body.append(String(line))
            }
        }
        flush()
        return cases
    }
}
