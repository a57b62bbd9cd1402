/// A commit as it is stored.
package struct Commit: Hashable, Sendable {
    package let id: ObjectID
    package let tree: ObjectID
    /// As stored; in a shallow clone the parents may be absent.
    package let parents: [ObjectID]
    /// Invalid UTF-8 replaced in all texts.
    package let authorName: String
    package let authorEmail: String
    /// Seconds since 1970.
    package let authorTime: Int
    package let committerTime: Int
    /// The first paragraph of the message on one line.
    package let subject: String
    /// The whole message.
    package let message: String

    /// Largest commit object that is read, in bytes.
    static let limit = 16 << 20
}

/// What walking over history needs of a commit; cheaper than `Commit`.
struct CommitLinks {
    var tree: ObjectID
    var parents: [ObjectID]
    var committerTime: Int

    /// Reads the header lines of a commit object.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var tree: ObjectID?
        var parents: [ObjectID] = []
        var time: Int?
        for line in HeaderLines(bytes: bytes) {
            if line.key == "tree" {
                tree = tree ?? ObjectID(hex: line.text)
            } else if line.key == "parent" {
                guard let parent = ObjectID(hex: line.text) else { return nil }
                parents.append(parent)
            } else if line.key == "committer" {
                time = time ?? Signature(line.text).time
                break
            }
        }
        guard let tree else { return nil }
        self.tree = tree
        self.parents = parents
        committerTime = time ?? 0
    }
}

/// `Name <address> seconds zone`.
struct Signature {
    var name = ""
    var email = ""
    var time = 0

    init(_ text: String) {
        let bytes = Array(text.utf8)
        guard let open = bytes.lastIndex(of: UInt8(ascii: "<")), let close = bytes.lastIndex(of: UInt8(ascii: ">")),
            open < close
        else {
            name = text
            return
        }
        let spaces: (UInt8) -> Bool = { $0 <= 32 }
        name = String(decoding: bytes[..<open].reversed().drop(while: spaces).reversed(), as: UTF8.self)
        email = String(decoding: bytes[(open + 1)..<close], as: UTF8.self)
        let rest = bytes[(close + 1)...].split(separator: 32)
        time = rest.first.flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 0
    }
}

/// The lines before the first empty one: `key SP text`; continuation lines start with a space and have an empty key.
struct HeaderLines: Sequence, IteratorProtocol {
    let bytes: UnsafeRawBufferPointer
    private(set) var index = 0

    init(bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    mutating func next() -> (key: String, text: String)? {
        guard index < bytes.count, bytes[index] != UInt8(ascii: "\n") else { return nil }
        let rest = bytes[index...]
        let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let line = bytes[index..<end]
        index = end < bytes.count ? end + 1 : end
        guard let space = line.firstIndex(of: 32) else { return (String(decoding: line, as: UTF8.self), "") }
        return (
            String(decoding: line[..<space], as: UTF8.self), String(decoding: line[(space + 1)...], as: UTF8.self)
        )
    }
}

extension Repository {
    package func commit(_ id: ObjectID) throws(GitError) -> Commit {
        let object = try read(id, .commit, limit: Commit.limit)
        let parsed = object.withBytes { bytes -> Commit? in
            guard let links = CommitLinks(bytes) else { return nil }
            var lines = HeaderLines(bytes: bytes)
            var author = Signature("")
            while let line = lines.next() {
                if line.key == "author" { author = Signature(line.text) }
            }
            let message = String(decoding: bytes.dropFirst(lines.index + 1), as: UTF8.self)
            let paragraph = message.utf8.split(separator: 10, omittingEmptySubsequences: false)
                .drop { $0.allSatisfy { $0 <= 32 } }.prefix { !$0.allSatisfy { $0 <= 32 } }
            return Commit(
                id: id, tree: links.tree, parents: links.parents, authorName: author.name, authorEmail: author.email,
                authorTime: author.time, committerTime: links.committerTime,
                subject: paragraph.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "), message: message)
        }
        guard let parsed else { throw GitError(.corrupt, "commit \(id) is damaged: it names no tree") }
        return parsed
    }

    func links(of id: ObjectID) throws(GitError) -> CommitLinks {
        let object = try read(id, .commit, limit: Commit.limit)
        guard var links = object.withBytes({ CommitLinks($0) }) else {
            throw GitError(.corrupt, "commit \(id) is damaged: it names no tree")
        }
        if shallowCommits.contains(id) { links.parents = [] }
        return links
    }
}
