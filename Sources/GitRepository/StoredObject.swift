import CGit2

/// The kinds of objects a repository stores.
package enum ObjectKind: String, Hashable, Sendable {
    case commit, tree, blob, tag

    init?(_ type: git_object_t) {
        switch type {
        case GIT_OBJECT_COMMIT: self = .commit
        case GIT_OBJECT_TREE: self = .tree
        case GIT_OBJECT_BLOB: self = .blob
        case GIT_OBJECT_TAG: self = .tag
        default: return nil
        }
    }
}

/// The content of an object, kept in the library's memory and freed with this value.
final class StoredObject {
    private enum Handle {
        case object(OpaquePointer)
        /// The library compares blobs without hashing them, which it does to plain bytes.
        case blob(OpaquePointer)
    }

    private let handle: Handle
    /// Valid as long as this object lives; reach it through `withBytes`.
    private let content: UnsafeRawBufferPointer

    fileprivate init(object: OpaquePointer) {
        handle = .object(object)
        content = UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
    }

    fileprivate init(blob: OpaquePointer) {
        handle = .blob(blob)
        content = UnsafeRawBufferPointer(start: git_blob_rawcontent(blob), count: Int(git_blob_rawsize(blob)))
    }

    deinit {
        switch handle {
        case .object(let object): git_odb_object_free(object)
        case .blob(let blob): git_blob_free(blob)
        }
    }

    /// The library's blob, valid as long as this object lives.
    var blob: OpaquePointer? {
        if case .blob(let blob) = handle { blob } else { nil }
    }

    func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(self) {} }
        return try body(content)
    }
}

extension Repository {
    /// An object's kind and size in bytes, without its content.
    package func header(of id: ObjectID) throws(GitError) -> (kind: ObjectKind, size: Int) {
        var oid = id.native
        var size = 0
        var type = GIT_OBJECT_INVALID
        Library.clearMessage()
        let code = git_odb_read_header(&size, &type, objects, &oid)
        guard code == 0, let kind = ObjectKind(type) else { throw failure(code, reading: id) }
        return (kind, size)
    }

    /// The content of an object of a kind, if it is no larger than `limit` bytes.
    /// - Parameter header: what `header(of:)` has said before, to save asking again.
    func read(
        _ id: ObjectID, _ kind: ObjectKind, limit: Int, header: (kind: ObjectKind, size: Int)? = nil
    ) throws(GitError) -> StoredObject {
        let header = if let header { header } else { try self.header(of: id) }
        guard header.kind == kind else {
            throw GitError(.corrupt, "object \(id) is a \(header.kind.rawValue) where a \(kind.rawValue) is needed")
        }
        guard header.size <= limit else {
            throw GitError(.tooLarge, "object \(id) has \(header.size) bytes, more than the limit of \(limit)")
        }
        var oid = id.native
        var object: OpaquePointer?
        Library.clearMessage()
        if kind == .blob {
            let code = git_blob_lookup(&object, handle, &oid)
            guard code == 0, let object else { throw failure(code, reading: id) }
            return StoredObject(blob: object)
        }
        let code = git_odb_read(&object, objects, &oid)
        guard code == 0, let object else { throw failure(code, reading: id) }
        return StoredObject(object: object)
    }

    private func failure(_ code: Int32, reading id: ObjectID) -> GitError {
        if code == GIT_ENOTFOUND.rawValue {
            let advice =
                if isPartialClone {
                    "The clone is partial; git fetch --refetch --no-filter brings all objects"
                } else if isShallow { "The clone is shallow; git fetch --unshallow brings the rest" } else {
                    "Run git fsck to see what is damaged, and clone again or fetch from a good copy"
                }
            return GitError(.missingObject, "object \(id) is not in the repository", advice: advice)
        }
        return GitError(
            .corrupt, "object \(id) cannot be read: \(Library.message ?? "it is damaged")",
            advice: "Run git fsck to see what is damaged, and clone again or fetch from a good copy")
    }
}
