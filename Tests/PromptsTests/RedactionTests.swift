import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

@testable import Prompts

/// A made-up secret that one of the built-in rules finds, with the line it stands in.
private struct FoundSecret: Sendable, CustomStringConvertible {
    let rule: String
    let line: String
    let secret: String

    var description: String { rule }

    /// One for each built-in rule about text, drawn from the rule's own pattern.
    static let all: [FoundSecret] = SecretRules.builtin.rules.compactMap { rule in
        for seed in 0..<400 as Range<UInt64> {
            guard let line = line(rule, seed: seed), !line.contains("\n") else { continue }
            let bytes = Array(line.utf8)
            guard let match = SecretScanner.builtin.scan(bytes).first(where: { $0.ruleID == rule.id }) else { continue }
            let secret = String(decoding: bytes[match.secretRange], as: UTF8.self)
            if secret.utf8.count >= 6 { return FoundSecret(rule: rule.id, line: line, secret: secret) }
        }
        return nil
    }

    private static func line(_ rule: SecretRule, seed: UInt64) -> String? {
        switch rule.form {
        case .pattern(let pattern, _): return "x = \"" + PatternSample.text(of: pattern.source, seed: seed) + "\""
        case .named(let pattern):
            let keyword = rule.keywords[Int(seed) % max(1, rule.keywords.count)]
            return "\(keyword)_token = \"\(PatternSample.text(of: pattern.source, seed: seed))\""
        case .generic: return "session_secret = \"\(PatternSample.text(of: "[a-zA-Z0-9]{40}", seed: seed))\""
        case .path: return nil
        }
    }
}

@Suite("No secret leaves")
struct RedactionTests {
    @Test("nearly every built-in rule has its sample")
    func samples() {
        let known = Set(FoundSecret.all.map(\.rule))
        let rules = SecretRules.builtin.rules.filter { if case .path = $0.form { false } else { true } }.map(\.id)
        let missing = rules.filter { !known.contains($0) }
        #expect(Double(known.count) >= 0.95 * Double(rules.count), "\(missing)")
    }

    /// The same secret at every place a request has, once where its name gives it away, else alone.
    private func material(_ sample: FoundSecret) throws -> UnitMaterial {
        let diff = """
            --- a/conf.py
            +++ b/conf.py
            @@ -1,2 +1,3 @@ \(sample.line)
             before = "\(sample.secret)"
            -\(sample.line)
            +print("\(sample.secret)")
            +end()

            """
        return try Fixture.material(
            diff, title: "Use \(sample.secret) no more",
            notes: [PathNote(match: "**", text: "The key is \(sample.secret)")],
            context: [
                ContextSnippet(path: Path("other.py"), startLine: 1, text: Array("f(\"\(sample.secret)\")\n".utf8))
            ])
    }

