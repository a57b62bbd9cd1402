import Glibc

/// The database's file and directory: made for their owner's eyes only.
enum StoreFile {
    /// Makes the directories that are missing (mode 0700) and the file (mode 0600) if there is none yet.
    static func prepare(_ path: String) throws(StoreError) {
        if let slash = path.lastIndex(of: "/") { try makeDirectory(String(path[..<slash]), for: path) }
        // SQLite gives its companion files the mode of the database.
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw StoreError(errno == ENOSPC ? .diskFull : .notWritable, path: path, cause: lastError())
        }
        close(file)
    }

    private static func makeDirectory(_ directory: String, for path: String) throws(StoreError) {
        if directory.isEmpty || access(directory, F_OK) == 0 { return }
        if let slash = directory.lastIndex(of: "/") { try makeDirectory(String(directory[..<slash]), for: path) }
        // Another process may make it at the same moment.
        if mkdir(directory, 0o700) != 0, errno != EEXIST {
            throw StoreError(
                errno == ENOSPC ? .diskFull : .notWritable, path: path, cause: "\(directory): \(lastError())")
        }
    }

    /// The directory that a file stands in.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Waits until a file or the names in a directory are on the disk.
    static func synchronise(_ path: String) throws(StoreError) {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw StoreError(.notWritable, path: path, cause: lastError()) }
        defer { close(file) }
        // Some file systems know no such thing for directories.
        if fsync(file) != 0, errno != EINVAL {
            throw StoreError(errno == ENOSPC ? .diskFull : .failed, path: path, cause: lastError())
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    static func lastError() -> String { String(cString: strerror(errno)) }

    /// The path as a URI that SQLite opens without locks and companion files.
    static func immutableURI(_ path: String) -> String {
        var uri = path.hasPrefix("/") ? "file://" : "file:"
        for byte in path.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                UInt8(ascii: "."):
                uri.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = Array("0123456789ABCDEF")
                uri += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
        return uri + "?immutable=1"
    }
}
