import Diffs
import Testing

@testable import SyntaxTrees

@Suite("Rows")
struct RowKindsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let language: Language
        let text: String
        /// A letter a row: c code, # comment, s string, i import, - blank.
        let expected: String

        var testDescription: String { language.rawValue }
    }

    static let cases: [Case] = [
        Case(
            language: .python,
            text:
                "# a\nimport a\nfrom b import (\n  c,\n)\n\ndef f():\n    \"\"\"Doc\n\n    more\"\"\"\n    x = 1  # b\n    y = f\"\"\"\n  a {x +\n  1}\n\"\"\"\n",
            expected: "#iiii-csssccccs"),
        Case(
            language: .javascript,
            text:
                "import a from 'a';\nconst b = require('b');\nexport * from 'c';\n/* x\n\n*/\nf(`\n text\n ${x}\n`);\nexport const y = 1;\n",
            expected: "iii###csccc"),
        Case(
            language: .typescript, text: "import type { A } from './a';\nlet x: A; // a\n// b\n", expected: "ic#"),
        Case(language: .tsx, text: "const X = () => (\n  <a>\n    text\n\n  </a>\n);\n", expected: "ccc-cc"),
        Case(
            language: .go, text: "package a\n\nimport (\n\t\"b\"\n)\n\n// c\nvar x = `\ntext\n`\n",
            expected: "i-iii-#css"),
        Case(language: .java, text: "package a;\nimport b.C;\n/** d */\nclass A {\n}\n", expected: "ii#cc"),
        Case(
            language: .ruby, text: "require 'a'\nrequire_relative \"b\"\n=begin\nx\n=end\nputs 1\n", expected: "ii###c"),
        Case(
            language: .rust, text: "use a::b;\nmod c;\n/// d\nfn f() {\n    // e\n}\n", expected: "ii#c#c"),
        Case(language: .c, text: "#include <a.h>\n/* b\n */\nint x; /* c */\n", expected: "i##c"),
        Case(language: .cpp, text: "#include \"a.h\"\nusing namespace b;\nauto s = R\"(\nx\n)\";\n", expected: "iicsc"),
        Case(language: .csharp, text: "using A;\n// b\nclass C {\n}\n", expected: "i#cc"),
        Case(language: .php, text: "<?php\nuse A\\B;\nrequire 'c.php';\n# d\n$x = 1;\n", expected: "cii#c"),
        Case(
            language: .kotlin, text: "package a\nimport b.C\n/* d */\nval x = \"\"\"\n t\n\"\"\"\n", expected: "ii#css"),
        Case(
            language: .swift, text: "import A\n/// b\nlet x = \"\"\"\n  t\n  \\(y)\n  \"\"\"\n", expected: "i#cscs"),
        Case(language: .bash, text: "#!/bin/sh\nsource ./a\n. b\nx=1 # c\ncat <<E\ntext\nE\n", expected: "#iiccsc"),
        Case(language: .json, text: "{\n\n\"a\": 1\n}\n", expected: "c-cc"),
        Case(language: .yaml, text: "# a\nb: 1\n\nc: |\n  text\n  more\n", expected: "#c-css"),
        Case(language: .html, text: "<!-- a\n -->\n<p>\n\ntext\n</p>\n", expected: "##c-cc"),
        Case(language: .css, text: "@import 'a';\n/* b */\na {\n}\n", expected: "i#cc"),
    ]

    @Test("Each row is known for what stands on it", arguments: cases)
    func kinds(test: Case) throws {
        let kinds = try source(test.text, test.language).rowKinds()
        let found = (0..<kinds.count).map { row -> Character in
            switch kinds[row] {
            case .code: "c"
            case .comment: "#"
            case .string: "s"
            case .imports: "i"
            case []: "-"
            default: "?"
            }
        }
        #expect(String(found) == test.expected)
    }

    @Test("Without a tree a row is blank or code, and outside the source it is blank")
    func withoutTree() {
        let source = ParsedSource(path: Path("a.py"), bytes: Array("# a\n\n \t\r\nx".utf8), grammars: nil)
        let kinds = source.rowKinds()
        #expect((0..<4).map { kinds[$0] } == [.code, [], [], .code])
        #expect(kinds[-1].isEmpty && kinds[4].isEmpty && kinds.isBlank(.max))
    }
}
