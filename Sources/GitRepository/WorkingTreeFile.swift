import Glibc

/// Reads files below a working tree without ever leaving it: no part of the path may be a symbolic link.
struct WorkingTreeReader {
    let root: String

    enum Found {
        case file(info: stat)
        case link(info: stat)
        case directory
        case nothing
    }

    /// What stands at a path; a path that leaves the tree counts as nothing.
    func look(at path: [UInt8]) -> Found {
        withParent(of: path) { directory, name in
            var info = stat()
            guard fstatat(directory, name, &info, AT_SYMLINK_NOFOLLOW) == 0 else { return .nothing }
            switch info.st_mode & S_IFMT {
            case S_IFREG: return .file(info: info)
            case S_IFLNK: return .link(info: info)
            case S_IFDIR: return .directory
            default: return .nothing
            }
        } ?? .nothing
    }

    /// Whether anything stands at a path of ours below the tree; quicker than `look(at:)`, and follows links on the way.
    func exists(_ path: [UInt8]) -> Bool {
        var info = stat()
        return cString((Array(root.utf8) + [UInt8(ascii: "/")] + path)[...]) { lstat($0, &info) == 0 }
    }

    /// The content of a regular file of at most `limit` bytes.
    func content(at path: [UInt8], limit: Int) -> [UInt8]? {
        withParent(of: path) { directory, name in
            let file = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
            guard file >= 0 else { return nil }
            defer { close(file) }
            var info = stat()
            guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= limit else { return nil }
            return SmallFile.readAll(file, expected: Int(info.st_size), limit: limit)
        } ?? nil
    }

    /// Where a symbolic link points.
    func target(at path: [UInt8]) -> [UInt8]? {
        withParent(of: path) { directory, name in
            [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
                let length = buffer.withMemoryRebound(to: CChar.self) { characters in
                    characters.baseAddress.map { readlinkat(directory, name, $0, characters.count) } ?? -1
                }
                count = max(length, 0)
            }
        }
    }

    private func withParent<Result>(of path: [UInt8], _ body: (Int32, UnsafePointer<CChar>) -> Result) -> Result? {
        let parts = path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let dots = [[UInt8(ascii: ".")], [UInt8(ascii: "."), UInt8(ascii: ".")]]
        guard let last = parts.last, !path.contains(0),
            !parts.contains(where: { $0.isEmpty || dots.contains(Array($0)) })
        else { return nil }
        var directory = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return nil }
        defer { close(directory) }
        for part in parts.dropLast() {
            let next = cString(part) { openat(directory, $0, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) }
            guard next >= 0 else { return nil }
            close(directory)
            directory = next
        }
        return cString(last) { body(directory, $0) }
    }

    private func cString<Result>(_ bytes: ArraySlice<UInt8>, _ body: (UnsafePointer<CChar>) -> Result) -> Result {
        let characters = bytes.map { CChar(bitPattern: $0) } + [0]
        return body(characters)
    }
}
