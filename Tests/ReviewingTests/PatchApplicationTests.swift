import Diffs
import Testing

@testable import Reviewing

@Suite("Applying a patch to its base")
struct PatchApplicationTests {
    private func file(_ patch: String) throws -> FileDiff {
        let diff = try Diff(parsing: Array(patch.utf8))
        return try #require(diff.files.first)
    }

    private func applied(_ patch: String, to old: String) throws -> String? {
        try file(patch).applied(to: Array(old.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }

    private static let header = "diff --git a/f b/f\n--- a/f\n+++ b/f\n"

    @Test(
        "hunks that fit give the new text",
        arguments: [
            ("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", "a\nb\nc\n", "a\nB\nc\n"),
            ("@@ -2,0 +3 @@\n+x\n", "a\nb\nc\n", "a\nb\nx\nc\n"),
            ("@@ -0,0 +1 @@\n+x\n", "", "x\n"),
            ("@@ -1,2 +0,0 @@\n-a\n-b\n", "a\nb\n", ""),
            ("@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+b\n", "a\nb", "a\nb\n"),
            ("@@ -1 +1 @@\n-a\r\n+b\r\n", "a\r\n", "b\r\n"),
            ("@@ -1 +1 @@\n-a\n+A\n@@ -4 +4 @@\n-d\n+D\n", "a\nb\nc\nd\ne\n", "A\nb\nc\nD\ne\n"),
        ])
    func fitting(hunks: String, old: String, new: String) throws {
        #expect(try applied(Self.header + hunks, to: old) == new)
    }

    @Test(
        "a hunk that does not fit exactly is not applied",
        arguments: [
            ("@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n", "a\nX\nc\n"),
            ("@@ -2,2 +2,2 @@\n b\n-c\n+C\n", "a\nb\n"),
            ("@@ -1 +1 @@\n-a\n+b\n", "a"),
            ("@@ -1 +1 @@\n-a\n+b\n", "a\r\n"),
            ("@@ -9 +9 @@\n-a\n+b\n", "a\n"),
        ])
    func misfitting(hunks: String, old: String) throws {
        #expect(try applied(Self.header + hunks, to: old) == nil)
    }

    @Test("a file that a patch adds or deletes is known in full without a repository")
    func wholeFiles() throws {
        let added = try file("--- /dev/null\n+++ b/f\n@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n")
        #expect(PatchOnlyContents().content(of: added, side: .new) == .bytes(Array("a\nb".utf8)))
        #expect(PatchOnlyContents().content(of: added, side: .old) == .absent)
        let changed = try file(Self.header + "@@ -1 +1 @@\n-a\n+b\n")
        #expect(PatchOnlyContents().content(of: changed, side: .new) == .unknown(reason: "no repository"))
    }
}
