import Testing

@testable import Diffs

@Suite struct RandomDiffTests {
    private static let pieces = [
        "a", "b", "", "-- x", "++ y", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No newline at end of file", "--- a/x",
        " ",
        "\t", "}\r", "long line of words that goes on", "-", "+", "é", "\u{2028}",
    ]

    private func randomText(_ random: inout SeededGenerator, lines: Int) -> [String] {
        (0..<lines).map { _ in Self.pieces.randomElement(using: &random) ?? "" }
    }

    private func edit(_ lines: [String], _ random: inout SeededGenerator) -> [String] {
        var lines = lines
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let index = Int.random(in: 0...lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines.insert(Self.pieces.randomElement(using: &random) ?? "", at: index)
            case 1 where index < lines.count: lines.remove(at: index)
            default: if index < lines.count { lines[index] = "edited \(index)" }
            }
        }
        return lines
    }

    @Test("random edits of random files: git's counts, and each side's lines rebuilt from context and changes")
    func readsRandomEdits() throws {
        var random = SeededGenerator(seed: 1)
        let repository = try ScriptedRepository()
        var old: [[String]] = []
        for index in 0..<150 {
            old.append(randomText(&random, lines: Int.random(in: 0...40, using: &random)))
            try repository.write("f\(index)", join(old[index], newline: Bool.random(using: &random)))
        }
        try repository.commit()
        var new: [[UInt8]] = []
        for index in 0..<150 {
            new.append(Array(join(edit(old[index], &random), newline: Bool.random(using: &random)).utf8))
            try repository.write("f\(index)", new[index])
        }
        for context in ["-U0", "-U3", "-U1000000"] {
            let options = ["diff", "--no-ext-diff", "--no-color", context]
            let text = try repository.run("git", options)
            let diff = try Diff(parsing: text)
            #expect(
                diff.counts
                    == ScriptedRepository.counts(numstat: try repository.run("git", options + ["--numstat", "-z"])))
            #expect(diff.rendered() == text)
            try expectSame(Diff(parsing: Diff(bytes: [], files: diff.files).rendered()), diff)
            for file in diff.files where context == "-U1000000" {
                let index = try #require(file.path.text.flatMap { Int($0.dropFirst()) })
                #expect(side(.new, of: file) == new[index])
            }
        }
    }

    private func join(_ lines: [String], newline: Bool) -> String {
        lines.isEmpty ? "" : lines.joined(separator: "\n") + (newline ? "\n" : "")
    }

    private func side(_ side: Side, of file: FileDiff) -> [UInt8] {
        file.hunks.flatMap(\.lines).filter { side == .new ? $0.newNumber != nil : $0.oldNumber != nil }
            .flatMap { line -> [UInt8] in Array(line.content) + (line.hasNewline ? [0x0A] : []) }
    }

    private static let seeds = [
        """
        From 0123 Mon Sep 17 00:00:00 2001
        Subject: x

        diff --git a/a b.c b/a b.c
        old mode 100644
        new mode 100755
        index 1234567..89abcde
        --- a/a b.c\t
        +++ b/a b.c\t
        @@ -1,3 +1,4 @@ f()
         one
        -two
        +2
        +3

        @@ -20 +21,0 @@
        -x
        \\ No newline at end of file
        diff --git "a/t\\tx" "b/t\\303\\274"
        similarity index 90%
        rename from "t\\tx"
        rename to "t\\303\\274"
        diff --git a/b.bin b/b.bin
        new file mode 100644
        index 0000000..89abcde
        GIT binary patch
        literal 3
        KcmZQzWC8#H2LJ>B

        literal 0
        HcmV?d00001

        Submodule sub 1234567..89abcde:
          > commit
        --\u{20}
        2.39

        """,
        """
        Index: a.c
        ===================================================================
        --- a.c\t1970-01-01 00:00:00.000000000 +0000
        +++ a.c\t2020-01-01 00:00:00.000000000 +0000
        @@ -0,0 +1,2 @@
        +a
        +b
        Binary files a/x and b/x differ
        --- /dev/null
        +++ b/y
        @@ -0,0 +1 @@
        +a
        diff --cc x
        @@@ -1 -1 +1 @@@

        """,
    ].map { Array($0.utf8) }

    @Test("no mutation of a patch crashes the parser, and what it accepts renders back", arguments: 1...4)
    func survivesMutations(_ seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var accepted = 0
        let alphabet = Array("\n\r \t+-@\\\"/,0123456789abdifx".utf8) + [0, 0x80, 0xFF]
        for round in 0..<6000 {
            var bytes = Self.seeds[round % Self.seeds.count]
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let start = Int.random(in: 0..<bytes.count, using: &random)
                let end = min(bytes.count, start + Int.random(in: 0...12, using: &random))
                switch Int.random(in: 0..<5, using: &random) {
                case 0: bytes[start] = alphabet.randomElement(using: &random) ?? 0
                case 1: bytes.removeSubrange(start..<end)
                case 2:
                    bytes.insert(contentsOf: bytes[start..<end], at: Int.random(in: 0...bytes.count, using: &random))
                case 3: bytes.insert(alphabet.randomElement(using: &random) ?? 0, at: start)
                default: bytes.removeSubrange(end...)
                }
            }
            guard let diff = try? Diff(parsing: bytes) else { continue }
            accepted += 1
            let isWhole = diff.rendered() == bytes
            let isCounted = diff.files.allSatisfy { file in
                file.hunks.allSatisfy { hunk in
                    let lines = hunk.lines
                    return lines.filter { $0.kind == .added }.count == hunk.added
                        && lines.filter { $0.oldNumber != nil }.count == hunk.oldLines
                        && lines.filter { $0.newNumber != nil }.count == hunk.newLines
                }
            }
            if !isWhole || !isCounted { Issue.record("round \(round) of seed \(seed): \(bytes)") }
            let canonical = Diff(bytes: [], files: diff.files).rendered()
            do throws(DiffError) {
                let again = try Diff(parsing: canonical)
                if again.files.map(\.path) != diff.files.map(\.path)
                    || again.files.map(\.status) != diff.files.map(\.status)
                {
                    Issue.record(
                        "round \(round) of seed \(seed) changes: \(String(decoding: canonical, as: UTF8.self))")
                }
            } catch {
                Issue.record(
                    "round \(round) of seed \(seed): \(error) in \(String(decoding: canonical, as: UTF8.self))")
            }
        }
        #expect(accepted > 500)
    }
}
