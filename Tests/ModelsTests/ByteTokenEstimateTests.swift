import Diffs
import Domain
import Testing

@testable import Models

private func assessed(_ body: String, path: String = "a.py") throws -> AssessedHunk {
    let text = "--- a/\(path)\n+++ b/\(path)\n@@ -1,1 +1,2 @@\n" + body
    let file = try #require(try Diff(parsing: Array(text.utf8)).files.first)
    let segment = Segment(
        ranges: LineRanges(oldStart: 1, oldLines: 1, newStart: 1, newLines: 2), lines: 0..<2, added: 1, removed: 0,
        category: .review, confidence: 1, risk: 0.5, skip: nil, reasons: [])
    return AssessedHunk(
        file: file, hunkIndex: 0, fingerprint: "",
        assessment: Assessment(
            category: .review, confidence: 1, risk: 0.5, skip: nil, reasons: [], segments: [segment]))
}

@Suite struct ByteTokenEstimateTests {
    private let estimate = ByteTokenEstimate()

    @Test func `A segment weighs its text, numbers and place, and more once escaped`() throws {
        let hunk = try assessed(" one\n+two \"quoted\"\n")
        let size = estimate.size(of: hunk, segment: hunk.assessment.segments[0])
        #expect(size.promptBytes == 4 + 104 + (8 + 3) + (8 + 12))
        #expect(size.serialisedBytes > size.promptBytes)
    }

    @Test func `Only the segment's own lines count`() throws {
        let hunk = try assessed(" one\n+two\n")
        var segment = hunk.assessment.segments[0]
        let whole = estimate.size(of: hunk, segment: segment)
        segment.lines = 1..<2
        #expect(estimate.size(of: hunk, segment: segment).promptBytes == whole.promptBytes - 11)
        segment.lines = 7..<9
        #expect(estimate.size(of: hunk, segment: segment).promptBytes == 4 + 104)
    }

    @Test(
        "Escaped length is what JSON needs",
        arguments: [("abc", 3), ("a\"b", 4), ("a\\b", 4), ("\t", 2), ("\u{1}", 6), ("é", 2), ("日本", 6)])
    func escaped(text: String, length: Int) {
        #expect(ByteTokenEstimate.escapedLength(Array(text.utf8)[...]) == length)
    }

    @Test func `Bytes that are not UTF-8 count as replacement characters`() {
        #expect(ByteTokenEstimate.escapedLength([0x61, 0xFF]) == 4)
    }

    @Test(arguments: ProviderKind.allCases)
    func `Predicted tokens never pass the bytes`(_ kind: ProviderKind) {
        for bytes in [0, 1, 7, 100, 100_000] {
            for ratio in [0.01, 1, 2.6, 5] {
                let size = SegmentSize(promptBytes: bytes, serialisedBytes: bytes, bytesPerToken: ratio)
                let tokens = estimate.inputTokens(of: size, for: kind)
                #expect(tokens >= 0 && tokens <= bytes)
            }
        }
        #expect(estimate.fixedInputTokens <= estimate.fixedSerialisedBytes)
    }

    @Test(arguments: Domain.Category.allCases)
    func `A riskier segment is expected to need a longer answer`(_ category: Domain.Category) {
        let lengths = [0, 0.1, 0.5, 1, 7].map { estimate.outputTokens(category: category, risk: $0) }
        #expect(lengths == lengths.sorted())
        #expect(lengths[0] < 10 && lengths[3] == lengths[4])
    }
}
