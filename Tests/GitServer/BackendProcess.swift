import Dispatch
import Glibc

/// One run of `git http-backend`: its input is written and its output read on a thread of its own.
final class BackendProcess: Sendable {
    private let identifier: pid_t
    private let channel: Int32
    private let queue = DispatchQueue(label: "git-http-backend")

    struct StartError: Error {
        let code: Int32
    }

    /// - Parameter git: The path of the git command.
    init(git: String, environment: [String: String], input: [UInt8]) throws(StartError) {
        // Sockets instead of pipes: they can be made closed to other children from the start.
        var inputs: [Int32] = [-1, -1]
        var outputs: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &inputs) == 0, socketpair(AF_UNIX, kind, 0, &outputs) == 0 else {
            throw StartError(code: errno)
        }
        defer {
            close(inputs[1])
            close(outputs[1])
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, inputs[1], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var words: [UnsafeMutablePointer<CChar>?] =
            [git, "http-backend"].map { (word: String) in strdup(word) } + [nil]
        var settings: [UnsafeMutablePointer<CChar>?] = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for word in words + settings { free(word) } }
        var child: pid_t = 0
        let code = posix_spawn(&child, git, &actions, nil, &words, &settings)
        guard code == 0 else {
            close(inputs[0])
            close(outputs[0])
            throw StartError(code: code)
        }
        identifier = child
        channel = outputs[0]
        let writer = inputs[0]
        DispatchQueue(label: "git-http-backend input").async {
            var rest = input[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { send(writer, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                rest = rest.dropFirst(count)
            }
            close(writer)
        }
    }

    deinit {
        kill(identifier, SIGKILL)
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        close(channel)
    }

    /// What it writes next; empty at the end.
    func read() async -> [UInt8] {
        await withCheckedContinuation { continuation in
            queue.async { [self] in
                var block = [UInt8](repeating: 0, count: 64 << 10)
                var count = 0
                repeat { count = recv(channel, &block, block.count, 0) } while count < 0 && errno == EINTR
                continuation.resume(returning: Array(block[..<max(count, 0)]))
            }
        }
    }
}
