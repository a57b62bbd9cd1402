import Diffs

extension Repository {
    /// The paths that differ between two trees, in git's order, nothing paired as a rename.
    /// - Parameters:
    ///   - old: nil for a side without files.
    ///   - limit: more changed paths than this are an error.
    package func changes(from old: ObjectID?, to new: ObjectID?, limit: Int = 100_000) throws(GitError) -> [FileChange]
    {
        var comparison = TreeComparison(repository: self, limit: limit)
        try comparison.compare(old, new, depth: 0)
        return comparison.changes
    }
}

/// Walks two trees side by side and enters only directories that differ.
struct TreeComparison {
    let repository: Repository
    let limit: Int
    private(set) var changes: [FileChange] = []
    private var path: [UInt8] = []

    /// Git refuses deeper trees as well.
    static let maxDepth = 1024
    /// Largest tree object that is read, in bytes: half a million entries.
    static let maxTreeSize = 32 << 20

    static func tooMany(_ limit: Int) -> GitError {
        GitError(.tooLarge, "more than \(limit) files differ", advice: "Choose a smaller range")
    }

    init(repository: Repository, limit: Int) {
        self.repository = repository
        self.limit = limit
    }

    mutating func compare(_ old: ObjectID?, _ new: ObjectID?, depth: Int) throws(GitError) {
        guard old != new else { return }
        guard depth < TreeComparison.maxDepth else {
            throw GitError(.tooLarge, "a directory is nested deeper than \(TreeComparison.maxDepth) levels")
        }
        let oldTree = try tree(old)
        let newTree = try tree(new)
        // The trees live until the end of this call, so bytes borrowed by the cursors stay valid.
        defer { withExtendedLifetime((oldTree, newTree)) {} }
        var left = try cursor(oldTree, id: old)
        var right = try cursor(newTree, id: new)
        while !left.isAtEnd || !right.isAtEnd {
            let order = left.isAtEnd ? 1 : right.isAtEnd ? -1 : TreeCursor.order(left, right)
            if order == 0 {
                if left.id != right.id || left.mode != right.mode {
                    try add(left, right, depth: depth)
                }
                try left.advance()
                try right.advance()
            } else if order < 0 {
                try add(left, nil, depth: depth)
                try left.advance()
            } else {
                try add(nil, right, depth: depth)
                try right.advance()
            }
        }
    }

    /// Adds the difference of one entry, or of everything below it.
    private mutating func add(_ old: TreeCursor?, _ new: TreeCursor?, depth: Int) throws(GitError) {
        guard let either = old ?? new else { return }
        let length = path.count
        defer { path.removeSubrange(length...) }
        path.append(contentsOf: either.name)
        if either.isDirectory {
            path.append(UInt8(ascii: "/"))
            try compare(old?.id, new?.id, depth: depth + 1)
            return
        }
        guard changes.count < limit else { throw TreeComparison.tooMany(limit) }
        changes.append(
            FileChange(
                path: Path(bytes: path), old: old.map { FileVersion(mode: $0.mode, id: $0.id) },
                new: new.map { FileVersion(mode: $0.mode, id: $0.id) }))
    }

    private func tree(_ id: ObjectID?) throws(GitError) -> StoredObject? {
        guard let id, id != .emptyTree else { return nil }
        return try repository.read(id, .tree, limit: TreeComparison.maxTreeSize)
    }

    private func cursor(_ tree: StoredObject?, id: ObjectID?) throws(GitError) -> TreeCursor {
        guard let tree else { return try TreeCursor(UnsafeRawBufferPointer(start: nil, count: 0), tree: .zero) }
        return try tree.withBytes { bytes throws(GitError) in try TreeCursor(bytes, tree: id ?? .zero) }
    }
}
