import Diffs
import Domain
import Testing

@testable import Rules

@Suite("Findings of secrets in a change")
struct SecretFindingsTests {
    private let scanner = SecretScanner.builtin
    private let token = SecretSample(rule: "", template: "ghp_{w36}").text(seed: 21)
    private let secret = SecretSample(rule: "", template: "{w32}").text(seed: 22)

    private func findings(path: String = "src/app.py", _ body: [String]) throws -> [Finding] {
        let old = body.count { !$0.hasPrefix("+") }
        let new = body.count { !$0.hasPrefix("-") }
        let text =
            "diff --git a/\(path) b/\(path)\n--- a/\(path)\n+++ b/\(path)\n@@ -10,\(old) +10,\(new) @@\n"
            + body.map { $0 + "\n" }.joined()
        return try Diff(parsing: Array(text.utf8)).files.flatMap { scanner.findings(in: $0) }
    }

    @Test("an added token is a critical finding at its line that never shows the token")
    func reportsAddedToken() throws {
        let found = try findings([" import os", "+", "+TOKEN = \"\(token)\"", " run()"])
        let finding = try #require(found.first)
        #expect(found.count == 1)
        #expect(finding.rule == "secret-github-pat")
        #expect(finding.severity == .critical)
        #expect(finding.line == 12 && finding.startLine == 12 && finding.side == .new)
        #expect(finding.cwe == "CWE-798")
        #expect(finding.quotedLine == Array("TOKEN = \"\(token)\"".utf8))
        for text in [finding.title, finding.explanation] {
            #expect(!text.contains(token) && !text.contains(token.suffix(6)) && !text.contains(token.prefix(8)))
        }
        #expect(finding.title.count <= 80)
    }

    @Test("context and removed lines are not the change's doing")
    func passesOldLines() throws {
        #expect(try findings([" TOKEN = \"\(token)\"", "+run()"]).isEmpty)
        #expect(try findings(["-TOKEN = \"\(token)\"", "+TOKEN = load()"]).isEmpty)
    }

    @Test("a key whose first line is context is found by its added lines")
    func readsContext() throws {
        let lines = (0..<3).map { SecretSample(rule: "", template: "{w64}").text(seed: $0) }
        let found = try findings(
            path: "deploy/key", [" -----BEGIN " + "PRIVATE KEY-----"] + lines.map { "+" + $0 } + [" -----END X-----"])
        #expect(found.map(\.rule) == ["secret-private-key"])
        #expect(found.first?.line == 11)
    }

    @Test("a comment that says to allow it lowers a known format and silences a guess")
    func weighsAllowComments() throws {
        for comment in ["gitleaks:allow", "hunkwise:allow", "pragma: allowlist secret"] {
            let found = try findings(["+TOKEN = \"\(token)\"  # \(comment)"])
            #expect(found.map(\.severity) == [.medium])
            #expect(found.first?.explanation.contains("comment") == true)
            #expect(try findings(["+api_secret = \"\(secret)\"  # \(comment)"]).isEmpty)
        }
        #expect(try findings(["+api_secret = \"\(secret)\""]).map(\.severity) == [.medium])
    }

    @Test("tests and examples lower a known format and silence a guess")
    func weighsTestPaths() throws {
        for path in ["tests/test_app.py", "src/app.spec.ts", "fixtures/x.json", "src/AppTests.swift", ".env.example"] {
            #expect(try findings(path: path, ["+TOKEN = \"\(token)\""]).map(\.severity) == [.medium], "\(path)")
            #expect(try findings(path: path, ["+api_secret = \"\(secret)\""]).isEmpty, "\(path)")
        }
    }

    @Test("a secret that only moves is said to have been there before")
    func noticesMoves() throws {
        let found = try findings(["-TOKEN = \"\(token)\"", "+    TOKEN = \"\(token)\""])
        #expect(found.map(\.severity) == [.low])
        #expect(try findings(["-secret = \"\(secret)\"", "+  secret = \"\(secret)\""]).isEmpty)
    }

    @Test("the same secret in one file is one finding that counts its places")
    func joinsRepeats() throws {
        let line = "+TOKEN = \"\(token)\""
        let found = try findings([
            line, " x", line, "+other = \"\(SecretSample(rule: "", template: "gho_{w36}").text(seed: 5))\"", line,
        ])
        #expect(found.count == 2)
        #expect(found.first?.explanation.contains("2 more times") == true)
    }

    @Test("two secrets on a line are two findings")
    func separatesSecrets() throws {
        let other = SecretSample(rule: "", template: "gho_{w36}").text(seed: 6)
        #expect(try findings(["+use(\"\(token)\", \"\(other)\")"]).count == 2)
    }

    @Test("deleted and binary files hold nothing new")
    func passesDeletedFiles() throws {
        let text =
            "diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-t = \"\(token)\"\n"
        #expect(try Diff(parsing: Array(text.utf8)).files.flatMap { scanner.findings(in: $0) }.isEmpty)
    }
}
