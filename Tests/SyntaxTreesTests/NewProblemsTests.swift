import Diffs
import Testing

@testable import SyntaxTrees

@Suite("New syntax problems")
struct NewProblemsTests {
    private func new(_ base: String?, _ head: String, _ language: Language = .python) throws -> [SyntaxProblem] {
        newProblems(head: try parsed(head, language), base: try base.map { try parsed($0, language) })
    }

    @Test("A right head has no new problem, whatever the base", arguments: Snippet.all)
    func rightHead(snippet: Snippet) throws {
        #expect(try new(nil, snippet.good, snippet.language).isEmpty)
        #expect(try new(snippet.broken, snippet.good, snippet.language).isEmpty)
    }

    @Test("A broken head has new problems against a right base or none", arguments: Snippet.all)
    func brokenHead(snippet: Snippet) throws {
        #expect(try !new(nil, snippet.broken, snippet.language).isEmpty)
        #expect(try !new(snippet.good, snippet.broken, snippet.language).isEmpty)
    }

    @Test("What was broken before is not new, also when it moves", arguments: Snippet.all)
    func oldProblems(snippet: Snippet) throws {
        #expect(try new(snippet.broken, snippet.broken, snippet.language).isEmpty)
    }

    private static let gap = "def a():\n    return 1\n\nx = a $ b\n\ndef b():\n    return 2\n\ndef c():\n    return 3\n"

    @Test("Beside something the grammar does not know, right changes pass")
    func besideGap() throws {
        #expect(try new(Self.gap, Self.gap.replacing("return 2", with: "return 2 + f(x)")).isEmpty)
        #expect(try new(Self.gap, "import os\n\n" + Self.gap).isEmpty)
        #expect(try new(Self.gap, Self.gap.replacing("return 1", with: "return 0")).isEmpty)
    }

    @Test("Beside something the grammar does not know, broken changes are still seen")
    func brokenBesideGap() throws {
        #expect(try !new(Self.gap, Self.gap.replacing("return 2", with: "return (2")).isEmpty)
        #expect(try !new(Self.gap, Self.gap.replacing("return 3", with: "return ) 3 (")).isEmpty)
    }

    @Test("Problems say where they are and what they are")
    func facts() throws {
        let problems = try parsed("a = [1,\nb = 2\n", .python).errors()
        #expect(problems.first?.rows.lowerBound == 0)
        let missing = try parsed("int f() { return 1 }\n", .c).errors()
        #expect(missing.map(\.kind) == [.missing(";")])
        #expect(missing.map(\.column) == [18])
        #expect(missing.first?.byteRange.isEmpty == true)
    }

    @Test("Nothing can be said of parts of a file, or without a tree")
    func unknown() throws {
        let grammars = try installedGrammars()
        let bytes = Array("x = (\n".utf8)
        let whole = ParsedSource(path: Path("a.py"), bytes: bytes, grammars: grammars)
        let part = ParsedSource(
            path: Path("a.py"), language: .python, bytes: bytes, grammars: grammars, lineNumbers: [4])
        let treeless = ParsedSource(path: Path("a.py"), bytes: bytes, grammars: nil)
        #expect(whole.newProblems(since: nil)?.isEmpty == false)
        #expect(whole.newProblems(since: whole) == [])
        #expect(whole.newProblems(since: part) == nil)
        #expect(whole.newProblems(since: treeless) == nil)
        #expect(part.newProblems(since: whole) == nil)
        #expect(treeless.newProblems(since: nil) == nil)
    }
}

extension String {
    fileprivate func replacing(_ words: String, with other: String) -> String {
        guard let range = utf8ByteRange(of: words) else { return self }
        var bytes = Array(utf8)
        bytes.replaceSubrange(range, with: other.utf8)
        return String(decoding: bytes, as: UTF8.self)
    }
}
