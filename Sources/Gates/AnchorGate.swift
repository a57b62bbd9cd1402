import Diffs
import Domain

/// Is the finding on a line of the change that a comment can stand on, and is that the line its author meant?
struct AnchorGate {
    struct Line {
        let number: Int
        let text: ArraySlice<UInt8>
    }

    private let file: FileDiff
    /// The commentable lines of each hunk, by side: added and context ones, removed and context ones.
    private let new: [[Line]]
    private let old: [[Line]]

    init(_ file: FileDiff) {
        self.file = file
        var new: [[Line]] = []
        var old: [[Line]] = []
        for hunk in file.hunks {
            let lines = hunk.lines
            new.append(lines.compactMap { line in line.newNumber.map { Line(number: $0, text: line.content) } })
            old.append(lines.compactMap { line in line.oldNumber.map { Line(number: $0, text: line.content) } })
        }
        self.new = new
        self.old = old
    }

    /// The lines of the new side from `start` to `end`, if one hunk shows them all.
    func lines(_ start: Int, _ end: Int) -> ArraySlice<Line>? {
        guard start <= end, let hunk = new.first(where: { Self.index(of: end, in: $0) != nil }),
            let first = Self.index(of: start, in: hunk), let last = Self.index(of: end, in: hunk)
        else { return nil }
        return hunk[first...last]
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
    private func place(_ line: Int, _ quoted: [UInt8], in hunks: [[Line]]) -> (hunk: Int, index: Int)? {
        let wanted = Self.trimmed(quoted[...])
        for (number, hunk) in hunks.enumerated() {
            guard let index = Self.index(of: line, in: hunk) else { continue }
            if Self.trimmed(hunk[index].text) == wanted { return (number, index) }
            return wanted.isEmpty ? nil : Self.only(wanted, in: hunk).map { (number, $0) }
        }
        guard !wanted.isEmpty else { return nil }
        let places = hunks.enumerated().flatMap { number, hunk in
            hunk.indices.filter { Self.trimmed(hunk[$0].text) == wanted }.map { (hunk: number, index: $0) }
        }
        return places.count == 1 ? places[0] : nil
    }

    private static func only(_ wanted: ArraySlice<UInt8>, in hunk: [Line]) -> Int? {
        let places = hunk.indices.filter { trimmed(hunk[$0].text) == wanted }
        return places.count == 1 ? places[0] : nil
    }

    /// Lines of a hunk are numbered without gaps on each side.
    private static func index(of line: Int, in hunk: [Line]) -> Int? {
        guard let first = hunk.first else { return nil }
        let (index, overflow) = line.subtractingReportingOverflow(first.number)
        return !overflow && hunk.indices.contains(index) ? index : nil
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
