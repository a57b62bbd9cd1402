import CGit2
package import Diffs
import Glibc

/// An entry of the index.
struct IndexEntry {
    var path: Path
    var version: FileVersion
    /// 0, or which side of an unresolved merge it is.
    var stage: Int
    /// `git add --intent-to-add`: the path is tracked, its content is not staged yet.
    var isIntendedOnly: Bool
    /// Git was told to take the working tree's file as unchanged (assume-unchanged, sparse checkout).
    var isAssumedUnchanged: Bool
    /// What the file looked like when it was staged.
    var size: UInt32
    var modified: (seconds: Int32, nanoseconds: UInt32)
}

extension Repository {
    /// The index's entries in path order; none if there is no index.
    func indexEntries() throws(GitError) -> [IndexEntry] {
        let file = indexFile ?? gitDirectory + "/index"
        guard let kind = SmallFile.kind(file) else { return [] }
        guard kind == .file else { throw GitError(.unreadable, "the index \(file) is no regular file") }
        Library.clearMessage()
        var index: OpaquePointer?
        guard git_index_open(&index, file) == 0, let index else {
            throw GitError(
                .corrupt, "the index \(file) cannot be read: \(Library.message ?? "unknown reason")",
                advice: "A split or sparse index becomes readable by git update-index --no-split-index and "
                    + "git sparse-checkout reapply --no-sparse-index")
        }
        defer { git_index_free(index) }
        var entries: [IndexEntry] = []
        let count = git_index_entrycount(index)
        entries.reserveCapacity(count)
        for position in 0..<count {
            guard let entry = git_index_get_byindex(index, position)?.pointee, let path = entry.path else { continue }
            let isKept = entry.flags_extended & UInt16(GIT_INDEX_ENTRY_SKIP_WORKTREE.rawValue) != 0
            entries.append(
                IndexEntry(
                    path: Path(bytes: UnsafeRawBufferPointer(start: path, count: strlen(path))),
                    version: FileVersion(mode: entry.mode, id: ObjectID(entry.id)),
                    stage: Int(entry.flags >> 12 & 3),
                    isIntendedOnly: entry.flags_extended & UInt16(GIT_INDEX_ENTRY_INTENT_TO_ADD.rawValue) != 0,
                    isAssumedUnchanged: isKept || entry.flags & 0x8000 != 0,
                    size: entry.file_size, modified: (entry.mtime.seconds, entry.mtime.nanoseconds)))
        }
        return entries
    }

    /// The mode and id of a path in the index, nil when it is not staged.
    package func indexEntry(at path: Path) throws(GitError) -> FileVersion? {
        try indexEntries().first { $0.path == path && $0.stage == 0 && !$0.isIntendedOnly }?.version
    }
}

/// What a comparison with the index or the working tree found.
struct FoundChanges {
    var changes: [FileChange] = []
    var skipped: [SkippedFile] = []
    var notes: [String] = []
    /// Contents of working-tree files, which no object holds.
    var contents: [ObjectID: [UInt8]] = [:]
}

extension Repository {
    /// HEAD, or nothing when it has no commit yet, against the index.
    func stagedChanges(limit: Int) throws(GitError) -> FoundChanges {
        var committed = TreeComparison(repository: self, limit: .max)
        if let head = try headCommit() { try committed.compare(nil, links(of: head).tree, depth: 0) }
        let old = committed.changes
        var found = FoundChanges()
        var next = 0
        var conflict: Path?
        for entry in try indexEntries() {
            while next < old.count, old[next].path < entry.path {
                found.changes.append(FileChange(path: old[next].path, old: old[next].new, new: nil))
                next += 1
            }
            let isCommitted = next < old.count && old[next].path == entry.path
            let before = isCommitted ? old[next].new : nil
            if isCommitted { next += 1 }
            if entry.stage > 0 {
                if conflict != entry.path { found.skipped.append(SkippedFile(path: entry.path, reason: Self.conflict)) }
                conflict = entry.path
            } else if before != entry.version, !entry.isIntendedOnly {
                found.changes.append(FileChange(path: entry.path, old: before, new: entry.version))
            } else if entry.isIntendedOnly, let before {
                found.changes.append(FileChange(path: entry.path, old: before, new: nil))
            }
            guard found.changes.count <= limit else { throw TreeComparison.tooMany(limit) }
        }
        found.changes += old[next...].map { FileChange(path: $0.path, old: $0.new, new: nil) }
        guard found.changes.count <= limit else { throw TreeComparison.tooMany(limit) }
        return found
    }

    static let conflict = "it has an unresolved merge conflict; resolve it and git add it"
}
