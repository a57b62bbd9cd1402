import Diffs
import Domain
import Foundation
import Testing

@testable import Prompts

@Suite("Every byte of a prompt is paid for")
struct PromptSizeTests {
    private static let fixedLimit = 3000

    /// Bytes of a text within a JSON string.
    private func serialised(_ text: String) -> Int {
        text.utf8.reduce(2) { sum, byte in
            switch byte {
            case 0x22, 0x5C, 0x08, 0x09, 0x0A, 0x0C, 0x0D: sum + 2
            case 0x00..<0x20: sum + 6
            default: sum + 1
            }
        }
    }

    private func total(_ request: ModelRequest) -> Int {
        request.instructions.utf8.count + request.material.utf8.count + (request.schema?.json.utf8.count ?? 0)
    }

    @Test("instructions, schema and delimiters are at most 3,000 bytes as they are sent", arguments: Category.allCases)
    func fixedPart(category: Category) throws {
        let empty = Fixture.prompt(UnitMaterial(category: category, pieces: [])).request
        let schema = try #require(empty.schema).json
        let bytes = serialised(empty.instructions) + serialised(empty.material) + schema.utf8.count
        #expect(bytes <= Self.fixedLimit)
        // Also where the endpoint knows no schemas, and it stands among the instructions.
        #expect(bytes - schema.utf8.count + serialised(schema) <= Self.fixedLimit)
    }

    @Test("the confirmation of a finding has a small fixed part too")
    func confirmation() {
        let version = PromptVersion.confirmation
        #expect(serialised(version.instructions(for: .review)) + serialised(version.schema.json) <= 1500)
    }

    @Test(
        "a prompt is at most twice its hunks and 3,000 bytes, for code by chance", arguments: 0..<120 as Range<UInt64>)
    func twiceTheHunks(seed: UInt64) throws {
        var code = RandomCode(seed: seed)
        let pieces = try Fixture.hunks(code.diff()).map { UnitPiece(hunk: $0, segment: 0) }
        for category in Category.allCases {
            let prompt = Fixture.prompt(UnitMaterial(category: category, pieces: pieces))
            #expect(total(prompt.request) <= 2 * prompt.reviewedBytes + Self.fixedLimit)
        }
        for piece in pieces {
            let prompt = Fixture.prompt(UnitMaterial(category: .algorithm, pieces: [piece]))
            #expect(total(prompt.request) <= 2 * prompt.reviewedBytes + Self.fixedLimit)
        }
    }

    /// HUNKWISE_DIFFS: a folder of more diffs.
    @Test("the same for diffs of projects and for the probes")
    func realDiffs() throws {
        let fuzzed = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fuzz/Seeds/diff")
        let more = ProcessInfo.processInfo.environment["HUNKWISE_DIFFS"].map { [URL(filePath: $0)] } ?? []
        var diffs = ProbeCorpus.probes.map { probe in
            Fixture.diff(path: probe.path.text ?? "", base: probe.base, head: probe.head)
        }
        for folder in [fuzzed] + more {
            for name in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            where name.hasSuffix(".diff") {
                diffs.append([UInt8](try Data(contentsOf: folder.appending(path: name))))
            }
        }
        var shown = 0
        var reviewed = 0
        for diff in diffs {
            guard let hunks = try? Fixture.hunks(diff, category: .architecture) else { continue }
            // As units are: neighbours, up to some kilobytes.
            for start in stride(from: 0, to: hunks.count, by: 8) {
                let pieces = hunks[start..<min(start + 8, hunks.count)].map { UnitPiece(hunk: $0, segment: 0) }
                let prompt = Fixture.prompt(UnitMaterial(category: .architecture, pieces: pieces))
                #expect(total(prompt.request) <= 2 * prompt.reviewedBytes + Self.fixedLimit)
                shown += prompt.request.material.utf8.count
                reviewed += prompt.reviewedBytes
            }
        }
        #expect(reviewed > 0 && shown < 2 * reviewed)
        if !more.isEmpty { print("material \(shown) bytes, hunks \(reviewed) bytes, \(diffs.count) diffs") }
    }

    @Test(
        "a piece adds its path, 104 bytes and 8 a line to its text, as plans assume", arguments: 0..<40 as Range<UInt64>
    )
    func pieces(seed: UInt64) throws {
        var code = RandomCode(seed: seed)
        let hunks = try Fixture.hunks(code.diff())
        let prompt = Fixture.prompt(
            UnitMaterial(category: .review, pieces: hunks.map { UnitPiece(hunk: $0, segment: 0) }))
        let delimiters = 2 * "<<<0123456789abcdef\n".utf8.count
        let assumed = hunks.reduce(delimiters) { sum, hunk in
            let lines = hunk.hunk?.lines ?? []
            return sum + hunk.file.path.bytes.count + 104 + lines.reduce(0) { $0 + 8 + $1.content.count }
        }
        #expect(prompt.request.material.utf8.count <= assumed)
    }

    @Test("even lines of nothing cost their number and two bytes")
    func worstCase() throws {
        let body = String(repeating: "+\n", count: 3000)
        let prompt = Fixture.prompt(try Fixture.material("--- a/a\n+++ b/a\n@@ -0,0 +1,3000 @@\n" + body))
        #expect(prompt.request.material.utf8.count < 3000 * (4 + 2) + 200)
    }
}

@Suite("Pieces cut to size")
struct SplittingTests {
    private func piece(_ count: Int, seed: UInt64 = 1) throws -> UnitPiece {
        var code = RandomCode(seed: seed)
        let body = (0..<count).map { _ in "+" + code.line() + "\n" }.joined()
        let diff = "--- a/a.py\n+++ b/a.py\n@@ -0,0 +1,\(count) @@\n" + body
        return UnitPiece(hunk: try #require(try Fixture.hunks(Array(diff.utf8)).first), segment: 0)
    }

    @Test(
        "parts stay within the limit, follow each other with overlap and hold every line",
        arguments: 0..<40 as Range<UInt64>)
    func parts(seed: UInt64) throws {
        let whole = try piece(Int(seed) * 13 + 1, seed: seed)
        let limit = 600 + Int(seed) * 20
        let split = whole.split(bytes: limit, overlap: 4)
        #expect(split.rest == nil)
        #expect(split.pieces.first?.lines.lowerBound == 0)
        #expect(split.pieces.last?.lines.upperBound == whole.lines.upperBound)
        for piece in split.pieces { #expect(piece.shownBytes <= limit && !piece.lines.isEmpty) }
        for (left, right) in zip(split.pieces, split.pieces.dropFirst()) {
            #expect(right.lines.lowerBound <= left.lines.upperBound && right.lines.lowerBound > left.lines.lowerBound)
            #expect(left.lines.upperBound - right.lines.lowerBound <= 4)
        }
    }

    @Test("what is beyond the most parts is the rest")
    func rest() throws {
        let whole = try piece(400)
        let split = whole.split(bytes: 800, most: 3)
        #expect(split.pieces.count == 3)
        #expect(split.rest?.lines == (split.pieces[2].lines.upperBound)..<400)
    }

    @Test("a piece that fits stays whole, and a line larger than the limit stands alone")
    func edges() throws {
        let whole = try piece(5)
        #expect(whole.split(bytes: 10_000).pieces.map(\.lines) == [0..<5])
        #expect(whole.split(bytes: 1).pieces.map(\.lines) == (0..<5).map { $0..<($0 + 1) })
        #expect(whole.split(bytes: 1, most: 0).pieces.map(\.lines) == [0..<5])
    }
}
