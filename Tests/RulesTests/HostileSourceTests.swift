import Diffs
import Domain
import Rules
import SyntaxTrees
import Testing

/// A small seeded generator, so that a failure can be repeated.
private struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

@Suite("Hostile sources")
struct HostileSourceTests {
    let reviewer = StaticReviewer(grammars: grammars)

    @Test("Mutated cases do not crash the reviewer", arguments: 0..<8)
    func mutations(seed: Int) {
        var dice = Dice(state: UInt64(seed) &* 977 &+ 1)
        let signs = Array("(){}[]\"'`#@:;,.+-*/%<>=\\\n\t $0aZ\u{00}".utf8)
        for example in ruleCases where Int.random(in: 0..<4, using: &dice) == 0 {
            var bytes = Array(example.source.utf8)
            for _ in 0..<Int.random(in: 1...6, using: &dice) where !bytes.isEmpty {
                let at = Int.random(in: 0..<bytes.count, using: &dice)
                switch Int.random(in: 0..<4, using: &dice) {
                case 0: bytes.remove(at: at)
                case 1: bytes.insert(signs[Int.random(in: 0..<signs.count, using: &dice)], at: at)
                case 2: bytes[at] = UInt8.random(in: 0...255, using: &dice)
                default: bytes.removeSubrange(at..<min(bytes.count, at + 20))
                }
            }
            let source = ParsedSource(path: Path("src/" + example.fileName), bytes: bytes, grammars: grammars)
            for finding in reviewer.scan(source) {
                #expect((finding.line ?? 0) >= 1 && (finding.line ?? 0) <= max(1, source.rowCount))
            }
        }
    }

    @Test(
        "Deep and long sources are read in bounded time",
        arguments: [
            ("a.py", "x = " + String(repeating: "(", count: 20_000) + "1" + String(repeating: ")", count: 20_000)),
            ("a.js", "eval(" + String(repeating: "a + ", count: 20_000) + "b);"),
            ("a.js", String(repeating: "f(", count: 5_000) + "x" + String(repeating: ")", count: 5_000)),
            ("a.rb", String(repeating: "a = a + b\n", count: 3_000) + "eval(a)\n"),
            (
                "a.py",
                (0..<2_000).map { "a\($0) = a\(max(0, $0 - 1)) + a\(max(0, $0 - 2))\n" }.joined() + "eval(a1999)\n"
            ),
            ("a.go", "package a\nfunc f() {\n" + String(repeating: "x.y(", count: 3_000) + "\n"),
            ("a.php", "<?php $a = \"" + String(repeating: "{$b}", count: 5_000) + "\"; eval($a);"),
        ])
    func deepSources(name: String, text: String) {
        let source = ParsedSource(path: Path("src/" + name), bytes: Array((text + "\n").utf8), grammars: grammars)
        let clock = ContinuousClock()
        let time = clock.measure { _ = reviewer.scan(source) }
        #expect(time < .seconds(20))
    }
}
