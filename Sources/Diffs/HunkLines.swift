/// A line of a hunk as numbers only: nothing is allocated or retained for it.
package struct HunkLine: Sendable {
    package let kind: DiffLine.Kind
    /// Line number on the old side, from 1; for an added line, the number the next old line will have.
    package let oldNumber: Int
    /// Line number on the new side, from 1; for a removed line, the number the next new line will have.
    package let newNumber: Int
    /// Where the text stands in the hunk's `buffer`: without sign and "\n"; a "\r" before it is inside.
    package let range: Range<Int>
    /// False when "\ No newline at end of file" follows.
    package let hasNewline: Bool

    package init(kind: DiffLine.Kind, oldNumber: Int, newNumber: Int, range: Range<Int>, hasNewline: Bool) {
        self.kind = kind
        self.oldNumber = oldNumber
        self.newNumber = newNumber
        self.range = range
        self.hasNewline = hasNewline
    }
}

extension Hunk {
    /// The lines of the body, made on demand; `forEachLine` is the way that allocates nothing.
    package var lines: [DiffLine] {
        var result: [DiffLine] = []
        result.reserveCapacity(min(max(added &+ oldLines, 0), bodyRange.count))
        forEachLine { line in
            result.append(
                DiffLine(
                    kind: line.kind,
                    oldNumber: line.kind == .added ? nil : line.oldNumber,
                    newNumber: line.kind == .removed ? nil : line.newNumber,
                    content: buffer[line.range], hasNewline: line.hasNewline))
        }
        return result
    }

    /// Visits the lines of the body in order.
    package func forEachLine(_ visit: (HunkLine) -> Void) {
        var lines = HunkLineIterator(self)
        while let line = lines.next() { visit(line) }
    }
}

/// Steps through the body of a hunk; for loops that want to stop early.
package struct HunkLineIterator: IteratorProtocol {
    private let buffer: [UInt8]
    private let end: Int
    private var position: Int
    private var oldNumber: Int
    private var newNumber: Int

    package init(_ hunk: Hunk) {
        buffer = hunk.buffer
        // A hunk built by hand may carry ranges outside its buffer; those read as an empty body.
        let body = hunk.bodyRange.clamped(to: 0..<hunk.buffer.count)
        position = body.lowerBound
        end = body.upperBound
        // "-5,0" stands after line 5, so the next old line is 6.
        oldNumber = hunk.oldLines == 0 ? hunk.oldStart &+ 1 : hunk.oldStart
        newNumber = hunk.newLines == 0 ? hunk.newStart &+ 1 : hunk.newStart
    }

    package mutating func next() -> HunkLine? {
        guard position < end else { return nil }
        let lineEnd = buffer.indexOfNewline(from: position, to: end)
        let kind: DiffLine.Kind
        var start = position &+ 1
        switch buffer[position] {
        case UInt8(ascii: "+"): kind = .added
        case UInt8(ascii: "-"): kind = .removed
        case UInt8(ascii: " "): kind = .context
        default:
            // An empty context line whose single space was stripped: nothing, or only "\r", before the newline.
            kind = .context
            start = position
        }
        position = min(lineEnd &+ 1, end)
        var hasNewline = true
        if position < end, buffer[position] == UInt8(ascii: "\\") {
            hasNewline = false
            position = min(buffer.indexOfNewline(from: position, to: end) &+ 1, end)
        }
        let line = HunkLine(
            kind: kind, oldNumber: oldNumber, newNumber: newNumber, range: start..<lineEnd, hasNewline: hasNewline)
        if kind != .added { oldNumber &+= 1 }
        if kind != .removed { newNumber &+= 1 }
        return line
    }
}
