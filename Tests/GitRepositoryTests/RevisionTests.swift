import GitRepository
import Testing

@Suite struct RevisionTests {
    /// main: 1 - 2 - 3 - M(merge of side); side: 1 - s
    private static let script = """
        at 1700000000; echo 1 > f; save one; at 1700000100; echo 2 >> f; save two
        git checkout -q -b side/topic one; at 1700000150; echo s > s; save s
        git checkout -q main; at 1700000200; echo 3 >> f; save three
        at 1700000300; git merge -q --no-edit side/topic; git tag -a -m note annotated
        """

    @Test(
        "revisions name what they name for git",
        arguments: [
            "HEAD", "@", "main", "side/topic", "annotated", "two", "HEAD~2", "HEAD^2", "HEAD^1~1", "main^{tree}",
            "refs/heads/main", "heads/side/topic", "annotated^{commit}",
        ])
    func resolves(spelling: String) throws {
        let made = try ScriptedRepository(Self.script)
        let found = try Repository(at: made.root).resolve(spelling)
        #expect(found.tree.hex == (try made.id(spelling + "^{tree}")))
        if !spelling.hasSuffix("{tree}") { #expect(found.commit?.hex == (try made.id(spelling + "^{commit}"))) }
    }

    @Test("abbreviated ids name commits")
    func abbreviated() throws {
        let made = try ScriptedRepository(Self.script)
        let id = try made.id("two")
        #expect(try Repository(at: made.root).resolve(String(id.prefix(12))).commit?.hex == id)
    }

    @Test(
        "ranges have the sides git gives them",
        arguments: [
            ("two..three", "two", "three"), ("two..", "two", "HEAD"), ("..two", "HEAD", "two"),
            ("three...side/topic", "one", "side/topic"), ("side/topic...three", "one", "three"),
            ("three", "two", "three"),
            ("annotated", "three", "HEAD"), ("HEAD~1..HEAD^2", "three", "s"), ("main...", "main", "HEAD"),
        ])
    func ranges(spelling: String, base: String, head: String) throws {
        let made = try ScriptedRepository(Self.script)
        let range = try Repository(at: made.root).range(spelling)
        #expect(range.base.commit?.hex == (try made.id(base + "^{commit}")))
        #expect(range.head.commit?.hex == (try made.id(head + "^{commit}")))
    }

    @Test("the empty tree stands for nothing")
    func emptyTree() throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let patch = try repository.diff(repository.range("\(ObjectID.emptyTree)..HEAD"))
        #expect(patch.bytes == (try made.gitDiff(["-M", ObjectID.emptyTree.hex, "HEAD"])))
    }

