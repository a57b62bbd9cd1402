import Testing

@testable import Diffs

@Suite struct AnchorTests {
    private func file() throws -> FileDiff {
        let text = """
            diff --git a/x b/x
            --- a/x
            +++ b/x
            @@ -10,4 +10,4 @@
             ten
            -eleven
            +new eleven
             twelve
             thirteen
            @@ -30,2 +30,3 @@
             thirty
            -end
            \\ No newline at end of file
            +end
            +more

            """
        return try #require(Diff(parsing: Array(text.utf8)).files.first)
    }

    @Test("added and context lines are open on the new side, removed and context lines on the old")
    func opensLines() throws {
        let anchors = try file().anchors
        #expect((0...40).filter { anchors.anchor(.new, $0) != nil } == [10, 11, 12, 13, 30, 31, 32])
        #expect((0...40).filter { anchors.anchor(.old, $0) != nil } == [10, 11, 12, 13, 30, 31])
        #expect(anchors.anchor(.new, 11)?.kind == .added)
        #expect(anchors.anchor(.old, 11)?.kind == .removed)
        #expect(anchors.anchor(.new, .max) == nil)
        #expect(anchors.anchor(.old, .min) == nil)
    }

    @Test("a context line has both numbers, a changed one only its own")
    func givesNumbers() throws {
        let anchors = try file().anchors
        let context = try #require(anchors.anchor(.new, 12))
        #expect(context.oldNumber == 12 && context.newNumber == 12)
        let added = try #require(anchors.anchor(.new, 32))
        #expect(added.oldNumber == nil && added.newNumber == 32)
        let removed = try #require(anchors.anchor(.old, 31))
        #expect(removed.oldNumber == 31 && removed.newNumber == nil)
    }

    @Test("positions count on over later headers and notes")
    func givesPositions() throws {
        let anchors = try file().anchors
        #expect(anchors.lines.map(\.position) == [1, 2, 3, 4, 5, 7, 8, 10, 11])
    }

    @Test("a range rises and stays in one hunk")
    func givesRanges() throws {
        let anchors = try file().anchors
        #expect(anchors.range(.new, from: 10, to: 13)?.last.newNumber == 13)
        #expect(anchors.range(.new, from: 13, to: 10) == nil)
        #expect(anchors.range(.new, from: 12, to: 12) == nil)
        #expect(anchors.range(.new, from: 13, to: 30) == nil)
        #expect(anchors.range(.new, from: 9, to: 11) == nil)
        #expect(anchors.range(.old, from: 30, to: 31)?.first.oldNumber == 30)
        #expect(anchors.range(.old, from: 31, to: 32) == nil)
    }
}
