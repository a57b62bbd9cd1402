package import Diffs

/// One side of a changed file.
package struct FileVersion: Hashable, Sendable {
    /// As git stores it: 0o100644, 0o100755, 0o120000 (symbolic link), 0o160000 (submodule).
    package var mode: UInt32
    package var id: ObjectID

    package init(mode: UInt32, id: ObjectID) {
        self.mode = mode
        self.id = id
    }

    var type: UInt32 { mode & FileVersion.typeMask }
    var isRegular: Bool { type == 0o100000 }
    var isDirectory: Bool { type == FileVersion.directory }
    var isSubmodule: Bool { type == 0o160000 }

    static let typeMask: UInt32 = 0o170000
    static let directory: UInt32 = 0o040000
}

/// A path whose content, mode or existence differs between two sides.
package struct FileChange: Hashable, Sendable {
    package var path: Path
    package var old: FileVersion?
    package var new: FileVersion?

    package init(path: Path, old: FileVersion?, new: FileVersion?) {
        self.path = path
        self.old = old
        self.new = new
    }
}
