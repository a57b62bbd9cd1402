import Diffs
import Domain
import Foundation
import Testing

@testable import Reporting

/// Nothing that a change holds may act through a report.
@Suite("Hostile names and texts stay text in every format")
struct HostileOutputTests {
    static let texts = [
        "\u{1B}[31mred\u{1B}[0m", "a\u{202E}b", "a\rb", "a\nb", "::error::x", "%0A::warning::x", "<img src=x>", "`tick",
        "a|b",
        "@everyone", "#12", "https://evil.example/x", "</details>", "[x](http://evil.example)", "\u{0}", "/approve",
        "a\"b\\c",
        "{{x}}", "---", "\u{200B}\u{FEFF}", "very long " + String(repeating: "x", count: 5_000),
    ]

    static func report(_ text: String) -> ReviewReport {
        var report = Sample.report
        var finding = Sample.medium
        finding.path = Path(text)
        finding.title = text
        finding.explanation = text
        finding.rule = text
        finding.model = text
        finding.cwe = text
        finding.quotedLine = Array(text.utf8)
        finding.suggestion?.replacement = text
        report.findings = [finding]
        report.folded = [finding]
        report.notes = [Note(kind: "k", text: text)]
        report.notReviewed = [NotReviewed(path: Path(text), hunkIndex: 0, reason: text)]
        report.change.title = text
        report.gates = [GateCount(verdict: GateVerdict(.noise, .rejected, reason: text), count: 1)]
        return report
    }

    @Test(
        "a terminal gets no control, bidirectional or hidden character, and no line beyond the width", arguments: texts)
    func terminal(text: String) {
        for width in [40, 80, 120] {
            let out = ReviewText.document(Self.report(text), style: Style(colour: false, width: width)) { finding in
                [FrameLine(number: 7, text: finding.quotedLine, isTarget: true)]
            }
            for line in out.split(separator: "\n", omittingEmptySubsequences: false) {
                #expect(!line.unicodeScalars.contains { $0.isHidden || $0 == "\t" }, "\(line.debugDescription)")
                #expect(TerminalText.columnsOf(String(line)) <= width, "\(line)")
            }
        }
    }

    @Test("JSON is valid, says the same, and shows no hidden character", arguments: texts)
    func json(text: String) throws {
        let report = Self.report(text)
        for bytes in [
            ReviewJSON.document(report), SARIF.document(report, toolVersion: "1.0.0"), CodeQuality.document(report),
        ] {
            _ = try JSONSerialization.jsonObject(with: Data(bytes))
            #expect(!String(decoding: bytes, as: UTF8.self).unicodeScalars.contains { $0.isHidden })
        }
        let object = try JSONSerialization.jsonObject(with: Data(ReviewJSON.document(report))) as? [String: Any]
        let findings = try #require(object?["findings"] as? [[String: Any]])
        #expect(findings.first?["title"] as? String == text)
    }

    @Test("each workflow command stays on its line and is one of ours", arguments: texts)
    func workflow(text: String) {
        let lines = WorkflowCommands.document(Self.report(text)).split(separator: "\n", omittingEmptySubsequences: true)
        #expect(lines.count == 2)
        #expect(lines.allSatisfy { $0.hasPrefix("::warning file=") || $0.hasPrefix("::notice title=") })
        for line in lines {
            let parts = line.dropFirst(2).split(separator: "::", maxSplits: 1)
            #expect(!parts[0].dropFirst(8).contains("\r"))
            #expect(!line.unicodeScalars.contains { $0.isHidden })
        }
    }

    @Test("Markdown keeps what is not ours in code or escaped", arguments: texts)
    func markdown(text: String) {
        let out = ReviewMarkdown.document(Self.report(text))
        #expect(out.utf16.count <= ReviewMarkdown.limit)
        var prose = ""
        var fence: Substring?
        for line in out.split(separator: "\n", omittingEmptySubsequences: false) {
            let ticks = line.prefix { $0 == "`" }
            if let open = fence {
                if line == open { fence = nil }
                continue
            }
            if ticks.count >= 3 {
                fence = ticks
                continue
            }
            prose += Self.withoutCodeSpans(line) + "\n"
        }
        // An escaped sign is no sign.
        for sign in ["<", ">", "[", "]"] { prose = prose.replacing("\\" + sign, with: "") }
        for piece in ["<img", "](http", "https://", "@everyone", "/approve\n", "\u{1B}", "\u{202E}", "\n::", "\n---x"] {
            #expect(!prose.contains(piece), "\(piece) in \(prose)")
        }
        #expect(prose.components(separatedBy: "<details>").count == prose.components(separatedBy: "</details>").count)
    }

    private static func withoutCodeSpans(_ line: Substring) -> String {
        var out = ""
        var rest = line
        while let tick = rest.firstIndex(of: "`") {
            out += rest[..<tick]
            if out.hasSuffix("\\") {
                rest = rest[rest.index(after: tick)...]
                continue
            }
            let run = rest[tick...].prefix { $0 == "`" }
            var after = rest[run.endIndex...]
            while let close = after.firstIndex(of: "`") {
                let other = after[close...].prefix { $0 == "`" }
                after = after[other.endIndex...]
                if other.count == run.count { break }
            }
            rest = after
        }
        return out + rest
    }

    @Test("a suggestion cannot leave its fence")
    func fences() {
        var finding = Sample.medium
        finding.suggestion?.replacement = "```\n/approve\n````\nx"
        let out = ReviewMarkdown.comment(finding)
        #expect(out.contains("`````suggestion\n```\n/approve\n````\nx\n`````"))
    }

    @Test(
        "what an explanation says no better than its title is said once",
        arguments: ["Eval of input", " eval of input. ", ""])
    func once(explanation: String) {
        var finding = Sample.medium
        finding.title = "Eval of input"
        finding.explanation = explanation
        let out = ReviewMarkdown.comment(finding)
        #expect(out.hasPrefix("**Medium: Eval of input.**\n\n"), "\(out)")
    }

    @Test("a long review is cut to the forges' limit and says so")
    func truncation() {
        var report = Sample.report
        report.findings = (0..<5_000).map { index in
            var finding = Sample.medium
            finding.line = index + 1
            finding.startLine = index + 1
            return finding
        }
        report.notReviewed = (0..<5_000).map { NotReviewed(path: Path("p\($0)"), hunkIndex: 0, reason: "r\($0)") }
        let out = ReviewMarkdown.document(report)
        #expect(out.utf16.count <= ReviewMarkdown.limit)
        #expect(out.contains("*Cut to 65536 characters: "))
        #expect(out.hasSuffix("</details>\n"))
        #expect(ReviewMarkdown.summary(report).utf16.count <= ReviewMarkdown.limit)
    }
}
