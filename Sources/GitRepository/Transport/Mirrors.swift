package import Domain
import Glibc

/// A directory of mirrors, one for each repository of each forge: `<host>/<repository id>.git`.
///
/// By the forge's number and not by name, so that a renamed repository keeps its mirror and another one of its old name
/// does not get it.
package struct Mirrors: Sendable, Hashable {
    package let directory: String
    private let git: GitCommand

    /// - Parameter directory: Made when first needed; the directory above it exists.
    package init(in directory: String, git: GitCommand) {
        self.directory = directory
        self.git = git
    }

    /// The mirror of a repository; its directory is made when it is first fetched into.
    /// - Parameter host: The forge's host, with its port if it has one.
    package func mirror(host: String, repository: Int) throws(TransportError) -> Mirror {
        let name = String(host.lowercased().map { $0 == ":" ? "_" : $0 })
        guard repository > 0, (1...255).contains(name.utf8.count), name.first != ".",
            name.utf8.allSatisfy({ $0.isPlainNameByte })
        else { throw TransportError(.refused, "a mirror needs a forge's host name and a repository's number") }
        for folder in [directory, "\(directory)/\(name)"] {
            guard mkdir(folder, 0o700) == 0 || SmallFile.kind(folder) == .directory else { throw .writing(folder) }
        }
        return Mirror(at: "\(directory)/\(name)/\(repository).git", git: git)
    }

    /// All that are here.
    package var all: [Mirror] {
        FileTree.names(in: directory).sorted().flatMap { host in
            FileTree.names(in: "\(directory)/\(host)").sorted().filter { $0.hasSuffix(".git") }.map {
                Mirror(at: "\(directory)/\(host)/\($0)", git: git)
            }
        }
    }

    /// Bytes on the disk of all together.
    package var size: Int { all.reduce(0) { $0 + $1.size } }

    /// Removes the mirrors that nobody has fetched into for a time, seven days unless said otherwise.
    /// - Returns: How many are gone. One that cannot be removed is passed over.
    @discardableResult
    package func removeIdle(now: Instant, after days: Int = 7) -> Int {
        let moment = now.advanced(bySeconds: -Double(days) * 86_400)
        return all.count { (try? $0.remove(unusedSince: moment)) == true }
    }

    /// Lets go of the heads that nobody has asked for for a time in mirrors that are used, and frees their room.
    /// - Returns: How many heads were let go of. A mirror that cannot be cleared is passed over.
    @discardableResult
    package func collectIdle(now: Instant, after days: Int = 7) async -> Int {
        let moment = now.advanced(bySeconds: -Double(days) * 86_400)
        var dropped = 0
        for mirror in all where mirror.hasHeads(unusedSince: moment) {
            dropped += (try? await mirror.collect(keeping: [], unusedSince: moment))?.dropped ?? 0
        }
        return dropped
    }
}

extension UInt8 {
    /// A letter, a digit or one of `-._`.
    fileprivate var isPlainNameByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
