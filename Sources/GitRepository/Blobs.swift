package import Diffs

extension Repository {
    /// The bytes of a blob of at most `limit` bytes.
    package func blob(_ id: ObjectID, limit: Int) throws(GitError) -> [UInt8] {
        try read(id, .blob, limit: limit).withBytes { Array($0) }
    }

    /// The mode and id of a file in a tree, nil when the tree has no such file.
    package func entry(at path: Path, in tree: ObjectID) throws(GitError) -> FileVersion? {
        var tree = tree
        let components = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
        for (depth, component) in components.enumerated() {
            guard depth < 4096, let found = try entry(named: component, in: tree) else { return nil }
            if depth == components.count - 1 {
                return (found.mode & FileVersion.typeMask == FileVersion.directory) ? nil : found
            }
            guard (found.mode & FileVersion.typeMask == FileVersion.directory) else { return nil }
            tree = found.id
        }
        return nil
    }

    private func entry(named name: ArraySlice<UInt8>, in tree: ObjectID) throws(GitError) -> FileVersion? {
        if tree == .emptyTree { return nil }
        return try read(tree, .tree, limit: 64 << 20).withBytes { bytes throws(GitError) in
            var cursor = try TreeCursor(bytes, tree: tree)
            while !cursor.isAtEnd {
                if cursor.name.elementsEqual(name) { return FileVersion(mode: cursor.mode, id: cursor.id) }
                try cursor.advance()
            }
            return nil
        }
    }
}
