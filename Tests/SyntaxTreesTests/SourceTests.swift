import Diffs
import Testing

@testable import SyntaxTrees

@Suite("Sources")
struct SourceTests {
    static let texts: [(String, [String])] = [
        ("", []), ("\n", [""]), ("a", ["a"]), ("a\n", ["a"]), ("a\r\nb", ["a", "b"]), ("a\n\nb\n", ["a", "", "b"]),
        ("\n\n", ["", ""]), ("a\rb\n", ["a\rb"]),
    ]

    @Test("Rows and lines of a whole file count as editors count", arguments: texts)
    func lines(text: String, expected: [String]) {
        let source = ParsedSource(path: Path("a"), bytes: Array(text.utf8), grammars: nil)
        #expect(source.isComplete && source.language == nil && source.tree == nil)
        #expect(source.rowCount == expected.count)
        for (row, words) in expected.enumerated() {
            #expect(source.lineNumber(ofRow: row) == row + 1)
            #expect(source.row(ofLine: row + 1) == row)
            #expect(source.line(row + 1).map { Array($0) } == Array(words.utf8))
        }
        for line in [.min, -1, 0, expected.count + 1, .max] {
            #expect(source.row(ofLine: line) == nil && source.line(line) == nil)
        }
        #expect(source.rowText(.max - 1).isEmpty && source.rowText(-5).isEmpty)
    }

    private static let patch = """
        --- a/a.py
        +++ b/a.py
        @@ -3,4 +3,4 @@ class A:
             def f(self):
        -        return 1
        +        return 2
         
             x = 1
        @@ -90,2 +90,3 @@
             def g(self):
        +        # new
                 pass

        """

    @Test("Of a patch alone, each side has the lines that its hunks show, with their real numbers")
    func sparse() throws {
        let file = try #require(try Diff(parsing: Array(Self.patch.utf8)).files.first)
        let grammars = try installedGrammars()
        let head = try #require(ParsedSource.sparse(file: file, side: .new, grammars: grammars))
        #expect(!head.isComplete && head.language == .python && head.tree != nil)
        #expect((0..<head.rowCount).map { head.lineNumber(ofRow: $0) } == [3, 4, 5, 6, 90, 91, 92])
        #expect(head.row(ofLine: 91) == 5 && head.row(ofLine: 7) == nil && head.row(ofLine: 89) == nil)
        #expect(head.line(4).map { Array($0) } == Array("        return 2".utf8))
        #expect(head.enclosingDeclaration(ofLine: 91)?.name == "g")
        #expect(head.enclosingDeclaration(ofLine: 91)?.lines == 90...92)
        #expect(head.rowKinds()[5] == .comment)
        #expect(head.lineNumber(ofRow: 7) == 93 && head.lineNumber(ofRow: -1) == 0)
        let base = try #require(ParsedSource.sparse(file: file, side: .old, grammars: grammars))
        #expect((0..<base.rowCount).map { base.lineNumber(ofRow: $0) } == [3, 4, 5, 6, 90, 91])
        #expect(base.line(4).map { Array($0) } == Array("        return 1".utf8))
        let changed = ChangedSource(file: file, base: base, head: head)
        #expect(changed[.old]?.rowCount == 6 && changed[.new]?.rowCount == 7)
    }

    @Test("A side without lines has no source")
    func oneSided() throws {
        let text = "--- /dev/null\n+++ b/a.py\n@@ -0,0 +1,1 @@\n+x = 1\n"
        let file = try #require(try Diff(parsing: Array(text.utf8)).files.first)
        #expect(ParsedSource.sparse(file: file, side: .old, grammars: nil) == nil)
        #expect(ParsedSource.sparse(file: file, side: .new, grammars: nil)?.rowCount == 1)
    }

    static let imports: [(Language, String, Bool)] = [
        (.javascript, "const a = require('a'), b = require('b');", true), (.javascript, "const a = f('a');", false),
        (.javascript, "export { a } from 'a';", true), (.javascript, "export { a };", false),
        (.ruby, "require 'a'", true), (.ruby, "a.require 'b'", false), (.ruby, "load_all 'b'", false),
        (.rust, "mod a;", true), (.rust, "mod a { fn f() {} }", false), (.bash, ". ./a", true), (.bash, "cat a", false),
        (.php, "<?php require 'a';", true), (.php, "<?php f('a');", false), (.c, "#include <a.h>", true),
    ]

    @Test("Imports are known in all their forms", arguments: imports)
    func importForms(language: Language, text: String, expected: Bool) throws {
        var found = false
        try parsed(text + "\n", language).walk { node, _ in
            found = found || node.isImport
            return .descend
        }
        #expect(found == expected)
    }
}
