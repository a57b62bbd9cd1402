import Diffs
import Testing

@testable import SyntaxTrees

/// Everything a source can be asked; none of it may end the process.
private func exercise(_ bytes: [UInt8], _ language: Language, _ grammars: Grammars) {
    let source = ParsedSource(path: Path("x"), bytes: bytes, grammars: grammars, language: language)
    _ = source.rowKinds()
    _ = source.declarations(limit: 200)
    _ = source.segmentBoundaries(rows: 0..<source.rowCount)
    _ = source.enclosingDeclaration(ofLine: 1)
    guard let tree = source.tree else { return }
    let problems = tree.errors(limit: 50)
    _ = newProblems(head: tree, base: tree)
    if let problem = problems.last {
        let node = tree.root.descendant(of: problem.byteRange)
        _ = (node.parent, node.nextSibling, node.previousSibling, node.children.count)
    }
}

@Suite("Hostile sources")
struct HostileTests {
    @Test("Random bytes are read to the end", arguments: Language.allCases)
    func randomBytes(language: Language) throws {
        let grammars = try installedGrammars()
        var generator = SeededGenerator(seed: 7)
        for size in [1, 10, 100, 1_000] {
            for _ in 0..<3 {
                let bytes = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
                exercise(bytes, language, grammars)
            }
        }
    }

    @Test("Right sources with bytes changed, dropped and doubled are read to the end", arguments: Snippet.all)
    func mutations(snippet: Snippet) throws {
        let grammars = try installedGrammars()
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<25 {
            var bytes = Array((snippet.good + snippet.broken).utf8)
            for _ in 0..<Int.random(in: 1...8, using: &generator) where !bytes.isEmpty {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                case 2: bytes.insert(contentsOf: bytes[index...].prefix(40), at: index)
                default: bytes.insert(Array("{}()[]\"'`<>\n\0\\".utf8).randomElement(using: &generator) ?? 0, at: index)
                }
            }
            exercise(bytes, snippet.language, grammars)
        }
    }

    @Test("Nesting a hundred thousand deep neither ends the process nor recurses", arguments: Language.allCases)
    func deepNesting(language: Language) throws {
        let grammars = Grammars(directory: try installedGrammars().directory, timeLimit: .milliseconds(25))
        for opening in ["(", "{"] {
            exercise(Array(String(repeating: opening, count: 100_000).utf8), language, grammars)
        }
        for opening in ["[", "<a>", "if x {", "- ", "\"${"] {
            exercise(Array(String(repeating: opening, count: 10_000).utf8), language, grammars)
        }
    }

    @Test("More scanner state than fits is survived", arguments: Language.allCases)
    func scannerState(language: Language) throws {
        let grammars = Grammars(directory: try installedGrammars().directory, timeLimit: .milliseconds(25))
        let indents = (0..<500).map { String(repeating: " ", count: $0) + "if x:\n" }.joined()
        let keys = (0..<500).map { String(repeating: " ", count: $0) + "a:\n" }.joined()
        let heredocs = (0..<800).map { "<<~A\($0)" }.joined(separator: ", ") + "\n"
        let shell = "cat " + (0..<400).map { "<<A\($0)" }.joined(separator: " ") + "\n"
        let tags = (0..<800).map { "<custom-tag-number-\($0)>" }.joined()
        let longName = "<" + String(repeating: "x", count: 3_000) + ">"
        let longWord = "cat <<" + String(repeating: "X", count: 3_000) + "\ntext\n"
        let rawString = "R\"" + String(repeating: "d", count: 3_000) + "(text)\""
        let hashes = "r" + String(repeating: "#", count: 3_000) + "\"text"
        let phpDoc = "<?php $a = <<<" + String(repeating: "X", count: 3_000) + "\ntext\n"
        let interpolations = String(repeating: "\"#{%q(\"\\(", count: 500)
        let percent = "x = " + String(repeating: "%w(%Q[#{", count: 500)
        let formats = "x = " + String(repeating: "f'''{f\"{", count: 500)
        let sources = [
            indents, keys, heredocs, shell, tags, longName, longWord, rawString, hashes, phpDoc, interpolations,
            percent,
            formats,
        ]
        for source in sources { exercise(Array(source.utf8), language, grammars) }
    }

    @Test("A line of a megabyte, NUL bytes and lone carriage returns are read", arguments: Language.allCases)
    func oddText(language: Language) throws {
        let grammars = Grammars(directory: try installedGrammars().directory, timeLimit: .milliseconds(25))
        exercise(Array(String(repeating: "a + ", count: 250_000).utf8), language, grammars)
        exercise([UInt8](repeating: 0, count: 10_000), language, grammars)
        exercise(Array("a\rb\rc\r\0d\r\n".utf8), language, grammars)
        exercise([], language, grammars)
        exercise(Array("\n".utf8), language, grammars)
        exercise([0xEF, 0xBB, 0xBF], language, grammars)
        exercise([0xFF, 0xFE, 0x61, 0x00], language, grammars)
    }

    @Test("A parse that takes too long is given up, and the parser can be used again")
    func timeLimit() throws {
        let directory = try installedGrammars().directory
        let hasty = Grammars(directory: directory, timeLimit: .milliseconds(1))
        let long = Array(String(repeating: "def f(x):\n    return [x, 1, 'a']\n", count: 30_000).utf8)
        #expect(hasty.parse(long, as: .python) == nil)
        #expect(hasty.parse(Array("x = 1\n".utf8), as: .python)?.hasError == false)
    }

    @Test("What is too large, or known to be misread, is refused")
    func refusals() throws {
        let grammars = try installedGrammars()
        #expect(grammars.parse([UInt8](repeating: 0x20, count: Grammars.largestSource + 1), as: .json) == nil)
        #expect(grammars.parse(Array(String(repeating: "a: 1\n", count: 32_767).utf8), as: .yaml) == nil)
        let longest = try #require(grammars.parse(Array(String(repeating: "- 1\n", count: 32_766).utf8), as: .yaml))
        #expect(!longest.hasError)
    }

    @Test("One tree can be read on many threads at once")
    func sharing() async throws {
        let tree = try parsed(String(repeating: "def f(x):\n    return x\n", count: 300), .python)
        let counts = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var count = 0
                    tree.walk { node, _ in
                        if node.kind == "identifier", node.parent != nil { count += 1 }
                        return .descend
                    }
                    return count
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts == [Int](repeating: 900, count: 8))
    }
}

/// A small generator that gives the same numbers every time.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
