import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

/// A change of one file, its diff made line by line: what stands only in one version is removed or added.
func change(_ name: String, from base: String, to head: String) throws -> ChangedSource {
    let old = base.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    let new = head.split(separator: "\n", omittingEmptySubsequences: false).map(String.init).dropLast()
    var body = ""
    let difference = Array(new).difference(from: Array(old))
    let removed = Set(difference.removals.map { if case .remove(let at, _, _) = $0 { at } else { -1 } })
    let added = Set(difference.insertions.map { if case .insert(let at, _, _) = $0 { at } else { -1 } })
    var left = 0
    var right = 0
    while left < old.count || right < new.count {
        if left < old.count, removed.contains(left) {
            body += "-" + old[left] + "\n"
            left += 1
        } else if right < new.count, added.contains(right) {
            body += "+" + new[right] + "\n"
            right += 1
        } else {
            body += " " + old[left] + "\n"
            left += 1
            right += 1
        }
    }
    let text = """
        diff --git a/\(name) b/\(name)
        --- a/\(name)
        +++ b/\(name)
        @@ -1,\(old.count) +1,\(new.count) @@

        """ + body
    let file = try #require(try Diff(parsing: Array(text.utf8)).files.first)
    return ChangedSource(
        file: file, base: ParsedSource(path: Path(name), bytes: Array(base.utf8), grammars: grammars),
        head: ParsedSource(path: Path(name), bytes: Array(head.utf8), grammars: grammars))
}

@Suite("Changes")
struct ChangeTests {
    let reviewer = StaticReviewer(grammars: grammars)

    @Test("Only changed lines are spoken of")
    func onlyChangedLines() throws {
        let changed = try change(
            "src/a.py", from: "import os\nos.system(a + b)\nx = 1\n", to: "import os\nos.system(a + b)\nx = 2\n")
        #expect(reviewer.review(changed).isEmpty)
    }

    @Test("A call is flagged when only one of its lines changed")
    func changedArgument() throws {
        let changed = try change(
            "src/a.py", from: "import requests\nrequests.get(\n    url,\n    timeout=3,\n)\n",
            to: "import requests\nrequests.get(\n    url,\n    timeout=3,\n    verify=False,\n)\n")
        let found = reviewer.review(changed)
        #expect(found.map(\.rule) == ["tls-verification-off"])
        #expect(found.first?.line == 5)
    }

    @Test("A certain fix comes as a suggestion")
    func suggestion() throws {
        let changed = try change("src/a.py", from: "import yaml\n", to: "import yaml\nx = yaml.load(text)\n")
        let finding = try #require(reviewer.review(changed).first)
        #expect(finding.suggestion == Suggestion(startLine: 2, line: 2, replacement: "x = yaml.safe_load(text)"))
        #expect(finding.model == "builtin")
        #expect(String(decoding: finding.quotedLine, as: UTF8.self) == "x = yaml.load(text)")
    }

    @Test(
        "A guard that goes is missed where its function stays",
        arguments: [
            (
                "src/a.py", "@login_required\ndef remove(request):\n    go(request)\n    end()\n",
                "def remove(request):\n    go(request)\n    end()\n", 1
            ),
            (
                "src/a.rb", "class A\n  before_action :require_admin\n  def x\n    go\n  end\nend\n",
                "class A\n  def x\n    go\n  end\nend\n", 2
            ),
            (
                "src/A.java", "class A {\n    @PreAuthorize(\"x\")\n    void f() {\n        go();\n    }\n}\n",
                "class A {\n    void f() {\n        go();\n    }\n}\n", 2
            ),
            (
                "src/a.go", "package a\n\nfunc f(u User) {\n\tcheckOwner(u)\n\tgo1()\n\tgo2()\n}\n",
                "package a\n\nfunc f(u User) {\n\tgo1()\n\tgo2()\n}\n", 4
            ),
            (
                "src/a.py", "def f(u):\n    if not u.staff:\n        raise PermissionDenied()\n    go(u)\n    end(u)\n",
                "def f(u):\n    go(u)\n    end(u)\n", 3
            ),
        ])
    func removedGuard(name: String, base: String, head: String, line: Int) throws {
        let found = reviewer.review(change: [try change(name, from: base, to: head)])
        #expect(found.map(\.rule) == ["removed-guard"])
        #expect(found.first?.side == .old)
        #expect(found.first?.line == line)
    }

