import Glibc

/// The right to change a mirror, held by one task of one process at a time.
///
/// The kernel's lock on a file beside the mirror: it ends with the processes that hold it, so none is ever stale. The git
/// child inherits it: after a crash of the service a child still at work keeps the mirror to itself. The file names both,
/// so that the next comer can end a child whose service is gone.
struct MirrorLock: Sendable {
    let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// To be called once, when nothing more is done to the mirror.
    func release() {
        ftruncate(descriptor, 0)
        // Not only closed: a child that is about to end would otherwise hold it a little longer.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Waits for the lock until a moment; then the error is `busy`.
    static func acquire(_ path: String, until deadline: ContinuousClock.Instant) async throws(TransportError)
        -> MirrorLock
    {
        var pause = Duration.milliseconds(5)
        while true {
            if let lock = try attempt(path) { return lock }
            endOrphan(of: path)
            guard ContinuousClock.now + pause < deadline else {
                throw TransportError(.busy, "another process has been using the mirror \(path) for too long")
            }
            do { try await Task.sleep(for: pause) } catch {
                throw TransportError(.cancelled, "waiting for the mirror was cancelled")
            }
            pause = min(pause * 2, .milliseconds(100))
        }
    }

    /// The lock if nobody has it.
    static func attempt(_ path: String) throws(TransportError) -> MirrorLock? {
        while true {
            let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0o600)
            guard file >= 0 else { throw .writing(path) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
                close(file)
                return nil
            }
            // It may have been removed with its mirror between the two calls; then it locks nothing.
            var held = stat()
            var named = stat()
            if fstat(file, &held) == 0, stat(path, &named) == 0, held.st_ino == named.st_ino,
                held.st_dev == named.st_dev
            {
                futimens(file, nil)
                ftruncate(file, 0)
                return MirrorLock(descriptor: file)
            }
            close(file)
        }
    }

    /// Writes down who works here, for whoever comes after a crash.
    func name(child: pid_t) {
        let text = "\(ProcessMark(getpid()).text)\n\(ProcessMark(child).text)\n"
        _ = pwrite(descriptor, text, text.utf8.count, 0)
    }

    /// The number by which the children of git's process group know the lock, see `Mirror.run`.
    private static let inheritedNumber = 4

    /// Ends the children of a service that is gone: the process group that was written down, if one of it has this very
    /// file open. So a number that was given to others since, or that means nothing in this container, does no harm. Git's
    /// own process may be gone as well; its helpers wait for the server on their own.
    private static func endOrphan(of path: String) {
        guard let bytes = SmallFile.read(path, limit: 1024) else { return }
        let marks = String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap { ProcessMark(text: $0) }
        var lock = stat()
        guard marks.count == 2, !marks[0].isAlive, stat(path, &lock) == 0 else { return }
        let group = marks[1].identifier
        let holds = FileTree.names(in: "/proc").contains { name in
            guard let member = pid_t(name), getpgid(member) == group else { return false }
            var open = stat()
            return stat("/proc/\(member)/fd/\(inheritedNumber)", &open) == 0 && open.st_ino == lock.st_ino
                && open.st_dev == lock.st_dev
        }
        if holds { kill(-group, SIGKILL) }
    }
}

/// A process that is not mistaken for a later one of the same number.
struct ProcessMark: Equatable {
    let identifier: pid_t
    /// In ticks since the machine started; 0 when there is no such process.
    let birth: UInt64

    init(_ identifier: pid_t) {
        self.identifier = identifier
        birth = ProcessMark.birth(of: identifier) ?? 0
    }

    init?(text: Substring) {
        let words = text.split(separator: " ")
        guard words.count == 2, let identifier = pid_t(words[0]), identifier > 1, let birth = UInt64(words[1]) else {
            return nil
        }
        self.identifier = identifier
        self.birth = birth
    }

    var text: String { "\(identifier) \(birth)" }

    var isAlive: Bool { birth != 0 && ProcessMark.birth(of: identifier) == birth }

    /// Field 22 of /proc/<pid>/stat, see proc(5); the name before it may hold anything, even brackets.
    private static func birth(of identifier: pid_t) -> UInt64? {
        guard let line = SmallFile.line("/proc/\(identifier)/stat"), let bracket = line.lastIndex(of: ")") else {
            return nil
        }
        let fields = line[line.index(after: bracket)...].split(separator: " ")
        // A zombie has ended; only its parent has not heard of it.
        guard fields.count > 19, fields[0] != "Z" else { return nil }
        return UInt64(fields[19])
    }
}

extension TransportError {
    /// What the operating system said of a file of the mirror.
    static func writing(_ path: String) -> TransportError {
        let reason = String(cString: strerror(errno))
        return TransportError(
            .diskFull, "\(path) cannot be written: \(reason)",
            advice: "Free space, or give the service a directory for mirrors that it may write")
    }
}
