package import Diffs

/// One version of a file, as far as it can be had.
package enum FileContent: Sendable, Equatable {
    case bytes([UInt8])
    /// The file does not exist on that side.
    case absent
    /// The text is not at hand; what follows works on the hunks alone. The reason is told to the user.
    case unknown(reason: String)
}

/// Where the whole text of changed files comes from. Asked from one task at a time.
package protocol FileContents {
    func content(of file: FileDiff, side: Side) -> FileContent
}

/// A patch alone: only a file that is wholly added or wholly deleted is known in full.
package struct PatchOnlyContents: FileContents {
    package init() {}

    package func content(of file: FileDiff, side: Side) -> FileContent {
        if side == .old ? file.oldPath == nil : file.newPath == nil { return .absent }
        if side == .new, file.oldPath == nil { return file.wholeSide(.added) }
        if side == .old, file.newPath == nil { return file.wholeSide(.removed) }
        return .unknown(reason: "no repository")
    }
}

/// A patch beside the repository it was made for: the base is found by its blob id, the head by applying the hunks.
package struct PatchedContents: FileContents {
    /// Finds the base text of a file: by blob id, or by path in the checked commit.
    let base: (FileDiff) -> [UInt8]?

    package init(base: @escaping (FileDiff) -> [UInt8]?) {
        self.base = base
    }

    package func content(of file: FileDiff, side: Side) -> FileContent {
        let alone = PatchOnlyContents().content(of: file, side: side)
        guard case .unknown = alone else { return alone }
        guard let old = base(file) else { return .unknown(reason: "the base file is not in the repository") }
        guard let new = file.applied(to: old) else {
            return .unknown(reason: "the patch does not apply to the repository's version")
        }
        return .bytes(side == .old ? old : new)
    }
}

/// Whole files reviewed as if every line were new.
package struct WholeFileContents: FileContents {
    let files: [Path: [UInt8]]

    package init(files: [Path: [UInt8]]) {
        self.files = files
    }

    package func content(of file: FileDiff, side: Side) -> FileContent {
        guard side == .new, let bytes = files[file.path] else { return .absent }
        return .bytes(bytes)
    }
}

extension FileDiff {
    /// The text of a side that consists of nothing but added, or nothing but removed, lines.
    fileprivate func wholeSide(_ kind: DiffLine.Kind) -> FileContent {
        guard !isBinary else { return .unknown(reason: "binary") }
        guard let hunk = hunks.first else { return .bytes([]) }
        guard hunks.count == 1, (kind == .added ? hunk.removed : hunk.added) == 0 else {
            return .unknown(reason: "no repository")
        }
        var text: [UInt8] = []
        text.reserveCapacity(hunk.body.count)
        var isWhole = true
        hunk.forEachLine { line in
            if line.kind != kind { isWhole = false }
            guard isWhole else { return }
            text += hunk.buffer[line.range]
            if line.hasNewline { text.append(0x0A) }
        }
        return isWhole ? .bytes(text) : .unknown(reason: "no repository")
    }
}