    @Test("a secret of every rule is masked at all places, before and after the one that tells")
    func everyRule() throws {
        for sample in FoundSecret.all {
            let prompt = Fixture.prompt(try material(sample))
            #expect(!prompt.request.material.contains(sample.secret), "\(sample.rule)")
            #expect(prompt.maskedSecrets >= 1, "\(sample.rule)")
            for file in prompt.key.files {
                for line in file.lines where line.content.count > 8 {
                    #expect(!line.shown.contains(sample.secret), "\(sample.rule)")
                }
            }
            let finding = Finding(
                path: "conf.py", line: 2, title: "prints \(sample.secret)", explanation: "\(sample.secret) is shown.")
            let confirmation = try #require(
                ConfirmationPrompt.compose(
                    finding, on: try material(sample), allowance: AnswerAllowance(visible: 1), digest: testDigest))
            #expect(!confirmation.request.material.contains(sample.secret), "\(sample.rule)")
            #expect(confirmation.maskedSecrets >= 1)
        }
    }

    private static let lines = (0..<6).map { PatternSample.text(of: "[A-Za-z0-9+/]{64}", seed: $0) }
    private static let pem =
        ["-----BEGIN " + "RSA PRIVATE KEY-----"] + lines + ["-----END " + "RSA PRIVATE KEY-----"]

    @Test("a key of which the unit shows only the middle is masked by what the rest of the hunk tells")
    func middleOfAKey() throws {
        let body = Self.pem.map { "+" + $0 + "\n" }.joined()
        let diff = "--- a/key.pem\n+++ b/key.pem\n@@ -0,0 +1,8 @@\n" + body
        let hunk = try #require(try Fixture.hunks(Array(diff.utf8)).first)
        let prompt = Fixture.prompt(
            UnitMaterial(category: .review, pieces: [UnitPiece(hunk: hunk, segment: 0, lines: 3..<5)]))
        for line in Self.lines { #expect(!prompt.request.material.contains(line.prefix(12))) }
        #expect(prompt.request.material.contains("4+[secret-1]\n5+[secret-1]\n"))
    }

    @Test("a key that the file holds around the hunk, and one between removed lines, is masked too")
    func keyAround() throws {
        let diff = "--- a/key.pem\n+++ b/key.pem\n@@ -4,2 +4,2 @@\n \(Self.lines[2])\n-\(Self.lines[3])\n+x\n"
        let head = Self.pem.joined(separator: "\n") + "\n"
        var material = try Fixture.material(diff)
        let file = try #require(material.pieces.first).hunk.file
        let base = ParsedSource(path: file.path, bytes: Array(head.utf8), grammars: nil)
        material.sources = [file.path: ChangedSource(file: file, base: base, head: nil)]
        let prompt = Fixture.prompt(material)
        #expect(prompt.request.material.contains("4 [secret-1]\n5-[secret-1]\n5+x\n"))

        let swapped = zip(Self.pem, Self.pem.reversed()).map { "-\($0)\n+other \($1.prefix(3))\n" }.joined()
        let mixed = Fixture.prompt(
            try Fixture.material("--- a/k\n+++ b/k\n@@ -1,8 +1,8 @@\n" + swapped))
        for line in Self.lines { #expect(!mixed.request.material.contains(line.prefix(12))) }
    }

    @Test("the same secret has the same mask everywhere, and each is counted once")
    func sameMask() throws {
        let token = "ghp_" + PatternSample.text(of: "[A-Za-z0-9]{36}", seed: 5)
        let other = "ghp_" + PatternSample.text(of: "[A-Za-z0-9]{36}", seed: 6)
        let diff = "--- a/a\n+++ b/a\n@@ -0,0 +1,3 @@\n+a(\"\(token)\")\n+b(\"\(other)\")\n+c(\"\(token)\")\n"
        let prompt = Fixture.prompt(try Fixture.material(diff, title: "[secret-77] for \(token)"))
        #expect(prompt.request.material.contains("1+a(\"[secret-1]\")\n2+b(\"[secret-2]\")\n3+c(\"[secret-1]\")\n"))
        #expect(prompt.request.material.contains("title: [secret-77] for [secret-1]\n"))
        #expect(prompt.maskedSecrets == 2)
    }

    @Test("a secret that a long line hides behind the cut does not leave, nor half of one at the cut")
    func atTheCut() throws {
        let token = "ghp_" + PatternSample.text(of: "[A-Za-z0-9]{36}", seed: 7)
        for indent in 340...410 {
            let line = String(repeating: "a ", count: indent / 2) + "(\"\(token)\")"
            let prompt = Fixture.prompt(try Fixture.material("--- a/a\n+++ b/a\n@@ -0,0 +1 @@\n+\(line)\n"))
            #expect(!prompt.request.material.contains("ghp_"))
        }
    }

    @Test("an answer is compared with the masked line, and the finding gets the real one")
    func anchors() throws {
        let token = "ghp_" + PatternSample.text(of: "[A-Za-z0-9]{36}", seed: 8)
        let prompt = Fixture.prompt(
            try Fixture.material("--- a/a.py\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+login(\"\(token)\")\n+done()\n"))
        let answer = """
            {"findings": [{"file": "a.py", "line": 1, "quote": "login(\\"[secret-1]\\")", "title": "[secret-1] in code",
              "explanation": "The token [secret-1] can be read.", "severity": "high", "confidence": 0.9, "cwe": 798,
              "fix": {"start": 2, "end": 2, "text": "done(\\"[secret-1]\\")"}}]}
            """
        let read = try AnswerReader(key: prompt.key, category: .review, model: "m").read(answer)
        let finding = try #require(read.findings.first)
        #expect(finding.quotedLine == Array("login(\"\(token)\")".utf8))
        #expect(finding.title == "[secret] in code" && finding.explanation == "The token [secret] can be read.")
        #expect(finding.suggestion == nil)
        #expect(read.verdicts == [GateVerdict(.security, .demoted, reason: "mask in the suggestion")])
    }

    @Test("a suggestion for a line that was masked is dropped, one for the line beside it stays")
    func maskedLines() throws {
        let token = "ghp_" + PatternSample.text(of: "[A-Za-z0-9]{36}", seed: 9)
        let prompt = Fixture.prompt(
            try Fixture.material("--- a/a.py\n+++ b/a.py\n@@ -0,0 +1,2 @@\n+login(\"\(token)\")\n+done()\n"))
        let reader = AnswerReader(key: prompt.key, category: .review, model: "m")
        func answer(_ start: Int) -> String {
            #"{"findings": [{"file": "a.py", "line": 2, "quote": "done()", "title": "t", "explanation": "e","#
                + #""severity": "low", "confidence": 1, "cwe": 0, "fix": {"start": \#(start), "end": 2, "text": "x"}}]}"#
        }
        #expect(try reader.read(answer(1)).findings.first?.suggestion == nil)
        #expect(
            try reader.read(answer(1)).verdicts == [
                GateVerdict(.applies, .demoted, reason: "line was not shown whole")
            ])
        #expect(
            try reader.read(answer(2)).findings.first?.suggestion
                == Suggestion(startLine: 2, line: 2, replacement: "x"))
    }
}
