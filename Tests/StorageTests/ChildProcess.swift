import Glibc

/// A process of its own that uses the books, started from the program that the same build put beside the tests.
final class ChildProcess {
    private var pid: pid_t = 0
    private var output: Int32 = -1
    private var pending: [UInt8] = []

    struct NotStarted: Error {
        var path: String
        var error: Int32
    }

    init(_ arguments: String...) throws {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw NotStarted(path: "pipe", error: errno) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], 1)
        posix_spawn_file_actions_addclose(&actions, ends[0])
        posix_spawn_file_actions_addclose(&actions, ends[1])
        var words: [UnsafeMutablePointer<CChar>?] = ([Self.program] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let error = posix_spawn(&pid, Self.program, &actions, nil, &words, environ)
        close(ends[1])
        output = ends[0]
        if error != 0 { throw NotStarted(path: Self.program, error: error) }
    }

    deinit {
        if pid > 0 { kill() }
        close(output)
    }

    /// The next line it says; nil at its end.
    func line() -> String? {
        while true {
            if let end = pending.firstIndex(of: 0x0A) {
                defer { pending.removeSubrange(...end) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = read(output, &buffer, buffer.count)
            if count <= 0 { return nil }
            pending.append(contentsOf: buffer[..<count])
        }
    }

    /// Everything it still says.
    func rest() -> [String] {
        var lines: [String] = []
        while let line = line() { lines.append(line) }
        return lines
    }

    /// As by a power cut, for the process.
    func kill() {
        _ = Glibc.kill(pid, SIGKILL)
        _ = wait()
    }

    /// - Returns: Its exit status, or nil if it was killed.
    @discardableResult
    func wait() -> Int32? {
        var status: Int32 = 0
        guard pid > 0, waitpid(pid, &status, 0) == pid else { return nil }
        pid = 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : nil
    }

    private static let program: String = {
        var folder =
            (realpath("/proc/self/exe", nil).map { path in
                defer { free(path) }
                return String(cString: path)
            } ?? "").split(separator: "/")
        // Where the tests run in a host of their own, the bundle is named on the command line.
        if let bundle = CommandLine.arguments.first(where: { $0.hasSuffix(".xctest") }) {
            folder = bundle.split(separator: "/")
        }
        let name = "hunkwise-ledger-child"
        while !folder.isEmpty {
            folder.removeLast()
            let candidate = "/" + (folder + [Substring(name)]).joined(separator: "/")
            if access(candidate, X_OK) == 0 { return candidate }
        }
        return name
    }()
}
