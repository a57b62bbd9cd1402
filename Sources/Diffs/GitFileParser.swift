/// What the lines between `diff --git` and the first hunk say.
struct GitHeader {
    var oldMode: UInt32?
    var newMode: UInt32?
    /// Read an `old mode` or `new mode` line.
    var changesMode = false
    var isNew = false
    var isDeleted = false
    var renameFrom: [UInt8]?
    var renameTo: [UInt8]?
    var copyFrom: [UInt8]?
    var copyTo: [UInt8]?
    var similarity: Int?
    var dissimilarity: Int?
    var oldID: String?
    var newID: String?
    /// The names of the `---` and `+++` lines.
    var oldLine: HeaderName?
    var newLine: HeaderName?
    var binaryLine: ArraySlice<UInt8>?
    var binaryPatch: Range<Int>?

    var isBinary: Bool { binaryLine != nil || binaryPatch != nil }
    var isSubmodule: Bool { oldMode == FileDiff.submoduleMode || newMode == FileDiff.submoduleMode }
}

extension FileDiff {
    /// Mode of a tree entry that is a commit of another repository.
    package static let submoduleMode: UInt32 = 0o160000

    /// Status of a file with these facts: the first case that applies, in the order of `FileStatus`.
    static func status(
        isSubmodule: Bool, isBinary: Bool, isRename: Bool, isCopy: Bool, isAdded: Bool, isDeleted: Bool,
        changesMode: Bool, hasHunks: Bool
    ) -> FileStatus {
        if isSubmodule { return .submodule }
        if isBinary { return .binary }
        if isRename { return .renamed }
        if isCopy { return .copied }
        if isAdded { return .added }
        if isDeleted { return .deleted }
        return changesMode && !hasHunks ? .mode : .modified
    }
}

extension DiffParser {
    /// Reads a section that starts with `diff --git`.
    mutating func readGitFile(_ first: Line) throws(DiffError) {
        position = first.next
        var header = GitHeader()
        while let line = line(at: position), line.end > line.start, try readExtended(line, into: &header) {}

        if header.oldLine != nil || header.newLine != nil {
            guard header.newLine != nil else { throw expected("a line \"+++ name\"", at: position) }
            guard let line = line(at: position), starts(line, "@@") else {
                throw expected("a hunk header like \"@@ -1,2 +3,4 @@\"", at: position)
            }
        }
        let names = try resolveNames(header, diffLine: first)
        let hunks = header.isBinary ? [] : try readHunks()
        if requiresContents, hunks.isEmpty, announcesContent(header) {
            throw expected("the change of contents that the index line announces", at: position)
        }

        let isAdded = names.old == nil
        let isDeleted = names.new == nil
        // The mode on an `index` line is that of the side that exists.
        if isAdded { header.oldMode = nil }
        if isDeleted { header.newMode = nil }
        let changesMode = header.oldMode != header.newMode && !isAdded && !isDeleted
        try append(
            FileDiff(
                oldPath: names.old, newPath: names.new,
                status: FileDiff.status(
                    isSubmodule: header.isSubmodule, isBinary: header.isBinary, isRename: header.renameFrom != nil,
                    isCopy: header.copyFrom != nil, isAdded: isAdded, isDeleted: isDeleted, changesMode: changesMode,
                    hasHunks: !hunks.isEmpty),
                oldMode: header.oldMode, newMode: header.newMode, oldID: header.oldID, newID: header.newID,
                similarity: header.similarity, dissimilarity: header.dissimilarity, isBinary: header.isBinary,
                binaryPatch: header.binaryPatch.map { bytes[$0] }, hunks: hunks, range: first.start..<position),
            at: first.start)
    }

    /// An `index` line with two ids and nothing else that would explain why no hunk follows. With -w a moved file or one
    /// with a new mode is shown like that when only spaces changed.
    private func announcesContent(_ header: GitHeader) -> Bool {
        header.oldID != nil && header.oldID != header.newID && header.oldMode == header.newMode && !header.isBinary
            && !header.isSubmodule && !header.isNew && !header.isDeleted && header.renameFrom == nil
            && header.copyFrom == nil && header.oldLine == nil
    }

    /// Takes `line` if it belongs to the header of a file, and moves on; false if it does not.
    private mutating func readExtended(_ line: Line, into header: inout GitHeader) throws(DiffError) -> Bool {
        switch bytes[line.start] {
        case UInt8(ascii: "-"):
            guard header.oldLine == nil, let name = rest(line, after: "--- ") else { return false }
            header.oldLine = try headerName(name, at: line, isGit: true)
        case UInt8(ascii: "+"):
            guard header.oldLine != nil, header.newLine == nil, let name = rest(line, after: "+++ ") else {
                return false
            }
            header.newLine = try headerName(name, at: line, isGit: true)
            position = line.next
            return false
        case UInt8(ascii: "B"):
            guard header.oldLine == nil, let names = binaryNames(line) else { return false }
            header.binaryLine = names
            position = line.next
            return false
        case UInt8(ascii: "G"):
            guard header.oldLine == nil, starts(line, "GIT binary patch") else { return false }
            header.binaryPatch = try readBinaryPatch(line)
            return false
        default:
            guard header.oldLine == nil, try readExtendedField(line, into: &header) else { return false }
        }
        position = line.next
        return true
    }

