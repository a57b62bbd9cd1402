import Diffs
import Domain
import Prompts
import Routing
import Testing

@testable import Reviewing

@Suite("Units of a plan", .serialized)
struct UnitTests {
    /// A new file of so many lines as one hunk with one segment.
    private func longHunk(lines: Int) throws -> AssessedHunk {
        let text = (1...lines).map { "+value_\($0) = compute(\($0), flag=True)\n" }.joined()
        let diff =
            "diff --git a/big.py b/big.py\nnew file mode 100644\n--- /dev/null\n+++ b/big.py\n@@ -0,0 +1,\(lines) @@\n"
        let file = try #require(try Diff(parsing: Array((diff + text).utf8)).files.first)
        let segments = [
            Segment(
                ranges: LineRanges(oldStart: 0, oldLines: 0, newStart: 1, newLines: 10), lines: 0..<10, added: 10,
                removed: 0, category: .boilerplate, confidence: 1, risk: 0.3, skip: nil, reasons: []),
            Segment(
                ranges: LineRanges(oldStart: 0, oldLines: 0, newStart: 11, newLines: lines - 10), lines: 10..<lines,
                added: lines - 10, removed: 0, category: .review, confidence: 1, risk: 0.9, skip: nil, reasons: []),
        ]
        return AssessedHunk(
            file: file, hunkIndex: 0, fingerprint: "big",
            assessment: Assessment(
                category: .review, confidence: 1, risk: 0.9, skip: nil, reasons: [], segments: segments))
    }

    private func units(_ hunks: [AssessedHunk], window: Int) throws -> (plan: Plan, units: [ReviewUnit]) {
        var fixture = try ReviewFixture()
        fixture.add(ScriptedProvider("m", .clean)) { $0.contextWindow = window }
        let plan = Allocator().plan(
            AllocationRequest(
                hunks: hunks, models: fixture.models, settings: fixture.settings, bounds: [], estimate: PlainEstimate())
        )
        return (plan, ReviewUnit.units(of: plan))
    }

    @Test("segments of one unit come together, in the order of the units")
    func whole() throws {
        let change = try SampleChange(functions: 3)
        let (plan, units) = try units(change.hunks, window: 128_000)
        #expect(units.map(\.number) == Array(0..<units.count))
        #expect(units.flatMap(\.pieces).map(\.lines) == change.hunks.map { $0.assessment.segments[0].lines })
        #expect(units.allSatisfy { $0.model == "m" && $0.category == .review })
        #expect(plan.hunks.flatMap(\.segments).compactMap(\.unit).count == 3)
    }

    @Test("a segment that was cut to fit a window is asked part by part, each with the lines before it")
    func parts() throws {
        let (plan, units) = try units([longHunk(lines: 900)], window: 4000)
        let planned = plan.hunks.flatMap(\.segments).filter { $0.decision == .model }
        let parts = planned.filter { $0.part != nil }
        #expect(parts.count > 1, "nothing was cut")
        let pieces = units.flatMap(\.pieces)
        #expect(pieces.count == planned.count)
        var covered = Set<Int>()
        for piece in pieces { covered.formUnion(piece.lines) }
        #expect(covered == Set(planned.flatMap(\.segment.lines)))
        for part in parts {
            let own = part.segment.lines
            let overlap = part.part?.overlap ?? 0
            let piece = try #require(pieces.first { $0.lines.upperBound == own.upperBound })
            #expect(piece.segment == 1)
            #expect(piece.lines.lowerBound == own.lowerBound - overlap)
            if part.part?.index ?? 0 > 0 { #expect(overlap > 0) }
        }
    }
}
