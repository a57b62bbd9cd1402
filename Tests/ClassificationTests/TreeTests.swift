import Classification
import Diffs
import Domain
import SyntaxTrees
import Testing

@Suite("Syntax trees") struct TreeTests {
    private static let grammars = Grammars(directory: Grammars.locate())

    /// The change of a whole file in one hunk that begins at line `start` and has `context` lines around the change.
    private static func assess(_ path: String, base: [String], head: [String], hunk: String) throws -> [String?] {
        let source = try source(path, base: base, head: head, hunk: hunk)
        return Classifier().assess(source).map(\.skip)
    }

    private static func source(_ path: String, base: [String], head: [String], hunk: String) throws -> ChangedSource {
        let text = "diff --git a/\(path) b/\(path)\n--- a/\(path)\n+++ b/\(path)\n\(hunk)"
        let file = try #require(try Diff(parsing: Array(text.utf8)).files.first)
        func parsed(_ lines: [String]) -> ParsedSource {
            ParsedSource(
                path: Path(path), bytes: Array((lines.joined(separator: "\n") + "\n").utf8), grammars: grammars)
        }
        let source = ChangedSource(file: file, base: parsed(base), head: parsed(head))
        try #require(
            source.head?.tree != nil,
            "no grammar for \(path): run deploy/setup/grammars.sh .build/grammars, or set HUNKWISE_GRAMMARS")
        return source
    }

    @Test("prove a comment whose beginning the hunk does not show")
    func comment() throws {
        let base = ["/*", "a", "b", "c", "old words", "d", "e", "f", "*/", "f();"]
        let head = ["/*", "a", "b", "c", "new words", "d", "e", "f", "*/", "f();"]
        let hunk = "@@ -2,7 +2,7 @@\n a\n b\n c\n-old words\n+new words\n d\n e\n f\n"
        #expect(try TreeTests.assess("a.ts", base: base, head: head, hunk: hunk) == ["comment-only"])
    }

    @Test("refuse as comment what the scanner cannot tell from one")
    func string() throws {
        let base = ["const q = `", "one", "two", "three", "four", "`"]
        let head = ["const q = `", "one", "two", "three", "// five", "four", "`"]
        let hunk = "@@ -3,3 +3,4 @@\n two\n three\n+// five\n four\n"
        #expect(try TreeTests.assess("a.ts", base: base, head: head, hunk: hunk) == [nil])
    }

    @Test("refuse as whitespace what is inside a string")
    func whitespace() throws {
        let base = ["const q = `", "one", "two", "  three", "four", "five", "`"]
        let head = ["const q = `", "one", "two", "three", "four", "five", "`"]
        let hunk = "@@ -3,3 +3,3 @@\n two\n-  three\n+three\n four\n"
        #expect(try TreeTests.assess("a.ts", base: base, head: head, hunk: hunk) == [nil])
    }

    @Test("cut a long hunk where declarations begin")
    func boundaries() throws {
        let head = (0..<8).flatMap { index in
            ["def function\(index)(a):"] + (0..<14).map { "    step\($0)(a)" }
        }
        let hunk = "@@ -0,0 +1,\(head.count) @@\n" + head.map { "+\($0)\n" }.joined()
        let source = try TreeTests.source("a.py", base: [], head: head, hunk: hunk)
        let segments = try #require(Classifier().assess(source).first).segments
        #expect(segments.count > 1)
        for segment in segments.dropFirst() {
            #expect(head[segment.lines.lowerBound].hasPrefix("def "))
        }
    }
}
