import Diffs
import Domain
import Testing

@testable import Rules

@Suite("Secrets in hunks too long to be read at once")
struct LongHunkTests {
    private static let width = 100

    /// A new file of lines of 100 bytes with a secret of its own on some of them.
    private func file(lines: Int, secretsOn places: [Int: String]) -> FileDiff {
        var contents: [UInt8] = []
        let filler = Array(("x = " + String(repeating: "ab ", count: 31)).utf8).prefix(Self.width - 1)
        for number in 1...lines {
            contents += places[number].map { Array($0.utf8) } ?? Array(filler)
            contents.append(0x0A)
        }
        return FileDiff.adding(path: Path("a.py"), contents: contents)
    }

    private func token(_ seed: UInt64) -> String {
        "t = \"" + SecretSample(rule: "", template: "ghp_{w36}").text(seed: seed) + "\""
    }

    @Test("each is found once, on its line, wherever the stretches meet")
    func seams() {
        // A stretch has about 42,000 of these lines.
        let lines = [1, 2, 41_000, 41_430, 41_690, 41_942, 41_943, 41_944, 42_200, 83_600, 83_886, 90_000]
        let places = Dictionary(uniqueKeysWithValues: lines.map { ($0, token(UInt64($0))) })
        let findings = SecretScanner.builtin.findings(in: file(lines: 90_000, secretsOn: places))
        #expect(findings.compactMap(\.line) == lines)
        #expect(findings.allSatisfy { !$0.explanation.contains("more time") })
    }

    @Test("a key of many lines is one finding, also across the seam", arguments: [41_900, 41_930, 41_942])
    func keys(start: Int) {
        var places: [Int: String] = [start: "K = '''-----BEGIN " + "PRIVATE KEY-----"]
        for line in 0..<80 {
            places[start + 1 + line] = SecretSample(rule: "", template: "{w64}").text(seed: UInt64(line))
        }
        places[start + 81] = "-----END " + "PRIVATE KEY-----'''"
        let findings = SecretScanner.builtin.findings(in: file(lines: 84_000, secretsOn: places))
        #expect(findings.count == 1)
        #expect(findings.first?.rule == "secret-private-key")
    }

    @Test("one secret on many lines is one finding that counts them")
    func repeats() {
        let places = Dictionary(uniqueKeysWithValues: [5, 50_000, 89_000].map { ($0, token(7)) })
        let findings = SecretScanner.builtin.findings(in: file(lines: 90_000, secretsOn: places))
        #expect(findings.map(\.line) == [5])
        #expect(findings.first?.explanation.contains("It occurs 2 more times") == true)
    }
}
