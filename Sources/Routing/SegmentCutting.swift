import Diffs
import Domain

/// Cuts a segment that no permitted context window holds into parts that fit.
///
/// Parts cover the segment's lines in order; each is sent with the last lines of the one before it. A line that is too
/// long by itself becomes a part of its own that nobody is asked about.
struct SegmentCutting {
    /// Lines of the part before that a part repeats.
    static let overlap = 8
    /// A change made to cost many calls is not cut further: what is left is one part that does not fit.
    static let mostParts = 200

    struct Piece {
        let segment: Segment
        let part: SegmentPart
        let size: SegmentSize
    }

    let hunk: AssessedHunk
    let segment: Segment
    /// Bytes of prompt that a line takes beside its text: number, sign, line end.
    private let lineOverhead = 9
    private let whole: SegmentSize
    private let most: Int

    /// - Parameters:
    ///   - whole: The size of the whole segment.
    ///   - most: Bytes of prompt that fit a window.
    init(_ hunk: AssessedHunk, _ segment: Segment, whole: SegmentSize, most: Int) {
        self.hunk = hunk
        self.segment = segment
        self.whole = whole
        self.most = most
    }

    /// Two parts or more; empty when the segment cannot be cut, having one line or none.
    func pieces() -> [Piece] {
        guard let body = hunk.hunk, segment.lines.count > 1 else { return [] }
        var lines: [HunkLine] = []
        body.forEachLine { lines.append($0) }
        let range = segment.lines.clamped(to: 0..<lines.count)
        guard range.count > 1 else { return [] }
        let head = min(most / 4, hunk.file.path.bytes.count + 48)
        // What JSON escaping and the estimate add to the text, in the same proportion for every line.
        let text = range.reduce(0) { $0 + lines[$1].range.count + lineOverhead }
        let growth = max(1, Double(whole.promptBytes) / Double(max(1, text)))
        func cost(_ index: Int) -> Int {
            Int((Double(lines[index].range.count + lineOverhead) * growth).rounded(.up))
        }
        var cuts: [(lines: Range<Int>, overlap: Int, bytes: Int)] = []
        var start = range.lowerBound
        var bytes = head
        var overlap = 0
        func close(_ end: Int) {
            if end > start { cuts.append((start..<end, overlap, bytes)) }
        }
        for index in range {
            let own = cost(index)
            if bytes + own > most, index > start || overlap > 0 {
                close(index)
                if cuts.count >= SegmentCutting.mostParts - 1 {
                    cuts.append((index..<range.upperBound, 0, whole.promptBytes))
                    return pieces(cuts, lines, body)
                }
                start = index
                (overlap, bytes) = repeated(before: index, from: range.lowerBound, own: own, head: head, cost)
            }
            bytes += own
        }
        close(range.upperBound)
        return cuts.count > 1 ? pieces(cuts, lines, body) : []
    }

    /// How many lines before the index are sent again, and the bytes the part begins with: at most a quarter of the room.
    private func repeated(
        before index: Int, from first: Int, own: Int, head: Int, _ cost: (Int) -> Int
    ) -> (overlap: Int, bytes: Int) {
        var overlap = 0
        var bytes = head
        while overlap < SegmentCutting.overlap, index - overlap - 1 >= first {
            let more = cost(index - overlap - 1)
            guard bytes + more - head <= most / 4, bytes + more + own <= most else { break }
            bytes += more
            overlap += 1
        }
        return (overlap, bytes)
    }

    private func pieces(
        _ cuts: [(lines: Range<Int>, overlap: Int, bytes: Int)], _ lines: [HunkLine], _ body: Hunk
    ) -> [Piece] {
        let escaping = Double(whole.serialisedBytes) / Double(max(1, whole.promptBytes))
        return cuts.enumerated().map { index, cut in
            var piece = segment
            piece.lines = cut.lines
            piece.added = cut.lines.count { lines[$0].kind == .added }
            piece.removed = cut.lines.count { lines[$0].kind == .removed }
            piece.ranges = SegmentCutting.ranges(of: lines[cut.lines], in: body)
            return Piece(
                segment: piece, part: SegmentPart(index: index, count: cuts.count, overlap: cut.overlap),
                size: SegmentSize(
                    promptBytes: cut.bytes,
                    // The escaped text of one part may be denser than the average: the whole bounds it.
                    serialisedBytes: min(whole.serialisedBytes, Int((Double(cut.bytes) * escaping * 2).rounded(.up))),
                    bytesPerToken: whole.bytesPerToken))
        }
    }

    /// In the form of a hunk header: a side without lines starts at the line before.
    private static func ranges(of lines: ArraySlice<HunkLine>, in hunk: Hunk) -> LineRanges {
        let old = lines.count { $0.kind != .added }
        let new = lines.count { $0.kind != .removed }
        guard let first = lines.first else {
            return LineRanges(oldStart: hunk.oldStart, oldLines: 0, newStart: hunk.newStart, newLines: 0)
        }
        return LineRanges(
            oldStart: old == 0 ? first.oldNumber - 1 : first.oldNumber, oldLines: old,
            newStart: new == 0 ? first.newNumber - 1 : first.newNumber, newLines: new)
    }
}
