import Diffs
import Testing

@testable import SyntaxTrees

func source(_ text: String, _ language: Language) throws -> ParsedSource {
    ParsedSource(path: Path("x"), bytes: Array(text.utf8), grammars: try installedGrammars(), language: language)
}

@Suite("Declarations")
struct DeclarationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let language: Language
        let text: String
        /// "name sort first-last" of each, in lines.
        let expected: [String]

        var testDescription: String { language.rawValue }
    }

    static let cases: [Case] = [
        Case(
            language: .python, text: "class A:\n    @p\n    def f(self):\n        return 1\n\n\ndef g():\n    pass\n",
            expected: ["A type 1-4", "f function 2-4", "g function 7-8"]),
        Case(
            language: .javascript,
            text: "export class A {\n  f() {\n  }\n}\nconst g = async () => {\n};\na.b = function () {\n};\n",
            expected: ["A type 1-4", "f function 2-3", "g function 5-6", "a.b function 7-8"]),
        Case(
            language: .javascript, text: "describe('x', () => {\n  it(1);\n  const f = () => {\n  };\n});\n",
            expected: ["f function 3-4"]),
        Case(
            language: .typescript,
            text: "interface A {\n  f(): void;\n}\nabstract class B {\n  c = () => {\n  };\n}\nnamespace N {\n}\n",
            expected: ["A type 1-3", "f function 2-2", "B type 4-7", "c function 5-6", "N module 8-9"]),
        Case(
            language: .tsx, text: "export const X = () => {\n  return <a/>;\n};\n", expected: ["X function 1-3"]),
        Case(
            language: .go, text: "package a\n\ntype T struct {\n\tx int\n}\n\nfunc (t *T) F() {\n}\n\nfunc G() {\n}\n",
            expected: ["T type 3-5", "F function 7-8", "G function 10-11"]),
        Case(
            language: .java, text: "class A {\n  A() {\n  }\n  int f() {\n    return 1;\n  }\n}\n",
            expected: ["A type 1-7", "A function 2-3", "f function 4-6"]),
        Case(
            language: .ruby, text: "module M\n  class A\n    def f\n    end\n    def self.g\n    end\n  end\nend\n",
            expected: ["M module 1-8", "A type 2-7", "f function 3-4", "g function 5-6"]),
        Case(
            language: .rust,
            text: "mod m {\n  impl<T> A<T> {\n    pub fn f() {\n    }\n  }\n}\nstruct S {\n  x: i32,\n}\n",
            expected: ["m module 1-6", "A<T> type 2-5", "f function 3-4", "S type 7-9"]),
        Case(
            language: .c, text: "struct s {\n  int x;\n};\nstatic char *f(int a)\n{\n  return 0;\n}\n",
            expected: ["s type 1-3", "f function 4-7"]),
        Case(
            language: .cpp,
            text: "namespace n {\ntemplate <class T>\nclass A {\n  int f() {\n  }\n};\nint A::g() {\n}\n}\n",
            expected: ["n module 1-9", "A type 2-6", "f function 4-5", "A::g function 7-8"]),
        Case(
            language: .csharp,
            text:
                "namespace N {\n  class A {\n    int F() {\n      return 1;\n    }\n    int P {\n      get; set;\n    }\n  }\n}\n",
            expected: ["N module 1-10", "A type 2-9", "F function 3-5", "P function 6-8"]),
        Case(
            language: .php, text: "<?php\nclass A {\n  function f() {\n  }\n}\n$g = function () {\n};\n",
            expected: ["A type 2-5", "f function 3-4", "$g function 6-7"]),
        Case(
            language: .kotlin, text: "class A {\n  fun f() {\n  }\n  companion object {\n  }\n}\nobject B {\n}\n",
            expected: ["A type 1-6", "f function 2-3", "companion type 4-5", "B type 7-8"]),
        Case(
            language: .swift,
            text:
                "struct A {\n  init() {\n  }\n  func f() {\n  }\n  deinit {\n  }\n}\nextension B {\n}\nprotocol P {\n  func g()\n}\n",
            expected: [
                "A type 1-8", "init function 2-3", "f function 4-5", "deinit function 6-7", "B type 9-10",
                "P type 11-13", "g function 12-12",
            ]),
        Case(
            language: .bash, text: "f() {\n  true\n}\nfunction g {\n  true\n}\n",
            expected: ["f function 1-3", "g function 4-6"]),
        Case(
            language: .css, text: "a > b,\nc {\n  color: red;\n}\n@media print {\n  d {\n  }\n}\n",
            expected: ["a > b, c type 1-4", "print type 5-8", "d type 6-7"]),
    ]

    @Test("Declarations are found with their names and lines", arguments: cases)
    func declarations(test: Case) throws {
        let source = try source(test.text, test.language)
        #expect(source.tree?.hasError == false)
        let found = source.declarations().map {
            "\($0.name) \($0.sort.rawValue) \($0.lines.lowerBound)-\($0.lines.upperBound)"
        }
        #expect(found == test.expected)
    }

    @Test("The innermost declaration around a line is found, and none outside")
    func enclosing() throws {
        let source = try source("import a\n\nclass A:\n    x = 1\n\n    def f(self):\n        return 1\n", .python)
        #expect(source.enclosingDeclaration(ofLine: 7)?.name == "f")
        #expect(source.enclosingDeclaration(ofLine: 6)?.name == "f")
        #expect(source.enclosingDeclaration(ofLine: 4)?.name == "A")
        #expect(source.enclosingDeclaration(ofLine: 3)?.depth == 0)
        for line in [-1, 0, 1, 2, 8, .max] { #expect(source.enclosingDeclaration(ofLine: line) == nil) }
    }

    @Test("For every line the same declaration is found alone as among all", arguments: cases)
    func consistent(test: Case) throws {
        let source = try source(test.text, test.language)
        let all = source.declarations()
        for line in 1...source.rowCount {
            let wanted = all.last { $0.lines.contains(line) }
            #expect(source.enclosingDeclaration(ofLine: line)?.node == wanted?.node)
        }
    }
}
