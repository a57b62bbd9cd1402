import Glibc

/// The numbers of a line `@@ -1,2 +3,4 @@`.
struct HunkHeader {
    let oldStart: Int
    let oldLines: Int
    let newStart: Int
    let newLines: Int

    /// No file has more lines than this; so no sum of a start and a count overflows.
    static let largestNumber = Int(Int32.max)

    enum Problem: Error {
        case form
        case number
        case lineZero
    }

    /// Reads the line that stands in `range` of `bytes`. Nothing is copied: a large diff has a hundred thousand of these.
    init(parsing bytes: [UInt8], _ range: Range<Int>) throws(Problem) {
        var reader = Reader(bytes: bytes, position: range.lowerBound, end: range.upperBound)
        try reader.skip("@@ -")
        (oldStart, oldLines) = try reader.range()
        try reader.skip(" +")
        (newStart, newLines) = try reader.range()
        try reader.skip(" @@")
        // Lines count from 1; only an empty range may stand before the first.
        if (oldStart == 0 && oldLines > 0) || (newStart == 0 && newLines > 0) { throw .lineZero }
    }

    private struct Reader {
        let bytes: [UInt8]
        var position: Int
        let end: Int

        mutating func skip(_ text: StaticString) throws(Problem) {
            let length = text.utf8CodeUnitCount
            guard end - position >= length else { throw .form }
            // Inside the string by the bound of the loop: it has `length` bytes.
            let wanted = text.utf8Start
            for offset in 0..<length where bytes[position + offset] != wanted[offset] { throw .form }
            position += length
        }

        mutating func range() throws(Problem) -> (start: Int, count: Int) {
            let start = try number()
            guard position < end, bytes[position] == UInt8(ascii: ",") else { return (start, 1) }
            position += 1
            return (start, try number())
        }

        mutating func number() throws(Problem) -> Int {
            let first = position
            var value = 0
            while position < end, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[position]) {
                value = value * 10 + Int(bytes[position] - UInt8(ascii: "0"))
                guard value <= HunkHeader.largestNumber else { throw .number }
                position += 1
            }
            guard position > first else { throw .form }
            return value
        }
    }

    /// First line the range covers, or would cover if it were not empty; and the line after its last.
    var oldSpan: Range<Int> { Self.span(oldStart, oldLines) }
    var newSpan: Range<Int> { Self.span(newStart, newLines) }

    private static func span(_ start: Int, _ count: Int) -> Range<Int> {
        count == 0 ? (start + 1)..<(start + 1) : start..<(start + count)
    }
}

extension DiffParser {
    /// Reads the hunks that stand at `position`, none or more, and checks that no line of a body is left over.
    mutating func readHunks() throws(DiffError) -> [Hunk] {
        var hunks: [Hunk] = []
        var oldEnd = 0
        var newEnd = 0
        while let line = line(at: position), starts(line, "@@") {
            if starts(line, "@@@") { throw combined(at: line) }
            let header = try readHunkHeader(line)
            guard header.oldSpan.lowerBound >= oldEnd, header.newSpan.lowerBound >= newEnd else {
                throw error(
                    at: line.start, .malformed,
                    "hunks must be in order and must not overlap; the hunk above ends before old line \(oldEnd) and new line \(newEnd)"
                )
            }
            guard hunkCount < limits.hunks else {
                throw error(at: line.start, .limit, "more than \(limits.hunks) hunks: review it in parts")
            }
            hunkCount += 1
            hunks.append(try readBody(header, headerLine: line))
            oldEnd = header.oldSpan.upperBound
            newEnd = header.newSpan.upperBound
        }
        if let last = hunks.last { try checkNothingIsLeftOver(after: last) }
        return hunks
    }

    private func readHunkHeader(_ line: Line) throws(DiffError) -> HunkHeader {
        do throws(HunkHeader.Problem) {
            return try HunkHeader(parsing: bytes, line.range)
        } catch {
            switch error {
            case .form:
                throw expected("a hunk header like \"@@ -1,2 +3,4 @@\"", at: line.start)
            case .number:
                throw self.error(
                    at: line.start, .malformed,
                    "a number of the hunk header is larger than \(HunkHeader.largestNumber): \(excerpt(line))")
            case .lineZero:
                throw self.error(
                    at: line.start, .malformed, "lines are counted from 1, the hunk header says 0: \(excerpt(line))")
            }
        }
    }

    private mutating func readBody(_ header: HunkHeader, headerLine: Line) throws(DiffError) -> Hunk {
        var scan = BodyScan(start: headerLine.next, old: header.oldLines, new: header.newLines)
        bytes.withUnsafeBufferPointer { scan.run(over: $0, lineLimit: limits.lineLength) }
        if let problem = scan.problem { throw bodyError(problem, scan: scan, headerLine: headerLine) }
        position = scan.position
        return Hunk(
            oldStart: header.oldStart, oldLines: header.oldLines, newStart: header.newStart, newLines: header.newLines,
            added: scan.added, removed: scan.removed, buffer: bytes, headerRange: headerLine.range,
            bodyRange: headerLine.next..<scan.position)
    }

