package import Diffs
import Domain

/// Where findings stand in the head, for formats that know no other version of a file.
///
/// A finding on a removed line stands where the line was: at the line that follows it now.
package struct HeadLines: Sendable {
    private var hunks: [Path: [Hunk]] = [:]

    /// Without files a finding on the old side stands nowhere.
    package init(_ files: [FileDiff] = []) {
        for file in files where file.newPath != nil {
            hunks[file.path] = file.hunks
            if let old = file.oldPath { hunks[old] = file.hunks }
        }
    }

    /// First and last line in the head; nil for a whole file and for what the head does not have.
    func lines(of finding: Finding) -> ClosedRange<Int>? {
        guard let last = finding.line ?? finding.startLine, last >= 1 else { return nil }
        let first = min(max(1, finding.startLine ?? last), last)
        if finding.side == .new { return first...last }
        for hunk in hunks[finding.path] ?? []
        where last >= hunk.oldStart && last < hunk.oldStart &+ max(1, hunk.oldLines) {
            var lines = HunkLineIterator(hunk)
            while let line = lines.next() {
                guard line.kind != .added, line.oldNumber == last else { continue }
                let end = max(1, hunk.newStart &+ hunk.newLines &- 1)
                let number = min(max(1, line.newNumber), end)
                return number...number
            }
        }
        return nil
    }
}
