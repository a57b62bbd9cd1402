import Testing

@testable import Diffs

/// Diffs of other tools and in other wrappings, written down from what the tools print.
@Suite struct OtherToolsTests {
    private func parse(_ text: String) throws -> Diff {
        let diff = try Diff(parsing: Array(text.utf8))
        #expect(diff.rendered() == Array(text.utf8))
        return diff
    }

    @Test(
        "the names of a plain diff lose prefixes, times and revisions",
        arguments: [
            ("a/x y.c\t2020-01-01 00:00:00.0 +0000", "b/x y.c\t2020-01-02 00:00:00.0 +0000", "x y.c", "x y.c"),
            ("x y.c 2020-01-01 00:00:00.0 +0000", "x y.c 2020-01-02 00:00:00.0 +0000", "x y.c", "x y.c"),
            ("x.c\t(revision 12)", "x.c\t(working copy)", "x.c", "x.c"),
            ("x.c.orig", "x.c", "x.c.orig", "x.c"),
            ("tool-1.0/src/x.c", "tool-1.1/src/x.c", "src/x.c", "src/x.c"),
            ("\"a/t\\tx\"\tnote", "\"b/t\\tx\"\tnote", "t\tx", "t\tx"),
            ("i/x", "w/x", "x", "x"),
            ("src://d/x", "dst://d/x", "d/x", "d/x"),
            ("a/x", "a/x", "a/x", "a/x"),
        ])
    func readsPlainNames(_ old: String, _ new: String, _ oldPath: String, _ newPath: String) throws {
        let file = try #require(parse("--- \(old)\n+++ \(new)\n@@ -1 +1 @@\n-a\n+b\n").files.first)
        #expect(file.oldPath == Path(oldPath))
        #expect(file.newPath == Path(newPath))
        #expect(file.status == .modified)
    }

    @Test(
        "a side that never was is known by /dev/null, the epoch or a revision",
        arguments: [
            ("/dev/null", "b/x", "@@ -0,0 +1 @@\n+a\n", FileStatus.added),
            ("/dev/null\tThu Jan 01 00:00:00 1970 +0000", "b/x\tThu", "@@ -0,0 +1 @@\n+a\n", .added),
            ("x\t1970-01-01 00:00:00.000000000 +0000", "x\t2020-01-01 00:00:00.0 +0000", "@@ -0,0 +1 @@\n+a\n", .added),
            ("x\t1970-01-01 01:00:00.000000000 +0100", "x\t2020-01-01 00:00:00.0 +0100", "@@ -0,0 +1 @@\n+a\n", .added),
            ("x\t1969-12-31 19:30:00.000000000 -0430", "x\t2020", "@@ -0,0 +1 @@\n+a\n", .added),
            ("x\t(revision 0)", "x\t(working copy)", "@@ -0,0 +1 @@\n+a\n", .added),
            ("x\t(nonexistent)", "x\t(working copy)", "@@ -0,0 +1 @@\n+a\n", .added),
            ("a/x", "/dev/null", "@@ -1 +0,0 @@\n-a\n", .deleted),
            ("x\t2020", "x\t1970-01-01 00:00:00.000000000 +0000", "@@ -1 +0,0 @@\n-a\n", .deleted),
            // The same hour in another zone is not the epoch, and a time of zero with contents is a file like any other.
            ("x\t1970-01-01 00:00:00.000000000 +0100", "x\t2020", "@@ -0,0 +1 @@\n+a\n", .modified),
            ("x\t1970-01-01 00:00:00.000000000 +0000", "x\t2020", "@@ -1 +1 @@\n-b\n+a\n", .modified),
            ("x\t2020", "x\t2020", "@@ -0,0 +1 @@\n+a\n", .modified),
        ])
    func tellsAbsentSides(_ old: String, _ new: String, _ hunk: String, _ status: FileStatus) throws {
        let file = try #require(parse("--- \(old)\n+++ \(new)\n\(hunk)").files.first)
        #expect(file.status == status)
        #expect(file.path == Path("x"))
        #expect((file.oldPath == nil) == (status == .added))
        #expect((file.newPath == nil) == (status == .deleted))
    }

    @Test("Subversion: index lines, property changes, binary and empty files")
    func readsSubversion() throws {
        let ruler = String(repeating: "=", count: 67)
        let diff = try parse(
            """
            Index: dir/a.c
            \(ruler)
            --- dir/a.c\t(revision 3)
            +++ dir/a.c\t(working copy)
            @@ -1,2 +1,2 @@
            -a
            +b
             c

            Property changes on: dir/a.c
            ___________________________________________________________________
            Added: svn:eol-style
            ## -0,0 +1 ##
            +native
            \\ No newline at end of property
            Index: props.c
            \(ruler)
            --- props.c\t(revision 3)
            +++ props.c\t(working copy)

            Property changes on: props.c
            ___________________________________________________________________
            Index: logo.png
            \(ruler)
            Cannot display: file marked as a binary type.
            svn:mime-type = application/octet-stream
            Index: empty.c
            \(ruler)

            """)
        #expect(diff.files.map(\.path.text) == ["dir/a.c", "props.c", "logo.png", "empty.c"])
        #expect(diff.files.map(\.status) == [.modified, .modified, .binary, .modified])
        #expect(diff.files.map(\.added) == [1, 0, 0, 0])
    }

