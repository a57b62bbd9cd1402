import Diffs

extension Repository {
    /// Compares two sides and writes the difference as a patch.
    ///
    /// Hunks are those of `git diff --no-ext-diff --no-textconv --diff-algorithm=myers --indent-heuristic`. A file whose
    /// content is missing or damaged is listed as skipped; the rest is compared. Attributes that mark a file as binary
    /// count as they do for git, except in a change that itself edits a `.gitattributes` file: such a change could hide
    /// its own lines.
    package func diff(_ comparison: Comparison, options: DiffOptions = DiffOptions()) throws(GitError) -> Patch {
        let found =
            switch comparison {
            case .trees(let old, let new):
                FoundChanges(changes: try changes(from: old, to: new, limit: options.maxFiles))
            case .staged: try stagedChanges(limit: options.maxFiles)
            case .workingTree: try workingTreeChanges(options: options)
            }
        var builder = PatchBuilder(repository: self, options: options, found: found)
        builder.build()
        return builder.patch
    }

    package func diff(_ range: RevisionRange, options: DiffOptions = DiffOptions()) throws(GitError) -> Patch {
        try diff(.trees(range.base.tree, range.head.tree), options: options)
    }
}

/// Turns changed paths into a patch: pairs renames, loads contents, compares them.
struct PatchBuilder {
    private let options: DiffOptions
    private let found: FoundChanges
    private let loader: ContentLoader
    private var writer = PatchWriter()
    private var skipped: [SkippedFile]
    private var notes: [String]

    init(repository: Repository, options: DiffOptions, found: FoundChanges) {
        self.options = options
        self.found = found
        loader = ContentLoader(
            repository: repository, limit: options.maxFileBytes, extra: found.contents, changes: found.changes)
        skipped = found.skipped
        notes = found.notes
    }

    var patch: Patch {
        Patch(bytes: writer.bytes, skipped: skipped, notes: notes, workingTreeBlobs: found.contents)
    }

    mutating func build() {
        for pair in pairs() { append(pair) }
    }

    private mutating func pairs() -> [FilePair] {
        guard options.findsRenames else { return RenamePairing.unpaired(found.changes) }
        let (pairs, reachedLimit) = RenamePairing.pairs(
            found.changes, size: { [loader] in loader.size(of: $0) }, load: { [loader] in try? loader.load($0, at: $1) }
        )
        if reachedLimit {
            notes.append("Too many files were added and deleted to look for all renames; some show as deleted and new.")
        }
        return pairs
    }

    private mutating func append(_ pair: FilePair) {
        if let old = pair.old, let new = pair.new, old.type != new.type {
            // A change of type is shown as the old file going and the new one coming.
            append(FilePair(oldPath: pair.oldPath, newPath: pair.oldPath, old: old, new: nil))
            append(FilePair(oldPath: pair.newPath, newPath: pair.newPath, old: nil, new: new))
            return
        }
        let start = writer.position
        let full = SkippedFile(path: pair.newPath, reason: "the patch is longer than \(options.maxPatchBytes) bytes")
        guard start < options.maxPatchBytes else {
            skipped.append(full)
            return
        }
        writer.appendHeader(pair)
        guard pair.old?.id != pair.new?.id else { return }
        do throws(GitError) {
            let old: Content? = if let version = pair.old { try loader.load(version, at: pair.oldPath) } else { nil }
            let new: Content? = if let version = pair.new { try loader.load(version, at: pair.newPath) } else { nil }
            appendContent(pair, old, new)
        } catch {
            skipped.append(SkippedFile(path: pair.newPath, reason: error.description))
            if error.kind == .tooLarge { writer.appendBinaryNote(pair) }
        }
        if writer.position > options.maxPatchBytes {
            writer.removeEverything(after: start)
            writer.appendHeader(pair)
            skipped.append(full)
        }
    }

    private mutating func appendContent(_ pair: FilePair, _ old: Content?, _ new: Content?) {
        if old?.isBinary == true || new?.isBinary == true {
            writer.appendBinaryNote(pair)
            return
        }
        if loader.isHidden(pair) {
            let name = String(decoding: pair.newPath.bytes, as: UTF8.self)
            notes.append(
                "\(name) is compared as text although .gitattributes, which this change edits, calls it binary.")
        }
        let start = writer.position
        writer.appendFileNames(pair)
        let hunks = writer.position
        let context = options.contextLines
        let isCompared = writer.withBytes { TextDiff.append(old: old, new: new, context: context, to: &$0) }
        if !isCompared {
            writer.removeEverything(after: start)
            skipped.append(SkippedFile(path: pair.newPath, reason: "its two versions could not be compared"))
        } else if writer.position == hunks {
            // An empty file that comes or goes.
            writer.removeEverything(after: start)
        }
    }
}
