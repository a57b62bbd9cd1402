extension Diff {
    /// Reads unified and git-extended diffs, with whatever surrounds them: mail headers and signatures, `git show` and
    /// `git log -p` headers, `Index:` lines of Subversion.
    ///
    /// Hunk bodies are counted by the numbers of their header, so no content can pass for a header. A blank text is an
    /// empty diff. Lines may end in "\r\n"; the "\r" belongs to the content in a body and is no part of a header.
    ///
    /// - Parameter requiresContents: A git header whose `index` line tells of new contents must be followed by them, so
    ///   that a patch cut off there is an error. Our own `GitRepository` writes such headers for files it had to skip.
    /// - Throws: `DiffError` with the line and what was expected there; nothing of a diff is dropped silently.
    package init(
        parsing bytes: [UInt8], limits: DiffLimits = .default, requiresContents: Bool = false
    ) throws(DiffError) {
        var parser = DiffParser(bytes: bytes, limits: limits, requiresContents: requiresContents)
        try parser.parse()
        self.init(bytes: bytes, files: parser.files, isVerbatim: true)
    }
}

/// The walk over the text, line by line at the top level. Sections are read by the extensions in the other files.
struct DiffParser {
    /// One line of the text.
    struct Line {
        /// First byte.
        let start: Int
        /// After the last byte, without "\n" and a "\r" before it.
        let end: Int
        /// Start of the next line.
        let next: Int

        var range: Range<Int> { start..<end }
    }

    let bytes: [UInt8]
    let limits: DiffLimits
    let requiresContents: Bool
    /// Start of the line to be read next.
    var position = 0
    var files: [FileDiff] = []
    var hunkCount = 0

    init(bytes: [UInt8], limits: DiffLimits, requiresContents: Bool) {
        self.bytes = bytes
        self.limits = limits
        self.requiresContents = requiresContents
    }

    mutating func parse() throws(DiffError) {
        guard bytes.count <= limits.bytes else {
            throw DiffError(
                line: 1, kind: .limit,
                message: "the diff has \(bytes.count) bytes; the limit is \(limits.bytes): "
                    + "review it in parts")
        }
        var isBlank = true
        while let line = line(at: position) {
            if line.end > line.start {
                if try readSection(line) { continue }
                if isBlank { isBlank = isBlankText(line.range) }
            }
            position = line.next
        }
        if files.isEmpty, !isBlank { throw noDiffFound() }
    }

    /// Reads the file section that starts at `line`, if one does; then `position` stands after it.
    private mutating func readSection(_ line: Line) throws(DiffError) -> Bool {
        switch bytes[line.start] {
        case UInt8(ascii: "d"):
            if starts(line, "diff --git ") {
                try readGitFile(line)
                return true
            }
            if starts(line, "diff --cc ") || starts(line, "diff --combined ") { throw combined(at: line) }
        case UInt8(ascii: "-"):
            if starts(line, "--- "), let next = self.line(at: line.next), starts(next, "+++ ") {
                try readPlainFile(old: line, new: next)
                return true
            }
        case UInt8(ascii: "@"):
            if starts(line, "@@@ -") { throw combined(at: line) }
            if starts(line, "@@ -"), (try? HunkHeader(parsing: bytes, line.range)) != nil {
                throw error(at: line.start, .malformed, "a hunk without a file header before it")
            }
        case UInt8(ascii: "B"):
            if starts(line, "Binary files ") { return try readPlainBinary(line) }
        case UInt8(ascii: "I"):
            if starts(line, "Index: "), let next = self.line(at: line.next), starts(next, "=====") {
                try readIndexedFile(line, ruler: next)
                return true
            }
        case UInt8(ascii: "S"):
            if starts(line, "Submodule ") { return try readSubmoduleSummary(line) }
        case UInt8(ascii: "*"):
            if starts(line, "***************"), let next = self.line(at: line.next), starts(next, "*** ") {
                throw error(at: line.start, .unsupported, "a context diff (diff -c); make a unified one with diff -u")
            }
        default:
            break
        }
        return false
    }

