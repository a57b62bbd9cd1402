import Diffs
import Glibc

/// What one side of a file holds.
enum Content {
    case blob(StoredObject, isBinary: Bool)
    case bytes([UInt8], isBinary: Bool)

    /// Git looks this far for a null byte, which makes a file binary.
    private static let examined = 8000

    static func hasNull(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let start = bytes.baseAddress else { return false }
        return memchr(start, 0, min(bytes.count, examined)) != nil
    }

    /// The library's object, if one holds the content.
    var blob: OpaquePointer? {
        if case .blob(let object, _) = self { object.blob } else { nil }
    }

    var isBinary: Bool {
        switch self {
        case .blob(_, let isBinary), .bytes(_, let isBinary): isBinary
        }
    }

    func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        switch self {
        case .blob(let object, _): object.withBytes { body($0) }
        case .bytes(let bytes, _): bytes.withUnsafeBytes { body($0) }
        }
    }

    static func withBytes<Result>(_ content: Content?, _ body: (UnsafeRawBufferPointer?) -> Result) -> Result {
        guard let content else { return body(nil) }
        return content.withBytes { body($0) }
    }
}

/// Finds the contents of one comparison and decides which of them are text.
struct ContentLoader {
    let repository: Repository
    let limit: Int
    /// Contents that no object holds.
    let extra: [ObjectID: [UInt8]]
    private let attributes: Attributes?
    /// The change edits attributes, so they are not believed when they would hide a file's lines.
    private let distrustsAttributes: Bool

    init(repository: Repository, limit: Int, extra: [ObjectID: [UInt8]], changes: [FileChange]) {
        self.repository = repository
        self.limit = limit
        self.extra = extra
        attributes = Attributes(repository)
        distrustsAttributes = changes.contains { $0.path.lastComponent.elementsEqual(".gitattributes".utf8) }
    }

    func size(of id: ObjectID) -> Int? {
        extra[id]?.count ?? (try? repository.header(of: id).size)
    }

    func load(_ version: FileVersion, at path: Path) throws(GitError) -> Content {
        if version.isSubmodule {
            return .bytes(Array("Subproject commit \(version.id)\n".utf8), isBinary: false)
        }
        let marked = version.isRegular ? attributes?.value(of: "diff", for: path) ?? .unspecified : .unspecified
        if let bytes = extra[version.id] {
            return .bytes(bytes, isBinary: isBinary(marked, bytes.withUnsafeBytes { Content.hasNull($0) }))
        }
        let object = try repository.read(version.id, .blob, limit: limit)
        return .blob(object, isBinary: isBinary(marked, object.withBytes { Content.hasNull($0) }))
    }

    /// Whether attributes alone make a file binary that is not compared for that reason, or would if they were believed.
    func isHidden(_ pair: FilePair) -> Bool {
        distrustsAttributes && (pair.new ?? pair.old)?.isRegular == true
            && attributes?.value(of: "diff", for: pair.newPath) == .unset
    }

    private func isBinary(_ marked: Attributes.Value, _ hasNull: Bool) -> Bool {
        switch marked {
        case .unset: !distrustsAttributes || hasNull
        case .set: false
        case .unspecified, .text: hasNull
        }
    }
}
