import Classification
import Testing

@Suite("Evidence") struct EvidenceTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let path: String
        let lines: [String]
        var testDescription: String { name }

        init(_ name: String, _ path: String, _ lines: [String]) {
            self.name = name
            self.path = path
            self.lines = lines
        }
    }

    private static func names(_ path: String, _ lines: [String], heading: String = "") throws -> Set<String> {
        let sources = try TestChange.sources(TestChange.diff(path, heading: heading, lines))
        let evidence = Classifier().evidence(of: sources)
        return Set(evidence.joined().joined().joined().filter { $0.value != 0 }.map(\.name))
    }

    @Test(
        "names what a hunk does",
        arguments: [
            Case("file-test", "src/a_test.go", ["+x()"]),
            Case("file-test", "src/test/java/ATest.java", ["+x();"]),
            Case("file-test", "ui/a.spec.ts", ["+x()"]),
            Case("file-documentation", "README.md", ["+Words."]),
            Case("file-pipeline", ".github/workflows/ci.yml", ["+a: b"]),
            Case("file-manifest", "package.json", ["+  \"a\": \"1\""]),
            Case("file-migration", "db/migrations/1_a.sql", ["+DROP TABLE a;"]),
            Case("file-interface", "include/a.h", ["+int f(void);"]),
            Case("file-translation", "i18n/lt.properties", ["+a=b"]),
            Case("only-adds", "a.c", ["+x();"]),
            Case("only-removes", "a.c", ["-x();"]),
            Case("one-line", "a.c", ["-x();", "+y();"]),
            Case("comment-only", "a.c", ["+// words"]),
            Case("comment-like", "a.c", [" * words", "-* old words here now", "+* new words here now"]),
            Case("comment-only", "a.py", [" def f():", "+    \"\"\"Words.\"\"\"", "     return 1"]),
            Case("import-only", "a.py", ["+import os"]),
            Case("import-only", "a.ts", [" import {", "+  b,", " } from './x'"]),
            Case("new-module", "a.js", ["+const x = require('x')"]),
            Case("same-shape", "a.c", ["-f(a);", "+f(b);"]),
            Case("names", "a.c", ["-f(a);", "+f(b);"]),
            Case("literal-only", "a.c", ["-f(1);", "+f(2);"]),
            Case("version-changed", "a.toml", ["-v = 1.2.3", "+v = 1.2.4"]),
            Case("adds-declaration", "a.go", ["+func f() {", "+}"]),
            Case("removes-declaration", "a.py", ["-def f():", "-    return 1"]),
            Case("changes-declaration", "a.ts", ["-function f(a) {", "+function f(a, b) {"]),
            Case("exported", "a.ts", ["+export function f() {"]),
            Case("annotation-removed", "A.java", ["-    @PreAuthorize(\"isAdmin()\")", "     void f();"]),
            Case("annotation-removed", "a.py", ["-@require_admin", " def f():"]),
            Case("comparison-changed", "a.c", ["-if (i < n)", "+if (n)"]),
            Case("equality-changed", "a.c", ["-if (a == b)", "+if (a)"]),
            Case("logical-changed", "a.c", ["-if (a && b)", "+if (a)"]),
            Case("arithmetic-changed", "a.c", ["-x = a + 1;", "+x = a;"]),
            Case("condition-changed", "a.c", ["-if (a < b) {", "+if (c(a)) {"]),
            Case("regex", "a.rb", ["-x =~ /a+/", "+x =~ /\\d+/"]),
            Case("ternaries", "a.js", ["+x = a ? b : c"]),
            Case("long-line", "a.js", ["+x = 1" + String(repeating: " + a", count: 150)]),
            Case("blob", "a.js", ["+x = '" + String(repeating: "QUJD", count: 50) + "'"]),
            Case("hidden", "a.js", ["+// \u{200B}"]),
            Case("directive", "a.py", ["+x = f()  # nosec"]),
            Case("removes-check", "a.go", ["-\tif !ok {", "-\t\treturn err", "-\t}"]),
            Case("removes-check", "a.py", ["-    validate(x)"]),
            Case("drops-exit", "a.py", ["-    raise Refused()"]),
            Case("weakens-handling", "a.js", ["-} catch (e) {", "+}"]),
            Case("removes-lock", "a.go", ["-\tmu.Lock()"]),
            Case("removes-async", "a.ts", ["-  await save()", "+  save()"]),
            Case("removes-limit", "a.py", ["-x = min(x, MAX_LENGTH)", "+x = x"]),
            Case("removes-guarding", "a.js", ["-x = sanitize(y)", "+x = y"]),
            Case("removes-auth", "a.rb", ["-  authorize user"]),
            Case("touches-crypto", "a.py", ["-h = md5(x)", "+h = sha256(x)"]),
            Case("touches-sql", "a.js", ["+run('SELECT a FROM b')"]),
            Case("touches-execute", "a.py", ["+subprocess.run(x)"]),
            Case("touches-secret", "a.ts", ["+const accessToken = read()"]),
            Case("touches-web", "a.swift", ["+let x = HTTPHeader(name)"]),
            Case("path-auth", "src/auth/a.go", ["+x()"]),
            Case("path-parse", "src/JSONParser.swift", ["+x()"]),
        ])
    func names(_ example: Case) throws {
        let names = try EvidenceTests.names(example.path, example.lines)
        #expect(names.contains(example.name))
    }

    @Test("hears of the enclosing declaration from the header of the hunk")
    func heading() throws {
        #expect(try EvidenceTests.names("a.py", ["+x = 1"], heading: " def authenticate(user):").contains("near-auth"))
    }

    @Test(
        "is not taken in by its like",
        arguments: [
            Case("comment-only", "a.c", ["+x(); // words"]),
            Case("directive", "a.c", ["+// types go in lines and flow on"]),
            Case("file-test", "src/latest.go", ["+x()"]),
            Case("file-test", "src/contest.py", ["+x()"]),
            Case("removes-check", "a.go", ["-\tif !ok {", "+\tif !fine {"]),
            Case("import-only", "a.py", ["+from_date = x()"]),
            Case("same-shape", "a.c", ["-if (a) f();", "+while (a) f();"]),
            Case("literal-only", "a.c", ["-x = true;", "+x = false;"]),
            Case("touches-crypto", "a.c", ["+x = \"https://example.org/certain\";"]),
        ])
    func refuses(_ example: Case) throws {
        let names = try EvidenceTests.names(example.path, example.lines)
        #expect(!names.contains(example.name))
    }

    @Test("knows code that moved, edits that repeat and tests that came along")
    func wholeChange() throws {
        let moved = ["let total = sum(values)", "store(total, in: table)", "return total + offset"]
        let text =
            TestChange.diff("a.swift", moved.map { "-" + $0 }) + TestChange.diff("b.swift", moved.map { "+" + $0 })
            + (0..<5).map { TestChange.diff("c\($0).swift", ["-old(x)", "+new(x)"]) }.joined()
            + TestChange.diff("Tests/aTests.swift", ["+check(total)"])
        let evidence = Classifier().evidence(of: try TestChange.sources(text)).map { file in
            Set(file.joined().joined().map(\.name))
        }
        #expect(evidence[0].contains("moved") && evidence[1].contains("moved"))
        #expect(evidence[2].contains("repeated-edit") && !evidence[2].contains("moved"))
        #expect(evidence[0].contains("tests-beside") && !evidence[7].contains("tests-beside"))
    }
}
