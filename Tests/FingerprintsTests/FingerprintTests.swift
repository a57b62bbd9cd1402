import Diffs
import Testing

@testable import Fingerprints

@Suite struct HunkFingerprintTests {
    private func fingerprints(_ text: String) throws -> [[String]] {
        HunkFingerprints.all(of: try Diff(parsing: Array(text.utf8)).files)
    }

    private func one(_ body: String, header: String = "@@ -1,2 +1,2 @@", path: String = "x") throws -> String {
        let text = "--- a/\(path)\n+++ b/\(path)\n\(header)\n\(body)"
        return try #require(fingerprints(text).first?.first)
    }

    @Test("it is the SHA-256 of the documented encoding")
    func isTheDocumentedDigest() throws {
        // SHA-256, by another program, of: length and purpose, length and path, then sign, length and text of each changed
        // line, then the ordinal; lengths and ordinal in eight bytes.
        #expect(try one(" c\n-a\n+b\n") == "74c8b40c9ed71bc7512d21036f9c176ef9372489c2e0e25bc409472be9cf49cc")
    }

    @Test("shifts, context, headings and line ends do not change it")
    func survives() throws {
        let first = try one(" c\n-a\n+b\n")
        #expect(try one(" c\n-a\n+b\n", header: "@@ -901,2 +77,2 @@ heading") == first)
        #expect(try one("-a\n+b\n other\n") == first)
        #expect(try one(" c\n-a\r\n+b\r\n") == first)
        #expect(try one(" c\n-a\n\\ No newline at end of file\n+b\n", header: "@@ -1,2 +1,2 @@") == first)
    }

    @Test("path, sign, order, spaces and the cut between lines do change it")
    func tellsApart() throws {
        let all = [
            try one(" c\n-a\n+b\n"), try one(" c\n-a\n+b\n", path: "y"), try one(" c\n+b\n-a\n"),
            try one(" c\n-b\n+a\n"),
            try one(" c\n-a\n+ b\n"), try one(" c\n-a\n+B\n"), try one("-a\n-b\n", header: "@@ -1,2 +0,0 @@"),
            try one("-a-b\n", header: "@@ -1 +0,0 @@"), try one("-a\n+b\n+\n c\n", header: "@@ -1,2 +1,3 @@"),
        ]
        #expect(Set(all).count == all.count)
        #expect(all.allSatisfy { $0.count == 64 })
    }

    @Test("equal hunks of a change are told apart by their order, and the first keeps its name")
    func countsEquals() throws {
        let hunk = "-a\n+b\n"
        let text = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n\(hunk)@@ -5 +5 @@\n\(hunk)@@ -9 +9 @@\n\(hunk)"
        let names = try #require(fingerprints(text).first)
        #expect(Set(names).count == 3)
        #expect(names.first == (try one(hunk, header: "@@ -1 +1 @@")))
        #expect(try fingerprints(text) == [names])
    }
}

@Suite struct FindingIdentityTests {
    private func identity(
        path: String = "x", symbol: String? = "f", kind: String = "CWE-89", line: String? = "  run(query)"
    ) -> String {
        FindingIdentity.digest(path: Path(path), symbol: symbol, kind: kind, anchorLine: line.map { Array($0.utf8) })
    }

    @Test("indentation and spacing do not change it", arguments: ["run(query)", "\trun(query)\r", "   run(query)  \n"])
    func survives(_ line: String) {
        #expect(identity(line: line) == identity())
    }

    @Test("every part changes it, and nothing moves from one part to the next")
    func tellsApart() {
        let all = [
            identity(), identity(path: "y"), identity(symbol: "g"), identity(symbol: nil), identity(symbol: ""),
            identity(kind: "review"), identity(line: "run (query)"), identity(line: nil), identity(line: ""),
            identity(path: "xf", symbol: ""), identity(symbol: "fC", kind: "WE-89"),
        ]
        #expect(Set(all).count == all.count)
    }

    @Test("a renamed file keeps the name findings had")
    func survivesRenames() throws {
        let text = "diff --git a/x b/y\nsimilarity index 100%\nVERB from x\nVERB to y\n"
        for (verb, path) in [("rename", "x"), ("copy", "y")] {
            let diff = try Diff(parsing: Array(text.replacing("VERB", with: verb).utf8))
            #expect(diff.files.map(\.identityPath) == [Path(path)])
        }
    }
}