    @Test("A guard that moves from many places into one is not missed; one that goes from many is")
    func sweptGuard() throws {
        let rest = "class A {\n    void Remove() {\n        Go();\n    }\n}\n"
        let swept = try (1...3).map {
            try change("src/A\($0).cs", from: "[ValidateAntiforgeryToken]\n" + rest, to: rest)
        }
        let central = try change(
            "src/Filter.cs", from: "class B {\n}\n",
            to: "class B {\n}\nclass EveryAntiforgeryTokenAttribute : IFilter {\n}\n")
        func rules(_ change: [ChangedSource]) -> [String] { reviewer.review(change: change).map(\.rule) }
        #expect(rules(swept) == ["removed-guard", "removed-guard", "removed-guard"])
        #expect(rules(swept + [central]).isEmpty)
    }

    @Test("A guard whose import stays is missed all the same")
    func importedGuard() throws {
        let rest = "def remove(request):\n    go(request)\n"
        let imports = "from shop.auth import login_required\n\n\n"
        let changed = try change("src/a.py", from: imports + "@login_required\n" + rest, to: imports + rest)
        #expect(reviewer.review(change: [changed]).map(\.rule) == ["removed-guard"])
    }

    @Test("A guard that moves or is replaced is not missed")
    func movedGuard() throws {
        let base = "@login_required\ndef remove(request):\n    go(request)\n"
        let moved = try change(
            "src/a.py", from: base,
            to: "def remove(request):\n    go(request)\n\n@login_required\ndef other():\n    pass\n")
        let replaced = try change(
            "src/a.py", from: base, to: "@permission_required(\"x\")\ndef remove(request):\n    go(request)\n")
        let gone = try change("src/a.py", from: base + "x = 1\n", to: "x = 1\n")
        let test = try change("tests/test_a.py", from: base, to: "def remove(request):\n    go(request)\n")
        let lifted = try change(
            "src/A.cs", from: "class A {\n    [IgnoreAntiforgeryToken]\n    void Remove() {\n        Go();\n    }\n}\n",
            to: "class A {\n    void Remove() {\n        Go();\n    }\n}\n")
        let oneOfTwo = try change(
            "src/A.cs",
            from:
                "[Authorize(Scheme = 1)]\n[Authorize(Policy = 2)]\nclass A {\n    void Remove() {\n        Go();\n    }\n}\n",
            to: "[Authorize(Policy = 2)]\nclass A {\n    void Remove() {\n        Go();\n    }\n}\n")
        let restored = try change(
            "src/a.rb",
            from:
                "class A < B\n  before_action :require_admin_or_owner\n  skip_before_action :require_admin\n\n  def show\n"
                + "    go\n  end\nend\n",
            to: "class A < B\n\n  def show\n    go\n  end\nend\n")
        let feature = try change(
            "src/a.py",
            from:
                "def show(user):\n    if user.has_permission(\"admin\"):\n        offer(user)\n    go(user)\n    log(user)\n",
            to: "def show(user):\n    go(user)\n    log(user)\n")
        let field = try change(
            "src/A.java",
            from:
                "class A {\n    @Valid\n    private final B b = new B();\n\n    @Valid\n    private final C c = new C();\n}\n",
            to: "class A {\n    @Valid\n    private final B b = new B();\n\n}\n")
        for changed in [moved, replaced, gone, test, lifted, oneOfTwo, restored, feature, field] {
            #expect(!reviewer.review(change: [changed]).contains { $0.rule == "removed-guard" })
        }
    }

