import CGit2
import Diffs
import Glibc

extension Repository {
    /// The index against the files of the working tree.
    func workingTreeChanges(options: DiffOptions) throws(GitError) -> FoundChanges {
        guard let workingTree else {
            throw GitError(.noWorkingTree, "\(gitDirectory) is a bare repository: it has no working tree")
        }
        let entries = try indexEntries()
        var scan = WorkingTreeScan(repository: self, root: workingTree, options: options)
        for entry in entries {
            scan.compare(entry)
            guard scan.found.changes.count <= options.maxFiles else { throw TreeComparison.tooMany(options.maxFiles) }
        }
        if options.includesUntracked {
            for path in untrackedPaths() {
                scan.add(path)
                guard scan.found.changes.count <= options.maxFiles else {
                    throw TreeComparison.tooMany(options.maxFiles)
                }
            }
            scan.found.changes.sort { $0.path < $1.path }
        }
        return scan.found
    }

    /// Files that are neither in the index nor ignored by `.gitignore` or info/exclude.
    private func untrackedPaths() -> [Path] {
        guard let handle = secondHandle() else { return [] }
        defer { git_repository_free(handle) }
        var options = git_diff_options()
        guard git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)) == 0 else { return [] }
        options.flags = GIT_DIFF_INCLUDE_UNTRACKED.rawValue | GIT_DIFF_RECURSE_UNTRACKED_DIRS.rawValue
        var diff: OpaquePointer?
        guard git_diff_index_to_workdir(&diff, handle, nil, &options) == 0, let diff else { return [] }
        defer { git_diff_free(diff) }
        var paths: [Path] = []
        for index in 0..<git_diff_num_deltas(diff) {
            guard let delta = git_diff_get_delta(diff, index)?.pointee, delta.status == GIT_DELTA_UNTRACKED,
                let path = delta.new_file.path
            else { continue }
            paths.append(Path(bytes: UnsafeRawBufferPointer(start: path, count: strlen(path))))
        }
        return paths
    }
}

/// Compares index entries with files one by one.
struct WorkingTreeScan {
    /// Bytes of working-tree files kept for the patch; files beyond are skipped.
    private static let maxKept = 256 << 20

    let repository: Repository
    let options: DiffOptions
    var found = FoundChanges()

    private let reader: WorkingTreeReader
    private let attributes: Attributes?
    /// Files changed in the second the index was written may look unchanged.
    private let indexTime: timespec
    private var kept = 0

    init(repository: Repository, root: String, options: DiffOptions) {
        self.repository = repository
        self.options = options
        reader = WorkingTreeReader(root: root)
        attributes = Attributes(repository)
        var info = stat()
        let file = repository.indexFile ?? repository.gitDirectory + "/index"
        indexTime = stat(file, &info) == 0 ? info.st_mtim : timespec()
    }

    mutating func compare(_ entry: IndexEntry) {
        guard entry.stage == 0 else {
            if found.skipped.last?.path != entry.path {
                found.skipped.append(SkippedFile(path: entry.path, reason: Repository.conflict))
            }
            return
        }
        guard !entry.isAssumedUnchanged else { return }
        let old = entry.isIntendedOnly ? nil : entry.version
        if entry.version.isSubmodule {
            compareSubmodule(entry)
            return
        }
        switch reader.look(at: entry.path.bytes) {
        case .file(let info):
            let mode: UInt32 = info.st_mode & S_IXUSR != 0 ? 0o100755 : 0o100644
            if old != nil, mode == entry.version.mode, isUntouched(entry, info) { return }
            record(
                entry.path, old: old, mode: mode,
                content: reader.content(at: entry.path.bytes, limit: options.maxFileBytes))
        case .link(let info):
            if old != nil, entry.version.mode == 0o120000, isUntouched(entry, info) { return }
            record(entry.path, old: old, mode: 0o120000, content: reader.target(at: entry.path.bytes))
        case .directory, .nothing:
            if let old { found.changes.append(FileChange(path: entry.path, old: old, new: nil)) }
        }
    }

