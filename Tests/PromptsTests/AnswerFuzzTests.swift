import Diffs
import Domain
import Foundation
import Testing

@testable import Prompts

@Suite("Whatever a model writes")
struct AnswerFuzzTests {
    /// HUNKWISE_FUZZ_ROUNDS: how often each seed is tried.
    private static let rounds = ProcessInfo.processInfo.environment["HUNKWISE_FUZZ_ROUNDS"].flatMap(Int.init) ?? 150

    /// Answers on lines of the unit, right and wrong.
    private func answer(_ key: UnitKey, _ random: inout SeededGenerator) -> [UInt8] {
        let strings = [
            "x", "[secret-1]", "…[cut]", "\u{202E}", "a\\nb", "\\u0000", "\\ud800", String(repeating: "w ", count: 90),
        ]
        func any(_ values: [String]) -> String { values.randomElement(using: &random) ?? "" }
        func number() -> String { any(["0", "41", "12", "-1", "1e400", "9007199254740993", "44", "3.5", "\"41\""]) }
        var items: [String] = []
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            let file = key.files.randomElement(using: &random)
            let line = file?.lines.randomElement(using: &random)
            let quote = Bool.random(using: &random) ? line?.shown.replacing("\"", with: "\\\"") ?? "" : any(strings)
            items.append(
                """
                {"file": "\(any([file?.shownPath ?? "", "other.py", "../../etc/passwd"]))",
                 "line": \(any(["\(line?.number ?? 0)", number()])), "quote": "\(quote)", "title": "\(any(strings))",
                 "explanation": "\(any(strings))", "severity": "\(any(["high", "low", "LOW", "bad"]))",
                 "confidence": \(any(["0.5", "1", "2", "\"0.4\""])), "cwe": \(number()),
                 "fix": \(any(["null", "{}", "{\"start\": \(number()), \"end\": \(number()), \"text\": \"\(any(strings))\"}"]))}
                """)
        }
        return Array(any(["", "text ", "```json\n"]).utf8)
            + Array("{\"findings\": [\(items.joined(separator: ","))]}".utf8)
    }

    @Test("never crashes the reader and never makes a finding outside the unit", arguments: 0..<24 as Range<UInt64>)
    func fuzz(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var code = RandomCode(seed: seed)
        let material: UnitMaterial =
            seed % 3 == 0
            ? try Fixture.material(Fixture.twoFiles)
            : UnitMaterial(
                category: .debugging, pieces: try Fixture.hunks(code.diff()).map { UnitPiece(hunk: $0, segment: 0) })
        let key = Fixture.prompt(material).key
        let reader = AnswerReader(key: key, category: .debugging, model: "m")
        let splices = [
            "{", "}", "[", "]", "\"", "\\", ",", ":", "null", "1e9", "\\u12", "[[[[[[[[", "<think>", "</think>",
        ]
        var read = 0
        for _ in 0..<Self.rounds {
            var bytes = answer(key, &random)
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let at = Int.random(in: 0...bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
                case 1: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 0...9, using: &random)))
                case 2: bytes.insert(contentsOf: (splices.randomElement(using: &random) ?? "").utf8, at: at)
                default: bytes += bytes[at...]
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            for isLast in [false, true] {
                do {
                    let answer = try reader.read(text, isLast: isLast)
                    read += answer.findings.count
                    for finding in answer.findings { check(finding, key) }
                } catch {
                    #expect(error.description.utf8.count < 120 && error.description.allSatisfy { $0.isASCII })
                }
            }
            _ = try? Confirmation.read(text)
        }
        #expect(read > 0)
    }

    private func check(_ finding: Finding, _ key: UnitKey) {
        let file = key.files.first { finding.path == $0.path || finding.path == $0.oldPath }
        let line = file?.lines.first {
            $0.number == finding.line && $0.side == finding.side && Array($0.content) == finding.quotedLine
        }
        #expect(line != nil && finding.startLine == finding.line)
        #expect(finding.title.count <= 80 && finding.explanation.utf8.count <= 1200)
        #expect(finding.confidence >= 0 && finding.confidence <= 1)
        #expect(!Mask.occurs(in: finding.title) && !Mask.occurs(in: finding.explanation))
        guard let suggestion = finding.suggestion else { return }
        #expect(suggestion.startLine <= suggestion.line && !Mask.occurs(in: suggestion.replacement))
        for number in suggestion.startLine...suggestion.line {
            let isShown = file?.lines.contains { line in
                line.number == number && line.side == .new && line.isFaithful
            }
            #expect(isShown == true)
        }
    }

    @Test(
        "nothing but openings, up to the longest answer, is refused",
        arguments: [
            "[", "{", "{\"a\":", "[[[[", "[1,", "\"", "\\", "[\"", "{\"findings\":[", "<think>", "{},", "[{},", "1",
            "[[],",
        ])
    func hostile(part: String) {
        let text = String(repeating: part, count: AnswerText.limit / part.utf8.count)
        #expect(throws: AnswerComplaint.self) { try Confirmation.read(text) }
    }
}

@Suite("JSON as models write it")
struct JSONReaderTests {
    private func value(_ text: String) -> JSONValue? {
        var reader = JSONReader(Array(text.utf8), at: 0)
        return reader.value()
    }

    @Test(
        "values are read",
        arguments: [
            ("null", .null), (" true ", .bool(true)), ("-1.5e2", .number(-150)), ("\"\"", .string("")),
            (#""a\"\\\/\b\f\n\r\t""#, .string("a\"\\/\u{8}\u{C}\n\r\t")), (#""\u00e9\ud83d\ude00""#, .string("é😀")),
            (#""\ud83dx""#, .string("\u{FFFD}x")), (#""\ude00""#, .string("\u{FFFD}")),
            ("\"a\nb\tc\"", .string("a\nb\tc")),
            (#""\ud83d\u0041""#, .string("\u{FFFD}A")), ("[1, [2,],]", .array([.number(1), .array([.number(2)])])),
            ("{\"a\": 1, \"a\": 2,}", .object(["a": .number(2)])), ("\"日本\"", .string("日本")),
        ] as [(String, JSONValue)])
    func values(text: String, expected: JSONValue) {
        #expect(value(text) == expected)
    }

    @Test(
        "what is no JSON is refused",
        arguments: [
            "", "nul", "+1", "1e999", "--1", "\"abc", "\"\\x\"", "\"\\u12G4\"", "\"\u{1}\"", "[1 2]", "{a: 1}",
            "{\"a\" 1}",
            "[,]", "{,}", "NaN", "Infinity", "[0x10]", "'a'",
        ])
    func refused(text: String) {
        #expect(value(text) == nil)
    }

    @Test("nesting is read up to its limit")
    func depth() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(value(nested(JSONValue.maxDepth)) != nil)
        #expect(value(nested(JSONValue.maxDepth + 1)) == nil)
        #expect(value(nested(100_000)) == nil)
    }
}