    private func readExtendedField(_ line: Line, into header: inout GitHeader) throws(DiffError) -> Bool {
        if let value = rest(line, after: "index ") {
            try readIndex(value, at: line, into: &header)
        } else if let value = rest(line, after: "new file mode ") {
            guard !header.isDeleted, !header.changesMode else { throw contradiction(at: line) }
            header.isNew = true
            header.newMode = try mode(value, at: line)
        } else if let value = rest(line, after: "deleted file mode ") {
            guard !header.isNew, !header.changesMode else { throw contradiction(at: line) }
            header.isDeleted = true
            header.oldMode = try mode(value, at: line)
        } else if let value = rest(line, after: "old mode ") {
            guard !header.isNew, !header.isDeleted else { throw contradiction(at: line) }
            header.changesMode = true
            header.oldMode = try mode(value, at: line)
        } else if let value = rest(line, after: "new mode ") {
            guard !header.isNew, !header.isDeleted else { throw contradiction(at: line) }
            header.changesMode = true
            header.newMode = try mode(value, at: line)
        } else if let value = rest(line, after: "similarity index ") {
            header.similarity = try percentage(value, at: line)
        } else if let value = rest(line, after: "dissimilarity index ") {
            header.dissimilarity = try percentage(value, at: line)
        } else if let value = rest(line, after: "rename from ") ?? rest(line, after: "rename old ") {
            header.renameFrom = try bareName(value, at: line)
        } else if let value = rest(line, after: "rename to ") ?? rest(line, after: "rename new ") {
            header.renameTo = try bareName(value, at: line)
        } else if let value = rest(line, after: "copy from ") {
            header.copyFrom = try bareName(value, at: line)
        } else if let value = rest(line, after: "copy to ") {
            header.copyTo = try bareName(value, at: line)
        } else {
            return false
        }
        return true
    }

    private func contradiction(at line: Line) -> DiffError {
        error(
            at: line.start, .malformed,
            "the header says two different things of the file: new, deleted, or another mode")
    }

    /// `1234abc..5678def` and, if it does not change, the mode.
    private func readIndex(_ value: ArraySlice<UInt8>, at line: Line, into header: inout GitHeader) throws(DiffError) {
        let what = "\"index\", two object ids with \"..\" between them, and a mode or nothing"
        let old = value.prefix(while: Self.isHexDigit)
        let afterOld = value[old.endIndex...]
        guard !old.isEmpty, old.count <= 64, afterOld.starts(with: "..".utf8) else {
            throw expected(what, at: line.start)
        }
        let new = afterOld.dropFirst(2).prefix(while: Self.isHexDigit)
        guard !new.isEmpty, new.count <= 64 else { throw expected(what, at: line.start) }
        let tail = value[new.endIndex...]
        if !tail.isEmpty {
            guard tail.first == UInt8(ascii: " ") else { throw expected(what, at: line.start) }
            let both = try mode(tail.dropFirst(), at: line)
            header.oldMode = header.oldMode ?? both
            header.newMode = header.newMode ?? both
        }
        header.oldID = String(decoding: old, as: UTF8.self)
        header.newID = String(decoding: new, as: UTF8.self)
    }

    static func isHexDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
            UInt8(ascii: "A")...UInt8(ascii: "F"):
            true
        default: false
        }
    }

    private func mode(_ value: ArraySlice<UInt8>, at line: Line) throws(DiffError) -> UInt32 {
        var mode: UInt32 = 0
        guard (1...7).contains(value.count) else { throw expected("an octal file mode", at: line.start) }
        for byte in value {
            guard (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(byte) else {
                throw expected("an octal file mode", at: line.start)
            }
            mode = mode << 3 | UInt32(byte - UInt8(ascii: "0"))
        }
        return mode
    }

    private func percentage(_ value: ArraySlice<UInt8>, at line: Line) throws(DiffError) -> Int {
        let digits = value.prefix(while: { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        guard (1...3).contains(digits.count), value[digits.endIndex...].elementsEqual("%".utf8) else {
            throw expected("a percentage from 0% to 100%", at: line.start)
        }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        guard number <= 100 else { throw expected("a percentage from 0% to 100%", at: line.start) }
        return number
    }
}
