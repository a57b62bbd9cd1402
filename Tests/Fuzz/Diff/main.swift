import Diffs
import Fingerprints
import FuzzDriver
import Glibc

// Any bytes: an error, or a diff that renders back to them, whose numbers agree, and whose canonical form says the same.
exit(
    fuzz { bytes in
        let limits = DiffLimits(bytes: 1 << 20, files: 1000, hunks: 1000, lineLength: 1 << 16)
        guard let diff = try? Diff(parsing: bytes, limits: limits) else { return }
        precondition(diff.rendered() == bytes, "a parsed diff renders to other bytes")
        for file in diff.files {
            for hunk in file.hunks {
                let lines = hunk.lines
                precondition(lines.count { $0.kind == .added } == hunk.added)
                precondition(lines.count { $0.kind == .removed } == hunk.removed)
                precondition(lines.count { $0.oldNumber != nil } == hunk.oldLines)
                precondition(lines.count { $0.newNumber != nil } == hunk.newLines)
            }
            let anchors = file.anchors
            for anchor in anchors.lines {
                if let number = anchor.newNumber { precondition(anchors.anchor(.new, number) == anchor) }
                if let number = anchor.oldNumber { precondition(anchors.anchor(.old, number) == anchor) }
            }
            precondition(Path(quoted: Array(file.path.quoted.utf8)) == file.path)
            precondition(file.path.display.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
        }
        precondition(HunkFingerprints.all(of: diff.files).joined().allSatisfy { $0.utf8.count == 64 })
        guard let again = try? Diff(parsing: Diff(bytes: [], files: diff.files).rendered()) else {
            fatalError("the canonical form is not read")
        }
        precondition(again.files.map(\.oldPath) == diff.files.map(\.oldPath))
        precondition(again.files.map(\.newPath) == diff.files.map(\.newPath))
        precondition(again.files.map(\.status) == diff.files.map(\.status))
        precondition(again.files.map(\.added) == diff.files.map(\.added))
        _ = try? Diff(parsing: bytes, limits: limits, requiresContents: true)
    })
