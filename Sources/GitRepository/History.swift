import CGit2
package import Diffs

extension Repository {
    /// Commits reachable from `head` and not from `base`, newest first.
    /// - Parameters:
    ///   - base: nil for the whole history of `head`.
    ///   - limit: no more commits than this are returned.
    package func log(from base: ObjectID?, to head: ObjectID, limit: Int) throws(GitError) -> [Commit] {
        var queue = CommitQueue(repository: self)
        var isOld: [ObjectID: Bool] = [head: false]
        try queue.push(head)
        if let base {
            isOld[base] = true
            try queue.push(base)
        }
        var found: [ObjectID] = []
        var oldestFound = Int.max
        // With skewed clocks an old commit may turn up after newer ones: the walk goes on for a while after only old
        // ones are left, and what is found is filtered again at the end.
        var patience = 16
        while found.count < limit, patience > 0, let item = queue.pop() {
            let old = isOld[item.id] ?? false
            if !old {
                found.append(item.id)
                oldestFound = min(oldestFound, item.time)
            } else if item.time < oldestFound, !queue.contains(where: { isOld[$0] == false }) {
                patience -= 1
            }
            for parent in item.parents {
                let known = isOld[parent]
                if known == nil || (old && known == false) {
                    isOld[parent] = old
                    try queue.push(parent)
                }
            }
        }
        var commits: [Commit] = []
        for id in found where isOld[id] == false { commits.append(try commit(id)) }
        return commits
    }

    /// Which commit last changed each of a range of lines.
    package struct BlamedLines: Hashable, Sendable {
        /// Line numbers from 1 in the file as it is at the commit that was asked.
        package let lines: ClosedRange<Int>
        package let commit: ObjectID
    }

    /// Blames lines of a file as it is at a commit. Walks as much history as it needs, so ask for few lines.
    package func blame(_ path: Path, lines: ClosedRange<Int>, at commit: ObjectID) throws(GitError) -> [BlamedLines] {
        var options = git_blame_options()
        guard lines.lowerBound >= 1, git_blame_options_init(&options, UInt32(GIT_BLAME_OPTIONS_VERSION)) == 0 else {
            throw GitError(.unknownPath, "lines \(lines) cannot be blamed")
        }
        options.newest_commit = commit.native
        options.min_line = lines.lowerBound
        options.max_line = lines.upperBound
        let name = path.bytes.map { CChar(bitPattern: $0) } + [0]
        var blame: OpaquePointer?
        Library.clearMessage()
        guard git_blame_file(&blame, handle, name, &options) == 0, let blame else {
            throw GitError(
                .unknownPath,
                "\(String(decoding: path.bytes, as: UTF8.self)) cannot be blamed at \(commit.short): "
                    + (Library.message ?? "unknown reason"))
        }
        defer { git_blame_free(blame) }
        var found: [BlamedLines] = []
        for index in 0..<git_blame_get_hunk_count(blame) {
            guard let hunk = git_blame_get_hunk_byindex(blame, index)?.pointee, hunk.lines_in_hunk > 0 else { continue }
            let first = Int(hunk.final_start_line_number)
            found.append(
                BlamedLines(
                    lines: first...(first + Int(hunk.lines_in_hunk) - 1), commit: ObjectID(hunk.final_commit_id)))
        }
        return found
    }
}
