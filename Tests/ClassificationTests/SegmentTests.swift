import Classification
import Diffs
import Domain
import SyntaxTrees
import Testing

@Suite("Segments") struct SegmentTests {
    private static func function(_ name: String, lines: Int) -> [String] {
        ["+func \(name)() {"] + (1..<lines).map { "+\tstep\($0)()" } + ["+}", "+"]
    }

    @Test("leave a hunk of up to forty changed lines whole")
    func short() throws {
        let lines = SegmentTests.function("f", lines: 37)
        let assessment = try TestChange.assess("a.go", lines)
        #expect(assessment.segments.count == 1)
        #expect(assessment.segments.first?.ranges == LineRanges(oldStart: 9, oldLines: 0, newStart: 10, newLines: 39))
    }

    @Test("cut a long hunk after blank lines")
    func long() throws {
        let lines = (0..<6).flatMap { SegmentTests.function("f\($0)", lines: 18) }
        let assessment = try TestChange.assess("a.go", lines)
        #expect(assessment.segments.count > 1)
        for segment in assessment.segments.dropFirst() {
            #expect(lines[segment.lines.lowerBound].hasPrefix("+func"))
        }
    }

    @Test("keep what was removed with what replaced it")
    func replaced() throws {
        let lines = (0..<30).flatMap { ["-old\($0)()", "+new\($0)()"] }
        for segment in try TestChange.assess("a.go", lines).segments.dropFirst() {
            #expect(lines[segment.lines.lowerBound].hasPrefix("-"))
        }
    }

    @Test("take category and risk from the riskiest that is not skipped")
    func riskiest() throws {
        let comment = (0..<50).map { "+// words \($0)" } + ["+"]
        let code = (0..<20).map { "+\tif err := check(\($0)); err != nil { return err }" }
        let assessment = try TestChange.assess("a.go", comment + code)
        #expect(assessment.segments.count == 2)
        #expect(assessment.segments.first?.skip == "comment-only")
        #expect(assessment.skip == nil)
        #expect(assessment.risk == assessment.segments.last?.risk)
        #expect(assessment.category == assessment.segments.last?.category)
    }
}

@Suite("Any diff") struct AnyDiffTests {
    private static let pieces = [
        "if (!user.isAdmin()) {", "return err", "}", "", "    x += 1", "/* a", "*/", "// note", "# note", "\"\"\"",
        "'''", "`", "\t",
        "import os", "mutex.lock()", "await f()", "a < b && c", "\u{202E}", "\\", "x = \"unclosed", "<!--", "-->",
        "end", "@Override",
        "key: value", "def f(a):", "func g() {", "\0\u{1}", "é漢字", "--", "+++", "@@ -1 +1 @@", "\r", "/regex [^a]*/",
        "foo(bar(baz))",
    ]
    private static let paths = [
        "a.c", "a.py", "a.ts", "a.rb", "a.yml", "a.md", "a.html", "a.sql", "vendor/x.y/a.go", "go.sum", "a.pb.go",
        "weird", "a.hs",
        "a.php", "a.swift", "Makefile", ".github/workflows/a.yml", "test/a_test.go",
    ]

    private static func lines(_ random: inout Seeded, most: Int) -> [String] {
        (0..<Int.random(in: 1...most, using: &random)).map { _ in
            let sign = [" ", "+", "-"][Int.random(in: 0..<3, using: &random)]
            let count = Int.random(in: 0..<4, using: &random)
            return sign
                + (0..<count).map { _ in pieces[Int.random(in: 0..<pieces.count, using: &random)] }.joined(
                    separator: " ")
        }
    }

    private static func source(_ path: String, _ body: [UInt8], added: Int, removed: Int, old: Int, new: Int)
        -> ChangedSource
    {
        let header = Array("@@ -5,\(old) +5,\(new) @@ heading\n".utf8)
        let hunk = Hunk(
            oldStart: old == 0 ? 4 : 5, oldLines: old, newStart: new == 0 ? 4 : 5, newLines: new, added: added,
            removed: removed, buffer: header + body, headerRange: 0..<(header.count - 1),
            bodyRange: header.count..<(header.count + body.count))
        let path = Path(path)
        let file = FileDiff(oldPath: path, newPath: path, status: .modified, hunks: [hunk])
        return ChangedSource(file: file, base: nil, head: nil)
    }

    private static func source(_ path: String, _ lines: [String]) -> ChangedSource {
        let body: [UInt8] = lines.flatMap { Array($0.utf8) + [UInt8(ascii: "\n")] }
        let added = lines.count { $0.hasPrefix("+") }
        let removed = lines.count { $0.hasPrefix("-") }
        let context = lines.count - added - removed
        return source(path, body, added: added, removed: removed, old: context + removed, new: context + added)
    }

