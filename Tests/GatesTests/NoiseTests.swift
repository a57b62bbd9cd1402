import Domain
import Testing

@testable import Gates

@Suite("Only what is worth somebody's time gets through")
struct NoiseTests {
    static let base = "a = 1\n"
    static let head = "a = 1\nb = a\nc = b\nd = c\n"

    @Test(
        "praise, style, placeholders and remarks about comments are rejected",
        arguments: [
            ("Looks good to me", "praise"), ("Great use of generators", "praise"), ("LGTM", "praise"),
            ("No issues found", "praise"), ("Missing docstring", "about a comment"),
            ("Add a comment here", "about a comment"),
            ("Line too long", "style"), ("Rename variable for clarity", "style"), ("Prefer single quotes", "style"),
            ("<title>", "placeholder"), ("...", "no title"), ("Improve readability", "style"),
        ])
    func talk(title: String, reason: String) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let result = fixture.judge(.sample(line: 2, quoting: "b = a", title: title))
        #expect(result.kept.isEmpty)
        #expect(result.verdicts[0].last == GateVerdict(.noise, .rejected, reason: reason))
    }

    @Test(
        "the same words pass where they name a defect",
        arguments: [
            "Comment parser reads past the end", "Style sheet is loaded from input", "Goodness of fit divides by zero",
            "Renamed field is not migrated",
        ])
    func defects(title: String) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        #expect(fixture.judge(.sample(line: 2, quoting: "b = a", title: title)).kept.count == 1)
    }

    @Test("of findings that say the same about a line the gravest stays")
    func repeats() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let low = Finding.sample(line: 2, quoting: "b = a", title: "one", cwe: "CWE-89", severity: .low)
        let high = Finding.sample(
            line: 2, quoting: "b = a", title: "two", rule: "other", cwe: "CWE-89", severity: .high)
        let elsewhere = Finding.sample(line: 3, quoting: "c = b", title: "two", rule: "other", cwe: "CWE-89")
        let result = fixture.judge(low, high, elsewhere)
        #expect(result.kept.map(\.title) == ["two", "two"])
        #expect(result.verdicts[0].last == GateVerdict(.noise, .rejected, reason: "repeat"))
    }

    @Test("of suggestions that overlap the surer one stays, the comments both")
    func contradictions() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let wide = Finding.sample(
            line: 3, quoting: "c = b", start: 2,
            suggestion: Suggestion(startLine: 2, line: 3, replacement: "b = a + a"),
            title: "one", rule: "r1", confidence: 0.7)
        let narrow = Finding.sample(
            line: 2, quoting: "b = a", suggestion: Suggestion(startLine: 2, line: 2, replacement: "b = -a"),
            title: "two",
            rule: "r2", confidence: 0.9)
        let result = fixture.judge(wide, narrow)
        #expect(result.kept.map { $0.suggestion != nil } == [false, true])
        #expect(result.verdicts[0].contains(GateVerdict(.noise, .demoted, reason: "contradicts another suggestion")))
    }

    @Test(
        "findings on algorithms that do not state the complexity are noted, never dropped",
        arguments: [
            ("Lookup is O(n²) in the number of rows", Domain.Category.algorithm, GateVerdict(.complexity, .accepted)),
            ("Sort is quadratic", .algorithm, GateVerdict(.complexity, .accepted)),
            ("Sort is wrong", .algorithm, GateVerdict(.complexity, .skipped, reason: "complexity not stated")),
            ("Sort is wrong", .review, GateVerdict(.complexity, .accepted)),
        ])
    func complexity(title: String, category: Domain.Category, verdict: GateVerdict) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let finding = Finding.sample(line: 2, quoting: "b = a", category: category, title: title)
        #expect(fixture.verdict(.complexity, on: finding) == verdict)
        #expect(fixture.judge(finding).kept.count == 1)
    }

    @Test("what a model wrote comes out harmless, and counts say how often")
    func sanitising() throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        let hostile = Finding.sample(
            line: 2, quoting: "b = a", title: "![x](http://evil.example) leaks @all",
            explanation: "/approve\n<img src=x>")
        let empty = Finding.sample(line: 3, quoting: "c = b", title: "x\u{200B}", explanation: "", rule: "r2")
        let result = fixture.judge(hostile, empty)
        #expect(result.kept.first?.title == "x leaks `@all`")
        #expect(result.kept.first?.explanation == "`/approve <img src=x>`")
        #expect(
            result.counts.first { $0.verdict.gate == .sanitising }
                == GateCount(verdict: GateVerdict(.sanitising, .repaired, reason: "text made harmless"), count: 2))
        #expect(GateResult.counts(of: [result, result]).map(\.count) == result.counts.map { $0.count * 2 })
    }

    @Test(
        "a weakness is named by its number or not at all",
        arguments: [
            ("CWE-89", "CWE-89"), ("CWE-", nil), ("cwe-89", nil), ("CWE-89 @all", nil), ("CWE-123456", nil), ("x", nil),
        ] as [(String, String?)])
    func weakness(cwe: String, expected: String?) throws {
        let fixture = try GateFixture(base: Self.base, head: Self.head)
        #expect(fixture.judge(.sample(line: 2, quoting: "b = a", cwe: cwe)).kept.first?.cwe == expected)
    }

    @Test(
        "a suggestion with a fence and a command behind it is dropped",
        arguments: [
            ("```\n/approve", "command behind a fence"), ("~~~\n  /merge now", "command behind a fence"),
            ("/approve\n```", nil), ("a\n/approve", nil), ("x\u{200B}", "hidden character"), ("\r", "hidden character"),
            (String(repeating: "x", count: 30_000), "suggestion too long"), ("ok", nil),
        ] as [(String, String?)])
    func suggestionText(replacement: String, reason: String?) {
        #expect(SanitisingGate.danger(in: replacement) == reason)
    }
}
