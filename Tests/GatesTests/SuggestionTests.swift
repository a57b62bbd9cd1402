import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

@testable import Gates

@Suite("A suggestion must give the file its author would get, and a sound one")
struct SuggestionTests {
    static let base = "import os\nimport yaml\n\n\ndef find(db, name):\n    return None\n"
    static let head = """
        import os
        import yaml


        def find(db, name):
            if not db.allowed(name):
                raise ValueError(name)
            rows = db.execute("SELECT * FROM t WHERE n = '" + name + "'")
            return rows

        """

    static func fixture() throws -> GateFixture { try GateFixture(base: base, head: head) }

    static func finding(_ replacement: String, _ start: Int = 8, _ end: Int = 8, model: String = "some-model")
        -> Finding
    {
        .sample(
            line: 8, quoting: "    rows = db.execute(\"SELECT * FROM t WHERE n = '\" + name + \"'\")",
            suggestion: Suggestion(startLine: start, line: end, replacement: replacement), model: model)
    }

    @Test(
        "verdicts on suggestions",
        arguments: [
            // A sound one passes every gate.
            ("    rows = db.execute(\"SELECT * FROM t WHERE n = ?\", (name,))", 8, 8, .applies, .accepted, nil),
            ("    rows = db.execute(\"SELECT * FROM t WHERE n = ?\", (name,))", 8, 8, .syntax, .accepted, nil),
            ("    rows = db.execute(\"SELECT * FROM t WHERE n = ?\", (name,))", 8, 8, .security, .accepted, nil),
            ("    rows = db.execute(\"SELECT * FROM t WHERE n = ?\", (name,))", 8, 8, .grounding, .accepted, nil),
            ("    rows = db.execute(\"SELECT * FROM t WHERE n = ?\", (name,))", 8, 8, .noise, .accepted, nil),
            // applies
            ("rows = db.execute(\"x\", (name,))", 8, 8, .applies, .repaired, "indentation"),
            ("\trows = db.execute(\"x\", (name,))", 8, 8, .applies, .repaired, "indentation"),
            ("    rows = db.execute(\"x\", (name,))\r\n    rows = rows", 8, 8, .applies, .repaired, "line ends"),
            // syntax
            ("    rows = db.execute(\"x\", (name,)", 8, 8, .syntax, .demoted, "syntax error"),
            ("    rows = = 1", 8, 8, .syntax, .demoted, "syntax error"),
            // security
            ("    rows = eval(name)", 8, 8, .security, .demoted, "dangerous call"),
            ("    rows = os.system(name)", 8, 8, .security, .demoted, "dangerous call"),
            ("    rows = yaml.load(name)", 8, 8, .security, .demoted, "dangerous call"),
            ("    rows = db.get(\"http://evil.example/x\")", 8, 8, .security, .demoted, "new address"),
            (
                "    key = \"ghp\u{5F}16C7e42F292c6912E7710c838347Ae178B4a\"", 8, 8, .security, .demoted,
                "shows a secret"
            ),
            ("    rows = db.execute(\"x\", (name,))", 6, 8, .security, .demoted, "removed check"),
            // grounding
            ("    rows = sanitize_all_inputs(name)", 8, 8, .grounding, .demoted, "unknown name"),
            ("    import bleach\n    rows = db.execute(\"x\", (name,))", 8, 8, .grounding, .demoted, "unknown import"),
            ("    rows = db.load(\"conf/tables.yml\", name)", 8, 8, .grounding, .demoted, "unknown path"),
            ("    safe = str(name)\n    rows = db.execute(\"x\", (safe,))", 8, 8, .grounding, .accepted, nil),
            ("    rows = db.execute(\"unknown words in text\", (name,))", 8, 8, .grounding, .accepted, nil),
            // noise
            (
                "    rows = db.execute(\"SELECT * FROM t WHERE n = '\" + name + \"'\")", 8, 8, .noise, .demoted,
                "changes nothing"
            ),
            (
                "    rows = db.execute( \"SELECT * FROM t WHERE n = '\" + name + \"'\" )", 8, 8, .noise, .demoted,
                "changes white space only"
            ),
            (
                "    # name is checked\n    rows = db.execute(\"SELECT * FROM t WHERE n = '\" + name + \"'\")", 8, 8,
                .noise, .demoted, "changes comments only"
            ),
            ("    # TODO: bind\n    rows = db.execute(\"x\", (name,))", 8, 8, .noise, .demoted, "placeholder"),
            // sanitising
            ("    rows = db.execute(\"x\u{202E}\", (name,))", 8, 8, .sanitising, .demoted, "hidden character"),
        ] as [(String, Int, Int, GateName, GateOutcome, String?)])
    func verdicts(
        replacement: String, start: Int, end: Int, gate: GateName, outcome: GateOutcome, reason: String?
    ) throws {
        let result = try Self.fixture().judge(Self.finding(replacement, start, end))
        let verdict = result.verdicts[0].first { $0.gate == gate }
        #expect(verdict == GateVerdict(gate, outcome, reason: reason), "\(result.verdicts[0])")
        #expect(result.kept.count == 1)
        #expect((result.kept[0].suggestion == nil) == result.verdicts[0].contains { $0.outcome == .demoted })
    }

