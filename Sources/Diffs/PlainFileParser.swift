extension DiffParser {
    /// Reads a section that starts with `---` and `+++` lines.
    mutating func readPlainFile(old oldLine: Line, new newLine: Line) throws(DiffError) {
        try readPlainFile(old: oldLine, new: newLine, sectionStart: oldLine.start)
    }

    private mutating func readPlainFile(old oldLine: Line, new newLine: Line, sectionStart: Int) throws(DiffError) {
        let prefixLength = "--- ".utf8.count
        let old = try headerName(bytes[(oldLine.start + prefixLength)..<oldLine.end], at: oldLine, isGit: false)
        let new = try headerName(bytes[(newLine.start + prefixLength)..<newLine.end], at: newLine, isGit: false)
        position = newLine.next
        if line(at: position).map({ starts($0, "@@") }) != true, !changesPropertiesOnly() {
            throw expected("a hunk header like \"@@ -1,2 +3,4 @@\"", at: position)
        }
        let hunks = try readHunks()
        let names = try plainNames(old, new, hunks: hunks, at: oldLine)
        try append(
            FileDiff(
                oldPath: names.old, newPath: names.new,
                status: FileDiff.status(
                    isSubmodule: false, isBinary: false, isRename: false, isCopy: false, isAdded: names.old == nil,
                    isDeleted: names.new == nil, changesMode: false, hasHunks: !hunks.isEmpty),
                hunks: hunks, range: sectionStart..<position),
            at: oldLine.start)
    }

    /// Subversion shows a change of properties alone as a header without hunks.
    private func changesPropertiesOnly() -> Bool {
        guard let blank = line(at: position), blank.start == blank.end, let next = line(at: blank.next) else {
            return false
        }
        return starts(next, "Property changes on: ")
    }

    private func plainNames(
        _ old: HeaderName, _ new: HeaderName, hunks: [Hunk], at line: Line
    ) throws(DiffError) -> FileNames {
        switch (old.name, new.name) {
        case (nil, nil):
            throw error(at: line.start, .malformed, "the file exists on neither side")
        case (let name?, nil):
            return FileNames(old: Path(bytes: Self.stripPrefix(name)), new: nil)
        case (nil, let name?):
            return FileNames(old: nil, new: Path(bytes: Self.stripPrefix(name)))
        case (let oldName?, let newName?):
            let pair = Self.stripPrefixes(oldName, newName)
            // A time of zero alone proves nothing; the hunks must agree that there was nothing.
            let isNew = old.isAbsent && !new.isAbsent && hunks.allSatisfy { $0.oldLines == 0 }
            let isDeleted = new.isAbsent && !old.isAbsent && hunks.allSatisfy { $0.newLines == 0 }
            let oldPath = Path(bytes: pair.old)
            let newPath = pair.old == pair.new ? oldPath : Path(bytes: pair.new)
            return FileNames(old: isNew ? nil : oldPath, new: isDeleted ? nil : newPath)
        }
    }

    // MARK: Other sections without "diff --git"

    /// `Binary files a/x and b/x differ`, of `diff -r`. False if the line only looks like it.
    mutating func readPlainBinary(_ line: Line) throws(DiffError) -> Bool {
        guard let text = binaryNames(line), let pair = Self.split(text, at: " and ") else { return false }
        let names =
            if pair.old == Self.devNull {
                FileNames(old: nil, new: Path(bytes: Self.stripPrefix(pair.new)))
            } else if pair.new == Self.devNull {
                FileNames(old: Path(bytes: Self.stripPrefix(pair.old)), new: nil)
            } else {
                { FileNames(old: Path(bytes: $0.old), new: Path(bytes: $0.new)) }(
                    Self.stripPrefixes(pair.old, pair.new))
            }
        position = line.next
        try append(
            FileDiff(
                oldPath: names.old, newPath: names.new, status: .binary, isBinary: true, hunks: [],
                range: line.start..<position),
            at: line.start)
        return true
    }

    /// What stands between `Binary files ` and ` differ`; nil if the line is not of that form.
    func binaryNames(_ line: Line) -> ArraySlice<UInt8>? {
        guard let text = rest(line, after: "Binary files "), text.count > " differ".utf8.count,
            text.suffix(7).elementsEqual(" differ".utf8)
        else { return nil }
        return text.dropLast(7)
    }

    /// `Index: name` and a ruler, as Subversion writes them before a file: with `---` and `+++` lines and hunks, with a
    /// note that the file is binary, or with nothing for an empty file.
    mutating func readIndexedFile(_ index: Line, ruler: Line) throws(DiffError) {
        position = ruler.next
        guard let name = rest(index, after: "Index: "), !name.isEmpty else {
            throw expected("a file name", at: index.start)
        }
        if let old = line(at: position), starts(old, "--- "), let new = line(at: old.next), starts(new, "+++ ") {
            return try readPlainFile(old: old, new: new, sectionStart: index.start)
        }
        // Subversion with --git writes a git header behind its own.
        if let next = line(at: position), starts(next, "diff --git ") { return }
        var isBinary = false
        if let note = line(at: position), starts(note, "Cannot display: file marked as a binary type.") {
            isBinary = true
            position = note.next
        }
        let path = Path(bytes: name)
        try append(
            FileDiff(
                oldPath: path, newPath: path, status: isBinary ? .binary : .modified, isBinary: isBinary, hunks: [],
                range: index.start..<position),
            at: index.start)
    }

    /// `Submodule path 1234567..89abcde:` of `git diff --submodule=log`, with the commits below it. False if the line only
    /// looks like it.
    mutating func readSubmoduleSummary(_ line: Line) throws(DiffError) -> Bool {
        guard let summary = SubmoduleSummary(bytes[line.range]) else { return false }
        position = line.next
        while let commit = self.line(at: position), starts(commit, "  > ") || starts(commit, "  < ") {
            position = commit.next
        }
        let range = line.start..<position
        let path = Path(bytes: summary.path)
        // "contains modified content" may stand before the line with the commits: one file, not two.
        if let last = files.last, last.status == .submodule, last.path == path, last.oldID == nil,
            last.range?.upperBound == line.start
        {
            files.removeLast()
        }
        try append(
            FileDiff(
                oldPath: summary.isNew ? nil : path, newPath: summary.isDeleted ? nil : path, status: .submodule,
                oldMode: summary.isNew ? nil : FileDiff.submoduleMode,
                newMode: summary.isDeleted ? nil : FileDiff.submoduleMode,
                oldID: summary.oldID, newID: summary.newID, hunks: [], range: range),
            at: line.start)
        return true
    }
}

