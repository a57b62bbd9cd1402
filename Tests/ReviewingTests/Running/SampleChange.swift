import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

@testable import Reviewing

/// A Python file in which some functions were changed, each in one line: a hunk for each.
struct SampleChange {
    static let path = Path("app/orders.py")
    private static let linesOfFunction = 12

    let file: FileDiff
    let source: ChangedSource
    let hunks: [AssessedHunk]
    let grammars: Grammars

    init(functions: Int = 1, category: Domain.Category = .review, risk: Double = 0.9) throws {
        let directory = try #require(
            Grammars.locate(), "no grammars: run deploy/setup/grammars.sh .build/grammars, or set HUNKWISE_GRAMMARS")
        grammars = Grammars(directory: directory)
        var base = ""
        var head = ""
        var diff = "diff --git a/app/orders.py b/app/orders.py\n--- a/app/orders.py\n+++ b/app/orders.py\n"
        for number in 0..<functions {
            let old = Self.function(number, looksUp: "name")
            let new = Self.function(number, looksUp: "user.raw")
            base += old.joined()
            head += new.joined()
            let start = number * Self.linesOfFunction + 3
            diff += "@@ -\(start),7 +\(start),7 @@\n"
            diff += old[2..<5].map { " " + $0 }.joined() + "-" + old[5] + "+" + new[5]
            diff += old[6..<9].map { " " + $0 }.joined()
        }
        file = try #require(try Diff(parsing: Array(diff.utf8)).files.first)
        source = ChangedSource(
            file: file, base: ParsedSource(path: Self.path, bytes: Array(base.utf8), grammars: grammars),
            head: ParsedSource(path: Self.path, bytes: Array(head.utf8), grammars: grammars))
        let file = file
        hunks = file.hunks.indices.map { index in
            Self.assessed(file, index, category, risk)
        }
    }

    /// The line that was changed in a function, from 1.
    static func line(_ function: Int) -> Int { function * linesOfFunction + 6 }
    static let changedLine = "    row = store.find(user.raw, limit)"

    private static func function(_ number: Int, looksUp key: String) -> [String] {
        [
            "def order_\(number)(user, store):\n", "    name = user.name\n", "    if not name:\n",
            "        return None\n", "    limit = 10\n", "    row = store.find(\(key), limit)\n",
            "    if row is None:\n", "        return None\n", "    total = row.total + limit\n", "    log(total)\n",
            "    return row\n", "\n",
        ]
    }

    private static func assessed(_ file: FileDiff, _ index: Int, _ category: Domain.Category, _ risk: Double)
        -> AssessedHunk
    {
        let hunk = file.hunks[index]
        let segment = Segment(
            ranges: LineRanges(
                oldStart: hunk.oldStart, oldLines: hunk.oldLines, newStart: hunk.newStart, newLines: hunk.newLines),
            lines: 0..<hunk.lines.count, added: hunk.added, removed: hunk.removed, category: category, confidence: 1,
            risk: risk, skip: nil, reasons: [])
        return AssessedHunk(
            file: file, hunkIndex: index, fingerprint: "hunk-\(index)",
            assessment: Assessment(
                category: category, confidence: 1, risk: risk, skip: nil, reasons: [], segments: [segment]))
    }
}

/// Answers as models write them.
enum Answers {
    struct Claimed {
        var file = "app/orders.py"
        var line = SampleChange.line(0)
        var quote = SampleChange.changedLine
        var severity = "medium"
        var confidence = "0.9"
        var title = "raw name reaches the store"
        var fix = "null"
    }

    static func findings(_ claims: [Claimed]) -> String {
        let items = claims.map { claim in
            """
            {"file": "\(claim.file)", "line": \(claim.line), "quote": "\(claim.quote)", "explanation": \
            "An unchecked name is looked up. The row of somebody else comes back.", "title": "\(claim.title)", \
            "severity": "\(claim.severity)", "confidence": \(claim.confidence), "cwe": 639, "fix": \(claim.fix)}
            """
        }
        return "{\"findings\": [\(items.joined(separator: ", "))]}"
    }

    static func finding(
        line: Int = SampleChange.line(0), severity: String = "medium", confidence: String = "0.9", fix: String = "null",
        _ change: (inout Claimed) -> Void = { _ in }
    ) -> String {
        var claim = Claimed(line: line, severity: severity, confidence: confidence, fix: fix)
        change(&claim)
        return findings([claim])
    }

    static func verdict(_ verdict: String, confidence: String = "0.9") -> String {
        "{\"reason\": \"The name is checked two lines above.\", \"verdict\": \"\(verdict)\", "
            + "\"confidence\": \(confidence)}"
    }

    /// Finds every changed line that the request shows, as a diligent model would.
    static func diligent(_ request: ModelRequest) -> String {
        findings(
            linesShown(request, sign: "+").filter { $0.text.contains("user.raw") }.map { Claimed(line: $0.number) })
    }

    /// The lines of the material with this sign, by their numbers.
    static func linesShown(_ request: ModelRequest, sign: Character) -> [(number: Int, text: Substring)] {
        request.material.split(separator: "\n").compactMap { line in
            let digits = line.prefix { $0.isNumber }
            guard let number = Int(digits), line.dropFirst(digits.count).first == sign else { return nil }
            return (number, line.dropFirst(digits.count + 1))
        }
    }
}
