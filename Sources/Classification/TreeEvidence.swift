import Diffs
import SyntaxTrees

/// What the syntax trees of a file's versions add to what its hunks show.
struct TreeEvidence {
    private let changed: ChangedSource
    private let baseRows: RowKinds?
    private let headRows: RowKinds?

    init(_ changed: ChangedSource) {
        self.changed = changed
        baseRows = changed.base.flatMap { $0.tree == nil ? nil : $0.rowKinds() }
        headRows = changed.head.flatMap { $0.tree == nil ? nil : $0.rowKinds() }
    }

    /// Good places to cut the lines of a hunk, in the version that has most of them; nil without a tree.
    func boundaries(of lines: [HunkLine]) -> SegmentBoundaries? {
        let side: Side = changed.file.newPath == nil ? .old : .new
        guard let source = changed[side], source.tree != nil, let first = lines.first, let last = lines.last else {
            return nil
        }
        func row(_ line: HunkLine) -> Int? { source.row(ofLine: side == .new ? line.newNumber : line.oldNumber) }
        guard let start = row(first) else { return nil }
        let end = row(last) ?? source.rowCount - 1
        guard start <= end else { return nil }
        var strengths: [Int: Int] = [:]
        for boundary in source.boundaries(in: start..<(end + 1)) {
            let strength: Int
            switch boundary.strength {
            case .declaration: strength = max(5, 9 - boundary.depth / 2)
            case .block: strength = 2
            case .blankLine: strength = 1
            }
            strengths[source.lineNumber(ofRow: boundary.row)] = strength
        }
        return SegmentBoundaries(side: side, strengths: strengths)
    }

    /// Corrects what the lines alone seemed to prove.
    func refine(
        _ shape: inout SegmentShape, _ lines: ArraySlice<HunkLine>, _ facts: [LineFacts],
        _ bytes: UnsafeBufferPointer<UInt8>
    ) {
        var allComments = true
        var allImports = true
        var isAnyString = false
        var canToggle = false
        var comments = 0
        var strings = 0
        for (line, fact) in zip(lines, facts) where !line.kind.isContext && !fact.flags.contains(.blank) {
            guard let marks = marks(of: line) else { return }
            if marks != .comment { allComments = false } else { comments &+= 1 }
            if marks != .imports { allImports = false }
            if marks.contains(.string) { isAnyString = true }
            if marks == .string { strings &+= 1 }
            if allComments, TreeEvidence.delimits(line.range, bytes) { canToggle = true }
        }
        // A delimiter among the lines may turn code outside the hunk into comment and back; then only the scanner, which
        // compared what is open on both sides, may say so.
        if !allComments {
            shape.isProvenComment = false
        } else if !canToggle, comments > 0 {
            shape.isProvenComment = true
        }
        if allImports, shape.removed &+ shape.added > 0 { shape.isProvenImport = true }
        if isAnyString { shape.isWhitespaceOnly = false }
        shape.treeComments = comments
        shape.assumedComments = max(strings, shape.assumedComments)
    }

    /// Adds what encloses the segment.
    func add(_ lines: ArraySlice<HunkLine>, to evidence: inout Evidence) {
        guard let head = changed.head, head.isComplete, head.tree != nil,
            let line = lines.first(where: { !$0.kind.isContext })
        else { return }
        guard let declaration = head.enclosingDeclaration(ofLine: line.newNumber), declaration.sort == .function else {
            return
        }
        evidence.add(.longFunction, if: declaration.lines.count > TreeEvidence.longFunction)
    }

    /// Lines of a function that nobody keeps in their head.
    private static let longFunction = 80

    private func marks(of line: HunkLine) -> RowKinds.Marks? {
        if line.kind.isRemoved {
            guard let base = changed.base, let rows = baseRows else { return nil }
            return base.row(ofLine: line.oldNumber).map { rows[$0] }
        }
        guard let head = changed.head, let rows = headRows else { return nil }
        return head.row(ofLine: line.newNumber).map { rows[$0] }
    }

    /// Whether the line holds anything that opens or closes a comment or string of several lines.
    private static func delimits(_ range: Range<Int>, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var last: UInt8 = 0
        for index in range {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "*") where last == UInt8(ascii: "/"), UInt8(ascii: "/") where last == UInt8(ascii: "*"),
                UInt8(ascii: "-") where last == UInt8(ascii: "-"), UInt8(ascii: "\"") where last == byte,
                UInt8(ascii: "'") where last == byte, UInt8(ascii: "`"), UInt8(ascii: "="), UInt8(ascii: "\\"):
                return true
            default:
                last = byte
            }
        }
        return false
    }
}
