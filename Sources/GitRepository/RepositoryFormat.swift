import Glibc

/// The few facts of a repository's own configuration that say how to read its files, and nothing else of it.
///
/// Read here instead of by the library so that include directives, huge files and devices cannot be used to make it read
/// something else.
struct RepositoryFormat {
    var version = 0
    /// Keys below `extensions.`, lower case, with their values as written.
    var extensions: [String: String] = [:]
    var isBare = false
    /// `branch.<name>.remote` and `.merge`: what `@{u}` means.
    var upstreams: [String: (remote: String?, merge: String?)] = [:]
    /// `remote.<name>.fetch`.
    var fetchRules: [String: [String]] = [:]
    /// Some objects were left with a remote.
    var hasPromisor = false

    /// Extensions that change nothing about how objects, references and the index are read.
    static let readableExtensions = [
        "noop", "preciousobjects", "partialclone", "worktreeconfig", "relativeworktrees", "objectformat", "refstorage",
        "compatobjectformat",
    ]

    init(configuration: [UInt8]) {
        var reader = ConfigurationReader(bytes: configuration)
        while let entry = reader.next() {
            let value = entry.value ?? "true"
            switch (entry.section, entry.subsection, entry.key) {
            case ("core", nil, "repositoryformatversion"): version = Int(value) ?? 0
            case ("core", nil, "bare"): isBare = ["true", "yes", "on", "1"].contains(value.lowercased())
            case ("remote", _?, "promisor"): hasPromisor = true
            case ("extensions", nil, _): extensions[entry.key] = value
            case ("branch", let name?, "remote"): upstreams[name, default: (nil, nil)].remote = value
            case ("branch", let name?, "merge"): upstreams[name, default: (nil, nil)].merge = value
            case ("remote", let name?, "fetch"): fetchRules[name, default: []].append(value)
            default: break
            }
        }
    }

    /// Refuses what would be read wrongly.
    func check(path: String) throws(GitError) {
        guard version <= 1 else {
            throw GitError(
                .unsupportedRepository,
                "the repository at \(path) has format version \(version), and only 0 and 1 are known")
        }
        for (name, value) in extensions.sorted(by: { $0.key < $1.key }) {
            switch name {
            case "objectformat" where value.lowercased() != "sha1":
                throw GitError(
                    .unsupportedRepository,
                    "the repository at \(path) names its objects by \(value), which cannot be read yet",
                    advice: "Give the change as a patch: git diff A..B | hunkwise review --patch -")
            case "refstorage" where value.lowercased() != "files":
                throw GitError(
                    .unsupportedRepository,
                    "the repository at \(path) keeps its references as '\(value)', which cannot be read yet",
                    advice: "Convert them with: git refs migrate --ref-format=files")
            case _ where version > 0 && !RepositoryFormat.readableExtensions.contains(name):
                throw GitError(
                    .unsupportedRepository,
                    "the repository at \(path) uses the extension '\(name)', which is not known",
                    advice: "Give the change as a patch: git diff A..B | hunkwise review --patch -")
            default: break
            }
        }
    }
}

/// Git's configuration syntax: sections, subsections, keys, values with quotes, escapes and comments.
struct ConfigurationReader {
    struct Entry {
        var section: String
        var subsection: String?
        var key: String
        /// Nil for a key without `=`.
        var value: String?
    }

    private let bytes: [UInt8]
    private var index = 0
    private var section = ""
    private var subsection: String?

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The next entry; lines that are no configuration are passed over.
    mutating func next() -> Entry? {
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "["): readSection()
            case UInt8(ascii: "#"), UInt8(ascii: ";"): skipLine()
            case let byte where byte.isLetter: return readEntry()
            default: index += 1
            }
        }
        return nil
    }

    private mutating func skipLine() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
    }

    private mutating func readSection() {
        index += 1
        var name: [UInt8] = []
        var inner: [UInt8]?
        while index < bytes.count, bytes[index] != UInt8(ascii: "]"), bytes[index] != UInt8(ascii: "\n") {
            if bytes[index] == UInt8(ascii: "\"") {
                index += 1
                var text: [UInt8] = []
                while index < bytes.count, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\n") {
                    if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count { index += 1 }
                    text.append(bytes[index])
                    index += 1
                }
                inner = text
            } else if bytes[index] > 32 {
                name.append(bytes[index])
            }
            index += 1
        }
        index += 1
        section = String(decoding: name, as: UTF8.self).lowercased()
        subsection = inner.map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func readEntry() -> Entry {
        let start = index
        while index < bytes.count, bytes[index].isLetter || bytes[index] == UInt8(ascii: "-") || bytes[index].isDigit {
            index += 1
        }
        let key = String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        var value: String?
        if index < bytes.count, bytes[index] == UInt8(ascii: "=") {
            index += 1
            value = readValue()
        }
        return Entry(section: section, subsection: subsection, key: key, value: value)
    }

    private mutating func readValue() -> String {
        while index < bytes.count, bytes[index] == 32 || bytes[index] == 9 { index += 1 }
        var value: [UInt8] = []
        var kept = 0
        var isQuoted = false
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\n"):
                return String(decoding: value.prefix(kept), as: UTF8.self)
            case UInt8(ascii: "\""):
                isQuoted.toggle()
                kept = value.count
            case UInt8(ascii: "#") where !isQuoted, UInt8(ascii: ";") where !isQuoted:
                skipLine()
            case UInt8(ascii: "\\") where index < bytes.count:
                let escaped = bytes[index]
                index += 1
                switch escaped {
                case UInt8(ascii: "\n"): break
                case UInt8(ascii: "n"): value.append(10)
                case UInt8(ascii: "t"): value.append(9)
                default: value.append(escaped)
                }
                kept = value.count
            default:
                value.append(byte)
                if isQuoted || byte > 32 { kept = value.count }
            }
        }
        return String(decoding: value.prefix(kept), as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) }
    fileprivate var isDigit: Bool { (0x30...0x39).contains(self) }
}
