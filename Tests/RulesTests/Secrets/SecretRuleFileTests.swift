import Diffs
import Domain
import Testing

@testable import Rules

@Suite("gitleaks rule files")
struct SecretRuleFileTests {
    private func load(_ text: String) throws -> SecretRules {
        try SecretRules(gitleaks: Array(text.utf8), name: "team.toml")
    }

    private func problem(_ text: String) -> String? {
        do {
            _ = try load(text)
            return nil
        } catch {
            return "\(error)"
        }
    }

    private func found(_ rules: SecretRules, in text: String, path: String = "src/a.txt") -> [String] {
        SecretScanner(rules: rules).scan(Array(text.utf8), path: Path(path)).map(\.ruleID)
    }

    private let rule = """
        title = "team"
        [[rules]]
        id = "acme-key"
        description = "Acme key"
        regex = '''(?i)\\bacme_([a-z0-9]{12})\\b'''
        keywords = ["acme_"]
        entropy = 2.5
        tags = ["key"]

        """

    @Test("a rule finds by keyword, regex and entropy; the first group is the secret")
    func loadsRules() throws {
        let rules = try load(rule)
        #expect(rules.notes == [])
        #expect(found(rules, in: "x ACME_a1b2c3d4e5f6 y") == ["acme-key"])
        #expect(found(rules, in: "acme_aaaaaaaaaaaa") == [])
        let match = try #require(SecretScanner(rules: rules).scan(Array("acme_a1b2c3d4e5f6".utf8)).first)
        #expect(match.secretRange == 5..<17 && match.range == 0..<17)
        #expect(match.description == "Acme key")
    }

    @Test("Go's spelling of named groups, a chosen group, rules without keywords")
    func readsGoSyntax() throws {
        let rules = try load(
            "[[rules]]\nid = 'g'\nregex = '''(?<name>k=)(?P<value>[0-9]{6})'''\nsecretGroup = 2\n")
        let match = try #require(SecretScanner(rules: rules).scan(Array("k=123456".utf8)).first)
        #expect(match.secretRange == 2..<8)
    }

    @Test(
        "allow lists speak against a match",
        arguments: [
            ("[[rules.allowlists]]\nstopwords = [\"C3D4\"]", true),
            ("[[rules.allowlists]]\nstopwords = [\"zzz\"]", false),
            ("[[rules.allowlists]]\nregexes = ['''^a1b2''']", true),
            ("[[rules.allowlists]]\nregexes = ['''^acme_''']", false),
            ("[[rules.allowlists]]\nregexTarget = \"match\"\nregexes = ['''^acme_''']", true),
            ("[[rules.allowlists]]\nregexTarget = \"line\"\nregexes = ['''^let x''']", true),
            ("[[rules.allowlists]]\npaths = ['''^src/''']", true), ("[rules.allowlist]\npaths = ['''^src/''']", true),
            ("[[rules.allowlists]]\ncondition = \"AND\"\npaths = ['''^src/''']\nstopwords = [\"zzz\"]", false),
            ("[[rules.allowlists]]\ncondition = \"AND\"\npaths = ['''^src/''']\nstopwords = [\"a1b2\"]", true),
            ("[allowlist]\npaths = ['''\\.txt$''']", true), ("[[allowlists]]\nstopwords = [\"a1b2\"]", true),
            ("[[allowlists]]\ntargetRules = [\"acme-key\"]\nstopwords = [\"a1b2\"]", true),
            ("[[allowlists]]\ntargetRules = [\"other\"]\nstopwords = [\"a1b2\"]", false),
        ])
    func appliesAllowlists(list: String, allows: Bool) throws {
        let rules = try load(rule + list)
        #expect(found(rules, in: "let x = acme_a1b2c3d4e5f6") == (allows ? [] : ["acme-key"]))
    }

    @Test("a file stands alone unless it extends the default")
    func extendsDefault() throws {
        let token = SecretSample(rule: "", template: "ghp_{w36}").text(seed: 41)
        let generic = "api_secret = \"\(SecretSample(rule: "", template: "{w32}").text(seed: 42))\""
        #expect(found(try load(rule), in: token) == [])
        let both = try load(
            "[extend]\nuseDefault = true\ndisabledRules = [\"generic-api-key\", \"nothing\"]\n" + rule.dropFirst(15))
        #expect(found(both, in: token) == ["secret-github-pat"])
        #expect(found(both, in: "acme_a1b2c3d4e5f6") == ["acme-key"])
        #expect(found(both, in: generic) == [])
        #expect(both.notes == ["team.toml: extend.disabledRules names 'nothing', which does not exist"])
    }

    @Test("a rule named like a built-in one adds to it")
    func overridesBuiltin() throws {
        let token = SecretSample(rule: "", template: "ghp_{w36}").text(seed: 43)
        let rules = try load(
            "[extend]\nuseDefault = true\n[[rules]]\nid = \"github-pat\"\n[[rules.allowlists]]\npaths = ['''^src/''']\n"
        )
        #expect(found(rules, in: token) == [])
        #expect(found(rules, in: token, path: "lib/a.txt") == ["secret-github-pat"])
    }

