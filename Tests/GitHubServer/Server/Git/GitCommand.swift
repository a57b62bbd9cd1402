import Glibc

/// The git command on one bare repository, without the machine's or anybody's configuration.
struct GitCommand: Sendable {
    let directory: String

    struct Outcome: Sendable {
        var status: Int32
        var output: [UInt8]

        var text: String { String(decoding: output, as: UTF8.self) }
        /// The text without the line end that closes it.
        var line: String { String(text.split(separator: "\n", omittingEmptySubsequences: false).first ?? "") }
    }

    struct Failure: Error, CustomStringConvertible {
        var arguments: [String]
        var status: Int32
        var message: String

        var description: String { "git \(arguments.joined(separator: " ")) ended with \(status): \(message)" }
    }

    private static let environment = [
        "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/nonexistent", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1",
        "GIT_CONFIG_GLOBAL=/dev/null", "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0", "TZ=UTC",
    ]

    /// The output of a run that must succeed.
    func output(_ arguments: String...) throws(Failure) -> Outcome {
        let (outcome, message) = run(arguments, input: [])
        if outcome.status != 0 { throw Failure(arguments: arguments, status: outcome.status, message: message) }
        return outcome
    }

    /// A run that may fail; its status tells.
    func attempt(_ arguments: String..., input: [UInt8] = []) -> Outcome { run(arguments, input: input).0 }

    private func run(_ arguments: [String], input: [UInt8]) -> (Outcome, String) {
        var output: (Int32, Int32) = (-1, -1)
        var complaint: (Int32, Int32) = (-1, -1)
        var feed: (Int32, Int32) = (-1, -1)
        guard GitCommand.pipe(&output), GitCommand.pipe(&complaint), GitCommand.pipe(&feed) else {
            return (Outcome(status: -1, output: []), "no pipes")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_adddup2(&actions, feed.0, 0)
        posix_spawn_file_actions_adddup2(&actions, output.1, 1)
        posix_spawn_file_actions_adddup2(&actions, complaint.1, 2)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let words = ["git", "--git-dir", directory, "-c", "core.quotePath=false", "-c", "safe.directory=*"] + arguments
        var process: pid_t = 0
        let started = withCStrings(words) { argv in
            withCStrings(GitCommand.environment) { envp in
                posix_spawnp(&process, "git", &actions, nil, argv, envp)
            }
        }
        for handle in [feed.0, output.1, complaint.1] { close(handle) }
        var collected = ([UInt8](), [UInt8]())
        if started == 0 { collected = GitCommand.exchange(input, feed.1, output.0, complaint.0) } else { close(feed.1) }
        close(output.0)
        close(complaint.0)
        guard started == 0 else { return (Outcome(status: started, output: []), "git did not start") }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
        return (Outcome(status: code, output: collected.0), String(decoding: collected.1, as: UTF8.self))
    }

    /// Sockets, since they can be made closed to other children from the start.
    private static func pipe(_ pair: inout (Int32, Int32)) -> Bool {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return false }
        pair = (ends[0], ends[1])
        return true
    }

    /// Feeds and reads at once: a child blocked on one full pipe would never close the others.
    private static func exchange(
        _ input: [UInt8], _ feed: Int32, _ output: Int32, _ complaint: Int32
    ) -> ([UInt8], [UInt8]) {
        var texts = ([UInt8](), [UInt8]())
        var block = [UInt8](repeating: 0, count: 65_536)
        var sent = 0
        var feed = feed
        var open: [Int32] = [output, complaint]
        while !open.isEmpty || feed >= 0 {
            if feed >= 0, sent == input.count {
                close(feed)
                feed = -1
            }
            var waits = open.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
            if feed >= 0 { waits.append(pollfd(fd: feed, events: Int16(POLLOUT), revents: 0)) }
            if waits.isEmpty { break }
            if poll(&waits, nfds_t(waits.count), -1) < 0 { continue }
            for wait in waits where wait.revents != 0 {
                if wait.fd == feed {
                    let count = input[sent...].withUnsafeBytes {
                        send(feed, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                    }
                    if count < 0 { sent = input.count } else { sent += count }
                } else {
                    let count = read(wait.fd, &block, block.count)
                    if count <= 0 {
                        open.removeAll { $0 == wait.fd }
                    } else if wait.fd == output {
                        texts.0 += block[..<count]
                    } else {
                        texts.1 += block[..<count]
                    }
                }
            }
        }
        return texts
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
) -> Result {
    var pointers: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) }
    pointers.append(nil)
    defer { pointers.forEach { free($0) } }
    return body(pointers)
}
