import Diffs
import GitRepository
import Testing

@Suite struct HostileRepositoryTests {
    private static let change = "numbers 1 20 > f; save A; sed -i 5d f; echo n > new; save B"

    @Test("nothing a repository names is run")
    func runsNothing() throws {
        let made = try ScriptedRepository(
            Self.change + "\n"
                + """
                canary="$PWD/.git/canary"; program="$PWD/.git/program"
                printf '#!/bin/sh\\ntouch "%s"\\ncat\\n' "$canary" > "$program"; chmod +x "$program"
                for key in core.fsmonitor diff.external core.pager core.sshCommand core.editor credential.helper \\
                  filter.evil.clean filter.evil.smudge filter.evil.process diff.evil.command diff.evil.textconv \\
                  core.gitProxy uploadpack.packObjectsHook core.askPass gpg.program; do git config "$key" "$program"; done
                mkdir .git/evilhooks; for h in post-index-change pre-commit post-checkout reference-transaction; do cp "$program" .git/evilhooks/$h; cp "$program" .git/hooks/$h; done
                git config core.hooksPath "$PWD/.git/evilhooks"
                printf '* diff=evil filter=evil\\n' > .git/info/attributes
                echo later >> f; rm -f "$canary"
                """)
        let repository = try Repository(at: made.root)
        let patch = try repository.diff(repository.range("A..B"))
        #expect(try Diff(parsing: patch.bytes).files.map(\.path.text) == ["f", "new"])
        _ = try repository.diff(.staged)
        let working = try repository.diff(.workingTree, options: DiffOptions(includesUntracked: true))
        #expect(working.skipped.map(\.path.text) == ["f"])
        #expect(working.skipped.first?.reason.contains("filter 'evil'") == true)
        _ = try repository.resolve("HEAD")
        #expect(try made.run(["find", ".git", "-name", "canary"]).isEmpty)
    }

    @Test("configuration that changes git's output changes nothing here")
    func obeysNothing() throws {
        let made = try ScriptedRepository(Self.change)
        let expected = try made.gitDiff(["-M", "A", "B"])
        let hostile = """
            [core]
            ignorecase = true
            quotepath = false
            abbrev = 4
            bigFileThreshold = 1
            worktree = /nowhere
            attributesFile = /dev/zero
            excludesFile = /dev/zero
            compression = nonsense
            [diff]
            noprefix = true
            context = 0
            renames = false
            algorithm = patience
            [diff "default"]
            binary = true
            [include]
            path = /dev/zero
            [broken
            """
        try made.run(["bash", "-c", "printf '%s' \"$1\" >> .git/config", "-", hostile])
        let repository = try Repository(at: made.root)
        #expect(try repository.diff(repository.range("A..B")).bytes == expected)
        #expect(try repository.diff(.staged).bytes.isEmpty)
    }

    @Test("a repository is found from below, by its git directory, through a linked worktree and bare")
    func discovery() throws {
        let made = try ScriptedRepository(
            Self.change
                + "\nmkdir -p x/y; git worktree add -q linked A; git clone -q --bare . bare.git; echo w >> linked/f; git -C linked add f"
        )
        for place in ["", "/x/y", "/.git", "/bare.git", "/linked"] {
            let repository = try Repository(at: made.root + place)
            let patch = try repository.diff(repository.range("A..B"))
            #expect(try Diff(parsing: patch.bytes).files.count == 2)
        }
        let linked = try Repository(at: made.root + "/linked")
        #expect(try linked.headCommit()?.hex == (try made.id("A")))
        #expect(try Diff(parsing: linked.diff(.staged).bytes).files.map(\.path.text) == ["f"])
        #expect(linked.workingTree?.hasSuffix("/linked") == true)
        #expect(try Repository(at: made.root + "/bare.git").workingTree == nil)
    }

    @Test("a worktree linked to a bare repository has its files")
    func linkedToBare() throws {
        let made = try ScriptedRepository(
            Self.change
                + "\ngit clone -q --bare . bare.git; git -C bare.git worktree add -q ../tree B; echo z >> tree/f")
        let repository = try Repository(at: made.root + "/tree")
        #expect(repository.workingTree?.hasSuffix("/tree") == true)
        #expect(try Diff(parsing: repository.diff(.workingTree).bytes).files.map(\.path.text) == ["f"])
    }

