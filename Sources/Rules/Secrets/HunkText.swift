import Diffs

/// The new side of a hunk, or of a stretch of a long one, as one text with the place of each line.
struct HunkText {
    struct Line {
        let number: Int
        let isAdded: Bool
        let content: ArraySlice<UInt8>
    }

    private(set) var bytes: [UInt8] = []
    /// Where each line starts, doubled; plus one for an added line.
    private var starts: [Int] = []
    /// Of the first line; those of one side of a hunk rise by one.
    private var firstNumber: Int
    /// The lines whose matches count here; those of the others count in the stretch before or after.
    private var own = 0..<0

    /// A longer text is read in stretches, each with the end of the one before it.
    private static let stretch = 4 << 20
    /// What two stretches share: more lines than any key has, but no more bytes than this.
    private static let shared = (lines: 512, bytes: 256 << 10)

    /// Visits the text of the hunk: in one piece but for a long one.
    static func forEachStretch(of hunk: Hunk, _ visit: (HunkText) -> Void) {
        var text = HunkText(firstNumber: hunk.newStart)
        text.bytes.reserveCapacity(min(hunk.bodyRange.count, stretch + shared.bytes))
        var added = 0
        var lines = HunkLineIterator(hunk)
        while let line = lines.next() {
            guard line.kind != .removed else { continue }
            text.starts.append(text.bytes.count << 1 | (line.kind == .added ? 1 : 0))
            text.bytes.append(contentsOf: hunk.buffer[line.range])
            text.bytes.append(UInt8(ascii: "\n"))
            added += line.range.count + 1
            if added >= stretch {
                let next = text.sharedLine
                let middle = (next + text.starts.count) / 2
                text.own = text.own.lowerBound..<middle
                visit(text)
                text.drop(next)
                text.own = (middle - next)..<(middle - next)
                added = 0
            }
        }
        text.own = text.own.lowerBound..<text.starts.count
        visit(text)
    }

    /// The first line that the next stretch has too.
    private var sharedLine: Int {
        var index = starts.count
        while index > 0, starts.count - index < Self.shared.lines,
            bytes.count - starts[index - 1] >> 1 <= Self.shared.bytes
        {
            index -= 1
        }
        return index
    }

    private mutating func drop(_ count: Int) {
        let offset = count < starts.count ? starts[count] >> 1 : bytes.count
        bytes.removeFirst(offset)
        starts.removeFirst(count)
        for index in starts.indices { starts[index] -= offset << 1 }
        firstNumber &+= count
    }

    private init(firstNumber: Int) {
        self.firstNumber = firstNumber
    }

    /// Whether a match counts here, and not in another stretch that shows it too.
    func owns(_ match: SecretMatch) -> Bool { own.contains(index(at: match.secretRange.lowerBound)) }

    /// The first added line of a match, nil when the secret lies on context lines alone.
    func firstAddedLine(in match: SecretMatch) -> Line? {
        guard lines(touching: match.secretRange).contains(where: { line($0).isAdded }) else { return nil }
        return lines(touching: match.range).first { line($0).isAdded }.map { line($0) }
    }

    private func line(_ index: Int) -> Line {
        let end = index + 1 < starts.count ? starts[index + 1] >> 1 : bytes.count
        return Line(
            number: firstNumber &+ index, isAdded: starts[index] & 1 == 1,
            content: bytes[(starts[index] >> 1)..<(end - 1)])
    }

    private func lines(touching range: Range<Int>) -> Range<Int> {
        guard !starts.isEmpty else { return 0..<0 }
        return index(at: range.lowerBound)..<(index(at: max(range.lowerBound, range.upperBound - 1)) + 1)
    }

    /// The last line that starts at or before an offset, by bisection.
    private func index(at offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if starts[middle] >> 1 <= offset { low = middle } else { high = middle }
        }
        return low
    }
}
