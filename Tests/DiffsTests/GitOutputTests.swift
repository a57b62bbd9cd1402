import Foundation
import Testing

@testable import Diffs

/// Changes made by script, shown by the real git, and read back.
@Suite struct GitOutputTests {
    struct Scenario: CustomTestStringConvertible, Sendable {
        var name: String
        var before: @Sendable (ScriptedRepository) throws -> Void
        var after: @Sendable (ScriptedRepository) throws -> Void
        var options: [String] = []
        /// Path and status of each file, in order.
        var expected: [(path: String, status: FileStatus)]

        var testDescription: String { name }
    }

    static let text = (1...30).map { "line \($0)\n" }.joined()
    static func edited(_ line: Int) -> String {
        (1...30).map { $0 == line ? "changed\n" : "line \($0)\n" }.joined()
    }

    static let scenarios: [Scenario] = [
        Scenario(
            name: "a changed line", before: { try $0.write("a.txt", text) },
            after: { try $0.write("a.txt", edited(5)) },
            expected: [("a.txt", .modified)]),
        Scenario(
            name: "a new and a deleted file", before: { try $0.write("old.txt", "old\n") },
            after: {
                try $0.remove("old.txt")
                try $0.write("new.txt", "quite different\ncontents\n")
            }, expected: [("new.txt", .added), ("old.txt", .deleted)]),
        Scenario(
            name: "empty files added and deleted", before: { try $0.write("gone", "") },
            after: {
                try $0.remove("gone")
                try $0.write("sub/came", "")
            }, options: ["--no-renames"], expected: [("gone", .deleted), ("sub/came", .added)]),
        Scenario(
            name: "a pure rename", before: { try $0.write("a b.txt", text) },
            after: { try $0.git("mv", "a b.txt", "c d.txt") }, expected: [("c d.txt", .renamed)]),
        Scenario(
            name: "a rename with an edit", before: { try $0.write("a.txt", text) },
            after: {
                try $0.git("mv", "a.txt", "z.txt")
                try $0.write("z.txt", edited(9))
            }, expected: [("z.txt", .renamed)]),
        Scenario(
            name: "a copy", before: { try $0.write("a.txt", text) },
            after: {
                try $0.write("a.txt", edited(3))
                try $0.write("copy.txt", text)
            }, options: ["-C", "-C"], expected: [("a.txt", .modified), ("copy.txt", .copied)]),
        Scenario(
            name: "a mode change alone", before: { try $0.write("run me.sh", "x\n") },
            after: { try $0.run("chmod", ["755", "run me.sh"]) }, expected: [("run me.sh", .mode)]),
        Scenario(
            name: "a mode change with an edit", before: { try $0.write("run.sh", text) },
            after: {
                try $0.write("run.sh", edited(1))
                try $0.run("chmod", ["755", "run.sh"])
            }, expected: [("run.sh", .modified)]),
        Scenario(
            name: "a file turned into a link", before: { try $0.write("t", text) },
            after: {
                try $0.remove("t")
                try $0.run("ln", ["-s", "elsewhere", "t"])
            }, expected: [("t", .deleted), ("t", .added)]),
        Scenario(
            name: "binary files, named only", before: { try $0.write("b in", [0, 1, 2]) },
            after: {
                try $0.write("b in", [0, 1, 3])
                try $0.write("c and d", [0, 9, 9])
            }, expected: [("b in", .binary), ("c and d", .binary)]),
        Scenario(
            name: "binary patches, literal and delta",
            before: { try $0.write("b.bin", (0..<4000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }) },
            after: {
                try $0.write("b.bin", (0..<4000).map { $0 == 2000 ? 0 : UInt8(truncatingIfNeeded: $0 &* $0 >> 3) })
                try $0.write("c.bin", [0, 9, 9])
                try $0.write("text.txt", "text\n")
            }, options: ["--binary"],
            expected: [("b.bin", .binary), ("c.bin", .binary), ("text.txt", .added)]),
        Scenario(
            name: "a deleted binary file", before: { try $0.write("b.bin", [0, 1, 2]) },
            after: { try $0.remove("b.bin") },
            options: ["--binary"], expected: [("b.bin", .binary)]),
        Scenario(
            name: "names that need quotes",
            before: { _ in },
            after: {
                for name in [
                    "tab\tin", "quote\"in", "back\\slash", "new\nline", "grün.txt", "日本 語", "  lead", "trail ",
                ] {
                    try $0.write(name, "x\n")
                }
            },
            expected: [
                ("  lead", .added), ("back\\slash", .added), ("grün.txt", .added), ("new\nline", .added),
                ("quote\"in", .added), ("tab\tin", .added), ("trail ", .added), ("日本 語", .added),
            ]),
        Scenario(
            name: "names that need quotes, changed, bare where git allows",
            before: {
                for name in ["grün.txt", "tab\tin", "a b/c d", "x b/x"] { try $0.write(name, text) }
            },
            after: {
                for name in ["grün.txt", "tab\tin", "a b/c d", "x b/x"] { try $0.write(name, edited(2)) }
            }, options: ["-c", "core.quotePath=false"],
            expected: [("a b/c d", .modified), ("grün.txt", .modified), ("tab\tin", .modified), ("x b/x", .modified)]),
        Scenario(
            name: "a mode change of a name that looks like two",
            before: { try $0.write("x b/x b/x", "x\n") }, after: { try $0.run("chmod", ["755", "x b/x b/x"]) },
            expected: [("x b/x b/x", .mode)]),
        Scenario(
            name: "no newline at the end, on either side and on both",
            before: {
                try $0.write("old", "a\nb")
                try $0.write("new", "a\nb\n")
                try $0.write("both", "a\nb")
            },
            after: {
                try $0.write("old", "a\nb\n")
                try $0.write("new", "a\nb")
                try $0.write("both", "a\nc")
            }, expected: [("both", .modified), ("new", .modified), ("old", .modified)]),
        Scenario(
            name: "carriage returns, form feeds, odd separators and lone carriage returns in lines",
            before: { try $0.write("w", "a\r\nb\r\n\u{c}\nc\rd\n\u{2028}e\u{85}f\n") },
            after: { try $0.write("w", "a\r\nB\r\n\u{c}x\nc\rD\n\u{2028}E\u{85}f\n") }, expected: [("w", .modified)]),
        Scenario(
            name: "lines that look like headers",
            before: { try $0.write("q.sql", "-- one\n-- two\n++ x\n@@ -1 +1 @@\ndiff --git a/x b/x\n") },
            after: { try $0.write("q.sql", "++ b/q\n@@ -1,9 +1,9 @@\n\\ No newline at end of file\n") },
            expected: [("q.sql", .modified)]),
        Scenario(
            name: "hunks without context", before: { try $0.write("a", text) },
            after: { try $0.write("a", edited(5).replacingOccurrences(of: "line 20\n", with: "line 20\nmore\n")) },
            options: ["-U0"], expected: [("a", .modified)]),
        Scenario(
            name: "no prefixes", before: { try $0.write("a/b.txt", text) },
            after: {
                try $0.write("a/b.txt", edited(5))
                try $0.write("b/new.txt", "x\n")
                try $0.run("chmod", ["755", "a/b.txt"])
            }, options: ["--no-prefix"], expected: [("a/b.txt", .modified), ("b/new.txt", .added)]),
        Scenario(
            name: "prefixes that tell what is compared", before: { try $0.write("i/b c.txt", text) },
            after: {
                try $0.write("i/b c.txt", edited(5))
                try $0.write("e", [0, 1])
                try $0.run("chmod", ["755", "i/b c.txt"])
            }, options: ["-c", "diff.mnemonicPrefix=true"], expected: [("e", .binary), ("i/b c.txt", .modified)]),
        Scenario(
            name: "prefixes of one's own", before: { try $0.write("x/b c.txt", text) },
            after: { try $0.write("x/b c.txt", edited(5)) }, options: ["--src-prefix=before/", "--dst-prefix=after/"],
            expected: [("x/b c.txt", .modified)]),
        Scenario(
            name: "sides swapped", before: { try $0.write("a", text) }, after: { try $0.write("a", edited(4)) },
            options: ["-R"], expected: [("a", .modified)]),
        Scenario(
            name: "a file written anew", before: { try $0.write("a", text) },
            after: { try $0.write("a", (1...40).map { "other \($0 * 7)\n" }.joined()) }, options: ["-B"],
            expected: [("a", .modified)]),
        Scenario(
            name: "stripped blanks of empty context lines", before: { try $0.write("a", "a\n\nb\n\nc\n") },
            after: { try $0.write("a", "a\n\nB\n\nc\n") }, options: ["-c", "diff.suppressBlankEmpty=true"],
            expected: [("a", .modified)]),
        Scenario(
            name: "whole functions and full ids", before: { try $0.write("a.c", "int f(void)\n{\n\(text)}\n") },
            after: { try $0.write("a.c", "int f(void)\n{\n\(edited(15))}\n") }, options: ["-W", "--full-index"],
            expected: [("a.c", .modified)]),
        Scenario(
            name: "deletions without their contents", before: { try $0.write("a", text) },
            after: { try $0.remove("a") },
            options: ["--irreversible-delete"], expected: [("a", .deleted)]),
    ]