    @Test(
        "the file keeps its line ends and the missing one at its end",
        arguments: [
            ("a = 1\r\nb = 2\r\n", 2, "b = 3\nc = b", "a = 1\r\nb = 3\r\nc = b\r\n"),
            ("a = 1\nb = 2", 2, "b = 3", "a = 1\nb = 3"),
            ("a = 1\r\nb = 2", 2, "b = 3\nc = b", "a = 1\r\nb = 3\r\nc = b"),
            ("a = 1\nb = 2\n", 1, "", "b = 2\n"), ("a = 1\nb = 2", 2, "", "a = 1\n"),
            ("a = 1\r\nb = 2\n", 1, "a = 2", "a = 2\r\nb = 2\n"), ("a = 1", 1, "a = 2", "a = 2"),
            ("a = 1\n\nb = 2\n", 2, "\n", "a = 1\n\n\nb = 2\n"),
        ])
    func bytes(head: String, line: Int, replacement: String, expected: String) throws {
        let source = ParsedSource(path: Path("a.py"), bytes: Array(head.utf8), grammars: nil)
        let edit = try #require(Edit(Suggestion(startLine: line, line: line, replacement: replacement), to: source))
        #expect(String(decoding: edit.bytes, as: UTF8.self) == expected)
    }

    @Test("an edit changes nothing outside its lines, whatever the file", arguments: 0..<40)
    func editProperty(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let ends = ["\n", "\r\n"]
        var head = ""
        let count = Int.random(in: 1...12, using: &random)
        for index in 0..<count {
            head += "line\(index)" + (index == count - 1 && Bool.random(using: &random) ? "" : ends[Int(seed % 2)])
        }
        let source = ParsedSource(path: Path("a.txt"), bytes: Array(head.utf8), grammars: nil)
        let start = Int.random(in: 1...count, using: &random)
        let end = Int.random(in: start...count, using: &random)
        let edit = try #require(Edit(Suggestion(startLine: start, line: end, replacement: "x\ny"), to: source))
        #expect(edit.bytes[..<edit.replaced.lowerBound] == source.bytes[..<edit.replaced.lowerBound])
        #expect(edit.bytes[edit.inserted.upperBound...].elementsEqual(source.bytes[edit.replaced.upperBound...]))
        let new = ParsedSource(path: Path("a.txt"), bytes: edit.bytes, grammars: nil)
        #expect(new.rowCount == count - (end - start + 1) + 2)
        #expect(edit.lines == start..<(start + 2))
    }