    mutating func append(_ file: FileDiff, at start: Int) throws(DiffError) {
        guard files.count < limits.files else {
            throw error(at: start, .limit, "more than \(limits.files) files: review it in parts")
        }
        files.append(file)
    }
}

// MARK: - Lines

extension DiffParser {
    /// The line that starts at `start`; nil at the end of the text.
    func line(at start: Int) -> Line? {
        guard start < bytes.count else { return nil }
        let newline = bytes.indexOfNewline(from: start, to: bytes.count)
        let end = newline > start && bytes[newline - 1] == UInt8(ascii: "\r") ? newline - 1 : newline
        return Line(start: start, end: end, next: min(newline + 1, bytes.count))
    }

    func starts(_ line: Line, _ prefix: StaticString) -> Bool {
        let length = prefix.utf8CodeUnitCount
        guard line.end - line.start >= length else { return false }
        return prefix.withUTF8Buffer { wanted in
            for offset in 0..<length where bytes[line.start + offset] != wanted[offset] { return false }
            return true
        }
    }

    /// What follows `prefix` on a line that starts with it; nil if the line does not.
    func rest(_ line: Line, after prefix: StaticString) -> ArraySlice<UInt8>? {
        starts(line, prefix) ? bytes[(line.start + prefix.utf8CodeUnitCount)..<line.end] : nil
    }

    private func isBlankText(_ range: Range<Int>) -> Bool {
        bytes[range].allSatisfy { $0 == 0x20 || (0x09...0x0D).contains($0) }
    }
}

// MARK: - Errors

extension DiffParser {
    /// The number of the line that holds `offset`, from 1.
    func lineNumber(of offset: Int) -> Int {
        bytes[..<min(offset, bytes.count)].reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
    }

    func error(at offset: Int, _ kind: DiffError.Kind, _ message: String) -> DiffError {
        DiffError(line: lineNumber(of: offset), kind: kind, message: message)
    }

    /// "expected …, found …" at `offset`: malformed, or truncated when the text ends there.
    func expected(_ what: String, at offset: Int) -> DiffError {
        guard let line = line(at: offset) else {
            // Without a final newline the text ends on its last line; the missing line is the one after it.
            let extra = bytes.isEmpty || bytes.last == 0x0A ? 0 : 1
            return DiffError(
                line: lineNumber(of: bytes.count) + extra, kind: .truncated,
                message: "expected \(what), found the end of the text")
        }
        return error(at: offset, .malformed, "expected \(what), found \(excerpt(line))")
    }

    /// The line in quotes, shortened and with control characters escaped.
    func excerpt(_ line: Line) -> String {
        let shown = line.start..<min(line.end, line.start + 60)
        if shown.isEmpty { return "an empty line" }
        var output: [UInt8] = [UInt8(ascii: "\"")]
        for byte in bytes[shown] { PathQuoting.appendEscaped(byte, escapeHigh: true, to: &output) }
        output.append(contentsOf: (shown.upperBound < line.end ? "…\"" : "\"").utf8)
        return String(decoding: output, as: UTF8.self)
    }

    func combined(at line: Line) -> DiffError {
        error(
            at: line.start, .unsupported,
            "a combined diff of a merge (\(excerpt(line))); compare with one parent, as git diff A B or git show -m do")
    }

    private func noDiffFound() -> DiffError {
        // A coloured diff has its headers behind escape sequences, so none was recognised.
        let escape: [UInt8] = [0x1B, UInt8(ascii: "[")]
        var start = 0
        while let line = line(at: start) {
            if bytes[line.range].starts(with: escape) {
                let text = String(decoding: bytes[line.start..<min(line.end, line.start + 64)], as: UTF8.self)
                if text.contains("mdiff --") || text.contains("m--- ") || text.contains("m@@ ") {
                    return error(
                        at: start, .unsupported, "the diff is coloured for a terminal; make it with --no-color")
                }
            }
            start = line.next
        }
        return DiffError(line: 1, kind: .noDiff, message: "no diff found in the text")
    }
}
