import Diffs

/// Cuts the lines of a long hunk into segments.
struct HunkCutter {
    /// A hunk with no more changed lines than this is one segment.
    static let target = 40
    /// No segment has more changed lines than this while a cut is possible at all.
    static let most = 64
    /// Fewer changed lines are not worth a segment of their own.
    private static let least = 12

    /// Ranges of line indexes that cover `lines` in order.
    ///
    /// - Parameter boundaries: what a syntax tree says; nil without one, and blank lines have to do.
    static func cut(_ lines: [HunkLine], changed: Int, in buffer: [UInt8], boundaries: SegmentBoundaries?) -> [Range<
        Int
    >] {
        guard changed > target else { return [0..<lines.count] }
        var result: [Range<Int>] = []
        var start = 0
        var count = 0
        var bestPlace = -1
        var bestStrength = 0
        var remaining = changed
        var index = 0
        while index < lines.count {
            let line = lines[index]
            if count >= least, index > start {
                let strength = strength(before: index, lines, buffer, boundaries)
                if strength > 0, strength >= bestStrength {
                    bestStrength = strength
                    bestPlace = index
                }
            }
            if !line.kind.isContext {
                let isFull = count >= target && bestPlace > start || count >= most
                // A short rest stays with its neighbour.
                if isFull, remaining > least || count >= most {
                    let place = bestPlace > start ? bestPlace : index
                    result.append(start..<place)
                    for passed in start..<place where !lines[passed].kind.isContext { remaining &-= 1 }
                    start = place
                    index = place
                    count = 0
                    bestPlace = -1
                    bestStrength = 0
                    continue
                }
                count &+= 1
            }
            index &+= 1
        }
        result.append(start..<lines.count)
        return result
    }

    /// How good the place before a line is for a cut; 0 is none.
    private static func strength(
        before index: Int, _ lines: [HunkLine], _ buffer: [UInt8], _ boundaries: SegmentBoundaries?
    ) -> Int {
        let line = lines[index]
        let previous = lines[index &- 1]
        // What was removed and what replaced it belong together.
        if previous.kind.isRemoved, line.kind.isAdded { return 0 }
        if let boundaries, line.kind != boundaries.ignoredKind {
            let number = boundaries.side == .new ? line.newNumber : line.oldNumber
            if let strength = boundaries.strengths[number] { return strength }
        }
        let isBlank = isBlank(line, buffer)
        if isBlank { return 0 }
        if self.isBlank(previous, buffer) {
            return 2 &+ (indent(line, buffer) == 0 ? 1 : 0)
        }
        return 0
    }

    private static func isBlank(_ line: HunkLine, _ buffer: [UInt8]) -> Bool {
        for index in line.range.prefix(64) where !isSpace(buffer[index]) { return false }
        return line.range.count <= 64
    }

    private static func indent(_ line: HunkLine, _ buffer: [UInt8]) -> Int {
        var count = 0
        for index in line.range.prefix(64) {
            guard isSpace(buffer[index]) else { break }
            count &+= 1
        }
        return count
    }
}

/// Good places to cut a file, by line number, with how good they are: 1 is a blank line, 9 an outermost declaration.
struct SegmentBoundaries {
    let side: Side
    let strengths: [Int: Int]

    var ignoredKind: DiffLine.Kind { side == .new ? .removed : .added }
}
