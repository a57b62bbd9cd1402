import Glibc

/// The git command of this machine, found once when the service starts.
package struct GitCommand: Sendable, Hashable {
    /// The absolute path of the program.
    package let path: String
    /// For example [2, 39, 5].
    package let version: [Int]
    /// Where git finds its helpers and the shell.
    let searchPath: String

    /// The first version that takes all its configuration from where we give it.
    package static let oldest = [2, 32]

    /// Looks for git as a shell would, and asks it for its version.
    /// - Parameter searchPath: The value of PATH. Parts that are no absolute paths are passed over.
    package static func find(in searchPath: String) async throws(TransportError) -> GitCommand {
        let advice = "Install git \(spelled(oldest)) or newer"
        let folders = searchPath.split(separator: ":").filter { $0.hasPrefix("/") }
        let candidates = folders.map { "\($0)/git" }
        guard let path = candidates.first(where: { access($0, X_OK) == 0 && SmallFile.kind($0) == .file }) else {
            throw TransportError(.gitMissing, "the git command is not in PATH", advice: advice)
        }
        let search = folders.joined(separator: ":")
        let program = ChildProgram(
            path: path, arguments: ["version"], environment: ["PATH": search, "HOME": "/dev/null", "LC_ALL": "C"])
        guard let end = await program.run(until: .now + .seconds(20)), end.succeeded,
            let version = version(in: end.output)
        else { throw TransportError(.gitMissing, "\(path) does not tell its version", advice: advice) }
        guard !version.lexicographicallyPrecedes(oldest) else {
            throw TransportError(.gitMissing, "\(path) is git \(spelled(version)), which is too old", advice: advice)
        }
        return GitCommand(path: path, version: version, searchPath: search)
    }

    private static func spelled(_ version: [Int]) -> String { version.map { String($0) }.joined(separator: ".") }

    /// Of "git version 2.39.5 (some vendor)".
    static func version(in output: [UInt8]) -> [Int]? {
        let words = String(decoding: output.prefix(200), as: UTF8.self).split { $0 == " " || $0 == "\n" }
        guard words.count >= 3, words[0] == "git", words[1] == "version" else { return nil }
        let numbers = words[2].split(separator: ".").prefix(3).map { part in Int(part.prefix { $0.isNumber }) }
        guard let major = numbers.first ?? nil else { return nil }
        return [major] + numbers.dropFirst().prefix { $0 != nil }.compactMap { $0 }
    }
}
