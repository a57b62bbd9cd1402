import Foundation

/// A repository in a temporary directory, built by running git with nobody's configuration; removed at the end.
final class ScriptedRepository {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("hunkwise-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try git("init", "-q", "-b", "main", ".")
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs git and returns what it prints. `allowed` are exit codes that are no failure.
    @discardableResult
    func git(_ arguments: String..., allowed: Set<Int32> = [0]) throws -> [UInt8] {
        try run("git", arguments, allowed: allowed)
    }

    @discardableResult
    func run(_ tool: String, _ arguments: [String], allowed: Set<Int32> = [0]) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [tool] + arguments
        process.currentDirectoryURL = directory
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": directory.path, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "LC_ALL": "C",
            "TZ": "UTC",
            "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.com", "GIT_AUTHOR_DATE": "2020-01-01T00:00:00Z",
            "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.com",
            "GIT_COMMITTER_DATE": "2020-01-01T00:00:00Z", "GIT_ALLOW_PROTOCOL": "file",
        ]
        let output = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard allowed.contains(process.terminationStatus) else {
            throw Failure(description: "\(tool) \(arguments) ended with \(process.terminationStatus)")
        }
        return Array(data)
    }

    func write(_ path: String, _ text: String) throws {
        try write(path, Array(text.utf8))
    }

    func write(_ path: String, _ bytes: [UInt8]) throws {
        let url = directory.appendingPathComponent(path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func remove(_ path: String) throws {
        try FileManager.default.removeItem(at: directory.appendingPathComponent(path))
    }

    func commit() throws {
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", "step")
    }

    /// What `git diff --numstat -z` says: path of the new side, old path if it differs, counts; nil counts for binary.
    struct Count: Hashable, Comparable {
        var path: [UInt8]
        var oldPath: [UInt8]?
        var added: Int?
        var removed: Int?

        static func < (left: Count, right: Count) -> Bool {
            left.path.lexicographicallyPrecedes(right.path)
        }
    }

    static func counts(numstat: [UInt8]) -> [Count] {
        var fields = numstat.split(separator: 0, omittingEmptySubsequences: false)[...]
        var counts: [Count] = []
        while let field = fields.popFirst(), !field.isEmpty {
            let columns = field.split(separator: UInt8(ascii: "\t"), maxSplits: 2, omittingEmptySubsequences: false)
            let added = Int(String(decoding: columns[0], as: UTF8.self))
            let removed = Int(String(decoding: columns[1], as: UTF8.self))
            if columns[2].isEmpty, let old = fields.popFirst(), let new = fields.popFirst() {
                counts.append(Count(path: Array(new), oldPath: Array(old), added: added, removed: removed))
            } else {
                counts.append(Count(path: Array(columns[2]), oldPath: nil, added: added, removed: removed))
            }
        }
        return counts.sorted()
    }
}
