/// Reads the entries of a tree object one after the other: `mode SP name NUL id`, in git's order.
struct TreeCursor {
    private let bytes: UnsafeRawBufferPointer
    private var next = 0
    private let tree: ObjectID

    private(set) var mode: UInt32 = 0
    private(set) var name = UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var id = ObjectID.zero
    private(set) var isAtEnd = false

    /// - Parameter bytes: must outlive the cursor.
    init(_ bytes: UnsafeRawBufferPointer, tree: ObjectID) throws(GitError) {
        self.bytes = bytes
        self.tree = tree
        try advance()
    }

    var isDirectory: Bool { mode & FileVersion.typeMask == FileVersion.directory }

    mutating func advance() throws(GitError) {
        guard next < bytes.count else {
            isAtEnd = true
            return
        }
        var index = next
        var value: UInt32 = 0
        while index < bytes.count, case 0x30...0x37 = bytes[index], index - next < 7 {
            value = value << 3 | UInt32(bytes[index] - 0x30)
            index += 1
        }
        guard index > next, index < bytes.count, bytes[index] == 32 else { throw damaged }
        let start = index + 1
        index = start
        while index < bytes.count, bytes[index] != 0 {
            // A slash would make one entry look like a path through others.
            guard bytes[index] != UInt8(ascii: "/") else { throw damaged }
            index += 1
        }
        guard index > start, index + 20 < bytes.count else { throw damaged }
        mode = TreeCursor.canonical(value)
        name = UnsafeRawBufferPointer(rebasing: bytes[start..<index])
        guard !(name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }) else { throw damaged }
        id = ObjectID(raw: UnsafeRawBufferPointer(rebasing: bytes[(index + 1)..<(index + 21)]))
        next = index + 21
    }

    private var damaged: GitError {
        GitError(.corrupt, "tree \(tree) is damaged: it has an entry that git cannot have written")
    }

    /// Old versions of git stored other permission bits, which mean the nearest of today's.
    private static func canonical(_ mode: UInt32) -> UInt32 {
        switch mode & FileVersion.typeMask {
        case FileVersion.directory: FileVersion.directory
        case 0o120000: 0o120000
        case 0o160000: 0o160000
        default: mode & 0o100 != 0 ? 0o100755 : 0o100644
        }
    }

    /// Git's order of entries: by name as bytes, a directory's with a slash at its end.
    static func order(_ left: TreeCursor, _ right: TreeCursor) -> Int {
        let shared = min(left.name.count, right.name.count)
        for index in 0..<shared where left.name[index] != right.name[index] {
            return left.name[index] < right.name[index] ? -1 : 1
        }
        let slash = UInt8(ascii: "/")
        let next: (TreeCursor) -> UInt8 = { $0.name.count > shared ? $0.name[shared] : $0.isDirectory ? slash : 0 }
        let (one, other) = (next(left), next(right))
        if one != other { return one < other ? -1 : 1 }
        return left.name.count == right.name.count ? 0 : left.name.count < right.name.count ? -1 : 1
    }
}
