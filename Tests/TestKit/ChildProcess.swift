import Foundation
import Synchronization

/// A program of this build in a process of its own: started, read line by line, and killed when a test says so.
///
/// Not Foundation's `Process`, which loses the end of a child when many are started at once.
package final class ChildProcess: Sendable {
    package let identifier: Int32
    /// What it writes to standard output, a line at a time, until it closes it. Read by one task.
    package let lines: AsyncStream<String>
    private let ends: AsyncStream<Int32>
    /// Once it is waited for, its number may be another process's.
    private let isRunning: Shared

    private final class Shared: Sendable {
        let flag = Mutex(true)
    }

    package struct Failure: Error {
        package let code: Int32
    }

    /// - Parameters:
    ///   - name: Of an executable that stands beside the tests.
    ///   - errors: A file that its standard error is added to; nil: it goes where the tests' own goes.
    package init(
        _ name: String, _ arguments: [String], environment: [String: String] = [:], errors: String? = nil
    ) throws {
        let (child, output) = try ChildProcess.births.withLock { _ in
            try ChildProcess.spawn(ChildProcess.program(name), arguments, environment, errors)
        }
        let (lines, feed) = AsyncStream<String>.makeStream()
        let (statuses, ended) = AsyncStream<Int32>.makeStream()
        let isRunning = Shared()
        identifier = child
        self.lines = lines
        self.ends = statuses
        self.isRunning = isRunning
        let identifier = child
        ChildProcess.orphans.withLock { _ = $0.insert(identifier) }
        Thread.detachNewThread {
            ChildProcess.read(output) { feed.yield($0) }
            close(output)
            feed.finish()
            // Waits without taking the child away, so that nobody kills its successor meanwhile.
            var information = siginfo_t()
            while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
            isRunning.flag.withLock { isRunning in
                isRunning = false
                var status: Int32 = 0
                waitpid(identifier, &status, 0)
                ChildProcess.orphans.withLock { _ = $0.remove(identifier) }
                let signal = status & 0x7F
                ended.yield(signal == 0 ? status >> 8 & 0xFF : 128 + signal)
            }
            ended.finish()
        }
    }

    deinit { kill() }

    /// Children that are still there. Those that no test has let go of when the tests end are ended with them.
    private static let orphans: Mutex<Set<Int32>> = {
        atexit { ChildProcess.orphans.withLock { for child in $0 { _ = Glibc.kill(child, SIGKILL) } } }
        return Mutex([])
    }()

    /// One at a time: a child born between another's pipe and the mark that closes it would keep that pipe open.
    private static let births = Mutex(())

    /// The child, and the end of the pipe that its output comes from.
    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String: String], _ errors: String?
    ) throws -> (child: pid_t, output: Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw Failure(code: errno) }
        let (output, input) = (ends[0], ends[1])
        defer { close(input) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, input, STDOUT_FILENO)
        if let errors {
            posix_spawn_file_actions_addopen(
                &actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, program, &actions, nil, &words, &settings)
        guard code == 0 else {
            close(output)
            throw Failure(code: code)
        }
        return (child, output)
    }

    private static func read(_ output: Int32, line: (String) -> Void) {
        var rest: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(output, &block, block.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            rest += block[..<count]
            while let end = rest.firstIndex(of: 0x0A) {
                line(String(decoding: rest[..<end], as: UTF8.self))
                rest.removeSubrange(...end)
            }
        }
        if !rest.isEmpty { line(String(decoding: rest, as: UTF8.self)) }
    }

    /// The path of a program, or another product, that the same build put beside the tests.
    package static func program(_ name: String) -> String {
        var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.fileExists(atPath: folder.appending(path: name).path) {
            folder = folder.deletingLastPathComponent()
        }
        return folder.appending(path: name).path
    }

    /// Sends it a signal, as an operator would.
    package func signal(_ number: Int32) {
        isRunning.flag.withLock { isRunning in if isRunning { _ = Glibc.kill(identifier, number) } }
    }

    /// Ends it at once, as a crash would: nothing of it is cleaned up.
    package func kill() {
        isRunning.flag.withLock { isRunning in
            if isRunning { _ = Glibc.kill(identifier, SIGKILL) }
        }
    }

    /// Waits for its end; the exit status, or 128 and the signal. Asked once.
    package func end() async -> Int32 {
        for await status in ends { return status }
        return -1
    }
}
