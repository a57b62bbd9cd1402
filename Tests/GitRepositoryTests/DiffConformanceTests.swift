import Diffs
import GitRepository
import Testing

/// A change from tag A to tag B.
struct Scene: Sendable, CustomTestStringConvertible {
    let name: String
    let script: String

    var testDescription: String { name }

    init(_ name: String, _ script: String) {
        self.name = name
        self.script = script
    }

    static let all: [Scene] = [
        Scene("lines change", "numbers 1 60 > f; save A; sed -i '5d;30s/.*/x/;50a y' f; save B"),
        Scene("hunks that touch", "numbers 1 30 > f; save A; sed -i '5s/$/x/;11s/$/x/;18s/$/x/' f; save B"),
        Scene("files come and go", "echo a > gone; echo k > keep; save A; rm gone; echo n > new; save B"),
        Scene("empty files come and go", "touch gone; save A; rm gone; touch 'new one'; save B"),
        Scene("a file becomes empty", "echo a > f; touch g; save A; : > f; echo b > g; save B"),
        Scene("exact rename", "numbers 1 9 > a; save A; git mv a b; save B"),
        Scene("rename with edits", "numbers 1 90 > a.c; save A; git mv a.c b.c; sed -i '3d;80s/$/!/' b.c; save B"),
        Scene("rename with mode", "numbers 1 90 > a; save A; git mv a b; chmod +x b; sed -i 1d b; save B"),
        Scene(
            "directory rename",
            """
            mkdir -p old/deep; for i in 1 2 3 4 5; do numbers $i 40 > old/deep/f$i; numbers 1 $((i * 9)) > old/g$i; done
            save A; git mv old new; sed -i 2d new/deep/f3; sed -i '$d' new/g5; save B
            """),
        Scene(
            "many candidates for a rename",
            """
            for i in $(seq 1 12); do { numbers 1 40; numbers $((i * 100)) $((i * 100 + i * 3)); } > f$i; done; save A
            for i in $(seq 1 12); do { numbers 1 40; numbers $((i * 100)) $((i * 100 + i * 2)); echo $i; } > g$i; done
            rm f*; save B
            """),
        Scene(
            "equal files renamed",
            "for i in 1 2 3 4; do echo same > s$i; done; save A; mkdir d; mv s1 d/s4; mv s2 d/x; mv s3 d/s3; save B"
        ),
        Scene("a rename too different", "numbers 1 50 > a; save A; rm a; numbers 30 90 > b; save B"),
        Scene(
            "a file without line ends renamed",
            "printf 'one long line without end %s' x > a; save A; mv a b; printf y >> b; save B"),
        Scene("copies stay new files", "numbers 1 50 > a; save A; cp a b; echo x >> a; save B"),
        Scene("mode alone", "echo a > f; save A; chmod +x f; save B"),
        Scene("mode and content", "echo a > f; save A; chmod +x f; echo b >> f; save B"),
        Scene("symbolic link changes", "ln -s one l; ln -s same k; save A; ln -sf two l; mv k m; save B"),
        Scene("a file becomes a link", "echo a > f; save A; rm f; ln -s a f; save B"),
        Scene("a link becomes a file", "ln -s a f; save A; rm f; numbers 1 5 > f; save B"),
        Scene("a directory becomes a file", "mkdir d; echo a > d/f; save A; rm -r d; echo a > d; save B"),
        Scene(
            "submodule moves",
            """
            one=1111111111111111111111111111111111111111 two=2222222222222222222222222222222222222222
            git update-index --add --cacheinfo 160000,$one,sub; git update-index --add --cacheinfo 160000,$one,gone
            git commit -qm A; git tag A; git update-index --add --cacheinfo 160000,$two,sub
            git update-index --add --cacheinfo 160000,$two,new; git rm -q --cached gone; git commit -qm B; git tag B
            """),
        Scene(
            "a file becomes a submodule",
            """
            echo a > sub; save A; git rm -q --cached sub
            git update-index --add --cacheinfo 160000,1111111111111111111111111111111111111111,sub; git commit -qm B; git tag B
            """),
        Scene("binary changes", "printf 'a\\0b' > f; save A; printf 'a\\0c' > f; printf '\\0' > new; save B"),
        Scene("text becomes binary", "echo a > f; save A; printf 'a\\0' > f; save B"),
        Scene(
            "binary renamed",
            "head -c 5000 /dev/zero | tr '\\0' '\\1' > f; printf '\\0' >> f; save A; mv f g; echo x >> g; save B"),
        Scene("a null byte late in a file", "{ numbers 1 3000; printf 'x\\0y\\n'; } > f; save A; echo z >> f; save B"),
        Scene("line ends change", "printf 'a\\r\\nb\\r\\nc\\n' > f; save A; printf 'a\\nb\\r\\nc\\r\\n' > f; save B"),
        Scene(
            "line ends change in a rename", "numbers 1 40 | sed 's/$/\\r/' > f; save A; rm f; numbers 1 40 > g; save B"),
        Scene("no newline at the old end", "printf 'a\\nb' > f; save A; printf 'a\\nb\\n' > f; save B"),
        Scene("no newline at the new end", "printf 'a\\nb\\n' > f; save A; printf 'a\\nc' > f; save B"),
        Scene("no newline at either end", "printf 'a\\nb' > f; save A; printf 'x\\nb' > f; printf n > new; save B"),
        Scene("a lone carriage return", "printf 'a\\rb\\n' > f; save A; printf 'a\\rc\\n' > f; save B"),
        Scene(
            "odd paths",
            """
            echo a > 'with space'; echo a > $'tab\\there'; echo a > $'quote"d'; echo a > 'bäck\\slash'; echo a > $'\\xff\\xfe'
            mkdir 'd e'; echo a > 'd e/f'; save A; for f in * 'd e/f'; do [ -d "$f" ] || echo b >> "$f"; done
            mv $'\\xff\\xfe' $'caf\\xe9'; save B
            """),
        Scene(
            "names that sort around a slash",
            "mkdir a; echo 1 > a/x; echo 2 > a.c; echo 3 > a-b; save A; echo 4 | tee a/x a.c a-b; mkdir a0; echo 5 > a0/y; save B"
        ),
        Scene(
            "functions and indentation",
            """
            printf 'int one(void)\\n{\\n    if (a) {\\n        b();\\n    }\\n\\n    c();\\n}\\n\\nint two(void)\\n{\\n    d();\\n}\\n' > f.c
            save A
            printf 'int one(void)\\n{\\n    if (a) {\\n        b();\\n    }\\n\\n    if (e) {\\n        f();\\n    }\\n\\n    c();\\n}\\n\\nint two(void)\\n{\\n    g();\\n}\\n' > f.c
            save B
            """),
        Scene(
            "a long function line",
            "{ echo \"int $(printf 'x%.0s' $(seq 1 74))     (void)\"; numbers 1 20; } > f; save A; sed -i '15s/$/!/' f; save B"
        ),
        Scene("invalid UTF-8", "printf 'a\\xff\\xfeb\\nc\\n' > f; save A; printf 'a\\xff\\xfdb\\nc\\n' > f; save B"),
        Scene(
            "attributes say binary",
            """
            printf '*.dat -diff\\n*.gen binary\\n*.txt diff\\nsub/*.x -diff\\n' > .gitattributes; mkdir sub
            echo a > f.dat; echo a > f.gen; printf 'a\\0' > f.txt; echo a > sub/f.x; echo a > f.x; save A
            for f in f.dat f.gen f.txt sub/f.x f.x; do echo b >> $f; done; save B
            """),
        Scene(
            "attributes name programs",
            """
            printf '*.a diff=evil\\n*.b filter=evil\\n*.c diff=evil\\n' > .gitattributes; save 0
            echo 1 > x.a; echo 1 > x.b; save A; echo 2 >> x.a; echo 2 >> x.b; save B
            """),
    ]
}

