import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

@testable import Gates

/// One changed file in memory, and findings on it.
struct GateFixture {
    let changed: ChangedSource
    let grammars: Grammars

    /// - Parameters:
    ///   - head: the file after the change; every line of it that `base` lacks at the same place is an added line.
    ///   - hasRepository: false: only the hunks are at hand.
    init(path: String = "app.py", base: String, head: String, hasRepository: Bool = true) throws {
        let directory = try #require(
            Grammars.locate(), "no grammars: run deploy/setup/grammars.sh .build/grammars, or set HUNKWISE_GRAMMARS")
        let grammars = Grammars(directory: directory)
        let file = try #require(try Diff(parsing: Array(Self.diff(path, base, head).utf8)).files.first)
        func source(_ text: String, _ side: Side) -> ParsedSource? {
            hasRepository
                ? ParsedSource(path: Path(path), bytes: Array(text.utf8), grammars: grammars)
                : ParsedSource.sparse(file: file, side: side, grammars: grammars)
        }
        self.grammars = grammars
        changed = ChangedSource(file: file, base: source(base, .old), head: source(head, .new))
    }

    /// One hunk over the whole of both files.
    private static func diff(_ path: String, _ base: String, _ head: String) -> String {
        let old = lines(base)
        let new = lines(head)
        var start = 0
        while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
        var end = 0
        while end < min(old.count, new.count) - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        var body = new[..<start].map { " " + $0 }
        body += old[start..<(old.count - end)].map { "-" + $0 }
        body += new[start..<(new.count - end)].map { "+" + $0 }
        body += new[(new.count - end)...].map { " " + $0 }
        return """
            diff --git a/\(path) b/\(path)
            --- a/\(path)
            +++ b/\(path)
            @@ -\(old.isEmpty ? 0 : 1),\(old.count) +\(new.isEmpty ? 0 : 1),\(new.count) @@

            """ + body.map { $0.hasSuffix("\n") ? $0 : $0 + "\n\\ No newline at end of file\n" }.joined()
    }

    /// Lines with their ends.
    private static func lines(_ text: String) -> [String] {
        var lines: [String] = []
        var current: [UInt8] = []
        for byte in text.utf8 {
            current.append(byte)
            if byte == 0x0A {
                lines.append(String(decoding: current, as: UTF8.self))
                current = []
            }
        }
        if !current.isEmpty { lines.append(String(decoding: current, as: UTF8.self)) }
        return lines
    }

    func judge(_ findings: Finding...) -> GateResult {
        GatePipeline(grammars: grammars, reviewer: StaticReviewer(grammars: grammars)).judge(findings, in: changed)
    }

    /// The one finding that is kept, and what the gate said of it.
    func verdict(_ gate: GateName, on finding: Finding) -> GateVerdict? {
        judge(finding).verdicts[0].first { $0.gate == gate }
    }
}

extension Finding {
    /// A finding of a model on a line of `app.py`.
    static func sample(
        path: String = "app.py", side: Side = .new, line: Int?, quoting quoted: String, start: Int? = nil,
        suggestion: Suggestion? = nil, model: String = "some-model", category: Domain.Category = .review,
        title: String = "query is built from input", explanation: String = "Anyone can read the table.",
        rule: String = "model", cwe: String? = nil, severity: Severity = .medium, confidence: Double = 0.8
    ) -> Finding {
        Finding(
            path: Path(path), side: side, startLine: start ?? line, line: line, severity: severity, category: category,
            rule: rule, cwe: cwe, title: title, explanation: explanation, suggestion: suggestion,
            confidence: confidence,
            model: model, quotedLine: Array(quoted.utf8))
    }
}
