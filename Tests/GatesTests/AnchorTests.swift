import Diffs
import Domain
import Testing

@testable import Gates

@Suite("A finding must stand on a line of the change")
struct AnchorTests {
    static let base = "import os\n\n\ndef a():\n    return 1\n"
    static let head = "import os\n\n\ndef a():\n    x = 1\n    x = 2\n    return x\n    return x\n"

    @Test(
        "verdicts of the anchor gate",
        arguments: [
            (5, "    x = 1", .accepted, nil, 5), (5, "x = 1", .accepted, nil, 5), (5, "\tx = 1  ", .accepted, nil, 5),
            (4, "def a():", .accepted, nil, 4), (1, "    x = 2", .repaired, "moved to the quoted line", 6),
            (99, "    x = 2", .repaired, "moved to the quoted line", 6),
            (6, "    x = 3", .rejected, "quoted line is not there", 0),
            (4, "return x", .rejected, "quoted line is not there", 0),
            (99, "nothing", .rejected, "line is not in the change", 0),
            (99, "return x", .rejected, "line is not in the change", 0), (5, "", .rejected, "line not quoted", 0),
            (2, "", .accepted, nil, 2), (Int.max, "x", .rejected, "line is not in the change", 0),
            (Int.min, "x", .rejected, "line is not in the change", 0),
            (0, "", .rejected, "line is not in the change", 0),
        ] as [(Int, String, GateOutcome, String?, Int)])
    func anchors(line: Int, quoted: String, outcome: GateOutcome, reason: String?, expected: Int) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let result = fixture.judge(.sample(line: line, quoting: quoted))
        #expect(result.verdicts[0].first == GateVerdict(.anchor, outcome, reason: reason))
        #expect(result.kept.first?.line ?? 0 == expected)
    }

    @Test("the quoted line becomes the line as it is")
    func quoteBecomesExact() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let kept = try #require(fixture.judge(.sample(line: 5, quoting: "x = 1")).kept.first)
        #expect(kept.quotedLine == Array("    x = 1".utf8))
    }

    @Test("removed lines are commentable on the old side only")
    func oldSide() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        #expect(fixture.judge(.sample(side: .old, line: 5, quoting: "    return 1")).kept.count == 1)
        #expect(fixture.judge(.sample(side: .new, line: 5, quoting: "    return 1")).kept.isEmpty)
    }

    @Test("a finding on another file is rejected; one on the whole file stands")
    func files() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        #expect(
            fixture.verdict(.anchor, on: .sample(path: "other.py", line: 5, quoting: "x"))
                == GateVerdict(.anchor, .rejected, reason: "file not in the change"))
        #expect(fixture.verdict(.anchor, on: .sample(line: nil, quoting: "")) == GateVerdict(.anchor, .accepted))
    }

    @Test(
        "a range that starts outside the hunk or after its end is cut to its line",
        arguments: [-5, 0, 7, 1_000, Int.min])
    func ranges(start: Int) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let result = fixture.judge(.sample(line: 6, quoting: "    x = 2", start: start))
        #expect(result.verdicts[0].first == GateVerdict(.anchor, .repaired, reason: "range cut to one line"))
        #expect(result.kept.first?.startLine == 6)
    }

    @Test(
        "a suggestion moves with its finding, and goes when it leaves the hunk",
        arguments: [
            (1, 1, 6, "moved to the quoted line"), (1, 90, nil, "suggestion outside the hunk"),
            (9, 3, nil, "suggestion outside the hunk"), (Int.max, Int.max, nil, "suggestion outside the hunk"),
        ] as [(Int, Int, Int?, String)])
    func suggestions(start: Int, end: Int, expected: Int?, reason: String) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let suggestion = Suggestion(startLine: start, line: end, replacement: "    x = 7")
        let result = fixture.judge(.sample(line: 1, quoting: "    x = 2", suggestion: suggestion))
        #expect(result.verdicts[0].first?.reason == reason)
        #expect(result.kept.first?.suggestion?.startLine == expected)
    }
}