@Suite struct DiffConformanceTests {
    @Test("a patch equals git's, byte for byte", arguments: Scene.all)
    func equalsGit(scene: Scene) throws {
        let made = try ScriptedRepository(scene.script)
        let repository = try Repository(at: made.root)
        let range = try repository.range("A..B")
        for findsRenames in [false, true] {
            let expected = try made.gitDiff([findsRenames ? "-M" : "--no-renames", "A", "B"])
            let patch = try repository.diff(range, options: DiffOptions(findsRenames: findsRenames))
            #expect(shown(patch.bytes) == shown(expected))
            #expect(patch.bytes == expected)
            #expect(patch.skipped.isEmpty)
            #expect(!patch.bytes.isEmpty)
            #expect(try Diff(parsing: patch.bytes).rendered() == expected)
        }
    }

    @Test("a patch backwards equals git's too", arguments: Scene.all)
    func equalsGitBackwards(scene: Scene) throws {
        let made = try ScriptedRepository(scene.script)
        let repository = try Repository(at: made.root)
        let patch = try repository.diff(repository.range("B..A"))
        #expect(shown(patch.bytes) == shown(try made.gitDiff(["-M", "B", "A"])))
    }

    @Test("random edits, moves and deletions equal git's", arguments: 1...12)
    func equalsGitAtRandom(seed: Int) throws {
        let made = try ScriptedRepository(
            """
            RANDOM=\(seed)
            for i in $(seq 1 25); do mkdir -p d$((i % 4)); numbers $((RANDOM % 50)) $((50 + RANDOM % 60)) > d$((i % 4))/f$i; done
            save A
            for f in d*/*; do
              case $((RANDOM % 6)) in
                0) rm "$f";;
                1) sed -i "$((RANDOM % 20 + 1)),$((RANDOM % 20 + 20))d" "$f";;
                2) sed -i "$((RANDOM % 40 + 1))s/\\$/ $RANDOM/" "$f";;
                3) mkdir -p e; git mv "$f" e/; sed -i "$((RANDOM % 20 + 1)),+$((RANDOM % 30))d" "e/${f##*/}";;
                4) git mv "$f" "d1/n$RANDOM"; echo "$RANDOM" > "$f";;
              esac
            done
            save B
            """)
        let repository = try Repository(at: made.root)
        for findsRenames in [false, true] {
            let patch = try repository.diff(repository.range("A..B"), options: DiffOptions(findsRenames: findsRenames))
            let expected = try made.gitDiff([findsRenames ? "-M" : "--no-renames", "A", "B"])
            #expect(shown(patch.bytes) == shown(expected))
        }
    }