    private func bodyError(_ problem: BodyScan.Problem, scan: BodyScan, headerLine: Line) -> DiffError {
        switch problem {
        case .lineLength:
            return error(at: scan.position, .limit, "a line longer than \(limits.lineLength) bytes")
        case .misplacedNote:
            return error(
                at: scan.position, .malformed,
                "a note about a missing newline, but the line above is not the last of its side")
        case .unfinished:
            return expected(
                "\(scan.oldLeft) more old and \(scan.newLeft) more new lines of the hunk at line \(lineNumber(of: headerLine.start))",
                at: scan.position)
        }
    }

    /// A line that looks like part of a body right behind a finished hunk means that the counts are too small.
    private func checkNothingIsLeftOver(after hunk: Hunk) throws(DiffError) {
        guard let line = line(at: position), line.end > line.start else { return }
        switch bytes[line.start] {
        case UInt8(ascii: "+"), UInt8(ascii: " "), UInt8(ascii: "\\"):
            break
        case UInt8(ascii: "-"):
            // The signature of a mail, or the file header of a plain diff.
            let text = bytes[line.range]
            if text.elementsEqual("-- ".utf8) || text.elementsEqual("--".utf8) { return }
            if starts(line, "--- "), let next = self.line(at: line.next), starts(next, "+++ ") { return }
        default:
            return
        }
        throw error(
            at: line.start, .malformed,
            "the hunk has more lines than its header at line \(lineNumber(of: hunk.headerRange.lowerBound)) says: \(excerpt(line))"
        )
    }
}

/// Steps over the body of one hunk: the hot loop of the parser.
private struct BodyScan {
    enum Problem {
        /// A line that cannot follow, or the end of the text, with lines still missing.
        case unfinished
        case misplacedNote
        case lineLength
    }

    /// Start of the line to be read next; of the line in question if there is a problem.
    var position: Int
    var oldLeft: Int
    var newLeft: Int
    var added = 0
    var removed = 0
    var problem: Problem?

    init(start: Int, old: Int, new: Int) {
        position = start
        oldLeft = old
        newLeft = new
    }

    mutating func run(over buffer: UnsafeBufferPointer<UInt8>, lineLimit: Int) {
        guard let base = buffer.baseAddress else {
            if oldLeft | newLeft > 0 { problem = .unfinished }
            return
        }
        // Every read is at an index that was compared with `count` just before, and memchr is given the exact number of
        // bytes that are left, so nothing outside the buffer is touched.
        let count = buffer.count
        while oldLeft | newLeft > 0 {
            guard position < count else {
                problem = .unfinished
                return
            }
            switch base[position] {
            case UInt8(ascii: "+"):
                newLeft &-= 1
                added &+= 1
            case UInt8(ascii: "-"):
                oldLeft &-= 1
                removed &+= 1
            case UInt8(ascii: " "), UInt8(ascii: "\n"):
                oldLeft &-= 1
                newLeft &-= 1
            case UInt8(ascii: "\r") where position &+ 1 < count && base[position &+ 1] == UInt8(ascii: "\n"):
                // An empty context line of a file with "\r\n" whose single space was stripped.
                oldLeft &-= 1
                newLeft &-= 1
            case UInt8(ascii: "\\"):
                // A note is taken together with its line below; here lines are still missing on some side.
                problem = .unfinished
                return
            default:
                problem = .unfinished
                return
            }
            if oldLeft < 0 || newLeft < 0 {
                undo(base[position])
                return
            }
            let lineStart = position
            if let newline = memchr(base + position, 0x0A, count &- position) {
                position = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(newline)) &+ 1
            } else {
                position = count
            }
            if position &- lineStart > lineLimit {
                // The length counts neither the sign nor the newline; only a long line is looked at closely.
                let end = position > lineStart && base[position &- 1] == 0x0A ? position &- 1 : position
                if end &- lineStart &- 1 > lineLimit {
                    position = lineStart
                    problem = .lineLength
                    return
                }
            }
            if position &+ 1 < count, base[position] == UInt8(ascii: "\\") {
                guard base[position &+ 1] == UInt8(ascii: " "), isLastOfItsSide(sign: base[lineStart]) else {
                    problem = .misplacedNote
                    return
                }
                if let newline = memchr(base + position, 0x0A, count &- position) {
                    position = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(newline)) &+ 1
                } else {
                    position = count
                }
            }
        }
    }

    /// A line without newline can only be the last one of each side it is on.
    private func isLastOfItsSide(sign: UInt8) -> Bool {
        switch sign {
        case UInt8(ascii: "+"): newLeft == 0
        case UInt8(ascii: "-"): oldLeft == 0
        default: oldLeft == 0 && newLeft == 0
        }
    }

    /// Takes back the line that did not fit the counts, so that the message tells what is still missing.
    private mutating func undo(_ sign: UInt8) {
        switch sign {
        case UInt8(ascii: "+"):
            newLeft &+= 1
            added &-= 1
        case UInt8(ascii: "-"):
            oldLeft &+= 1
            removed &-= 1
        default:
            oldLeft &+= 1
            newLeft &+= 1
        }
        problem = .unfinished
    }
}
