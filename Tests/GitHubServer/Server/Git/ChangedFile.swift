/// One file of a diff between two trees, as the pull request's pages list it.
struct ChangedFile: Sendable {
    var path: String
    var oldPath: String?
    /// added, removed, modified, renamed, changed.
    var status: String
    var additions = 0
    var deletions = 0
    /// The object at the head; for a removed file the one at the base.
    var object: String
    var isBinary = false
    /// From the first hunk header to the last line; nil where nothing is shown.
    var patch: Patch?
}

/// A diff of two trees with the text that git wrote for it.
struct TreeDiff: Sendable {
    var files: [ChangedFile]
    /// The whole text, as the diff media type serves it.
    var text: [UInt8]
    var lines: Int

    static let empty = TreeDiff(files: [], text: [], lines: 0)
}