    @Test("without a repository what needs the file says so, and the rest still looks")
    func noRepository() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head, hasRepository: false)
        let fine = fixture.judge(Self.finding("    rows = db.execute(\"x\", (name,))")).verdicts[0]
        #expect(fine.first { $0.gate == .applies } == GateVerdict(.applies, .skipped, reason: "no repository"))
        #expect(fine.first { $0.gate == .syntax } == GateVerdict(.syntax, .skipped, reason: "no repository"))
        #expect(
            fixture.verdict(.security, on: Self.finding("    rows = eval(name)"))
                == GateVerdict(.security, .demoted, reason: "dangerous call"))
        #expect(
            fixture.verdict(.grounding, on: Self.finding("    rows = made_up_helper(name)"))
                == GateVerdict(.grounding, .demoted, reason: "unknown name"))
    }

    @Test("a file that does not match its diff takes no suggestion")
    func staleHead() throws {
        let fixture = try Self.fixture()
        let other = ParsedSource(
            path: Path("app.py"), bytes: Array(Self.head.replacing("rows", with: "lines").utf8),
            grammars: fixture.grammars)
        let changed = ChangedSource(file: fixture.changed.file, base: nil, head: other)
        let result = GatePipeline(grammars: fixture.grammars, reviewer: .init()).judge(
            [Self.finding("    rows = db.execute(\"x\", (name,))")], in: changed)
        #expect(result.verdicts[0].contains(GateVerdict(.applies, .demoted, reason: "file differs from the diff")))
    }

    @Test("a gate that is switched off says so, and those that keep comments harmless cannot be")
    func switchedOffGates() throws {
        let fixture = try Self.fixture()
        var validation = ValidationSettings()
        validation.gates = [.security]
        let pipeline = GatePipeline(grammars: fixture.grammars, reviewer: .init(), validation: validation)
        let finding = Self.finding("    rows = db.execute(\"SELECT * FROM t WHERE n = ?\", (name,))")
        let verdicts = try #require(pipeline.judge([finding], in: fixture.changed).verdicts.first)
        let off = Set(verdicts.filter { $0.reason == "switched off" }.map(\.gate))
        #expect(off == [.syntax, .complexity, .grounding, .noise])
        #expect(verdicts.contains { $0.gate == .sanitising && $0.outcome != .skipped })
    }

    @Test("the static reviewer's own fix passes every gate")
    func ownFix() throws {
        let head = "import yaml\n\n\ndef read(stream):\n    return yaml.load(stream)\n"
        let fixture = try GateFixture(base: "import yaml\n", head: head)
        let findings = StaticReviewer(grammars: fixture.grammars).review(fixture.changed)
        let finding = try #require(findings.first { $0.suggestion != nil })
        let result = fixture.judge(finding)
        #expect(result.kept.first?.suggestion?.replacement == "    return yaml.safe_load(stream)")
        #expect(result.verdicts[0].allSatisfy { $0.outcome == .accepted || $0.gate == .sanitising })
    }

    @Test("a language without a grammar is said, not judged")
    func unknownLanguage() throws {
        let fixture = try GateFixture(path: "notes.txt", base: "a\n", head: "a\nb\n")
        let finding = Finding.sample(
            path: "notes.txt", line: 2, quoting: "b", suggestion: Suggestion(startLine: 2, line: 2, replacement: "a"))
        #expect(fixture.verdict(.syntax, on: finding) == GateVerdict(.syntax, .skipped, reason: "language not known"))
    }

    @Test("every gate speaks once, in order, until a finding is rejected")
    func order() throws {
        let fixture = try Self.fixture()
        let kept = fixture.judge(Self.finding("    rows = db.execute(\"x\", (name,))")).verdicts[0]
        #expect(kept.map(\.gate) == GateName.allCases)
        let rejected = fixture.judge(.sample(line: 8, quoting: "nothing like it")).verdicts[0]
        #expect(rejected.map(\.gate) == [.anchor])
    }
}