    @Test("Mercurial: command lines before plain sections, and git sections without ids")
    func readsMercurial() throws {
        let diff = try parse(
            """
            # HG changeset patch
            # User a
            A title

            diff -r 0123 -r 4567 a.c
            --- a/a.c\tThu Jan 01 00:00:00 2015 +0000
            +++ b/a.c\tThu Jan 01 00:00:01 2015 +0000
            @@ -1,1 +1,1 @@
            -a
            +b
            diff --git a/x.c b/y.c
            rename from x.c
            rename to y.c
            diff --git a/new.c b/new.c
            new file mode 100644
            --- /dev/null
            +++ b/new.c
            @@ -0,0 +1,1 @@
            +x

            """)
        #expect(diff.files.map(\.path.text) == ["a.c", "y.c", "new.c"])
        #expect(diff.files.map(\.status) == [.modified, .renamed, .added])
    }

    @Test("a patch with \"\\r\\n\" on every line reads like the same patch with \"\\n\"")
    func readsWholeFilesOfCarriageReturns() throws {
        let text = """
            diff --git a/a b.c b/a b.c
            index 1234567..89abcde 100644
            --- a/a b.c\t
            +++ b/a b.c\t
            @@ -1,3 +1,3 @@ void f()
             one

            -two
            +2
            \\ No newline at end of file
            diff --git a/old b/new
            similarity index 100%
            rename from old
            rename to new
            diff --git a/b.bin b/b.bin
            index 1234567..89abcde 100644
            GIT binary patch
            literal 3
            KcmZQzWC8#H2LJ>B

            literal 0
            HcmV?d00001


            """
        let plain = try parse(text)
        let returned = try parse(text.replacing("\n", with: "\r\n"))
        #expect(returned.files.map(\.path) == plain.files.map(\.path))
        #expect(returned.files.map(\.status) == [.modified, .renamed, .binary])
        let hunk = try #require(returned.files.first?.hunks.first)
        #expect(hunk.header == "@@ -1,3 +1,3 @@ void f()")
        #expect(hunk.lines.map { String(decoding: $0.content, as: UTF8.self) } == ["one\r", "\r", "two\r", "2\r"])
        #expect(hunk.lines.map(\.hasNewline) == [true, true, true, false])
    }

    @Test("several mails in one mailbox, with signatures and prose, hold all their files")
    func readsMailboxes() throws {
        let mail = """
            From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001
            From: A <a@example.com>
            Subject: [PATCH 1/2] Change

            > Index: not really
            - a list item
            + another

            ---
             a.txt | 2 +-
             1 file changed, 1 insertion(+), 1 deletion(-)

            diff --git a/a.txt b/a.txt
            index 1234567..89abcde 100644
            --- a/a.txt
            +++ b/a.txt
            @@ -1 +1 @@
            -a
            +b
            -- \n2.39.5


            """
        let diff = try parse(mail + mail)
        #expect(diff.files.map(\.path.text) == ["a.txt", "a.txt"])
        #expect(diff.files.map(\.added) == [1, 1])
    }

    @Test("a diff may end without a newline")
    func readsWithoutFinalNewline() throws {
        let diff = try parse("--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b")
        #expect(diff.files.first?.hunks.first?.lines.last?.content.elementsEqual("b".utf8) == true)
    }

    @Test("names with spaces and prefixes of different lengths are told apart without other lines")
    func readsUnevenPrefixes() throws {
        let diff = try parse("diff --git old/a b/c d after/a b/c d\nold mode 100644\nnew mode 100755\n")
        #expect(diff.files.map(\.path.text) == ["a b/c d"])
        #expect(diff.files.map(\.oldPath) == diff.files.map(\.newPath))
    }

    @Test("a blank text is an empty diff", arguments: ["", "\n", " \t\r\n\n"])
    func readsBlank(_ text: String) throws {
        #expect(try parse(text).files.isEmpty)
    }

    @Test("lines carry the numbers of their side")
    func numbersLines() throws {
        let diff = try parse("--- a/x\n+++ b/x\n@@ -10,3 +20,3 @@ f\n c\n-r\n+a\n\n@@ -30,0 +41,1 @@\n+z\n")
        let lines = try #require(diff.files.first).hunks.flatMap(\.lines)
        #expect(lines.map(\.kind) == [.context, .removed, .added, .context, .added])
        #expect(lines.map(\.oldNumber) == [10, 11, nil, 12, nil])
        #expect(lines.map(\.newNumber) == [20, nil, 21, 22, 41])
        #expect(lines.map { String(decoding: $0.content, as: UTF8.self) } == ["c", "r", "a", "", "z"])
    }
}
