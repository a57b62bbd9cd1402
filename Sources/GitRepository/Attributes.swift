import CGit2
import Diffs

/// What `.gitattributes` files say about paths, as git would read them in this repository: from the working tree and from
/// the repository's info/attributes; in a bare repository from the latter only. Only whether a file
/// is text is asked; drivers, filters and programs that attributes name are never used.
final class Attributes {
    enum Value: Equatable {
        case unset, set, unspecified
        case text(String)
    }

    private let handle: OpaquePointer

    /// Nil when no attributes can apply.
    init?(_ repository: Repository) {
        if repository.workingTree == nil, SmallFile.kind(repository.commonDirectory + "/info/attributes") == nil {
            return nil
        }
        guard let handle = repository.secondHandle() else { return nil }
        self.handle = handle
    }

    deinit {
        git_repository_free(handle)
    }

    static let fileName = Array(".gitattributes".utf8)

    /// Whether any attributes file that applies to a changed path has a word that could call files binary or text. Most
    /// have none, and asking the library about each path costs more than comparing the file.
    static func mayMarkBinary(_ changes: [FileChange], in repository: Repository) -> Bool {
        let own = SmallFile.read(repository.commonDirectory + "/info/attributes", limit: maxFileSize)
        if own.map(mentionsDiff) ?? false { return true }
        guard let root = repository.workingTree else { return false }
        let reader = WorkingTreeReader(root: root)
        var directories: Set<[UInt8]> = [[]]
        for change in changes {
            var rest = change.path.bytes[...]
            while let slash = rest.lastIndex(of: UInt8(ascii: "/")) {
                guard directories.insert(Array(rest[...slash])).inserted else { break }
                rest = rest[..<slash]
            }
        }
        for directory in directories {
            let path = directory + fileName
            guard reader.exists(path) else { continue }
            if reader.content(at: path, limit: maxFileSize).map(mentionsDiff) ?? true { return true }
        }
        return false
    }

    /// Git ignores larger attributes files.
    private static let maxFileSize = 100 << 20

    private static func mentionsDiff(_ bytes: [UInt8]) -> Bool {
        ["diff", "binary", "[attr]"].contains { bytes.firstRange(of: Array($0.utf8)) != nil }
    }

    func value(of attribute: String, for path: Path) -> Value {
        let flags = UInt32(GIT_ATTR_CHECK_FILE_THEN_INDEX) | UInt32(GIT_ATTR_CHECK_NO_SYSTEM)
        let name = path.bytes.map { CChar(bitPattern: $0) } + [0]
        var value: UnsafePointer<CChar>?
        guard git_attr_get(&value, handle, flags, name, attribute) == 0 else { return .unspecified }
        switch git_attr_value(value) {
        case GIT_ATTR_VALUE_TRUE: return .set
        case GIT_ATTR_VALUE_FALSE: return .unset
        case GIT_ATTR_VALUE_STRING: return value.map { .text(String(cString: $0)) } ?? .unspecified
        default: return .unspecified
        }
    }
}

extension Repository {
    /// The same repository opened once more, with its working tree and still without any configuration.
    func secondHandle() -> OpaquePointer? {
        var opened: OpaquePointer?
        guard git_repository_open_bare(&opened, gitDirectory) == 0, let opened else { return nil }
        var empty: OpaquePointer?
        defer { git_config_free(empty) }
        guard git_config_new(&empty) == 0, git_repository_set_config(opened, empty) == 0 else {
            git_repository_free(opened)
            return nil
        }
        if let workingTree, git_repository_set_workdir(opened, workingTree, 0) != 0 {
            git_repository_free(opened)
            return nil
        }
        return opened
    }
}
