/// A line of a file's diff that may carry a review comment.
package struct Anchor: Hashable, Sendable {
    package let kind: DiffLine.Kind
    /// Nil for an added line. A context line has both numbers, and GitLab wants both.
    package let oldNumber: Int?
    /// Nil for a removed line.
    package let newNumber: Int?
    /// Index of the hunk in the file.
    package let hunk: Int
    /// GitHub's `position`: lines below the first hunk header of the file, counted from 1; later headers count as a line
    /// and notes about a missing newline too.
    package let position: Int
    /// Where the text stands in the hunk's `buffer`, without sign and "\n".
    package let range: Range<Int>

    /// The number of the line on `side`; nil if the line does not exist there.
    package func number(on side: Side) -> Int? { side == .old ? oldNumber : newNumber }
}

/// The lines of a file that may carry a comment, for looking up by side and number.
///
/// As on GitHub and GitLab: on the new side added and context lines, on the old side removed and context lines; no line
/// outside the hunks. A range lies in one hunk, all its ends on one side.
package struct Anchors: Sendable {
    /// All lines of all hunks, in the order of the diff.
    package let lines: [Anchor]
    /// Indexes of `lines` by number; numbers rise because hunks are in order.
    private let bySide: [Side: [Int]]

    package init(_ file: FileDiff) {
        var lines: [Anchor] = []
        var old: [Int] = []
        var new: [Int] = []
        var position = 0
        for (index, hunk) in file.hunks.enumerated() {
            if index > 0 { position &+= 1 }
            hunk.forEachLine { line in
                position &+= 1
                if line.kind != .added { old.append(lines.count) }
                if line.kind != .removed { new.append(lines.count) }
                lines.append(
                    Anchor(
                        kind: line.kind, oldNumber: line.kind == .added ? nil : line.oldNumber,
                        newNumber: line.kind == .removed ? nil : line.newNumber, hunk: index, position: position,
                        range: line.range))
                if !line.hasNewline { position &+= 1 }
            }
        }
        self.lines = lines
        bySide = [.old: old, .new: new]
    }

    /// The line with this number on this side; nil if it is outside the hunks and cannot carry a comment.
    package func anchor(_ side: Side, _ number: Int) -> Anchor? {
        let indexes = bySide[side] ?? []
        var low = 0
        var high = indexes.count
        while low < high {
            let middle = (low + high) / 2
            let anchor = lines[indexes[middle]]
            guard let found = anchor.number(on: side) else { return nil }
            if found == number { return anchor }
            if found < number { low = middle + 1 } else { high = middle }
        }
        return nil
    }

    /// First and last line of a comment on several lines: `start` < `end`, both on `side`, both in one hunk.
    package func range(_ side: Side, from start: Int, to end: Int) -> (first: Anchor, last: Anchor)? {
        guard start < end, let first = anchor(side, start), let last = anchor(side, end), first.hunk == last.hunk else {
            return nil
        }
        return (first, last)
    }
}

extension FileDiff {
    /// The lines of this file that may carry a comment; made anew on each use.
    package var anchors: Anchors { Anchors(self) }
}
