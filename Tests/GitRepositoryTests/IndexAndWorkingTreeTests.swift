import Diffs
import GitRepository
import Testing

@Suite struct IndexAndWorkingTreeTests {
    private static let edits = """
        numbers 1 40 > a; numbers 50 90 > b; echo c > c; ln -s a l; mkdir d; echo x > d/x; save A
        sed -i 7d a; git mv b moved; sed -i 3d moved; rm c; ln -sf b l; chmod +x d/x; echo n > new; touch empty
        """

    @Test("the staged change equals git's", arguments: [true, false])
    func staged(findsRenames: Bool) throws {
        let made = try ScriptedRepository(Self.edits + "\ngit add -A; echo later >> a")
        let patch = try Repository(at: made.root).diff(.staged, options: DiffOptions(findsRenames: findsRenames))
        let expected = try made.gitDiff(["--cached", findsRenames ? "-M" : "--no-renames"])
        #expect(shown(patch.bytes) == shown(expected))
        #expect(!patch.bytes.isEmpty)
    }

    @Test("before the first commit everything staged is new")
    func unborn() throws {
        let made = try ScriptedRepository("numbers 1 5 > a; mkdir d; echo x > d/x; git add -A")
        let patch = try Repository(at: made.root).diff(.staged)
        #expect(patch.bytes == (try made.gitDiff(["--cached"])))
    }

    @Test("nothing staged is an empty patch", arguments: ["echo a > f; save A", "true"])
    func nothing(script: String) throws {
        let made = try ScriptedRepository(script)
        #expect(try Repository(at: made.root).diff(.staged).bytes.isEmpty)
    }

    @Test("a path only intended to be added is not staged")
    func intended() throws {
        let made = try ScriptedRepository("echo a > f; save A; echo n > new; git add -N new; echo b >> f; git add f")
        let repository = try Repository(at: made.root)
        #expect(try repository.diff(.staged).bytes == (try made.gitDiff(["--cached"])))
        #expect(shown(try repository.diff(.workingTree).bytes) == shown(try made.gitDiff([])))
    }

    @Test("unresolved conflicts are skipped with a word")
    func conflicts() throws {
        let made = try ScriptedRepository(
            """
            echo 0 > f; echo g > g; save A; git checkout -q -b o; echo 1 > f; save B
            git checkout -q main; echo 2 > f; echo h > g; save C; git merge -q o || true
            """)
        let repository = try Repository(at: made.root)
        for comparison in [Comparison.staged, .workingTree] {
            let patch = try repository.diff(comparison)
            #expect(patch.skipped.map(\.path.text) == ["f"])
            #expect(patch.skipped.first?.reason.contains("conflict") == true)
            #expect(patch.bytes.isEmpty)
        }
    }

    @Test("another index can be named, as git does for the hook of a partial commit")
    func otherIndex() throws {
        let made = try ScriptedRepository(
            "echo a > f; echo b > g; save A; echo x >> f; echo y >> g; GIT_INDEX_FILE=.git/other git read-tree HEAD; GIT_INDEX_FILE=.git/other git add g"
        )
        let patch = try Repository(at: made.root, indexFile: made.root + "/.git/other").diff(.staged)
        #expect(try Diff(parsing: patch.bytes).files.map(\.path.text) == ["g"])
    }

    @Test("the working tree's change equals git's", arguments: [true, false])
    func workingTree(findsRenames: Bool) throws {
        let made = try ScriptedRepository(Self.edits)
        let patch = try Repository(at: made.root).diff(.workingTree, options: DiffOptions(findsRenames: findsRenames))
        #expect(shown(patch.bytes) == shown(try made.gitDiff([findsRenames ? "-M" : "--no-renames"])))
        #expect(!patch.bytes.isEmpty)
    }

    @Test("untracked files count as new when asked for, ignored ones never")
    func untracked() throws {
        let made = try ScriptedRepository(
            "echo '*.log' > .gitignore; echo a > f; save A; echo n > new; echo l > x.log; mkdir d; echo d > d/y; echo b >> f"
        )
        let repository = try Repository(at: made.root)
        let patch = try repository.diff(.workingTree, options: DiffOptions(includesUntracked: true))
        let files = try Diff(parsing: patch.bytes).files
        #expect(files.map(\.path.text) == ["d/y", "f", "new"])
        #expect(files.map(\.status) == [.added, .modified, .added])
        let id = try #require(files.last?.newID.flatMap { ObjectID(hex: $0) })
        #expect(patch.workingTreeBlobs[id] == Array("n\n".utf8))
    }

    @Test("a file touched without being changed is unchanged")
    func touched() throws {
        let made = try ScriptedRepository("echo a > f; save A; touch -d '2001-01-01' f")
        #expect(try Repository(at: made.root).diff(.workingTree).bytes.isEmpty)
    }

    @Test("line ends of files that attributes call text are compared as git stores them")
    func lineEnds() throws {
        let made = try ScriptedRepository(
            """
            printf '*.a text=auto\\n*.b text\\n*.c eol=crlf\\n*.d -text\\n' > .gitattributes
            for f in x.a x.b x.c x.d x.e; do printf '1\\n2\\n' > $f; done; save A
            for f in x.a x.b x.c x.d x.e; do printf '1\\r\\n2\\r\\n3\\r\\n' > $f; done
            """)
        let patch = try Repository(at: made.root).diff(.workingTree)
        #expect(shown(patch.bytes) == shown(try made.gitDiff([])))
    }

    @Test("a working tree never leads out of itself")
    func staysInside() throws {
        let made = try ScriptedRepository(
            "mkdir d; echo a > d/f; save A; mkdir ../out-$$; echo secret > ../out-$$/f; rm -r d; mv ../out-$$ .git/out; ln -s .git/out d"
        )
        let patch = try Repository(at: made.root).diff(.workingTree, options: DiffOptions(includesUntracked: true))
        #expect(shown(patch.bytes).contains("secret") == false)
        #expect(shown(patch.bytes).contains("deleted file mode"))
    }

    @Test("a bare repository has no working tree to compare")
    func bare() throws {
        let made = try ScriptedRepository("echo a > f; save A; git clone -q --bare . bare.git")
        let repository = try Repository(at: made.root + "/bare.git")
        let error = #expect(throws: GitError.self) { try repository.diff(.workingTree) }
        #expect(error?.kind == .noWorkingTree)
    }
}