    @Test("a path that is no repository is refused with advice", arguments: ["/nonexistent/place", "/dev/null", "/"])
    func noRepository(path: String) {
        let error = #expect(throws: GitError.self) { try Repository(at: path) }
        #expect(error?.kind == .notARepository)
        #expect(error?.problem.contains(path) == true)
        #expect(error?.advice.isEmpty == false)
    }

    @Test(
        "what cannot be read rightly is refused by name",
        arguments: [
            ("git init -q --object-format=sha256 other", "sha256"),
            (
                "git init -q other; git -C other config core.repositoryformatversion 1; git -C other config extensions.refStorage reftable",
                "reftable"
            ),
            (
                "git init -q other; git -C other config core.repositoryformatversion 1; git -C other config extensions.futureThing on",
                "futurething"
            ),
            ("git init -q other; git -C other config core.repositoryformatversion 7", "version 7"),
        ])
    func unsupported(script: String, named: String) throws {
        let made = try ScriptedRepository(script)
        let error = #expect(throws: GitError.self) { try Repository(at: made.root + "/other") }
        #expect(error?.kind == .unsupportedRepository)
        #expect(error?.problem.contains(named) == true)
    }

    @Test("extensions that change nothing here are accepted")
    func harmlessExtensions() throws {
        let made = try ScriptedRepository(
            Self.change
                + "\nprintf '[core]\\nrepositoryformatversion = 1\\n[extensions]\\npreciousObjects = true\\nworktreeConfig = true\\nnoop = 1\\npartialClone = origin\\nrelativeWorktrees\\nobjectFormat = sha1\\n' >> .git/config"
        )
        let repository = try Repository(at: made.root)
        #expect(try repository.diff(repository.range("A..B")).bytes.isEmpty == false)
        #expect(repository.isPartialClone)
    }

    @Test("a blob that a partial clone lacks is a stated skip, the rest is compared")
    func partialClone() throws {
        let made = try ScriptedRepository(
            """
            git config uploadpack.allowFilter true; echo a > f; echo b > g; save A; echo c >> f; echo d >> g; save B
            git clone -q --no-checkout --filter=blob:none "file://$PWD" partial
            (git cat-file blob B:g; true) | git -C partial hash-object -w --stdin; git cat-file blob A:g | git -C partial hash-object -w --stdin
            git -C partial remote set-url origin file:///nonexistent
            """)
        let repository = try Repository(at: made.root + "/partial")
        let patch = try repository.diff(repository.range("A..B"))
        #expect(patch.skipped.map(\.path.text) == ["f"])
        #expect(patch.skipped.first?.reason.contains("clone is partial") == true)
        let files = try Diff(parsing: patch.bytes).files
        #expect(files.map(\.path.text) == ["f", "g"])
        #expect(files.map(\.hunks.count) == [0, 1])
    }

    @Test("a shallow clone says so where history ends")
    func shallowClone() throws {
        let made = try ScriptedRepository(
            "for i in 1 2 3 4; do echo $i >> f; save c$i; done; git checkout -q -b side c1; echo s > s; save side; git checkout -q main; git clone -q --depth 2 --no-tags \"file://$PWD\" shallow"
        )
        let repository = try Repository(at: made.root + "/shallow")
        #expect(repository.isShallow)
        #expect(try repository.diff(repository.range("HEAD~1..HEAD")).bytes.isEmpty == false)
        let end = #expect(throws: GitError.self) { try repository.range("HEAD~1") }
        #expect(end?.kind == .missingObject)
        #expect(end?.problem.contains("shallow") == true)
        let beyond = #expect(throws: GitError.self) { try repository.range("HEAD~3..HEAD") }
        #expect(beyond?.description.contains("shallow") == true)
    }

    @Test("objects of another repository are found through alternates")
    func alternates() throws {
        let made = try ScriptedRepository(Self.change + "\ngit clone -q --shared . shared")
        let repository = try Repository(at: made.root + "/shared")
        #expect(try repository.diff(repository.range("A..B")).bytes == (try made.gitDiff(["-M", "A", "B"])))
    }

