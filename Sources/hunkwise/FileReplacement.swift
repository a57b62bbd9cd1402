import Glibc

/// Writes a file whole: it is replaced only once everything is in its successor.
enum FileReplacement {
    static func write(_ bytes: [UInt8], to path: String) throws {
        let successor = path + ".\(getpid()).tmp"
        let descriptor = open(successor, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        do {
            try FileDescriptorWriter.write(bytes, to: descriptor)
        } catch {
            close(descriptor)
            unlink(successor)
            throw error
        }
        guard close(descriptor) == 0, rename(successor, path) == 0 else {
            let failure = failure(path)
            unlink(successor)
            throw failure
        }
    }

    private static func failure(_ path: String) -> Failure {
        Failure("cannot write \(Printable.text(path)): \(String(cString: strerror(errno)))")
    }
}
