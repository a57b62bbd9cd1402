import Testing

@testable import Diffs

@Suite struct MalformedDiffTests {
    private static let plain = "--- a/x\n+++ b/x\n"
    private static let git = "diff --git a/x b/x\n"

    private static let cases: [(text: String, line: Int, kind: DiffError.Kind, message: String)] = [
        ("hello\nworld\n", 1, .noDiff, "no diff found in the text"),
        ("\u{1b}[1mdiff --git a/x b/x\u{1b}[m\n", 1, .unsupported, "coloured for a terminal"),
        ("*** a/x\n--- b/x\n***************\n*** 1 ****\n", 3, .unsupported, "context diff"),
        ("diff --cc x\nindex 1,2..3\n", 1, .unsupported, "combined diff"),
        ("text\ndiff --combined x\n", 2, .unsupported, "combined diff"),
        ("@@@ -1 -1 +1 @@@\n", 1, .unsupported, "combined diff"),
        (plain + "@@@ -1 -1 +1 @@@\n", 3, .unsupported, "combined diff"),
        ("text\n@@ -1 +1 @@\n-a\n+b\n", 2, .malformed, "a hunk without a file header before it"),
        (plain, 3, .truncated, "expected a hunk header"),
        (plain + "hello\n", 3, .malformed, "expected a hunk header like \"@@ -1,2 +3,4 @@\", found \"hello\""),
        (plain + "@@ -1 @@\n", 3, .malformed, "expected a hunk header"),
        (plain + "@@ -1,x +1 @@\n", 3, .malformed, "expected a hunk header"),
        (plain + "@@ -1 +1\n", 3, .malformed, "expected a hunk header"),
        (plain + "@@ -9999999999999999999999 +1 @@\n", 3, .malformed, "larger than 2147483647"),
        (plain + "@@ -1,2147483648 +1 @@\n", 3, .malformed, "larger than 2147483647"),
        (plain + "@@ -0,1 +1 @@\n", 3, .malformed, "lines are counted from 1"),
        (
            plain + "@@ -1,2147483647 +1,2147483647 @@\n a\n", 5, .truncated,
            "expected 2147483646 more old and 2147483646 more new lines of the hunk at line 3, found the end of the text"
        ),
        (
            plain + "@@ -1,2 +1,2 @@\n a\n", 5, .truncated,
            "expected 1 more old and 1 more new lines of the hunk at line 3"
        ),
        (plain + "@@ -1,2 +1,2 @@\n a\n+b", 6, .truncated, "expected 1 more old and 0 more new lines"),
        (
            plain + "@@ -1,2 +1,2 @@\n a\ndiff --git a/y b/y\n", 5, .malformed,
            "expected 1 more old and 1 more new lines of the hunk at line 3, found \"diff --git a/y b/y\""
        ),
        (plain + "@@ -1 +1,0 @@\n+a\n", 4, .malformed, "expected 1 more old and 0 more new lines"),
        (plain + "@@ -0,0 +1 @@\n-a\n", 4, .malformed, "expected 0 more old and 1 more new lines"),
        (plain + "@@ -1,2 +1 @@\n a\n b\n", 5, .malformed, "expected 1 more old and 0 more new lines"),
        (
            plain + "@@ -1 +1 @@\n-a\n+b\n+c\n", 6, .malformed,
            "the hunk has more lines than its header at line 3 says: \"+c\""
        ),
        (plain + "@@ -1 +1 @@\n-a\n+b\n c\n", 6, .malformed, "more lines than its header"),
        (plain + "@@ -1 +1 @@\n-a\n+b\n--- c\n", 6, .malformed, "more lines than its header"),
        (plain + "@@ -1 +1 @@\n\\ No newline at end of file\n a\n", 4, .malformed, "expected 1 more old"),
        (
            plain + "@@ -1,2 +1 @@\n-a\n\\ No newline at end of file\n-b\n+c\n", 5, .malformed,
            "not the last of its side"
        ),
        (plain + "@@ -1 +1 @@\n-a\n\\No\n+c\n", 5, .malformed, "not the last of its side"),
        (plain + "@@ -1 +1 @@\n-a\n+c\n\\ No newline\n\\ No newline\n", 7, .malformed, "more lines than its header"),
        (plain + "@@ -5 +5 @@\n-a\n+b\n@@ -5 +6 @@\n-c\n+d\n", 6, .malformed, "hunks must be in order"),
        (plain + "@@ -5 +5 @@\n-a\n+b\n@@ -9 +3 @@\n-c\n+d\n", 6, .malformed, "hunks must be in order"),
        (plain + "@@ -1 +1 @@\n-a\n+b\n@@ nonsense\n", 6, .malformed, "expected a hunk header"),
        ("--- /dev/null\n+++ /dev/null\n@@ -0,0 +0,0 @@\n", 1, .malformed, "exists on neither side"),
        ("--- \t2020\n+++ b\n@@ -1 +1 @@\n", 1, .malformed, "expected a file name"),
        ("--- \"a\n+++ b\n@@ -1 +1 @@\n", 1, .malformed, "expected a well-formed quoted name"),
        (git + "index 123..\n", 2, .malformed, "two object ids"),
        (git + "index 123...456\n", 2, .malformed, "two object ids"),
        (git + "index 1234567..89abcde\n", 3, .truncated, "expected the change of contents"),
        (git + "index 1234567..89abcde 1006x4\n", 2, .malformed, "expected an octal file mode"),
        (git + "new file mode 100644\ndeleted file mode 100644\n", 3, .malformed, "two different things of the file"),
        (git + "new mode 160000\ndeleted file mode 100644\n", 3, .malformed, "two different things of the file"),
        (git + "new file mode 100644\nold mode 100755\n", 3, .malformed, "two different things of the file"),
        (git + "old mode \n", 2, .malformed, "expected an octal file mode"),
        (git + "copy from x\ncopy to y\ndeleted file mode 100644\n", 1, .malformed, "both that the file is moved"),
        (git + "rename from x\nrename to y\ncopy from x\ncopy to y\n", 1, .malformed, "both that the file is moved"),
        (git + "similarity index 101%\n", 2, .malformed, "expected a percentage"),
        (git + "similarity index 10\n", 2, .malformed, "expected a percentage"),
        (git + "rename from x\n", 1, .malformed, "a rename needs both"),
        (git + "copy to x\n", 1, .malformed, "a copy needs both"),
        (git + "rename from \"x\nrename to y\n", 2, .malformed, "expected a well-formed quoted name"),
        (git + "index 1..2\n--- a/x\n", 4, .truncated, "expected a line \"+++ name\""),
        (git + "--- a/x\n@@ -1 +1 @@\n", 3, .malformed, "expected a line \"+++ name\""),
        (git + "--- a/x\n+++ b/x\n", 4, .truncated, "expected a hunk header"),
        (git + "--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", 1, .malformed, "names two different files: x and a/y"),
        (
            "diff --git a/q b/r\n--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", 1, .malformed,
            "names other files than its first line: a/x, b/y"
        ),
        (git + "--- /dev/null\n+++ /dev/null\n@@ -0,0 +0,0 @@\n", 1, .malformed, "exists on neither side"),
        (git + "Binary files /dev/null and /dev/null differ\n", 1, .malformed, "exists on neither side"),
        (git + "index 1..2\nGIT binary patch\n", 4, .truncated, "expected \"literal\" or \"delta\" and a size"),
        (git + "GIT binary patch\nliteral x\n", 3, .malformed, "expected \"literal\" or \"delta\" and a size"),
        (git + "GIT binary patch\nliteral 3\n", 4, .truncated, "expected binary data"),
        (git + "GIT binary patch\nliteral 3\nKc$\n\n", 4, .malformed, "expected a line of binary data, found \"Kc$\""),
        ("diff --git x y z\n", 1, .malformed, "expected two file names that can be told apart"),
        ("diff --git \n", 1, .malformed, "expected two file names"),
        ("diff --git \"a/x b/x\n", 1, .malformed, "expected a quoted name and a second name"),
        ("diff --git a/x \"b/x\\9\"\n", 1, .malformed, "expected a well-formed quoted name"),
        (plain + "@@ -1 +1 @@\n\u{7}\u{1b}[31m\n", 4, .malformed, "found \"\\a\\033[31m\""),
    ]

