import CGit2

/// One open repository, read only: objects, references, index, and files of the working tree that git tracks.
///
/// Nothing of the repository is run or obeyed: no hook, filter, driver, alias, include or other configuration. It is for
/// one task at a time; open another for another task, which costs well under a millisecond.
package final class Repository {
    /// The directory with HEAD and the index.
    package let gitDirectory: String
    package let commonDirectory: String
    /// The checked-out files; nil for a bare repository.
    package let workingTree: String?

    let format: RepositoryFormat
    let handle: OpaquePointer
    let objects: OpaquePointer
    /// Commits whose parents a shallow clone left out.
    let shallowCommits: Set<ObjectID>
    /// Another file than `<gitDirectory>/index`.
    let indexFile: String?

    /// Opens the repository at a path or in the nearest directory above it.
    /// - Parameter indexFile: the index to read instead of the repository's own. Git names one in GIT_INDEX_FILE when it
    ///   runs a hook for a partial commit.
    package init(at path: String, indexFile: String? = nil) throws(GitError) {
        try Library.prepare()
        let location = try RepositoryLocation.discover(from: path)
        let configuration = location.commonDirectory + "/config"
        let bytes = SmallFile.read(configuration, limit: 4 << 20)
        guard bytes != nil || SmallFile.kind(configuration) == nil else {
            throw GitError(.unreadable, "\(configuration) is not a readable file of at most 4 MB")
        }
        let format = RepositoryFormat(configuration: bytes ?? [])
        try format.check(path: location.workingTree ?? location.gitDirectory)

        Library.clearMessage()
        var opened: OpaquePointer?
        guard git_repository_open_bare(&opened, location.gitDirectory) == 0, let opened else {
            throw GitError(
                .unsupportedRepository,
                "the repository at \(location.gitDirectory) cannot be opened: \(Library.message ?? "unknown reason")")
        }
        var empty: OpaquePointer?
        var store: OpaquePointer?
        guard git_config_new(&empty) == 0, git_repository_set_config(opened, empty) == 0,
            git_repository_odb(&store, opened) == 0, let store
        else {
            git_config_free(empty)
            git_repository_free(opened)
            throw GitError(
                .corrupt,
                "the object store of \(location.gitDirectory) cannot be opened: \(Library.message ?? "unknown reason")")
        }
        git_config_free(empty)
        gitDirectory = location.gitDirectory
        commonDirectory = location.commonDirectory
        // A worktree linked to a bare repository shares its configuration and is not bare itself.
        let isLinked = location.gitDirectory != location.commonDirectory
        workingTree = format.isBare && !isLinked ? nil : location.workingTree
        self.format = format
        self.indexFile = indexFile
        handle = opened
        objects = store
        let shallow = SmallFile.read(location.commonDirectory + "/shallow", limit: 64 << 20) ?? []
        shallowCommits = Set(
            shallow.split(separator: UInt8(ascii: "\n")).compactMap {
                ObjectID(hex: String(decoding: $0, as: UTF8.self))
            })
    }

    deinit {
        git_odb_free(objects)
        git_repository_free(handle)
    }

    package var isShallow: Bool { !shallowCommits.isEmpty }
    /// Whether the clone may lack objects that its origin would send when asked.
    package var isPartialClone: Bool {
        format.hasPromisor || format.extensions["partialclone"] != nil
    }
}
