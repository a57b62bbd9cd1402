import Diffs
import Fingerprints
import FuzzDriver
import Glibc

// Any bytes: an error, or a diff that renders back to them, whose numbers agree, and whose canonical form says the same.
exit(
    fuzz { bytes in
        let limits = DiffLimits(bytes: 1 << 20, files: 1000, hunks: 1000, lineLength: 1 << 16)
        guard let diff = try? Diff(parsing: bytes, limits: limits) else { return }
        require(diff.rendered() == bytes, "a parsed diff renders to other bytes")
        for file in diff.files {
            for hunk in file.hunks {
                let lines = hunk.lines
                require(lines.count { $0.kind == .added } == hunk.added, "added lines")
                require(lines.count { $0.kind == .removed } == hunk.removed, "removed lines")
                require(lines.count { $0.oldNumber != nil } == hunk.oldLines, "old lines")
                require(lines.count { $0.newNumber != nil } == hunk.newLines, "new lines")
            }
            let anchors = file.anchors
            for anchor in anchors.lines {
                if let number = anchor.newNumber { require(anchors.anchor(.new, number) == anchor, "anchor") }
                if let number = anchor.oldNumber { require(anchors.anchor(.old, number) == anchor, "anchor") }
            }
            require(Path(quoted: Array(file.path.quoted.utf8)) == file.path, "quoted path")
            require(file.path.display.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }, "path on display")
        }
        require(HunkFingerprints.all(of: diff.files).joined().allSatisfy { $0.utf8.count == 64 }, "fingerprint")
        guard let again = try? Diff(parsing: Diff(bytes: [], files: diff.files).rendered()) else {
            return require(false, "the canonical form is not read")
        }
        require(again.files.map(\.oldPath) == diff.files.map(\.oldPath), "canonical oldPath")
        require(again.files.map(\.newPath) == diff.files.map(\.newPath), "canonical newPath")
        require(again.files.map(\.status) == diff.files.map(\.status), "canonical status")
        require(again.files.map(\.added) == diff.files.map(\.added), "canonical added")
        _ = try? Diff(parsing: bytes, limits: limits, requiresContents: true)
    })