    @Test("what git shows is read as git counts it", arguments: scenarios)
    func readsWhatGitShows(_ scenario: Scenario) throws {
        let repository = try ScriptedRepository()
        try scenario.before(repository)
        try repository.commit()
        try scenario.after(repository)
        // Files git does not know yet are part of the change; the index is compared so that all of them show.
        try repository.git("add", "-A")
        let configuration = scenario.options.first == "-c" ? Array(scenario.options.prefix(2)) : []
        let options = scenario.options.dropFirst(configuration.count)
        let command =
            configuration + ["diff", "--cached", "--no-ext-diff", "--no-textconv", "--no-color", "-M"] + options
        let text = try repository.run("git", command)
        let diff = try Diff(parsing: text)

        #expect(diff.files.map(\.path.text) == scenario.expected.map(\.path))
        #expect(diff.files.map(\.status) == scenario.expected.map(\.status))
        #expect(diff.rendered() == text)
        let irreversible = scenario.options.contains("--irreversible-delete")
        if !irreversible {
            let numstat = try repository.run("git", command + ["--numstat", "-z"])
            #expect(diff.counts == ScriptedRepository.counts(numstat: numstat))
        }
        try expectSame(Diff(parsing: Diff(bytes: [], files: diff.files).rendered()), diff)
    }