    /// Adds an untracked file.
    mutating func add(_ path: Path) {
        switch reader.look(at: path.bytes) {
        case .file(let info):
            record(
                path, old: nil, mode: info.st_mode & S_IXUSR != 0 ? 0o100755 : 0o100644,
                content: reader.content(at: path.bytes, limit: options.maxFileBytes))
        case .link: record(path, old: nil, mode: 0o120000, content: reader.target(at: path.bytes))
        case .directory, .nothing: break
        }
    }

    private func isUntouched(_ entry: IndexEntry, _ info: stat) -> Bool {
        let time = info.st_mtim
        guard Int64(time.tv_sec) == Int64(entry.modified.seconds),
            Int64(time.tv_nsec) == Int64(entry.modified.nanoseconds),
            UInt32(truncatingIfNeeded: info.st_size) == entry.size
        else { return false }
        return (time.tv_sec, time.tv_nsec) < (indexTime.tv_sec, indexTime.tv_nsec)
    }

    private mutating func record(_ path: Path, old: FileVersion?, mode: UInt32, content: [UInt8]?) {
        guard var content else {
            found.skipped.append(
                SkippedFile(path: path, reason: "it cannot be read, or is larger than \(options.maxFileBytes) bytes"))
            return
        }
        if mode != 0o120000 {
            if let reason = foreignFilter(path) {
                found.skipped.append(SkippedFile(path: path, reason: reason))
                return
            }
            normaliseLineEnds(&content, path: path, old: old)
        }
        guard let id = ObjectID(blob: content) else { return }
        let new = FileVersion(mode: mode, id: id)
        guard new != old else { return }
        if id != old?.id {
            guard kept + content.count <= WorkingTreeScan.maxKept else {
                found.skipped.append(SkippedFile(path: path, reason: "the changed files are larger than 256 MB in all"))
                return
            }
            kept += content.count
            found.contents[id] = content
        }
        found.changes.append(FileChange(path: path, old: old, new: new))
    }

    /// A program would have to turn the file into what git stores; none is run.
    private func foreignFilter(_ path: Path) -> String? {
        if case .text(let name)? = attributes?.value(of: "filter", for: path) {
            return "its attributes ask for the filter '\(name)', and no program is run; stage it and review --staged"
        }
        if case .text? = attributes?.value(of: "working-tree-encoding", for: path) {
            return "its attributes ask for another encoding in the working tree; stage it and review --staged"
        }
        return nil
    }

    /// The line ends git would store: of files marked as text by attributes, CRLF becomes LF.
    private func normaliseLineEnds(_ content: inout [UInt8], path: Path, old: FileVersion?) {
        guard let attributes, content.contains(13) else { return }
        let text = attributes.value(of: "text", for: path)
        switch text {
        case .set: break
        case .unset: return
        case .text("auto"):
            // Git leaves a file alone that is no text, or that was stored with such line ends.
            guard !content.contains(0) else { return }
            if let old, let blob = try? repository.read(old.id, .blob, limit: options.maxFileBytes),
                blob.withBytes({ $0.contains(13) })
            {
                return
            }
        case .text, .unspecified:
            guard case .text = attributes.value(of: "eol", for: path) else { return }
        }
        var result: [UInt8] = []
        result.reserveCapacity(content.count)
        for (index, byte) in content.enumerated()
        where !(byte == 13 && index + 1 < content.count && content[index + 1] == 10) {
            result.append(byte)
        }
        content = result
    }

    private mutating func compareSubmodule(_ entry: IndexEntry) {
        guard case .directory = reader.look(at: entry.path.bytes),
            let name = String(validating: entry.path.bytes, as: UTF8.self)
        else { return }
        let place = reader.root + "/" + name
        guard SmallFile.kind(place + "/.git") != nil, let inner = try? Repository(at: place),
            inner.workingTree != repository.workingTree, let head = try? inner.headCommit(), head != entry.version.id
        else { return }
        found.changes.append(
            FileChange(path: entry.path, old: entry.version, new: FileVersion(mode: entry.version.mode, id: head)))
    }
}

extension ObjectID {
    /// The id git gives to a blob of this content.
    init?(blob content: [UInt8]) {
        var id = git_oid()
        guard
            content.withUnsafeBytes({
                git_odb_hash(&id, $0.baseAddress ?? UnsafeRawPointer(bitPattern: 1), $0.count, GIT_OBJECT_BLOB)
            }) == 0
        else { return nil }
        self.init(id)
    }
}
