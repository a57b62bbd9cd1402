package import Diffs
package import GitRepository

/// Whole files from a repository's objects, by the blob ids that our own range diffs carry in full.
package struct RepositoryContents: FileContents {
    /// Larger files are judged from their hunks.
    static let limit = 8 << 20

    let repository: Repository
    /// True when new versions may be in the working tree instead of in an object.
    let readsWorkingTree: Bool

    package init(repository: Repository, readsWorkingTree: Bool = false) {
        self.repository = repository
        self.readsWorkingTree = readsWorkingTree
    }

    package func content(of file: FileDiff, side: Side) -> FileContent {
        guard (side == .old ? file.oldPath : file.newPath) != nil else { return .absent }
        let mode = side == .old ? file.oldMode : file.newMode
        if file.status == .submodule || mode == 0o160000 { return .absent }
        guard let hex = side == .old ? file.oldID : file.newID, let id = ObjectID(hex: hex) else {
            // Nothing but the name or mode changed: there are no hunks that would need the text.
            return .unknown(reason: "no object id")
        }
        do {
            return .bytes(try repository.blob(id, limit: Self.limit))
        } catch {
            return .unknown(reason: error.kind == .tooLarge ? "larger than \(Self.limit >> 20) MB" : error.problem)
        }
    }
}