    @Test(
        "a revision that does not exist is named, with what is near",
        arguments: [
            ("mian", "'mian'", "'main'"), ("topic", "'topic'", "'side/topic'"), ("tree", "'tree'", "'three'"),
            ("HEAD~99", "'HEAD~99'", ""), ("nothing-like-it", "nothing-like-it", "git branch"), ("a b", "'a b'", ""),
            ("deadbeef", "'deadbeef'", ""), ("mian~1", "'mian~1'", "'main'"),
            ("ffffffffffffffffffffffffffffffffffffffff", "ffff", ""), ("", "''", ""),
        ])
    func unknown(spelling: String, named: String, advice: String) throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let error = #expect(throws: GitError.self) { try repository.resolve(spelling) }
        #expect(error?.kind == .unknownRevision)
        #expect(error?.problem.contains(named) == true)
        #expect(advice.isEmpty || error?.advice.contains(advice) == true)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("nonsense is no range", arguments: ["..", "...", "one..two..three", "one....two", "one...two...three"])
    func nonsense(spelling: String) throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        #expect(throws: GitError.self) { try repository.range(spelling) }
    }

    @Test("an id that begins several objects is called ambiguous")
    func ambiguous() throws {
        let made = try ScriptedRepository(
            "for i in $(seq 400); do echo $i; done | while read i; do echo $i | git hash-object -w --stdin; done > ../ids-$$; cut -c1-4 ../ids-$$ | sort | uniq -d > ambiguous; rm ../ids-$$; save A"
        )
        let list = String(decoding: try made.run(["cat", "ambiguous"]), as: UTF8.self)
        let prefix = try #require(list.split(separator: "\n").first)
        let repository = try Repository(at: made.root)
        let error = #expect(throws: GitError.self) { try repository.resolve(String(prefix)) }
        #expect(error?.kind == .ambiguousRevision)
    }

    @Test("a file is no commit")
    func blob() throws {
        let made = try ScriptedRepository(Self.script)
        let repository = try Repository(at: made.root)
        let error = #expect(throws: GitError.self) { try repository.resolve("HEAD:f") }
        #expect(error?.kind == .unknownRevision)
    }

    @Test("HEAD without a commit is said to be so")
    func unborn() throws {
        let made = try ScriptedRepository("echo a > f; git add f")
        let repository = try Repository(at: made.root)
        #expect(try repository.headCommit() == nil)
        let error = #expect(throws: GitError.self) { try repository.range("HEAD") }
        #expect(error?.problem == "HEAD has no commit yet")
    }

    @Test("unrelated histories have no merge base")
    func unrelated() throws {
        let made = try ScriptedRepository("echo a > f; save A; git checkout -q --orphan other; echo b > g; save B")
        let repository = try Repository(at: made.root)
        let error = #expect(throws: GitError.self) { try repository.range("A...B") }
        #expect(error?.kind == .noMergeBase)
        #expect(try repository.range("A..B").mergeBases == nil)
    }

    @Test("of several merge bases the one git takes is taken", arguments: [0, 50, -50])
    func crissCross(skew: Int) throws {
        let made = try ScriptedRepository(
            """
            at 1700000000; echo 0 > f; save root
            git checkout -q -b left; at 1700000100; echo l > l; save l1
            git checkout -q -b right root; at \(1_700_000_100 + skew); echo r > r; save r1
            git checkout -q left; at 1700000200; git merge -q --no-edit r1; git tag l2
            git checkout -q right; at 1700000200; git merge -q --no-edit l1; git tag r2
            git checkout -q left; at 1700000300; echo l >> l; save l3
            git checkout -q right; at 1700000310; echo r >> r; save r3
            """)
        let repository = try Repository(at: made.root)
        for (one, other) in [("l3", "r3"), ("r3", "l3"), ("l2", "r2"), ("r2", "l2")] {
            let range = try repository.range("\(one)...\(other)")
            #expect(range.mergeBases == 2)
            let patch = try repository.diff(range)
            #expect(shown(patch.bytes) == shown(try made.gitDiff(["-M", "\(one)...\(other)"])))
        }
    }

    @Test("merge bases equal git's in random histories", arguments: 1...6)
    func randomHistories(seed: Int) throws {
        let made = try ScriptedRepository(
            """
            RANDOM=\(seed); tree=$(git write-tree)
            ids=()
            for i in $(seq 0 39); do
              at $((1700000000 + i * 10 + RANDOM % 60)); parents=()
              if [ $i -gt 0 ]; then parents+=(-p "${ids[$(( i > 4 ? i - 1 - RANDOM % 4 : RANDOM % i ))]}"); fi
              if [ $i -gt 2 ] && [ $((RANDOM % 2)) = 0 ]; then parents+=(-p "${ids[$((RANDOM % i))]}"); fi
              ids+=("$(git commit-tree $tree -m $i "${parents[@]}" 2>/dev/null)"); git tag c$i "${ids[$i]}"
            done
            """)
        let repository = try Repository(at: made.root)
        for one in stride(from: 20, to: 40, by: 3) {
            for other in stride(from: 21, to: 40, by: 4) where one != other {
                let left = try #require(try repository.resolve("c\(one)").commit)
                let right = try #require(try repository.resolve("c\(other)").commit)
                let expected = String(
                    decoding: try made.git("merge-base", "--all", "c\(one)", "c\(other)"), as: UTF8.self)
                #expect(
                    try repository.mergeBases(left, right).map(\.hex)
                        == expected.split(separator: "\n").map(String.init))
                let count = String(decoding: try made.git("rev-list", "c\(one)..c\(other)"), as: UTF8.self)
                let log = try repository.log(from: left, to: right, limit: 1000).map(\.id.hex)
                #expect(Set(log) == Set(count.split(separator: "\n").map(String.init)))
            }
        }
    }

    @Test("the upstream of a branch is found by its fetch rule")
    func upstream() throws {
        let made = try ScriptedRepository(
            """
            echo 1 > f; save one; git clone -q . clone; cd clone; git checkout -q -b work --track origin/main
            git checkout -q -b local --track work
            """)
        let repository = try Repository(at: made.root + "/clone")
        for spelling in ["work@{u}", "work@{UPSTREAM}", "local@{u}", "@{u}", "HEAD@{u}"] {
            #expect(try repository.resolve(spelling).commit?.hex == (try made.id("one")))
        }
        let error = #expect(throws: GitError.self) { try repository.resolve("none@{u}") }
        #expect(error?.problem.contains("follows no other branch") == true)
    }
}
