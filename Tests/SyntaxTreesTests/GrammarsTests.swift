import Diffs
import Glibc
import Testing

@testable import SyntaxTrees

@Suite("Grammars")
struct GrammarsTests {
    @Test("Every language has its grammar, in a format that can be read", arguments: Language.allCases)
    func installed(language: Language) throws {
        guard case .available(let version) = try installedGrammars().availability(of: language) else {
            Issue.record("\(try installedGrammars().availability(of: language))")
            return
        }
        #expect(Core.grammarVersions.contains(version))
    }

    static let absent: [String?] = [nil, "", "/", "/no/such/directory", "relative", "/dev/null"]

    @Test("Without grammars everything works and says so", arguments: absent)
    func missing(directory: String?) {
        let grammars = Grammars(directory: directory)
        for language in Language.allCases {
            guard case .missing(let reason) = grammars.availability(of: language) else {
                Issue.record("\(language) should be missing")
                continue
            }
            #expect(!reason.isEmpty)
        }
        #expect(grammars.parse(Array("x".utf8), as: .python) == nil)
        #expect(throws: QueryError.self) { try grammars.query("(a)", for: .python) }
        let source = ParsedSource(path: Path("a.py"), bytes: Array("def f():\n    pass\n".utf8), grammars: grammars)
        #expect(source.language == .python && source.tree == nil)
        #expect(source.declarations().isEmpty && source.enclosingDeclaration(ofLine: 1) == nil)
        #expect(source.line(2).map { Array($0) } == Array("    pass".utf8))
    }

    @Test("A file that is no grammar is told apart, and the others still load")
    func brokenFiles() throws {
        let installed = try #require(try installedGrammars().directory)
        var template = Array("/tmp/hunkwise-grammars-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer {
            for name in ["core.so", "json.so", "python.so", "go.so"] { unlink(made + "/" + name) }
            rmdir(made)
        }
        symlink(installed + "/core.so", made + "/core.so")
        symlink(installed + "/json.so", made + "/json.so")
        symlink(installed + "/core.so", made + "/python.so")
        let file = try #require(fopen(made + "/go.so", "w"))
        fputs("no library", file)
        fclose(file)
        let grammars = Grammars(directory: made)
        #expect(grammars.parse(Array("{}".utf8), as: .json)?.hasError == false)
        #expect(grammars.availability(of: .python) == .missing(reason: "the file holds no such grammar"))
        for language in [Language.go, .rust] {
            guard case .missing = grammars.availability(of: language) else {
                Issue.record("\(language) should be missing")
                continue
            }
        }
    }
}
