import Diffs
import GitRepository
import Testing

@Suite struct HistoryTests {
    private static let script = """
        at 1700000000; printf 'a\\nb\\nc\\n' > f; mkdir -p d/e; echo deep > d/e/g; ln -s f link; save one
        at 1700000100; sed -i 2s/b/B/ f; git add -A; git commit -q -m $'The subject\\nin two lines\\n\\nand a body'; git tag two
        """

    @Test("a commit tells its people, times and words")
    func commit() throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let id = try #require(try repository.headCommit())
        let commit = try repository.commit(id)
        #expect(commit.authorName == "Ada Author")
        #expect(commit.authorEmail == "ada@example.com")
        #expect(commit.authorTime == 1_700_000_100)
        #expect(commit.committerTime == 1_700_000_100)
        #expect(commit.subject == "The subject in two lines")
        #expect(commit.message.hasSuffix("and a body\n"))
        #expect(commit.parents.map(\.hex) == [try made.id("one")])
        #expect(commit.tree.hex == (try made.id("HEAD^{tree}")))
    }

    @Test("files are read at a commit by path")
    func files() throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let tree = try repository.resolve("one").tree
        #expect(try repository.file(at: Path("d/e/g"), in: tree, limit: 100) == Array("deep\n".utf8))
        #expect(try repository.file(at: Path("link"), in: tree, limit: 100) == Array("f".utf8))
        for missing in ["d", "d/e", "nope", "f/g", "d/e/g/h", ""] {
            #expect(try repository.file(at: Path(missing), in: tree, limit: 100) == nil)
        }
        let error = #expect(throws: GitError.self) { try repository.file(at: Path("d/e/g"), in: tree, limit: 2) }
        #expect(error?.kind == .tooLarge)
        #expect(try repository.files(in: tree).map(\.path.text) == ["d/e/g", "f", "link"])
        #expect(try repository.files(in: .emptyTree).isEmpty)
    }

    @Test("the log lists what is new, newest first, up to a limit")
    func log() throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let head = try #require(try repository.resolve("two").commit)
        let base = try #require(try repository.resolve("one").commit)
        #expect(try repository.log(from: base, to: head, limit: 10).map(\.id) == [head])
        #expect(try repository.log(from: nil, to: head, limit: 10).map(\.id) == [head, base])
        #expect(try repository.log(from: nil, to: head, limit: 1).map(\.id) == [head])
        #expect(try repository.log(from: head, to: base, limit: 10).isEmpty)
    }

    @Test("blame names the commit of each line")
    func blame() throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let head = try #require(try repository.headCommit())
        let base = try #require(try repository.resolve("one").commit)
        let blamed = try repository.blame(Path("f"), lines: 1...3, at: head)
        #expect(blamed.map(\.lines) == [1...1, 2...2, 3...3])
        #expect(blamed.map(\.commit) == [base, head, base])
        #expect(throws: GitError.self) { try repository.blame(Path("nope"), lines: 1...1, at: head) }
    }
}
