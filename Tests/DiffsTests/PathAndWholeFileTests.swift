import Testing

@testable import Diffs

@Suite struct PathQuotingTests {
    static let names: [(bytes: [UInt8], quoted: String, display: String)] = [
        (Array("src/a b.c".utf8), "src/a b.c", "src/a b.c"),
        (Array("grün".utf8), "\"gr\\303\\274n\"", "grün"),
        (Array("a\"b\\c".utf8), "\"a\\\"b\\\\c\"", "\"a\\\"b\\\\c\""),
        (
            [7, 8, 9, 10, 11, 12, 13, 1, 0x7F], "\"\\a\\b\\t\\n\\v\\f\\r\\001\\177\"",
            "\"\\a\\b\\t\\n\\v\\f\\r\\001\\177\""
        ),
        ([0xFF, 0x61], "\"\\377a\"", "\"\\377a\""),
        // Text that turns the reading direction would show as another name.
        (Array("a\u{202E}b".utf8), "\"a\\342\\200\\256b\"", "\"a\\342\\200\\256b\""),
        (Array("日本".utf8), "\"\\346\\227\\245\\346\\234\\254\"", "日本"),
    ]

    @Test("paths are quoted as git does and read back", arguments: names)
    func quotes(_ bytes: [UInt8], _ quoted: String, _ display: String) {
        let path = Path(bytes: bytes)
        #expect(path.quoted == quoted)
        #expect(path.display == display)
        #expect(Path(quoted: Array(quoted.utf8)) == path)
        #expect(Path(quoted: Array(display.utf8)) == path)
    }

    @Test("every byte survives quoting")
    func keepsEveryByte() {
        for first in UInt8.min...UInt8.max {
            for second: UInt8 in [0x30, 0x37, 0x5C, 0x22, first] {
                let path = Path(bytes: [0x22, first, second])
                #expect(Path(quoted: Array(path.quoted.utf8)) == path)
            }
        }
    }

    @Test(
        "bad quoting is no path",
        arguments: ["\"", "\"a", "\"\\\"", "\"\\x\"", "\"\\18\"", "\"\\400\"", "\"a\"b", "\"\\1\""])
    func refusesBadQuotes(_ text: String) {
        #expect(Path(quoted: Array(text.utf8)) == nil)
    }
}

@Suite struct WholeFileTests {
    @Test(
        "every line of a whole file is an added line",
        arguments: [
            ("", 0, true), ("a", 1, false), ("a\n", 1, true), ("a\nb", 2, false), ("\n\n", 2, true),
            ("a\r\nb\r\n", 2, true),
        ])
    func addsEveryLine(_ text: String, _ count: Int, _ endsInNewline: Bool) throws {
        let file = FileDiff.adding(path: Path("dir/f"), contents: Array(text.utf8))
        #expect(file.status == .added)
        #expect(file.added == count)
        let lines = file.hunks.flatMap(\.lines)
        #expect(lines.map(\.newNumber) == Array(1..<(count + 1)))
        let joined = lines.flatMap { line -> [UInt8] in Array(line.content) + (line.hasNewline ? [0x0A] : []) }
        #expect(joined == Array(text.utf8))
        let parsed = try Diff(parsing: file.rendered())
        try expectSame(parsed, Diff(bytes: [], files: [file]))
    }

    @Test("a file with a NUL is binary and has no lines")
    func knowsBinary() throws {
        let file = FileDiff.adding(path: Path("f"), contents: [0x61, 0], mode: 0o100755)
        #expect(file.status == .binary)
        #expect(file.hunks.isEmpty)
        #expect(try Diff(parsing: file.rendered()).files.first?.status == .binary)
    }
}
