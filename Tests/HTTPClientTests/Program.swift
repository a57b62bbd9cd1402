import Foundation
import Glibc

/// A program of the system in a process of its own, told by its standard input when to end. Not Foundation's `Process`,
/// which can lose the end of a child when many are started at once.
final class Program: Sendable {
    private let child: pid_t
    /// Its standard input and output.
    private let channel: Int32

    /// The path of a program, where it is installed.
    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    init(_ name: String, _ arguments: [String]) throws {
        var ends: [Int32] = [0, 0]
        // Closed in every other child: an end held open there would keep this one alive.
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
        let (ours, theirs) = (ends[0], ends[1])
        defer { close(theirs) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, theirs, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, theirs, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        let variables = ProcessInfo.processInfo.environment.map { "\($0)=\($1)" }
        var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = variables.map { strdup($0) } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        let status = posix_spawnp(&child, name, &actions, nil, &words, &settings)
        guard status == 0 else {
            close(ours)
            throw POSIXError(.ENOENT)
        }
        self.child = child
        channel = ours
    }

    deinit {
        close(channel)
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
    }

    /// Up to its end; empty when there is no more.
    func readLine() -> String {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(channel, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    /// Waits until it closes its output, which it does when it ends.
    static func run(_ name: String, _ arguments: [String]) throws {
        let program = try Program(name, arguments)
        while !program.readLine().isEmpty {}
    }
}
