/// The problems that `head` has and `base` lacks.
///
/// A grammar may be older than a source and see errors in what is right, so a problem counts only if nothing suggests
/// that it was there before:
///
/// 1. Without a base every problem of the head is new.
/// 2. Problems with equal text that start on equal rows cancel each other, one for one, wherever they stand.
/// 3. If the base has no problem, all that are left are new.
/// 4. Otherwise what is left is new only if it touches the rows that changed (those between the longest common start
///    and end of both sources) or follows them as a missing token of a kind that the base does not miss, and only as
///    many as the head has more than the base on these rows.
package func newProblems(head: SyntaxTree, base: SyntaxTree?) -> [SyntaxProblem] {
    let after = head.errors()
    guard let base, !after.isEmpty else { return after }
    let before = base.errors()
    if before.isEmpty { return after }
    var known: [ProblemText: Int] = [:]
    for problem in before { known[ProblemText(problem, in: base.bytes), default: 0] += 1 }
    let left = after.filter { problem in
        guard let count = known[ProblemText(problem, in: head.bytes)], count > 0 else { return true }
        known[ProblemText(problem, in: head.bytes)] = count - 1
        return false
    }
    let (changedHead, changedBase) = changedBytes(head.bytes, base.bytes)
    let excess =
        after.count { $0.touches(changedHead) } - before.count { $0.touches(changedBase) }
    let missedBefore = Set(before.map(\.kind))
    let around = left.filter { $0.touches(changedHead) }.suffix(max(0, excess))
    let closing = left.filter {
        $0.byteRange.lowerBound > changedHead.upperBound && $0.kind != .unexpected && !missedBefore.contains($0.kind)
    }
    return around + closing
}

extension ParsedSource {
    /// As the function of that name, for whole sources; nil where nothing can be said: no tree, or only parts at hand.
    package func newProblems(since base: ParsedSource?) -> [SyntaxProblem]? {
        guard isComplete, base?.isComplete != false, let tree else { return nil }
        guard let base else { return SyntaxTrees.newProblems(head: tree, base: nil) }
        return base.tree.map { SyntaxTrees.newProblems(head: tree, base: $0) }
    }
}

/// What makes two problems the same one: their sort, and without white space their text and the row they start on.
private struct ProblemText: Hashable {
    let kind: SyntaxProblem.Kind
    let text: [UInt8]

    init(_ problem: SyntaxProblem, in bytes: [UInt8]) {
        kind = problem.kind
        let start = min(problem.byteRange.lowerBound, bytes.count)
        let rowStart = bytes[..<start].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let row = bytes[max(rowStart, start - min(start, 512))...].prefix(1024).prefix { $0 != 0x0A }
        let own = bytes[start..<max(start, min(problem.byteRange.upperBound, bytes.count))]
        text = row.filter { $0 > 0x20 } + [0x0A] + own.prefix(4096).filter { $0 > 0x20 }
    }
}

extension SyntaxProblem {
    fileprivate func touches(_ bytes: Range<Int>) -> Bool {
        byteRange.lowerBound <= bytes.upperBound && byteRange.upperBound >= bytes.lowerBound
    }
}

/// The whole rows of both that differ: what is left without the common start and the common end.
private func changedBytes(_ left: [UInt8], _ right: [UInt8]) -> (Range<Int>, Range<Int>) {
    var start = 0
    let shorter = min(left.count, right.count)
    while start < shorter, left[start] == right[start] { start += 1 }
    while start > 0, left[start - 1] != 0x0A { start -= 1 }
    var end = 0
    while end < shorter - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
    while end > 0, end < left.count, left[left.count - end - 1] != 0x0A { end -= 1 }
    return (start..<(left.count - end), start..<(right.count - end))
}
