package import Diffs

extension Repository {
    /// Compares two sides and writes the difference as a patch.
    ///
    /// Hunks are those of `git diff --no-ext-diff --no-textconv --diff-algorithm=myers --indent-heuristic`. A file whose
    /// content is missing or damaged is listed as skipped; the rest is compared.
    package func diff(_ comparison: Comparison, options: DiffOptions = DiffOptions()) throws(GitError) -> Patch {
        let changes =
            switch comparison {
            case .trees(let old, let new): try self.changes(from: old, to: new, limit: options.maxFiles)
            case .staged, .workingTree: [FileChange]()
            }
        var builder = PatchBuilder(repository: self, options: options)
        try builder.append(changes)
        return builder.patch
    }

    package func diff(_ range: RevisionRange, options: DiffOptions = DiffOptions()) throws(GitError) -> Patch {
        try diff(.trees(range.base.tree, range.head.tree), options: options)
    }
}

/// Turns changed paths into a patch: pairs renames, loads contents, compares them.
struct PatchBuilder {
    private let repository: Repository
    private let options: DiffOptions
    private var writer = PatchWriter()
    private var skipped: [SkippedFile] = []
    private var notes: [String] = []

    init(repository: Repository, options: DiffOptions) {
        self.repository = repository
        self.options = options
    }

    var patch: Patch {
        Patch(bytes: writer.bytes, skipped: skipped, notes: notes)
    }

    mutating func append(_ changes: [FileChange]) throws(GitError) {
        for pair in paired(changes) { append(pair) }
    }

    private mutating func paired(_ changes: [FileChange]) -> [FilePair] {
        guard options.findsRenames else { return RenamePairing.unpaired(changes) }
        let (pairs, reachedLimit) = RenamePairing.pairs(
            changes,
            size: { [repository] in try? repository.header(of: $0).size },
            load: { [repository, options] version, path in
                guard let object = try? repository.read(version.id, .blob, limit: options.maxFileBytes) else { return nil }
                return RenamePairing.Content(object: object, isText: !object.withBytes { Content.hasNull($0) })
            })
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
        guard start < options.maxPatchBytes else {
            skipped.append(SkippedFile(path: pair.newPath, reason: "the patch is longer than \(options.maxPatchBytes) bytes"))
            return
        }
        writer.appendHeader(pair)
        guard pair.old?.id != pair.new?.id else { return }
        do throws(GitError) {
            let old = try Content.load(pair.old, from: repository, options: options)
            let new = try Content.load(pair.new, from: repository, options: options)
            appendContent(pair, old, new)
        } catch {
            skipped.append(SkippedFile(path: pair.newPath, reason: error.description))
            if error.kind == .tooLarge { writer.appendBinaryNote(pair) }
        }
        if writer.position > options.maxPatchBytes {
            writer.removeEverything(after: start)
            writer.appendHeader(pair)
            skipped.append(SkippedFile(path: pair.newPath, reason: "the patch is longer than \(options.maxPatchBytes) bytes"))
        }
    }

    private mutating func appendContent(_ pair: FilePair, _ old: Content?, _ new: Content?) {
        if old?.isBinary == true || new?.isBinary == true {
            writer.appendBinaryNote(pair)
            return
        }
        let start = writer.position
        writer.appendFileNames(pair)
        let hunks = writer.position
        let context = options.contextLines
        let isCompared = Content.withBytes(old) { old in
            Content.withBytes(new) { new in
                writer.withBytes { TextDiff.append(old: old, new: new, context: context, to: &$0) }
            }
        }
        if !isCompared {
            writer.removeEverything(after: start)
            skipped.append(SkippedFile(path: pair.newPath, reason: "its two versions could not be compared"))
        } else if writer.position == hunks {
            // An empty file that comes or goes.
            writer.removeEverything(after: start)
        }
    }
}

/// What one side of a file holds.
enum Content {
    case blob(StoredObject, isBinary: Bool)
    case text([UInt8])

    /// Git looks this far for a null byte, which makes a file binary.
    private static let examined = 8000

    static func hasNull(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.prefix(examined).contains(0)
    }

    static func load(
        _ version: FileVersion?, from repository: Repository, options: DiffOptions
    ) throws(GitError) -> Content? {
        guard let version else { return nil }
        if version.isSubmodule { return .text(Array("Subproject commit \(version.id)\n".utf8)) }
        let object = try repository.read(version.id, .blob, limit: options.maxFileBytes)
        return .blob(object, isBinary: object.withBytes { hasNull($0) })
    }

    var isBinary: Bool {
        switch self {
        case .blob(_, let isBinary): isBinary
        case .text: false
        }
    }

    static func withBytes<Result>(_ content: Content?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        switch content {
        case .blob(let object, _): object.withBytes { body($0) }
        case .text(let bytes): bytes.withUnsafeBytes { body($0) }
        case nil: body(nil)
        }
    }
}
