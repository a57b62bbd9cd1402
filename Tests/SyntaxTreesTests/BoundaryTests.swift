import Diffs
import Testing

@testable import SyntaxTrees

@Suite("Cutting long hunks")
struct BoundaryTests {
    private static let text = """
        import a

        x = 1
        # about f
        # and more
        @decorated
        def f():
            y = 2

            if y:
                z = 3
            elif y:
                z = 4

        class A:
            def g(self):
                pass

        """

    @Test("Boundaries are declarations with what stands above them, then blocks, then rows after blank ones")
    func ranks() throws {
        let found = try source(Self.text, .python).boundaries(in: 0..<18).map { "\($0.row) \($0.strength)" }
        #expect(found == ["2 blankLine", "3 declaration", "9 block", "14 declaration", "15 declaration"])
    }

    @Test("Only rows inside are boundaries, never the first")
    func inside() throws {
        let source = try source(Self.text, .python)
        #expect(source.segmentBoundaries(rows: 3..<15) == [9, 14])
        #expect(source.segmentBoundaries(rows: 9..<10) == [])
        #expect(source.segmentBoundaries(rows: -5..<500) == [2, 3, 9, 14, 15])
        #expect(source.segmentBoundaries(rows: 700..<800) == [])
    }

    @Test("Without a tree rows after blank ones are what there is")
    func withoutTree() {
        let source = ParsedSource(path: Path("a.py"), bytes: Array(Self.text.utf8), grammars: nil)
        #expect(source.segmentBoundaries(rows: 0..<18) == [2, 9, 14])
        #expect(ParsedSource(path: Path("a"), bytes: [], grammars: nil).segmentBoundaries(rows: 0..<1) == [])
    }

    @Test("Exported functions, attributes and else branches are taken as people would")
    func otherLanguages() throws {
        let script = "let a;\nexport const f = () => {\n  if (a) {\n    b();\n  } else if (c) {\n    d();\n  }\n};\n"
        #expect(try source(script, .typescript).segmentBoundaries(rows: 0..<8) == [1, 2])
        let rust = "use a;\n#[test]\n// why\nfn f() {\n    for x in y {\n        z();\n    }\n}\n"
        #expect(try source(rust, .rust).segmentBoundaries(rows: 0..<8) == [1, 4])
        let data = "a:\n  - b: 1\n    c: 2\n  - d:\n      e: 1\nf:\n  g: 1\n"
        #expect(try source(data, .yaml).segmentBoundaries(rows: 0..<7) == [1, 3, 5])
    }
}