    @Test("a name that is no UTF-8 is read byte by byte, quoted or not")
    func readsNamesThatAreNoText() throws {
        let repository = try ScriptedRepository()
        try repository.commit()
        let name: [UInt8] = [0x63, 0xE9, 0x20, 0xFF]
        let list =
            Array("100644 ".utf8) + Array("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391".utf8) + Array("\t".utf8) + name
        try repository.write("list", list + [0])
        try repository.run("sh", ["-c", "git hash-object -w /dev/null && git update-index -z --index-info < list"])
        for quote in ["true", "false"] {
            let text = try repository.git("-c", "core.quotePath=\(quote)", "diff", "--cached")
            let diff = try Diff(parsing: text)
            #expect(diff.files.map(\.path.bytes) == [name])
            #expect(diff.files.map(\.path.text) == [nil])
            #expect(diff.files.first?.path.display == "\"c\\351 \\377\"")
        }
    }

    @Test("a submodule is one in every form git shows it", arguments: ["short", "log", "diff"])
    func readsSubmodules(_ form: String) throws {
        let inner = try ScriptedRepository()
        try inner.write("x", "1\n")
        try inner.commit()
        let outer = try ScriptedRepository()
        try outer.git("submodule", "--quiet", "add", inner.directory.path, "sub dir")
        let added = try Diff(parsing: try outer.git("diff", "--cached", "--submodule=\(form)"))
        // The form "diff" goes on with the files inside.
        let submodule = try #require(added.files.first { $0.status == .submodule })
        #expect(submodule.path == Path("sub dir"))
        #expect(submodule.oldPath == nil)
        try outer.commit()
        try inner.write("x", "2\n")
        try inner.commit()
        try outer.run("git", ["-C", "sub dir", "pull", "--quiet"])
        let moved = try Diff(parsing: try outer.git("diff", "--submodule=\(form)"))
        #expect(moved.files.first?.path == Path("sub dir"))
        #expect(moved.files.first?.status == .submodule)
        #expect(moved.files.first?.oldPath == Path("sub dir"))
        #expect(moved.files.first?.oldID != nil)
        #expect(moved.files.count == (form == "diff" ? 2 : 1))
        try expectSame(Diff(parsing: Diff(bytes: [], files: moved.files).rendered()), moved)
    }

    @Test("commits with their headers, and mails, hold the same files as their numstat")
    func readsLogsAndMails() throws {
        let repository = try ScriptedRepository()
        try repository.write("a", Self.text)
        try repository.commit()
        try repository.write("a", Self.edited(4))
        try repository.git("add", "-A")
        try repository.git("commit", "-q", "-m", "One\n\n-- \nlooks like a signature\n+ and this like code\n--- a\n")
        try repository.write("a", Self.edited(8))
        try repository.write("b.bin", [0, 1])
        try repository.commit()
        for command in [
            ["log", "-p", "--binary"], ["log", "-p", "--stat"], ["log", "-p", "--oneline"], ["show"],
            ["log", "-p", "--raw"],
            ["format-patch", "--stdout", "--binary", "HEAD~2"], ["format-patch", "--stdout", "--attach", "HEAD~1"],
        ] {
            let text = try repository.run("git", command)
            let diff = try Diff(parsing: text)
            #expect(diff.rendered() == text)
            let isOne = command.contains("show") || command.contains("HEAD~1")
            let all = command[0] == "log" ? ["a", "b.bin", "a", "a"] : ["a", "a", "b.bin"]
            #expect(diff.files.map(\.path.text) == (isOne ? ["a", "b.bin"] : all), "\(command)")
        }
    }

