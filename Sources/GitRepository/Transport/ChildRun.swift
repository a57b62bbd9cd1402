import CGit2
import Glibc
import Synchronization

/// A program to be run to its end in a process group of its own, with nothing of this process but what is named here.
struct ChildProgram: Sendable {
    var path: String
    var arguments: [String]
    /// The whole environment.
    var environment: [String: String]
    /// Descriptors of this process and the numbers the program knows them by: from 3 on, without a gap.
    var inherited: [Int32] = []
    /// Bytes kept of what the program writes to each of its outputs: the last ones, from the beginning of a line.
    var outputLimit = 64 << 10
}

/// How a program ended.
struct ChildEnd: Sendable {
    enum Stop: Sendable {
        case deadline, cancelled, watch
    }

    /// The exit status; nil when a signal ended it.
    var status: Int32?
    var signal: Int32 = 0
    var output: [UInt8] = []
    var errors: [UInt8] = []
    /// Why it was ended from here; nil when it ended by itself.
    var stop: Stop?

    var succeeded: Bool { status == 0 && stop == nil }
}

extension ChildProgram {
    /// Time between the polite signal and the certain one.
    private static let grace = Duration.seconds(2)

    /// Runs the program and returns when it and its whole process group have ended. Nil: it could not be started.
    ///
    /// At the deadline, when the task is cancelled, or when `watch` says false, the group gets SIGTERM, and after two
    /// seconds SIGKILL. What the program leaves running when it ends by itself is killed at once.
    /// - Parameters:
    ///   - started: Told the process id, before anything is waited for.
    ///   - watch: Asked some twenty times a second, on a thread of its own.
    func run(
        until deadline: ContinuousClock.Instant, started: @escaping @Sendable (pid_t) -> Void = { _ in },
        watch: @escaping @Sendable () -> Bool = { true }
    ) async -> ChildEnd? {
        guard let bell = Bell() else { return nil }
        return await withTaskCancellationHandler {
            await onThread { () -> ChildEnd? in
                guard let running = RunningChild(self) else { return nil }
                started(running.identifier)
                return running.wait(until: deadline, bell: bell, watch: watch)
            }
        } onCancel: {
            bell.ring()
        }
    }

    /// A pipe that wakes the thread that waits for a program.
    private final class Bell: Sendable {
        let hears: Int32
        private let rings: Int32

        init?() {
            var ends: [Int32] = [-1, -1]
            guard cgit2_pipe(&ends) == 0 else { return nil }
            (hears, rings) = (ends[0], ends[1])
        }

        deinit {
            close(hears)
            close(rings)
        }

        func ring() {
            var byte: UInt8 = 1
            _ = write(rings, &byte, 1)
        }
    }

    private struct RunningChild {
        let identifier: pid_t
        private let output: Int32
        private let errors: Int32
        private let limit: Int

        init?(_ program: ChildProgram) {
            var first: [Int32] = [-1, -1]
            var second: [Int32] = [-1, -1]
            guard cgit2_pipe(&first) == 0 else { return nil }
            guard cgit2_pipe(&second) == 0 else {
                first.forEach { close($0) }
                return nil
            }
            let child = program.spawn(output: first[1], errors: second[1])
            close(first[1])
            close(second[1])
            guard let child else {
                close(first[0])
                close(second[0])
                return nil
            }
            for end in [first[0], second[0]] { _ = fcntl(end, F_SETFL, O_NONBLOCK) }
            (identifier, output, errors, limit) = (child, first[0], second[0], program.outputLimit)
        }

        func wait(until deadline: ContinuousClock.Instant, bell: Bell, watch: () -> Bool) -> ChildEnd {
            var end = ChildEnd()
            var openEnds: Set<Int32> = [output, errors]
            var killTime: ContinuousClock.Instant?
            func stop(_ reason: ChildEnd.Stop) {
                end.stop = reason
                killTime = .now + ChildProgram.grace
                kill(-identifier, SIGTERM)
            }
            while !hasEnded {
                var polled = openEnds.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                if end.stop == nil { polled.append(pollfd(fd: bell.hears, events: Int16(POLLIN), revents: 0)) }
                // Closed outputs mean that the end is near; nothing else tells it.
                _ = poll(&polled, nfds_t(polled.count), openEnds.isEmpty ? 2 : 50)
                drain(&end, &openEnds)
                if let time = killTime {
                    if ContinuousClock.now >= time { kill(-identifier, SIGKILL) }
                } else if polled.contains(where: { $0.fd == bell.hears && $0.revents != 0 }) {
                    stop(.cancelled)
                } else if ContinuousClock.now >= deadline {
                    stop(.deadline)
                } else if !watch() {
                    stop(.watch)
                }
            }
            // Its number is still its own until it is waited for, so this reaches nobody else.
            kill(-identifier, SIGKILL)
            // The others of its group hold the outputs until they are gone.
            for _ in 0..<100 where !openEnds.isEmpty {
                var polled = openEnds.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
                _ = poll(&polled, nfds_t(polled.count), 10)
                drain(&end, &openEnds)
            }
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            close(output)
            close(errors)
            if status & 0x7F == 0 { end.status = status >> 8 & 0xFF } else { end.signal = status & 0x7F }
            return end
        }

        private var hasEnded: Bool {
            var information = siginfo_t()
            let code = waitid(P_PID, id_t(identifier), &information, WEXITED | WNOHANG | WNOWAIT)
            return code == 0 ? information.si_signo == SIGCHLD : errno != EINTR
        }

        private func keep(_ piece: ArraySlice<UInt8>, in text: inout [UInt8]) {
            text += piece
            guard text.count > limit else { return }
            // The rest of a line could pass for another line.
            let rest = text.suffix(limit / 2).drop { $0 != UInt8(ascii: "\n") }
            text = Array(rest.dropFirst())
        }

        private func drain(_ end: inout ChildEnd, _ openEnds: inout Set<Int32>) {
            var block = [UInt8](repeating: 0, count: 16 << 10)
            for source in openEnds {
                while true {
                    let count = read(source, &block, block.count)
                    if count > 0 {
                        if source == output {
                            keep(block[..<count], in: &end.output)
                        } else {
                            keep(block[..<count], in: &end.errors)
                        }
                        continue
                    }
                    if count == 0 || (errno != EAGAIN && errno != EINTR) { openEnds.remove(source) }
                    if count == 0 || errno != EINTR { break }
                }
            }
        }
    }

    private func spawn(output: Int32, errors: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // Above the numbers that are given out, so that none is overwritten before it is copied.
        let low = Int32(3 + inherited.count)
        var sources: [Int32] = []
        defer { sources.forEach { close($0) } }
        for source in [output, errors] + inherited {
            let copy = fcntl(source, F_DUPFD_CLOEXEC, low)
            guard copy >= 0 else { return nil }
            sources.append(copy)
        }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        for (index, source) in sources.enumerated() {
            posix_spawn_file_actions_adddup2(&actions, source, Int32(index + 1))
        }
        guard cgit2_close_from(&actions, low) == 0 else { return nil }

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for signal in [SIGPIPE, SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGCHLD, SIGXFSZ] { sigaddset(&signals, signal) }
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var words: [UnsafeMutablePointer<CChar>?] = ([path] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        guard posix_spawn(&child, path, &actions, &attributes, &words, &settings) == 0 else { return nil }
        return child
    }
}
