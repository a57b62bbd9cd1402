/// A parsed diff in git's extended or plain unified form.
///
/// One immutable buffer holds the bytes; files, hunks and lines are ranges into it, so a parsed diff costs little more
/// than its text and renders back to exactly the bytes it came from.
package struct Diff: Sendable {
    /// The whole text that was parsed, including any mail header or trailer around the diff.
    package let bytes: [UInt8]
    package let files: [FileDiff]
    /// True when `files` are exactly what `bytes` holds, in order, with their ranges.
    let isVerbatim: Bool

    /// A diff put together from files of any origin; it renders in git's canonical form.
    package init(bytes: [UInt8], files: [FileDiff]) {
        self.init(bytes: bytes, files: files, isVerbatim: false)
    }

    init(bytes: [UInt8], files: [FileDiff], isVerbatim: Bool) {
        self.bytes = bytes
        self.files = files
        self.isVerbatim = isVerbatim
    }
}

/// What happened to a file; the first case that applies, in this order, is its status.
package enum FileStatus: String, CaseIterable, Sendable {
    case submodule, binary, renamed, copied, added, deleted, mode, modified
}

/// The change of one file.
package struct FileDiff: Sendable {
    /// Nil when the file did not exist before.
    package var oldPath: Path?
    /// Nil when the file does not exist afterwards.
    package var newPath: Path?
    package var status: FileStatus
    /// Octal modes as git writes them (0o100644, 0o160000 for a submodule); nil when the diff does not tell.
    package var oldMode: UInt32?
    package var newMode: UInt32?
    /// Blob ids, possibly abbreviated, in hexadecimal, as on the `index` line.
    package var oldID: String?
    package var newID: String?
    /// Percentage of a `similarity index` line.
    package var similarity: Int?
    /// Percentage of a `dissimilarity index` line: a file written anew (`git diff -B`).
    package var dissimilarity: Int?
    package var isBinary: Bool
    /// The data of a `GIT binary patch`, from that line to the blank line that ends it; nil for "Binary files differ".
    package var binaryPatch: ArraySlice<UInt8>?
    package var hunks: [Hunk]
    /// Where the whole section, headers and hunks, stands in the bytes of the diff; nil if it was not parsed.
    package var range: Range<Int>?

    package init(
        oldPath: Path?, newPath: Path?, status: FileStatus, oldMode: UInt32? = nil, newMode: UInt32? = nil,
        oldID: String? = nil, newID: String? = nil, similarity: Int? = nil, dissimilarity: Int? = nil,
        isBinary: Bool = false, binaryPatch: ArraySlice<UInt8>? = nil, hunks: [Hunk], range: Range<Int>? = nil
    ) {
        self.oldPath = oldPath
        self.newPath = newPath
        self.status = status
        self.oldMode = oldMode
        self.newMode = newMode
        self.oldID = oldID
        self.newID = newID
        self.similarity = similarity
        self.dissimilarity = dissimilarity
        self.isBinary = isBinary
        self.binaryPatch = binaryPatch
        self.hunks = hunks
        self.range = range
    }

    /// The path people know the file by: the new one, or the old one of a deleted file.
    package var path: Path {
        newPath ?? oldPath ?? Path(bytes: [])
    }

    package var added: Int { hunks.reduce(0) { $0 + $1.added } }
    package var removed: Int { hunks.reduce(0) { $0 + $1.removed } }
}