    @Test("a root commit is compared with nothing, a merge with its first parent")
    func rootAndMerge() throws {
        let made = try ScriptedRepository(
            """
            numbers 1 9 > f; save root
            git checkout -q -b side; echo s > s; save side
            git checkout -q main; echo m >> f; save main1
            git merge -q --no-edit side; git tag merge
            """)
        let repository = try Repository(at: made.root)
        let root = try repository.diff(repository.range("root"))
        #expect(root.bytes == (try made.gitDiff(["-M", ObjectID.emptyTree.hex, "root"])))
        #expect(try repository.range("root").base.commit == nil)
        let merge = try repository.diff(repository.range("merge"))
        #expect(merge.bytes == (try made.gitDiff(["-M", "main1", "merge"])))
        #expect(try Diff(parsing: merge.bytes).files.map(\.path.text) == ["s"])
    }

    @Test("a change that edits attributes cannot hide its lines by them")
    func attributesCannotHide() throws {
        let made = try ScriptedRepository(
            "echo a > f.py; save A; echo '*.py -diff' > .gitattributes; echo 'eval(x)' >> f.py; save B")
        let repository = try Repository(at: made.root)
        let hidden = try repository.diff(repository.range("A..B"))
        #expect(shown(hidden.bytes).contains("+eval(x)"))
        #expect(hidden.notes.count == 1)
    }

    @Test("limits cut with a word, not silently")
    func limits() throws {
        let made = try ScriptedRepository(
            "numbers 1 5 > a; numbers 1 900 > b; save A; numbers 2 7 > a; numbers 9 999 > b; save B")
        let repository = try Repository(at: made.root)
        let range = try repository.range("A..B")
        let small = try repository.diff(range, options: DiffOptions(maxFileBytes: 100))
        #expect(small.skipped.map(\.path.text) == ["b"])
        #expect(try Diff(parsing: small.bytes).files.map(\.isBinary) == [false, true])
        let short = try repository.diff(range, options: DiffOptions(maxPatchBytes: 300))
        #expect(short.skipped.map(\.path.text) == ["b"])
        let error = #expect(throws: GitError.self) { try repository.diff(range, options: DiffOptions(maxFiles: 1)) }
        #expect(error?.kind == .tooLarge)
    }
}
