import Glibc

/// The files of a mirror, kept as they must be so that nothing in them but objects and our own references is obeyed.
struct MirrorFiles: Sendable {
    let directory: String

    /// The whole configuration. Whatever else stands there was not written by us.
    private static let configuration = "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"

    /// Makes the mirror if there is none, restores what makes it one, and clears away what a killed process left.
    /// To be called with the lock held.
    func prepare() throws(TransportError) {
        for folder in ["", "/objects", "/objects/info", "/objects/pack", "/refs", "/refs/hunkwise"] {
            guard mkdir(directory + folder, 0o700) == 0 || SmallFile.kind(directory + folder) == .directory else {
                throw .writing(directory + folder)
            }
        }
        try keep("/HEAD", "ref: refs/heads/none\n")
        try keep("/config", MirrorFiles.configuration)
        // Obeyed by git or by our reader: other places for objects and references, other parents.
        for name in [
            "/config.worktree", "/commondir", "/gitdir", "/packed-refs", "/info/grafts", "/info/attributes",
            "/objects/info/alternates", "/objects/info/http-alternates",
        ] { unlink(directory + name) }
        for name in ["/hooks", "/worktrees", "/modules", "/remotes", "/branches", "/refs/replace"] {
            FileTree.remove(directory + name)
        }
        sweep()
    }

    private func keep(_ name: String, _ text: String) throws(TransportError) {
        let path = directory + name
        var info = stat()
        let isFile = lstat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
        if isFile, SmallFile.read(path, limit: 4096) == Array(text.utf8) { return }
        FileTree.remove(path)
        let part = path + ".new"
        unlink(part)
        let file = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .writing(part) }
        let isWritten = write(file, text, text.utf8.count) == text.utf8.count && fsync(file) == 0
        guard close(file) == 0, isWritten, rename(part, path) == 0 else { throw .writing(path) }
    }

    /// Removes what git leaves behind when it is killed. Nobody else is at work: we hold the lock.
    private func sweep() {
        for name in ["/shallow.lock", "/packed-refs.lock", "/HEAD.lock", "/config.lock", "/gc.pid.lock", "/gc.pid"] {
            unlink(directory + name)
        }
        for name in FileTree.names(in: directory + "/objects") where name.hasPrefix("tmp_") {
            FileTree.remove(directory + "/objects/" + name)
        }
        // A `.keep` file would keep a pack from being cleared away for ever.
        let packs = directory + "/objects/pack/"
        for name in FileTree.names(in: packs)
        where name.hasPrefix("tmp_") || name.hasPrefix(".tmp-") || name.hasSuffix(".keep") {
            unlink(packs + name)
        }
        for reference in references() where reference.target == nil { unlink(path(of: reference.name)) }
    }

    func path(of reference: String) -> String { directory + "/" + reference }

    /// What a reference names, nil if there is none or it is damaged.
    func target(of reference: String) -> ObjectID? {
        guard let bytes = SmallFile.read(path(of: reference), limit: 64), bytes.count == 41, bytes[40] == 10 else {
            return nil
        }
        return ObjectID(hex: String(decoding: bytes.prefix(40), as: UTF8.self))
    }

    func remove(reference: String) {
        unlink(path(of: reference))
    }

    /// Marks a reference as used now.
    func touch(reference: String) {
        utimensat(AT_FDCWD, path(of: reference), nil, AT_SYMLINK_NOFOLLOW)
    }

    struct Reference {
        /// `refs/hunkwise/<number>/<head>` and what comes behind.
        var name: String
        var number: Int
        /// The head it was fetched for.
        var head: ObjectID?
        /// Nil when the file is damaged.
        var target: ObjectID?
        /// When it was last used, in seconds since 1970.
        var time: Int
    }

    /// What a private reference's name has behind the head's id.
    private static let endings: Set = ["", ".base", ".merge-base"]

    /// Every private reference, the damaged ones too.
    func references() -> [Reference] {
        var found: [Reference] = []
        for folder in FileTree.names(in: directory + "/refs/hunkwise") {
            for file in FileTree.names(in: directory + "/refs/hunkwise/" + folder) {
                let name = "refs/hunkwise/\(folder)/\(file)"
                var info = stat()
                guard lstat(path(of: name), &info) == 0 else { continue }
                // A `.lock` file that git had written to its end looks like a reference in all but its name.
                let head =
                    MirrorFiles.endings.contains(String(file.dropFirst(40)))
                    ? ObjectID(hex: String(file.prefix(40))) : nil
                found.append(
                    Reference(
                        name: name, number: Int(folder) ?? 0, head: head,
                        target: head == nil ? nil : target(of: name), time: Int(info.st_mtim.tv_sec)))
            }
        }
        return found
    }

    /// Bytes of objects. Packs, finished or growing, are nearly all there is.
    func objectBytes() -> Int {
        FileTree.bytes(of: directory + "/objects/pack")
    }
}

/// A folder with everything below it. Links are never followed.
enum FileTree {
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }

    /// The sizes of all files together.
    static func bytes(of path: String, depth: Int = 0) -> Int {
        var info = stat()
        guard lstat(path, &info) == 0 else { return 0 }
        guard info.st_mode & S_IFMT == S_IFDIR, depth < 64 else { return Int(info.st_size) }
        return names(in: path).reduce(0) { $0 + bytes(of: path + "/" + $1, depth: depth + 1) }
    }

    static func remove(_ path: String, depth: Int = 0) {
        if unlink(path) == 0 || errno == ENOENT { return }
        guard depth < 64 else { return }
        for name in names(in: path) { remove(path + "/" + name, depth: depth + 1) }
        rmdir(path)
    }
}
