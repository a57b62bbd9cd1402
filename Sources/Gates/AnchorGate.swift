import Diffs
import Domain

/// Is the finding on a line of the change that a comment can stand on, and is that the line its author meant?
struct AnchorGate {
    struct Line {
        let number: Int
        let text: ArraySlice<UInt8>
    }

    /// The commentable lines of one side of a hunk: removed and context ones, or added and context ones. They are
    /// numbered without gaps.
    private struct Lines {
        let buffer: [UInt8]
        let first: Int
        let ranges: [Range<Int>]

        init(_ hunk: Hunk, without kind: DiffLine.Kind) {
            buffer = hunk.buffer
            first = kind == .removed ? hunk.newStart : hunk.oldStart
            var ranges: [Range<Int>] = []
            let count = kind == .removed ? hunk.newLines : hunk.oldLines
            ranges.reserveCapacity(min(max(count, 0), hunk.bodyRange.count))
            hunk.forEachLine { if $0.kind != kind { ranges.append($0.range) } }
            self.ranges = ranges
        }

        subscript(index: Int) -> Line { Line(number: first &+ index, text: buffer[ranges[index]]) }
    }

    private let file: FileDiff
    private let new: [Lines]
    private let old: [Lines]

    init(_ file: FileDiff) {
        self.file = file
        new = file.hunks.map { Lines($0, without: .removed) }
        old = file.hunks.map { Lines($0, without: .added) }
    }

    /// The lines of the new side from `start` to `end`, if one hunk shows them all.
    func lines(_ start: Int, _ end: Int) -> [Line]? {
        guard start <= end, let hunk = new.first(where: { Self.index(of: end, in: $0) != nil }),
            let first = Self.index(of: start, in: hunk), let last = Self.index(of: end, in: hunk)
        else { return nil }
        return (first...last).map { hunk[$0] }
    }

    func judge(_ candidate: inout Candidate) {
        let finding = candidate.finding
        guard finding.path == file.newPath || finding.path == file.oldPath else {
            return candidate.reject(.anchor, "file not in the change")
        }
        guard let line = finding.line else {
            if finding.startLine != nil { return candidate.reject(.anchor, "range without an end") }
            return dropForeignSuggestion(&candidate, repairs: [])
        }
        let hunks = finding.side == .old ? old : new
        guard let (hunk, index) = place(line, finding.quotedLine, in: hunks) else {
            let isThere = hunks.contains { Self.index(of: line, in: $0) != nil }
            if finding.quotedLine.isEmpty, isThere { return candidate.reject(.anchor, "line not quoted") }
            return candidate.reject(
                .anchor, isThere ? "quoted line is not there" : "line is not in the change")
        }
        var repairs: [String] = []
        let found = hunks[hunk][index]
        let shift = found.number &- line
        if shift != 0 {
            candidate.finding.line = found.number
            candidate.finding.startLine = finding.startLine.map { $0 &+ shift }
            candidate.finding.suggestion?.startLine &+= shift
            candidate.finding.suggestion?.line &+= shift
            repairs.append("moved to the quoted line")
        }
        candidate.finding.quotedLine = Self.withoutReturn(found.text)
        let start = candidate.finding.startLine ?? found.number
        let isInside = start <= found.number && Self.index(of: start, in: hunks[hunk]) != nil
        if !isInside { repairs.append("range cut to one line") }
        candidate.finding.startLine = isInside ? start : found.number
        dropForeignSuggestion(&candidate, repairs: repairs)
    }

    /// The last step: a suggestion must lie within what one hunk shows of the new side.
    private func dropForeignSuggestion(_ candidate: inout Candidate, repairs: [String]) {
        if let suggestion = candidate.finding.suggestion, lines(suggestion.startLine, suggestion.line) == nil {
            return candidate.demote(.anchor, "suggestion outside the hunk")
        }
        if let repair = repairs.first { candidate.repaired(.anchor, repair) } else { candidate.accept(.anchor) }
    }

    /// Where the quoted text stands: on its line, else at the only place of the hunk that has it; a line outside every
    /// hunk may move to the only place of the file's hunks.
    private func place(_ line: Int, _ quoted: [UInt8], in hunks: [Lines]) -> (hunk: Int, index: Int)? {
        let wanted = Self.trimmed(quoted[...])
        for (number, hunk) in hunks.enumerated() {
            guard let index = Self.index(of: line, in: hunk) else { continue }
            if Self.trimmed(hunk[index].text) == wanted { return (number, index) }
            return wanted.isEmpty ? nil : Self.only(wanted, in: hunk).map { (number, $0) }
        }
        guard !wanted.isEmpty else { return nil }
        let places = hunks.enumerated().flatMap { number, hunk in
            hunk.ranges.indices.filter { Self.trimmed(hunk[$0].text) == wanted }.map { (hunk: number, index: $0) }
        }
        return places.count == 1 ? places[0] : nil
    }

    private static func only(_ wanted: ArraySlice<UInt8>, in hunk: Lines) -> Int? {
        let places = hunk.ranges.indices.filter { trimmed(hunk[$0].text) == wanted }
        return places.count == 1 ? places[0] : nil
    }

    private static func index(of line: Int, in hunk: Lines) -> Int? {
        let (index, overflow) = line.subtractingReportingOverflow(hunk.first)
        return !overflow && hunk.ranges.indices.contains(index) ? index : nil
    }

    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last, isBlank(last) { text.removeLast() }
        while let first = text.first, isBlank(first) { text.removeFirst() }
        return text
    }

    private static func withoutReturn(_ text: ArraySlice<UInt8>) -> [UInt8] {
        Array(text.last == 0x0D ? text.dropLast() : text)
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (byte >= 0x09 && byte <= 0x0D) }
}
