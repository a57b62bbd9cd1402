import Diffs
import Domain
import SyntaxTrees

@testable import Prompts

/// SplitMix64 (Steele, Lea, Flood 2014): a run of a test is repeated by its seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}

/// Stands for a keyed digest (FNV-1a, the key first): enough to depend on every byte.
func testDigest(_ bytes: [UInt8]) -> [UInt8] {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in Array("a key of this installation".utf8) + bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return (0..<8).map { UInt8(truncatingIfNeeded: hash >> (8 * UInt64($0))) }
}

/// Changes in memory.
enum Fixture {
    /// The hunks of a diff, each one segment of the category.
    static func hunks(_ diff: [UInt8], category: Category = .review) throws -> [AssessedHunk] {
        try Diff(parsing: diff).files.flatMap { file in
            file.hunks.indices.map { index in hunk(file, index, category: category) }
        }
    }

    static func hunk(_ file: FileDiff, _ index: Int, category: Category) -> AssessedHunk {
        let hunk = file.hunks[index]
        let segment = Segment(
            ranges: LineRanges(
                oldStart: hunk.oldStart, oldLines: hunk.oldLines, newStart: hunk.newStart, newLines: hunk.newLines),
            lines: 0..<hunk.lines.count, added: hunk.added, removed: hunk.removed, category: category, confidence: 1,
            risk: 0.5, skip: nil, reasons: [])
        return AssessedHunk(
            file: file, hunkIndex: index, fingerprint: "",
            assessment: Assessment(
                category: category, confidence: 1, risk: 0.5, skip: nil, reasons: [], segments: [segment]))
    }

    /// One hunk over the whole of both files, added lines after removed ones.
    static func diff(path: String, base: [UInt8], head: [UInt8]) -> [UInt8] {
        let old = base.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        let new = head.split(separator: 0x0A, omittingEmptySubsequences: false).dropLast()
        var start = 0
        while start < min(old.count, new.count), old[start] == new[start] { start += 1 }
        var end = 0
        while end < min(old.count, new.count) - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
        var text = Array("--- a/\(path)\n+++ b/\(path)\n".utf8)
        text += Array("@@ -\(old.isEmpty ? 0 : 1),\(old.count) +\(new.isEmpty ? 0 : 1),\(new.count) @@\n".utf8)
        func add(_ sign: Character, _ lines: ArraySlice<ArraySlice<UInt8>>) {
            for line in lines { text += Array(String(sign).utf8) + line + [0x0A] }
        }
        add(" ", new[..<start])
        add("-", old[start..<(old.count - end)])
        add("+", new[start..<(new.count - end)])
        add(" ", new[(new.count - end)...])
        return text
    }

    static func material(
        _ diff: String, category: Category = .review, title: String? = nil, notes: [PathNote] = [],
        context: [ContextSnippet] = []
    ) throws -> UnitMaterial {
        UnitMaterial(
            category: category,
            pieces: try hunks(Array(diff.utf8), category: category).map { UnitPiece(hunk: $0, segment: 0) },
            title: title, notes: notes, context: context)
    }

    static func prompt(_ material: UnitMaterial) -> UnitPrompt {
        UnitPrompt.compose(material, allowance: AnswerAllowance(visible: 1200), digest: testDigest)
    }

    /// Of two files, with a removed line, a blank one and two that are alike.
    static let twoFiles = """
        --- a/auth/session.py
        +++ b/auth/session.py
        @@ -40,6 +40,7 @@ def delete_account(request, account):
         def delete_account(request, account):
        -    require_owner(request.user, account)
        +    log.info("deleting %s", account.id)
        +    store = open_store()
             account.delete()

        -    return redirect("/")
        +    return redirect(request.args["next"])
         # end
        --- a/db/query.py
        +++ b/db/query.py
        @@ -9,4 +9,5 @@
         import db
        +    return db.run(sql)
         def find(sql):
        -    return 1
        +    return db.run(sql)
             # end

        """
}

/// Code as people write it, by chance: words, indentation, empty lines and lone brackets.
struct RandomCode {
    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    private static let words = [
        "return", "if", "value", "count", "self", "request", "index", "items", "=", "+", "(", ")", "let", "error",
        "None", "name", "for", "in", "path", "result", "\"text\"", "0", "1", "user_id", "config.timeout", "client",
    ]

    mutating func line() -> String {
        switch Int.random(in: 0..<20, using: &random) {
        case 0, 1: return ""
        case 2: return "}"
        case 3: return "        }"
        default:
            let indent = String(repeating: "    ", count: Int.random(in: 0...3, using: &random))
            let count = Int.random(in: 2...11, using: &random)
            return indent
                + (0..<count).map { _ in Self.words.randomElement(using: &random) ?? "" }.joined(separator: " ")
        }
    }

    /// A diff of some files with some hunks each, with line numbers up to a hundred thousand.
    mutating func diff() -> [UInt8] {
        var text = ""
        for file in 0..<Int.random(in: 1...3, using: &random) {
            let path = "src/module\(file)/" + ["a.py", "handler.go", "View.tsx"][file]
            text += "--- a/\(path)\n+++ b/\(path)\n"
            var number = 1
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                number += Int.random(in: 10...20_000, using: &random)
                var body: [String] = (0..<3).map { _ in " " + line() }
                for _ in 0..<Int.random(in: 0...12, using: &random) { body.append("-" + line()) }
                for _ in 0..<Int.random(in: 1...40, using: &random) { body.append("+" + line()) }
                body += (0..<3).map { _ in " " + line() }
                let old = body.count { !$0.hasPrefix("+") }
                let new = body.count { !$0.hasPrefix("-") }
                text += "@@ -\(number),\(old) +\(number),\(new) @@ func \(line())\n"
                text += body.joined(separator: "\n") + "\n"
                number += body.count
            }
        }
        return Array(text.utf8)
    }
}

extension Finding {
    init(path: String, line: Int, side: Side = .new, title: String, explanation: String) {
        self.init(
            path: Path(path), side: side, startLine: line, line: line, severity: .high, category: .review,
            rule: "review-v1", cwe: nil, title: title, explanation: explanation, confidence: 0.9, model: "m",
            quotedLine: [])
    }
}