    @Test("a merge shown against both parents is refused and says what to do")
    func refusesCombinedDiffs() throws {
        let repository = try ScriptedRepository()
        try repository.write("a", Self.text)
        try repository.commit()
        try repository.git("checkout", "-q", "-b", "side")
        try repository.write("a", Self.edited(5))
        try repository.commit()
        try repository.git("checkout", "-q", "main")
        try repository.write("a", Self.edited(5).replacingOccurrences(of: "changed", with: "otherwise"))
        try repository.commit()
        try repository.git("merge", "-q", "side", allowed: [1])
        try repository.write("a", Self.edited(5).replacingOccurrences(of: "changed", with: "both"))
        try repository.commit()
        for option in ["--cc", "-c"] {
            let error = try #require(throws: DiffError.self) { try Diff(parsing: try repository.git("show", option)) }
            #expect(error.kind == .unsupported)
            #expect(error.message.contains("combined diff"))
        }
        let first = try Diff(parsing: try repository.git("show", "-m", "--first-parent"))
        #expect(first.files.map(\.path.text) == ["a"])
    }

    @Test("the output of plain diff -ruN is read with its names and times")
    func readsPlainDiff() throws {
        let repository = try ScriptedRepository()
        try repository.write("old/same dir/f", Self.text)
        try repository.write("new/same dir/f", Self.edited(7))
        try repository.write("old/gone", "x\n")
        try repository.write("new/came", "y\n")
        try repository.write("old/b", [0, 1])
        try repository.write("new/b", [0, 2])
        let text = try repository.run("diff", ["-ruN", "old", "new"], allowed: [1])
        let diff = try Diff(parsing: text)
        #expect(diff.files.map(\.path.text) == ["b", "came", "gone", "same dir/f"])
        #expect(diff.files.map(\.status) == [.binary, .added, .deleted, .modified])
        #expect(diff.rendered() == text)
        let without = try Diff(parsing: try repository.run("diff", ["-ru", "old", "new"], allowed: [1]))
        #expect(without.files.map(\.path.text) == ["b", "same dir/f"])
    }
}

extension Diff {
    /// As `git diff --numstat` would count; a type change, two sections here, is one line there.
    var counts: [ScriptedRepository.Count] {
        var result: [[UInt8]: ScriptedRepository.Count] = [:]
        for file in files {
            let moved = (file.status == .renamed || file.status == .copied) ? file.oldPath?.bytes : nil
            var count =
                result[file.path.bytes]
                ?? .init(
                    path: file.path.bytes, oldPath: moved, added: file.isBinary ? nil : 0,
                    removed: file.isBinary ? nil : 0)
            if !file.isBinary {
                count.added = (count.added ?? 0) + file.added
                count.removed = (count.removed ?? 0) + file.removed
            }
            result[file.path.bytes] = count
        }
        return result.values.sorted()
    }
}

/// Everything a canonical rendering must keep.
func expectSame(_ left: Diff, _ right: Diff, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(left.files.count == right.files.count, sourceLocation: sourceLocation)
    for (one, two) in zip(left.files, right.files) {
        #expect(one.oldPath == two.oldPath, sourceLocation: sourceLocation)
        #expect(one.newPath == two.newPath, sourceLocation: sourceLocation)
        #expect(one.status == two.status, sourceLocation: sourceLocation)
        #expect(one.oldMode == two.oldMode, sourceLocation: sourceLocation)
        #expect(one.newMode == two.newMode, sourceLocation: sourceLocation)
        #expect(one.oldID == two.oldID, sourceLocation: sourceLocation)
        #expect(one.newID == two.newID, sourceLocation: sourceLocation)
        #expect(one.similarity == two.similarity, sourceLocation: sourceLocation)
        #expect(one.dissimilarity == two.dissimilarity, sourceLocation: sourceLocation)
        #expect(one.binaryPatch == two.binaryPatch, sourceLocation: sourceLocation)
        #expect(one.hunks.map(\.header) == two.hunks.map(\.header), sourceLocation: sourceLocation)
        #expect(one.hunks.map { Array($0.body) } == two.hunks.map { Array($0.body) }, sourceLocation: sourceLocation)
    }
}
