/// What only the whole change shows.
struct ChangeContext {
    /// Lines beyond this many are not remembered: a change that large is not explained by what moved.
    private static let mostLines = 1 << 20

    /// How often a line was removed, and added, anywhere in the change.
    private var removed: [UInt64: Int32] = [:]
    private var added: [UInt64: Int32] = [:]
    private var edits: [UInt64: Int32] = [:]
    private var touchesTests = false
    private var hasSource = false

    init(_ files: [[ExaminedHunk]]) {
        var budget = ChangeContext.mostLines
        for segment in files.lazy.joined().map(\.segments).joined() {
            if segment.isTest { touchesTests = true } else if segment.isSource { hasSource = true }
            if let edit = segment.edit { edits[edit, default: 0] &+= 1 }
            budget &-= segment.removedLines.count &+ segment.addedLines.count
            guard budget > 0 else { continue }
            for line in segment.removedLines { removed[line, default: 0] &+= 1 }
            for line in segment.addedLines { added[line, default: 0] &+= 1 }
        }
    }

    /// The segment's evidence with that of the change around it.
    func complete(_ segment: ExaminedSegment) -> Evidence {
        var evidence = segment.evidence
        let moved = movedShare(segment)
        if moved >= 0.8 { evidence.add(.moved, moved) }
        if let edit = segment.edit, let count = edits[edit], count >= 4 { evidence.add(.repeatedEdit) }
        if segment.isSource, !segment.isTest {
            evidence.add(.testsBeside, if: touchesTests)
            evidence.add(.noTestsBeside, if: !touchesTests)
        }
        return evidence
    }

    /// Share of the segment's changed lines whose opposite stands elsewhere in the change.
    private func movedShare(_ segment: ExaminedSegment) -> Double {
        let total = segment.removedLines.count &+ segment.addedLines.count
        guard total >= 3 else { return 0 }
        var moved = 0
        for line in segment.addedLines where removed[line] != nil { moved &+= 1 }
        for line in segment.removedLines where added[line] != nil { moved &+= 1 }
        return Double(moved) / Double(total)
    }
}