/// The line git writes for a submodule with --submodule=log or =diff.
struct SubmoduleSummary {
    var path: [UInt8]
    var oldID: String?
    var newID: String?
    var isNew = false
    var isDeleted = false

    init?(_ line: ArraySlice<UInt8>) {
        var text = line.dropFirst("Submodule ".utf8.count)
        for note in [" contains untracked content", " contains modified content"]
        where text.suffix(note.utf8.count).elementsEqual(note.utf8) && text.count > note.utf8.count {
            path = Array(text.dropLast(note.utf8.count))
            return
        }
        // "path 1234567..89abcde:", "…", or with three dots, and a remark in brackets.
        if text.last == UInt8(ascii: ":") { text = text.dropLast() }
        var remark: ArraySlice<UInt8> = []
        if text.last == UInt8(ascii: ")"), let open = text.lastIndex(of: UInt8(ascii: "(")) {
            remark = text[open...]
            text = text[..<open]
            guard text.last == UInt8(ascii: " ") else { return nil }
            text = text.dropLast()
            if text.last == UInt8(ascii: ":") { text = text.dropLast() }
        }
        guard let space = text.lastIndex(of: UInt8(ascii: " ")), space > text.startIndex else { return nil }
        let ids = text[(space + 1)...]
        let old = ids.prefix(while: DiffParser.isHexDigit)
        let dots = ids[old.endIndex...].prefix(while: { $0 == UInt8(ascii: ".") })
        let new = ids[dots.endIndex...]
        guard (4...64).contains(old.count), (2...3).contains(dots.count), (4...64).contains(new.count),
            new.allSatisfy(DiffParser.isHexDigit)
        else { return nil }
        path = Array(text[..<space])
        oldID = String(decoding: old, as: UTF8.self)
        newID = String(decoding: new, as: UTF8.self)
        isNew = remark.elementsEqual("(new submodule)".utf8)
        isDeleted = remark.elementsEqual("(submodule deleted)".utf8)
    }
}
