package import Diffs

extension Repository {
    /// The bytes of a blob of at most `limit` bytes.
    package func blob(_ id: ObjectID, limit: Int) throws(GitError) -> [UInt8] {
        try read(id, .blob, limit: limit).withBytes { Array($0) }
    }

    /// The bytes of a file or the target of a symbolic link in a tree, nil when the tree has no such file.
    package func file(at path: Path, in tree: ObjectID, limit: Int) throws(GitError) -> [UInt8]? {
        guard let entry = try entry(at: path, in: tree), !entry.isSubmodule else { return nil }
        return try blob(entry.id, limit: limit)
    }

    /// The mode and id of a file in a tree, nil when the tree has no such file.
    package func entry(at path: Path, in tree: ObjectID) throws(GitError) -> FileVersion? {
        var tree = tree
        let components = path.bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: true)
        for (depth, component) in components.enumerated() {
            guard depth < TreeComparison.maxDepth, let found = try entry(named: component, in: tree) else { return nil }
            if depth == components.count - 1 { return found.isDirectory ? nil : found }
            guard found.isDirectory else { return nil }
            tree = found.id
        }
        return nil
    }

    /// Every file of a tree, in git's order.
    package func files(in tree: ObjectID, limit: Int = 1_000_000) throws(GitError) -> [(
        path: Path, version: FileVersion
    )] {
        try changes(from: nil, to: tree, limit: limit).compactMap { change in
            change.new.map { (change.path, $0) }
        }
    }

    private func entry(named name: ArraySlice<UInt8>, in tree: ObjectID) throws(GitError) -> FileVersion? {
        if tree == .emptyTree { return nil }
        return try read(tree, .tree, limit: TreeComparison.maxTreeSize).withBytes { bytes throws(GitError) in
            var cursor = try TreeCursor(bytes, tree: tree)
            while !cursor.isAtEnd {
                if cursor.name.elementsEqual(name) { return FileVersion(mode: cursor.mode, id: cursor.id) }
                try cursor.advance()
            }
            return nil
        }
    }
}