    @Test("is judged the same each time, within bounds, in segments that cover it", arguments: 0..<40)
    func bounds(seed: Int) throws {
        var random = Seeded(UInt64(seed))
        for _ in 0..<25 {
            let path = AnyDiffTests.paths[Int.random(in: 0..<AnyDiffTests.paths.count, using: &random)]
            let lines = AnyDiffTests.lines(&random, most: 160)
            let source = AnyDiffTests.source(path, lines)
            let hunk = try #require(source.file.hunks.first)
            let assessment = try #require(Classifier().assess(source).first)
            let again = try #require(Classifier().assess(change: [source]).first?.first)
            #expect(assessment.segments.map(\.lines) == again.segments.map(\.lines))
            let repeated = try #require(Classifier().assess(source).first)
            #expect(assessment.risk == repeated.risk && assessment.reasons == repeated.reasons)
            #expect(assessment.segments.contains { $0.risk == assessment.risk && $0.category == assessment.category })
            var next = 0
            var old = 0
            var new = 0
            for segment in assessment.segments {
                #expect(segment.lines.lowerBound == next && !segment.lines.isEmpty)
                next = segment.lines.upperBound
                #expect((0...1).contains(segment.risk) && (0...1).contains(segment.confidence))
                #expect(segment.reasons.allSatisfy { $0.weight.isFinite && !$0.name.isEmpty })
                let numbers = hunk.lines[segment.lines]
                #expect(segment.ranges.oldLines == numbers.count { $0.kind != .added })
                #expect(segment.ranges.newLines == numbers.count { $0.kind != .removed })
                if let first = numbers.first(where: { $0.kind != .added }) {
                    #expect(segment.ranges.oldStart == first.oldNumber)
                }
                if let first = numbers.first(where: { $0.kind != .removed }) {
                    #expect(segment.ranges.newStart == first.newNumber)
                }
                #expect(segment.added == numbers.count { $0.kind == .added })
                #expect(segment.removed == numbers.count { $0.kind == .removed })
                old += segment.ranges.oldLines
                new += segment.ranges.newLines
            }
            #expect(next == lines.count && old == hunk.oldLines && new == hunk.newLines)
        }
    }

    @Test("only becomes riskier when it also removes a check", arguments: 0..<40)
    func removedCheck(seed: Int) throws {
        var random = Seeded(UInt64(seed) &+ 1000)
        let checks = [
            "-    if (!session.ownerAllowed(record)) throw new Forbidden(record.id)", "-  mutex.lock()",
            "-  require_permission!(user)",
            "-    assert_valid(token, signature)", "-  if depth > MAX_DEPTH: raise TooDeep()",
            "-  await authorize(request)",
        ]
        for _ in 0..<25 {
            let path = AnyDiffTests.paths[Int.random(in: 0..<AnyDiffTests.paths.count, using: &random)]
            let lines = AnyDiffTests.lines(&random, most: 30)
            guard lines.contains(where: { $0.hasPrefix("+") || $0.hasPrefix("-") }) else { continue }
            let check = checks[Int.random(in: 0..<checks.count, using: &random)]
            let before = try #require(Classifier().assess(AnyDiffTests.source(path, lines)).first)
            let after = try #require(Classifier().assess(AnyDiffTests.source(path, [check] + lines)).first)
            #expect(after.risk >= before.risk, "\(path) \(check) before \(lines)")
        }
    }

    @Test("of random bytes is judged without a crash", arguments: 0..<20)
    func randomBytes(seed: Int) throws {
        var random = Seeded(UInt64(seed) &+ 2000)
        for _ in 0..<30 {
            let body = (0..<Int.random(in: 0..<600, using: &random)).map { _ -> UInt8 in
                let byte = UInt8.random(in: 0...255, using: &random)
                return [byte, 0x0A, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "\""), UInt8(ascii: "\\")]
                    .randomElement(using: &random) ?? byte
            }
            let path = AnyDiffTests.paths[Int.random(in: 0..<AnyDiffTests.paths.count, using: &random)]
            // Counts that lie, as no parser would make them.
            let source = AnyDiffTests.source(
                path, body, added: Int.random(in: 0..<90, using: &random),
                removed: Int.random(in: 0..<90, using: &random),
                old: Int.random(in: 0..<9, using: &random), new: Int.random(in: 0..<9, using: &random))
            let assessment = try #require(Classifier().assess(source).first)
            #expect((0...1).contains(assessment.risk) && !assessment.segments.isEmpty)
        }
    }

    @Test(
        "with a line of 300,000 bytes is judged in seconds, even in a debug build",
        arguments: ["a.ts", "a.py", "weird"])
    func longLine(path: String) throws {
        for unit in ["\"", "a_", "/*", "((", "'''", "`", "\\", "\u{202E}", "eslint"] {
            let text = String(repeating: unit, count: 300_000 / unit.utf8.count)
            let source = AnyDiffTests.source(path, ["+" + text])
            // Work that grows with the square of the bytes would take minutes.
            let took = ContinuousClock().measure { #expect(Classifier().assess(source).count == 1) }
            #expect(took < .seconds(20))
        }
    }
}
