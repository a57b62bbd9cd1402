import Diffs
import SyntaxTrees

/// What the syntax trees of a file's versions add to what its hunks show.
struct TreeEvidence {
    private let changed: ChangedSource

    init(_ changed: ChangedSource) {
        self.changed = changed
    }

    /// Where declarations begin, in the version that has most of the lines; nil without a tree.
    func boundaries() -> SegmentBoundaries? {
        let side: Side = changed.file.newPath == nil ? .old : .new
        guard let source = changed[side], source.tree != nil else { return nil }
        var depth: [Int: Int] = [:]
        for declaration in source.declarations() {
            depth[declaration.lines.lowerBound] = min(declaration.depth, depth[declaration.lines.lowerBound] ?? .max)
        }
        return SegmentBoundaries(side: side, depth: depth)
    }

    func refine(_ shape: inout SegmentShape, _ lines: ArraySlice<HunkLine>) {}

    func add(_ lines: ArraySlice<HunkLine>, to evidence: inout Evidence) {}
}