    @Test("a rule may be about a path alone, or be limited to paths")
    func readsPaths() throws {
        let rules = try load("[[rules]]\nid = \"p12\"\ndescription = \"Key store\"\npath = '''\\.p12$'''\n")
        let scanner = SecretScanner(rules: rules)
        #expect(scanner.rulesAbout(path: Path("a/b.p12")).map(\.id) == ["p12"])
        #expect(scanner.rulesAbout(path: Path("a/b.txt")).isEmpty)
        let diff = try Diff(
            parsing: Array(
                "diff --git a/k.p12 b/k.p12\nnew file mode 100644\n--- /dev/null\n+++ b/k.p12\n@@ -0,0 +1 @@\n+x\n".utf8
            ))
        #expect(diff.files.flatMap { scanner.findings(in: $0) }.map(\.rule) == ["p12"])
        let limited = try load("[[rules]]\nid = \"x\"\nregex = '''zz[0-9]+'''\npath = '''\\.env$'''\n")
        #expect(found(limited, in: "zz12", path: ".env") == ["x"])
        #expect(found(limited, in: "zz12", path: "a.py") == [])
    }

    @Test("unknown keys are passed over with a note")
    func notesUnknownKeys() throws {
        let rules = try load(
            rule
                + "shiny = true\n[[rules]]\nid = \"b\"\nregex = '''b'''\n[[allowlists]]\ncommits = [\"a\"]\npaths=['''x''']"
        )
        #expect(
            rules.notes == [
                "team.toml: rule 'acme-key': key 'shiny' is not known and has no effect",
                "team.toml: allowlist commits are not used: a change is judged by its lines",
            ])
    }

    @Test(
        "errors name the file and the rule",
        arguments: [
            ("[[rules]]\nid = \"a\"\nregex = '''(x'''", "team.toml: rule 'a': pattern '(x' cannot be used"),
            ("[[rules]]\nid = \"a\"\nregex = '''x(?=y)'''", "team.toml: rule 'a': pattern 'x(?=y)' cannot be used"),
            ("[[rules]]\nregex = '''x'''", "team.toml: rule number 1 has no id"),
            ("[[rules]]\nid = \"a\"", "team.toml: rule 'a': it has neither regex nor path"),
            ("[[rules]]\nid = 3\nregex = '''x'''", "team.toml: id must be text"),
            (
                "[[rules]]\nid = \"a\"\nregex = '''x'''\nsecretGroup = 2",
                "team.toml: rule 'a': secretGroup 2 does not exist"
            ),
            (
                "[[rules]]\nid = \"a\"\nregex = '''x'''\nkeywords = \"x\"",
                "team.toml: rule 'a': keywords must be a list"
            ),
            (
                "[[rules]]\nid = \"a\"\nregex = '''x'''\n[[rules.allowlists]]\nregexTarget = \"word\"",
                "team.toml: rule 'a': regexTarget 'word'"
            ),
            (
                "[[rules]]\nid = \"a\"\nregex = '''x'''\n[[rules.allowlists]]\ncondition = \"XOR\"",
                "team.toml: rule 'a': allowlist condition 'XOR'"
            ),
            ("[extend]\npath = \"/etc/x.toml\"", "team.toml: extend.path is not followed"),
            (
                "[extend]\nuseDefault = true\n[[rules]]\nid = \"a\"",
                "team.toml: rule 'a': it has neither regex nor path"
            ),
            ("rules = 3", "team.toml: [[rules]] must be a list of tables"), ("a = = b", "team.toml: line 1: "),
        ])
    func explainsErrors(text: String, start: String) throws {
        let message = try #require(problem(text))
        #expect(message.hasPrefix(start), "\(message)")
    }

    @Test("built-in rules are listed and can be switched off one by one or all at once")
    func switchesRulesOff() {
        let token = SecretSample(rule: "", template: "ghp_{w36}").text(seed: 44)
        let rules = SecretRules.builtin
        #expect(rules.catalogue.count == rules.rules.count)
        #expect(rules.catalogue.allSatisfy { $0.title.count <= 80 && $0.kind == "secret" })
        #expect(found(rules.applying(.default), in: token) == ["secret-github-pat"])
        #expect(found(rules.applying(RuleSettings(disabled: ["secret-github-pat"])), in: token) == [])
        #expect(rules.applying(RuleSettings(disabled: ["secret"])).rules.isEmpty)
    }

    @Test("of two files' rules with one name the first file's holds")
    func mergesFiles() throws {
        let other = "[[rules]]\nid = \"acme-key\"\nregex = 'zz'\n[[rules]]\nid = \"b\"\nregex = 'yy'\n"
        let rules = try load(rule).merged(with: load(other))
        #expect(rules.rules.map(\.id) == ["acme-key", "b"])
        #expect(found(rules, in: "zz yy acme_a1b2c3d4e5f6") == ["b", "acme-key"])
    }
}