    @Test("Broken syntax is told once, and only when the file was whole before")
    func brokenSyntax() throws {
        let whole = "def f():\n    return 1\n"
        let broken = "def f():\n    return (1\n"
        #expect(reviewer.review(try change("src/a.py", from: whole, to: broken)).map(\.rule) == ["broken-syntax"])
        #expect(reviewer.review(try change("src/a.py", from: broken, to: broken + "x = (2\n")).isEmpty)
        #expect(reviewer.review(try change("ui/tsconfig.json", from: "[1]\n", to: "[1,]\n")).isEmpty)
    }

    @Test("Tests and examples are spoken of softly")
    func testsAreSofter() throws {
        let head = "import os\ndef f(a):\n    os.system(\"ls \" + a)\n"
        let worse = head.replacing("+ a", with: "+ request.args[\"a\"]")
        func found(_ path: String, _ head: String) throws -> [Severity] {
            reviewer.review(try change(path, from: "import os\n", to: head)).map(\.severity)
        }
        #expect(try found("src/a.py", head) == [.medium])
        #expect(try found("tests/test_a.py", head).isEmpty)
        #expect(try found("src/a.py", worse) == [.high])
        #expect(try found("tests/test_a.py", worse) == [.low])
    }

    @Test("A rule is switched off by its name or kind")
    func switchedOff() throws {
        let changed = try change("src/a.py", from: "import os\n", to: "import os\ndef f(a):\n    os.system(a)\n")
        for name in ["command-injection-shell", "command-injection"] {
            #expect(StaticReviewer(settings: RuleSettings(disabled: [name])).review(changed).isEmpty)
        }
        #expect(!StaticReviewer().review(changed).isEmpty)
    }

    @Test("Without a grammar only rules over lines speak")
    func withoutGrammar() {
        let text = "<<<<<<< a\nos.system(x)\n=======\nos.system(y)\n>>>>>>> b\n"
        let source = ParsedSource(path: Path("a.py"), bytes: Array(text.utf8), grammars: nil)
        #expect(StaticReviewer().scan(source).map(\.rule) == ["merge-conflict-marker"])
    }

    @Test("Every rule's texts fit a comment")
    func catalogue() {
        let all = StaticReviewer.catalogue
        #expect(Set(all.map(\.id)).count == all.count)
        for rule in all {
            #expect(rule.title.utf8.count <= 80)
            #expect(rule.confidence > 0 && rule.confidence <= 1)
            let sentences = (rule.why + " " + rule.fix).split(separator: " ").filter { $0.hasSuffix(".") }.count
            #expect(sentences <= 3, "\(rule.id)")
        }
    }

    @Test("A refusal that becomes another refusal, or goes with what it asked, is not missed")
    func refusalsReplaced() throws {
        let before = """
            def show(item):
                if item.hidden:
                    abort(403)
                log(item)
                return render(item)

            """
        let other = try change("src/a.py", from: before, to: before.replacing("abort(403)", with: "abort(404)"))
        #expect(reviewer.review(change: [other]).isEmpty)
        let gone = try change(
            "src/a.py", from: before, to: before.replacing("    if item.hidden:\n        abort(403)\n", with: ""))
        #expect(reviewer.review(change: [gone]).map(\.rule) == ["removed-guard"])
        let method = try change(
            "src/b.py", from: "def hidden(self):\n    return self.state == 3\n\n\nx = 1\n", to: "x = 1\n")
        #expect(reviewer.review(change: [gone, method]).isEmpty)
    }

    @Test("Bundled code is left alone")
    func bundledCode() throws {
        let line = "var a=" + String(repeating: "f(1,2);", count: 900) + "\n"
        let source = line + "document.body.innerHTML = location.hash;\n"
        let bundled = ParsedSource(path: Path("src/a.js"), bytes: Array(source.utf8), grammars: grammars)
        #expect(reviewer.scan(bundled).isEmpty)
        let plain = ParsedSource(
            path: Path("src/a.js"), bytes: Array("document.body.innerHTML = location.hash;\n".utf8), grammars: grammars)
        #expect(!reviewer.scan(plain).isEmpty)
    }
}
