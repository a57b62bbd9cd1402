import Foundation
import Testing

/// A repository built by a script with the git command, away from any configuration of the machine; deleted at the end.
final class ScriptedRepository: Sendable {
    let root: String

    static let environment = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "/nonexistent",
        "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_AUTHOR_NAME": "Ada Author",
        "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Cora Committer",
        "GIT_COMMITTER_EMAIL": "cora@example.com", "GIT_AUTHOR_DATE": "1700000000 +0000",
        "GIT_COMMITTER_DATE": "1700000000 +0000", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C",
        "GIT_NO_LAZY_FETCH": "1",
    ]

    /// - Parameter script: run by bash in an empty repository whose branch is `main`. `save NAME` commits everything and
    ///   tags it; `at SECONDS` sets the time of the commits that follow.
    init(_ script: String) throws {
        root = NSTemporaryDirectory() + "hunkwise-git-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        let prelude = """
            set -euo pipefail
            save() { git add -A; git commit -q --allow-empty -m "$1"; git tag "$1"; }
            at() { export GIT_AUTHOR_DATE="$1 +0000" GIT_COMMITTER_DATE="$1 +0000"; }
            numbers() { seq "$1" "$2"; }
            git init -q -b main .

            """
        try run(["bash", "-c", prelude + script])
    }

    deinit {
        _ = try? run(["chmod", "-R", "u+rwX", root])
        try? FileManager.default.removeItem(atPath: root)
    }

    @discardableResult
    func run(_ arguments: [String], in directory: String = "") throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        process.environment = Self.environment
        process.currentDirectoryURL = URL(fileURLWithPath: directory.isEmpty ? root : root + "/" + directory)
        let output = Pipe()
        let errors = Pipe()
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        let message = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ScriptFailure(text: String(decoding: message, as: UTF8.self))
        }
        return Array(bytes)
    }

    func git(_ arguments: String..., in directory: String = "") throws -> [UInt8] {
        try run(["git"] + arguments, in: directory)
    }

    func id(_ revision: String) throws -> String {
        String(decoding: try git("rev-parse", revision), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What git itself says; the definition everything here is held to.
    func gitDiff(_ arguments: [String], in directory: String = "") throws -> [UInt8] {
        try run(
            [
                "git", "diff", "--no-ext-diff", "--no-textconv", "--no-color", "--diff-algorithm=myers",
                "--indent-heuristic", "-U3", "--full-index",
            ] + arguments, in: directory)
    }
}

struct ScriptFailure: Error {
    let text: String
}

/// Shows bytes so that a difference can be read.
func shown(_ bytes: [UInt8]) -> String {
    String(decoding: bytes, as: UTF8.self)
}