    @Test("what breaks the format is an error with its line", arguments: cases)
    func reports(_ text: String, line: Int, kind: DiffError.Kind, message: String) throws {
        let error = try #require(throws: DiffError.self) {
            try Diff(parsing: Array(text.utf8), requiresContents: true)
        }
        #expect(error.line == line)
        #expect(error.kind == kind)
        #expect(error.message.contains(message), "\(error)")
        #expect(!error.description.contains("\n"))
    }

    @Test("a header that only announces contents is listed without hunks unless contents are required")
    func readsBareHeaders() throws {
        let text = Self.git + "index 1234567..89abcde 100644\n"
        let file = try #require(try Diff(parsing: Array(text.utf8)).files.first)
        #expect(file.status == .modified)
        #expect(file.hunks.isEmpty)
        #expect(file.newID == "89abcde")
        #expect(file.rendered() == Array(text.utf8))
    }

    private static let two =
        plain + "@@ -1 +1 @@\n-a\n+bcd\n" + "--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-a\n+b\n"

    @Test("each limit holds to the number")
    func limits() throws {
        let bytes = Array(Self.two.utf8)
        let exact = DiffLimits(bytes: bytes.count, files: 2, hunks: 3, lineLength: 3)
        #expect(try Diff(parsing: bytes, limits: exact).files.count == 2)
        let changes: [(WritableKeyPath<DiffLimits, Int>, Int, String)] = [
            (\.bytes, 1, "the limit is \(bytes.count - 1)"), (\.files, 6, "more than 1 files"),
            (\.hunks, 11, "more than 2 hunks"), (\.lineLength, 5, "a line longer than 2 bytes"),
        ]
        for (limit, line, message) in changes {
            var narrow = exact
            narrow[keyPath: limit] -= 1
            let error = try #require(throws: DiffError.self) { try Diff(parsing: bytes, limits: narrow) }
            #expect(error.kind == .limit)
            #expect(error.line == line)
            #expect(error.message.contains(message), "\(error)")
        }
    }

    @Test(
        "hostile header lines of a megabyte cost no more than their length",
        arguments: [" ", "/", "a/ ", " a/", "\"", "\\", " b/", "x"],
        ["diff --git ", "--- a\n+++ ", "Submodule ", "Binary files "])
    func boundsHeaders(_ filler: String, _ start: String) {
        let count = 1_000_000 / filler.utf8.count
        let bytes = Array((start + String(repeating: filler, count: count) + "\nindex 1..2\n").utf8)
        let clock = ContinuousClock()
        let spent = clock.measure {
            do throws(DiffError) {
                let diff = try Diff(parsing: bytes)
                #expect(diff.rendered() == bytes)
            } catch {
                #expect(error.message.utf8.count < 1500)
            }
        }
        #expect(spent < .seconds(20))
    }

    @Test("every cut of a patch is an error or reads what is left of it")
    func cuts() throws {
        let bytes = Array(Self.two.utf8)
        for length in 0..<bytes.count {
            let cut = Array(bytes[..<length])
            do throws(DiffError) {
                let diff = try Diff(parsing: cut)
                #expect(diff.rendered() == cut)
            } catch {
                #expect(error.line <= 13)
            }
        }
    }
}
