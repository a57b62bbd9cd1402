package import Diffs

/// What a comparison shows and where it stops.
package struct DiffOptions: Hashable, Sendable {
    /// Pair deleted with new files as `git diff -M` does; else as `--no-renames`.
    package var findsRenames: Bool
    package var contextLines: UInt32
    /// Larger files are treated as binary, as git's core.bigFileThreshold does, and listed as skipped.
    package var maxFileBytes: Int
    /// The patch grows no further; the files that did not fit are listed as skipped.
    package var maxPatchBytes: Int
    /// More changed files than this are an error.
    package var maxFiles: Int
    /// Working tree only: files that git neither tracks nor ignores count as new.
    package var includesUntracked: Bool

    package init(
        findsRenames: Bool = true, contextLines: UInt32 = 3, maxFileBytes: Int = 512 << 20,
        maxPatchBytes: Int = 1 << 30, maxFiles: Int = 100_000, includesUntracked: Bool = false
    ) {
        self.findsRenames = findsRenames
        self.contextLines = contextLines
        self.maxFileBytes = maxFileBytes
        self.maxPatchBytes = maxPatchBytes
        self.maxFiles = maxFiles
        self.includesUntracked = includesUntracked
    }
}

/// Two sides to be compared.
package enum Comparison: Hashable, Sendable {
    /// Two trees; nil is the empty one.
    case trees(ObjectID?, ObjectID?)
    /// What the next commit would change: HEAD (nothing, if it has no commit yet) against the index.
    case staged
    /// What is not staged yet: the index against the files of the working tree.
    case workingTree
}

/// A comparison written as git writes a patch.
package struct Patch: Sendable {
    /// Git's extended format with whole ids, to be parsed by `Diff(parsing:)`.
    package let bytes: [UInt8]
    /// Files whose content is not in `bytes` although it changed. Each still has its header there, if any fitted.
    package let skipped: [SkippedFile]
    /// Things a reader of the patch should know, each a whole sentence.
    package let notes: [String]
    /// Contents of working-tree files, which no object holds, by the ids the patch gives them.
    package let workingTreeBlobs: [ObjectID: [UInt8]]
}

/// A changed file whose content was not compared.
package struct SkippedFile: Hashable, Sendable {
    package let path: Path
    /// Why, and what to do about it.
    package let reason: String

    package init(path: Path, reason: String) {
        self.path = path
        self.reason = reason
    }
}
