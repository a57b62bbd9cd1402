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
}

/// Finds the contents of one comparison and decides which of them are text.
final class ContentLoader {
    private let repository: Repository
    private let limit: Int
    /// Contents that no object holds.
    private let extra: [ObjectID: [UInt8]]
    private let attributes: Attributes?
    /// The change edits attributes, so they are not believed when they would hide a file's lines.
    private let distrustsAttributes: Bool
    private var headers: [ObjectID: (kind: ObjectKind, size: Int)] = [:]
    /// Contents that looking for renames has read and the comparison will want.
    private var kept: [ObjectID: StoredObject] = [:]
    private var keptBytes = 0
    private static let room = 12 << 20
    private var marks: [Path: Attributes.Value] = [:]

    init(repository: Repository, limit: Int, extra: [ObjectID: [UInt8]], changes: [FileChange]) {
        self.repository = repository
        self.limit = limit
        self.extra = extra
        let canMatter = Attributes.mayMarkBinary(changes, in: repository)
        attributes = canMatter ? Attributes(repository) : nil
        distrustsAttributes = changes.contains { $0.path.lastComponent.elementsEqual(Attributes.fileName) }
    }

    func size(of id: ObjectID) -> Int? {
        if let bytes = extra[id] { return bytes.count }
        guard let header = try? repository.header(of: id), header.kind == .blob else { return nil }
        headers[id] = header
        return header.size
    }

    private func mark(_ path: Path) -> Attributes.Value {
        guard let attributes else { return .unspecified }
        if let known = marks[path] { return known }
        let value = attributes.value(of: "diff", for: path)
        marks[path] = value
        return value
    }

    /// - Parameter keeps: it will be asked for again soon, so it is kept if there is room.
    func load(_ version: FileVersion, at path: Path, keeps: Bool = false) throws(GitError) -> Content {
        if version.isSubmodule {
            return .bytes(Array("Subproject commit \(version.id)\n".utf8), isBinary: false)
        }
        let marked = version.isRegular ? mark(path) : .unspecified
        if let bytes = extra[version.id] {
            return .bytes(bytes, isBinary: isBinary(marked, bytes.withUnsafeBytes { Content.hasNull($0) }))
        }
        let object = try object(version.id, keeps: keeps)
        return .blob(object, isBinary: isBinary(marked, object.withBytes { Content.hasNull($0) }))
    }

    private func object(_ id: ObjectID, keeps: Bool) throws(GitError) -> StoredObject {
        if let object = kept[id] {
            if !keeps {
                kept[id] = nil
                keptBytes -= headers[id]?.size ?? 0
            }
            return object
        }
        let object = try repository.read(id, .blob, limit: limit, header: headers[id])
        if keeps, let size = headers[id]?.size, keptBytes + size <= ContentLoader.room {
            kept[id] = object
            keptBytes += size
        }
        return object
    }

    /// Whether attributes alone make a file binary that is not compared for that reason, or would if they were believed.
    func isHidden(_ pair: FilePair) -> Bool {
        distrustsAttributes && (pair.new ?? pair.old)?.isRegular == true
            && mark(pair.newPath) == .unset
    }

    private func isBinary(_ marked: Attributes.Value, _ hasNull: Bool) -> Bool {
        switch marked {
        case .unset: !distrustsAttributes || hasNull
        case .set: false
        case .unspecified, .text: hasNull
        }
    }
}
