import Diffs
import Testing

@testable import Rules

@Suite("Secrets in hostile text")
struct SecretRobustnessTests {
    private let scanner = SecretScanner.builtin

    @Test("random bytes and shuffled pieces of secrets never trap, and ranges stay inside")
    func survivesRandomText() {
        var random = SecretRandom(seed: 2026)
        let pieces = SecretSample.all.map { Array($0.text(seed: 1).utf8) }
        let glue = ["\n", "\"", "=", ": ", "\\", "'", " ", "://", "@", "-----BEGIN ", "\u{0}", "é", "\r\n", ">"]
        for _ in 0..<400 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0...20, using: &random) {
                switch Int.random(in: 0...2, using: &random) {
                case 0: bytes += (0..<9).map { _ in UInt8.random(in: .min ... .max, using: &random) }
                case 1: bytes += Array((glue.randomElement(using: &random) ?? "").utf8)
                default:
                    let piece = pieces.randomElement(using: &random) ?? []
                    bytes += piece.prefix(Int.random(in: 0...piece.count, using: &random))
                }
            }
            var end = 0
            for match in scanner.scan(bytes, path: Path("a.yaml")) {
                #expect(match.range.lowerBound >= 0 && match.range.upperBound <= bytes.count)
                #expect(match.secretRange.lowerBound >= end && !match.secretRange.isEmpty)
                end = match.secretRange.upperBound
            }
        }
    }

    @Test("a very long line is read through, and takes no more than a pass over it")
    func readsLongLines() {
        let token = SecretSample(rule: "", template: "ghp_{w36}").text(seed: 51)
        let filler = String(repeating: "key,token=secret:auth;", count: 4_000)
        let found = scanner.scan(Array((filler + " \(token) " + filler).utf8), path: Path("a.txt"))
        #expect(found.map(\.ruleID) == ["secret-github-pat"])
    }

    @Test("the number of matches of one text is bounded")
    func boundsMatches() {
        let line = SecretSample(rule: "", template: "ghp_{w36}\n")
        let text = (0..<1500 as Range<UInt64>).map { line.text(seed: $0) }.joined()
        #expect(scanner.scan(Array(text.utf8)).count == SecretScanner.maxMatches)
    }

    @Test("keywords are found in every place, without regard to case, overlapping or not")
    func findsKeywords() {
        let words = ["he", "she", "his", "hers", "a_b-c"]
        let automaton = KeywordAutomaton(words: words)
        var found: [String] = []
        Array("uSHErs A_B-C".utf8).withUnsafeBufferPointer { bytes in
            automaton.scan(bytes) { word, end in found.append("\(words[word])@\(end)") }
        }
        #expect(found.sorted() == ["a_b-c@12", "he@4", "hers@6", "she@4"])
    }
}
