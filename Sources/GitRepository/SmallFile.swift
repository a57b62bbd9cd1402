import Glibc

/// Reads files of a repository's own directory, which may hold anything.
enum SmallFile {
    /// The content of a regular file, nil when there is none of that name, it is no regular file, or it is larger.
    static func read(_ path: String, limit: Int) -> [UInt8]? {
        // Without O_NONBLOCK, opening a named pipe would wait for its other end.
        let file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var info = stat()
        guard fstat(file, &info) == 0, info.st_mode & S_IFMT == S_IFREG, info.st_size <= limit else { return nil }
        return readAll(file, expected: Int(info.st_size), limit: limit)
    }

    static func readAll(_ file: Int32, expected: Int, limit: Int) -> [UInt8]? {
        var content: [UInt8] = []
        var capacity = expected + 1
        while true {
            let start = content.count
            guard start + capacity <= limit + 1 || start <= limit else { return nil }
            var failed = false
            content.append(
                contentsOf: [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                    let got = Glibc.read(file, buffer.baseAddress, buffer.count)
                    failed = got < 0
                    count = max(got, 0)
                })
            if failed { return nil }
            if content.count > limit { return nil }
            if content.count == start { return content }
            capacity = 64 << 10
        }
    }

    /// The first line without its end, trimmed.
    static func line(_ path: String, limit: Int = 8192) -> String? {
        guard let bytes = read(path, limit: limit) else { return nil }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != 0 && $0 != UInt8(ascii: "\r") }
        return String(validating: line, as: UTF8.self)
    }

    enum Entry { case file, directory, other }

    /// What stands at a path, symbolic links followed.
    static func kind(_ path: String) -> Entry? {
        var info = stat()
        guard stat(path, &info) == 0 else { return nil }
        switch info.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .directory
        default: return .other
        }
    }
}
