import Glibc

/// Writes a file whole: it is replaced only once everything is in its successor.
enum FileReplacement {
    static func write(_ bytes: [UInt8], to path: String) throws {
        var info = stat()
        let isThere = stat(path, &info) == 0
        if isThere, info.st_mode & S_IFMT != S_IFREG { return try write(bytes, into: path) }
        // A link stays one: what it points to is replaced.
        let target = isThere ? realPath(path) ?? path : path
        let successor = target + ".\(getpid()).tmp"
        let descriptor = open(successor, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        if isThere { fchmod(descriptor, info.st_mode & 0o777) }
        do {
            try FileDescriptorWriter.write(bytes, to: descriptor)
        } catch {
            close(descriptor)
            unlink(successor)
            throw error
        }
        guard close(descriptor) == 0, rename(successor, target) == 0 else {
            let failure = failure(path)
            unlink(successor)
            throw failure
        }
    }

    /// Into a device, a pipe or a terminal, which is no file to be replaced: `--output /dev/null`.
    private static func write(_ bytes: [UInt8], into path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        try FileDescriptorWriter.write(bytes, to: descriptor)
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func failure(_ path: String) -> Failure {
        Failure("cannot write \(Printable.text(path)): \(String(cString: strerror(errno)))")
    }
}
