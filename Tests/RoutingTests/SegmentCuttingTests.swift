import Diffs
import Domain
import Testing

@testable import Routing

/// Counts the bytes of the lines, as a prompt does.
private struct LineEstimate: TokenEstimating {
    let name = "lines"
    let fixedInputTokens = 100
    let fixedSerialisedBytes = 400
    let overheadTokens = 10
    let fixedOutputTokens = 5
    func inputTokens(of size: SegmentSize, for kind: ProviderKind) -> Int { size.promptBytes / 3 + 1 }
    func outputTokens(category: Domain.Category, risk: Double) -> Int { 10 }
    func reasoningTokens(allowance: Int) -> Int { allowance / 2 }
    func size(of hunk: AssessedHunk, segment: Segment) -> SegmentSize {
        let bytes = segment.lines.reduce(40) { $0 + 9 + (hunk.hunk?.lines[$1].content.count ?? 0) }
        return SegmentSize(promptBytes: bytes, serialisedBytes: bytes + bytes / 8, bytesPerToken: 3)
    }
}

private func change(_ body: String, added: Int, category: Domain.Category = .review) throws -> [AssessedHunk] {
    let text = "--- /dev/null\n+++ b/pay/new.py\n@@ -0,0 +1,\(added) @@\n" + body
    let file = try #require(try Diff(parsing: Array(text.utf8)).files.first)
    let whole = Segment(
        ranges: LineRanges(oldStart: 0, oldLines: 0, newStart: 1, newLines: added), lines: 0..<added, added: added,
        removed: 0, category: category, confidence: 1, risk: 0.6, skip: nil, reasons: [])
    return [
        AssessedHunk(
            file: file, hunkIndex: 0, fingerprint: "",
            assessment: Assessment(
                category: category, confidence: 1, risk: 0.6, skip: nil, reasons: [], segments: [whole]))
    ]
}

private func plan(_ hunks: [AssessedHunk], window: Int) -> Plan {
    let entries = [model("small", output: "1", quality: "0.8") { $0.contextWindow = window }]
    var own = request(hunks, entries)
    own.estimate = LineEstimate()
    return Allocator().plan(own)
}

@Suite struct SegmentCuttingTests {
    @Test func `What no permitted window holds is sent in parts that overlap, and every line is in one`() throws {
        let hunks = try change((0..<400).map { "+value_\($0) = compute(\($0))\n" }.joined(), added: 400)
        let parts = plan(hunks, window: 4000).hunks[0].segments
        #expect(parts.count > 1)
        #expect(parts.allSatisfy { $0.decision == .model && !$0.isTooLarge })
        #expect(parts.map { $0.part?.index } == Array(0..<parts.count))
        #expect(parts.allSatisfy { $0.part?.count == parts.count })
        #expect(parts.flatMap { Array($0.segment.lines) } == Array(0..<400))
        #expect(parts[0].part?.overlap == 0)
        #expect(parts.dropFirst().allSatisfy { $0.part?.overlap == SegmentCutting.overlap })
        #expect(parts.reduce(0) { $0 + $1.segment.added } == 400)
        #expect(parts.map(\.segment.ranges.newStart) == parts.map { $0.segment.lines.lowerBound + 1 })
        #expect(Set(parts.map(\.unit)).count == parts.count, "each part is a call of its own")
        let warnings = plan(hunks, window: 4000).warnings
        #expect(warnings.contains { $0.hasPrefix("1 segments are larger") })
    }

    @Test func `What a permitted window holds stays whole, whatever smaller ones there are`() throws {
        let hunks = try change((0..<400).map { "+value_\($0) = compute(\($0))\n" }.joined(), added: 400)
        #expect(plan(hunks, window: 100_000).hunks[0].segments.count == 1)
    }

    @Test func `A large window that the data policy forbids does not save a segment from the knife`() throws {
        let hunks = try change((0..<400).map { "+value_\($0) = compute(\($0))\n" }.joined(), added: 400)
        var entries = [
            model("home", output: "1", quality: "0.8") {
                $0.contextWindow = 4000
                $0.residency = "local"
            }
        ]
        entries.append(model("away", output: "1", quality: "0.9") { $0.contextWindow = 200_000 })
        var own = request(hunks, entries, residency: { _ in .only(["local"]) })
        own.estimate = LineEstimate()
        let parts = Allocator().plan(own).hunks[0].segments
        #expect(parts.count > 1)
        #expect(parts.allSatisfy { $0.model == "home" })
    }

    @Test func `A line that is too long by itself is listed, and its neighbours are still sent`() throws {
        let long = "+data = '" + String(repeating: "x", count: 60_000) + "'\n"
        let body = (0..<50).map { "+before_\($0)()\n" }.joined() + long + (0..<50).map { "+after_\($0)()\n" }.joined()
        let result = plan(try change(body, added: 101), window: 4000)
        let parts = result.hunks[0].segments
        let lost = parts.filter(\.isTooLarge)
        #expect(lost.map(\.segment.lines) == [50..<51])
        #expect(lost.allSatisfy { $0.decision == .static && $0.why.contains("context window") })
        #expect(parts.filter { !$0.isTooLarge }.reduce(0) { $0 + $1.segment.lines.count } == 100)
        #expect(result.warnings.contains { $0.hasPrefix("1 parts do not fit") })
    }

    @Test func `A change made to be cut for ever is not`() throws {
        let hunks = try change(String(repeating: "+\(String(repeating: "y", count: 3000))\n", count: 3000), added: 3000)
        let parts = plan(hunks, window: 4000).hunks[0].segments
        #expect(parts.count <= SegmentCutting.mostParts)
        #expect(parts.reduce(0) { $0 + $1.segment.lines.count } == 3000)
        #expect(parts.last?.isTooLarge == true)
    }
}