    @Test("a damaged file is a stated skip, a damaged tree or commit an error that names it")
    func corruption() throws {
        let made = try ScriptedRepository(
            Self.change + "\n"
                + """
                damage() { chmod u+w ".git/objects/${1:0:2}/${1:2}"; printf 'nonsense' > ".git/objects/${1:0:2}/${1:2}"; }
                damage "$(git rev-parse B:f)"; cp -r .git copy; mkdir c; mv copy c/.git
                cd c; damage "$(git rev-parse 'B^{tree}')"
                """)
        let repository = try Repository(at: made.root)
        let patch = try repository.diff(repository.range("A..B"))
        #expect(patch.skipped.map(\.path.text) == ["f"])
        #expect(patch.skipped.first?.reason.contains("git fsck") == true)
        #expect(try Diff(parsing: patch.bytes).files.map(\.path.text) == ["f", "new"])
        let damaged = try Repository(at: made.root + "/c")
        let error = #expect(throws: GitError.self) { try damaged.diff(damaged.range("A..B")) }
        #expect(error?.kind == .corrupt)
        #expect(error?.problem.contains(try made.id("B^{tree}")) == true)
    }

    @Test("a truncated pack and a missing object are errors that name what is lost")
    func brokenPack() throws {
        let made = try ScriptedRepository(
            Self.change + "\ngit gc -q; p=$(ls .git/objects/pack/*.pack); chmod u+w $p; truncate -s 100 $p")
        let error = #expect(throws: GitError.self) {
            let repository = try Repository(at: made.root)
            _ = try repository.diff(repository.range("A..B"))
        }
        #expect([.corrupt, .missingObject].contains(error?.kind))
        let gone = try ScriptedRepository(
            Self.change + "\nt=$(git rev-parse 'B^{tree}'); rm -f .git/objects/${t:0:2}/${t:2}")
        let repository = try Repository(at: gone.root)
        let missing = #expect(throws: GitError.self) { try repository.diff(repository.range("A..B")) }
        #expect(missing?.kind == .missingObject)
        #expect(missing?.advice.contains("git fsck") == true)
    }

    @Test("trees no git would write are refused", arguments: ["a/b", "..", "."])
    func impossibleTrees(name: String) throws {
        let made = try ScriptedRepository(
            """
            blob=$(echo x | git hash-object -w --stdin)
            tree=$({ printf '100644 %s\\0' '\(name)'; printf "$(echo $blob | sed 's/../\\\\x&/g')"; } | git hash-object -w -t tree --literally --stdin)
            git tag A $(git commit-tree -m A $(git write-tree)); git tag B $(git commit-tree -m B $tree)
            """)
        let repository = try Repository(at: made.root)
        let error = #expect(throws: GitError.self) { try repository.diff(repository.range("A..B")) }
        #expect(error?.kind == .corrupt)
    }

    @Test("a tree that unfolds without end stops at the limit")
    func treeBomb() throws {
        let made = try ScriptedRepository(
            """
            tree=$(echo x | git hash-object -w --stdin | xargs printf '100644 blob %s\\tf\\n' | git mktree)
            for i in $(seq 12); do tree=$(for j in 0 1 2 3 4 5 6 7 8 9; do printf '040000 tree %s\\td%s\\n' $tree $j; done | git mktree); done
            git tag B $(git commit-tree -m B $tree)
            """)
        let repository = try Repository(at: made.root)
        let error = #expect(throws: GitError.self) {
            try repository.diff(repository.range("B"), options: DiffOptions(maxFiles: 5000))
        }
        #expect(error?.kind == .tooLarge)
    }

    @Test("random bytes in the repository's own files never stop the program", arguments: 1...8)
    func noise(seed: Int) throws {
        let made = try ScriptedRepository(
            Self.change
                + "\nRANDOM=\(seed); for f in .git/HEAD .git/index .git/config .git/packed-refs .git/shallow .git/info/attributes .gitattributes; do [ $((RANDOM % 3)) = 0 ] && head -c $((RANDOM % 300)) /dev/urandom > $f; done; true"
        )
        guard let repository = try? Repository(at: made.root) else { return }
        for comparison in [Comparison.staged, .workingTree] { _ = try? repository.diff(comparison) }
        let range = try? repository.range("A..B")
        if let range { _ = try repository.diff(range) }
        #expect(repository.gitDirectory.hasSuffix("/.git"))
    }
}
