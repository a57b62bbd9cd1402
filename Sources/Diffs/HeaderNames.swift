/// A name as it stands on a `---` or `+++` line, its prefix still on it.
struct HeaderName {
    /// Nil for /dev/null.
    var name: [UInt8]?
    /// What follows the name after a tab: a time or a revision.
    var note: ArraySlice<UInt8>
    /// The file did not exist on this side: /dev/null, the epoch as time, or a revision that says so.
    var isAbsent: Bool
}

/// The names of a file without prefixes; nil on the side where it does not exist.
struct FileNames {
    var old: Path?
    var new: Path?
}

extension DiffParser {
    // MARK: Names with prefixes

    /// Takes the prefixes off two names of one file.
    ///
    /// Git writes `a/` and `b/`, or with `diff.mnemonicPrefix` two of `c/` (commit), `i/` (index), `w/` (working tree),
    /// `o/` (object), `1/` and `2/`; swapped with -R; none with --no-prefix. The two prefixes always differ, so equal
    /// names have none. Any other pair of first directories is taken for prefixes if the names agree behind them, as in
    /// `diff -r old new`.
    static func stripPrefixes(_ old: [UInt8], _ new: [UInt8]) -> (old: [UInt8], new: [UInt8]) {
        if old == new { return (old, new) }
        if hasKnownPrefix(old), hasKnownPrefix(new), old[0] != new[0] {
            return (Array(old[2...]), Array(new[2...]))
        }
        if let oldSlash = old.firstIndex(of: UInt8(ascii: "/")), let newSlash = new.firstIndex(of: UInt8(ascii: "/")),
            old[oldSlash...] == new[newSlash...]
        {
            // Bitbucket's prefixes are `src://` and `dst://`.
            let name = Array(old[oldSlash...].drop(while: { $0 == UInt8(ascii: "/") }))
            if !name.isEmpty { return (name, name) }
        }
        return (old, new)
    }

    static func hasKnownPrefix(_ name: [UInt8]) -> Bool {
        name.count > 2 && name[1] == UInt8(ascii: "/") && "abciwo12".utf8.contains(name[0])
    }

    /// A name that stands alone: the other side is /dev/null.
    static func stripPrefix(_ name: [UInt8]) -> [UInt8] {
        hasKnownPrefix(name) ? Array(name[2...]) : name
    }

    // MARK: Git sections

    /// The names of a git section, from the lines that are sure of them: rename and copy lines, then a `diff --git` line
    /// that can be read in one way, then the `---` and `+++` or `Binary files` lines. Lines that contradict each other
    /// are an error: what we show must be what another tool would change.
    func resolveNames(_ header: GitHeader, diffLine: Line) throws(DiffError) -> FileNames {
        let pair = try gitNames(header, diffLine: diffLine)
        try check(header.oldLine, against: pair.old, diffLine: diffLine)
        try check(header.newLine, against: pair.new, diffLine: diffLine)
        guard !pair.old.isEmpty, !pair.new.isEmpty else { throw expected("a file name", at: diffLine.start) }
        let old = Path(bytes: pair.old)
        let new = pair.new == pair.old ? old : Path(bytes: pair.new)
        let isNew = header.isNew || header.oldLine?.name == nil && header.oldLine != nil || binaryStarts(header)
        let isDeleted = header.isDeleted || header.newLine?.name == nil && header.newLine != nil || binaryEnds(header)
        let isMoved = header.renameFrom != nil || header.copyFrom != nil
        guard !isMoved || !(isNew || isDeleted), header.renameFrom == nil || header.copyFrom == nil else {
            throw error(
                at: diffLine.start, .malformed,
                "the header says both that the file is moved and that it is something else")
        }
        guard !(isNew && isDeleted) else {
            throw error(at: diffLine.start, .malformed, "the file exists on neither side")
        }
        return FileNames(old: isNew ? nil : old, new: isDeleted ? nil : new)
    }

    /// `old`, a space, `new`, and no more.
    private static func isPair(_ text: ArraySlice<UInt8>, _ old: [UInt8], _ new: [UInt8]) -> Bool {
        guard text.count == old.count + 1 + new.count else { return false }
        let space = text.startIndex + old.count
        return text[space] == UInt8(ascii: " ") && text[..<space] == old[...] && text[(space + 1)...] == new[...]
    }

    private func binaryStarts(_ header: GitHeader) -> Bool {
        header.binaryLine?.starts(with: "/dev/null and ".utf8) ?? false
    }

    private func binaryEnds(_ header: GitHeader) -> Bool {
        guard let names = header.binaryLine else { return false }
        return names.suffix(14).elementsEqual(" and /dev/null".utf8)
    }

    private func gitNames(
        _ header: GitHeader, diffLine: Line
    ) throws(DiffError) -> (old: [UInt8], new: [UInt8]) {
        if header.renameFrom != nil || header.renameTo != nil {
            guard let from = header.renameFrom, let to = header.renameTo else {
                throw error(
                    at: diffLine.start, .malformed, "a rename needs both a \"rename from\" and a \"rename to\" line")
            }
            return (from, to)
        }
        if header.copyFrom != nil || header.copyTo != nil {
            guard let from = header.copyFrom, let to = header.copyTo else {
                throw error(at: diffLine.start, .malformed, "a copy needs both a \"copy from\" and a \"copy to\" line")
            }
            return (from, to)
        }
        let text = bytes[(diffLine.start + "diff --git ".utf8.count)..<diffLine.end]
        if let pair = try quotedPair(text, at: diffLine) { return pair }
        // Where both names stand on lines of their own, the first line must be the two of them.
        if let old = header.oldLine?.name, let new = header.newLine?.name, Self.isPair(text, old, new) {
            return Self.stripPrefixes(old, new)
        }
        if let pair = equalPair(text) { return pair }
        if let old = header.oldLine, let new = header.newLine {
            switch (old.name, new.name) {
            case (let old?, let new?):
                throw error(
                    at: diffLine.start, .malformed,
                    "the header names other files than its first line: \(shown(old)), \(shown(new))"
                )
            case (let only?, nil), (nil, let only?):
                let name = Self.stripPrefix(only)
                return (name, name)
            case (nil, nil): break
            }
        }
        if let names = header.binaryLine, let pair = Self.split(names, at: " and ") {
            return Self.stripPrefixes(pair.old, pair.new)
        }
        // "a/x b/y": the last resort, for a name pair that nothing else spells out.
        if let pair = Self.split(text, at: " b/"), Self.hasKnownPrefix(pair.old) {
            return (Array(pair.old[2...]), pair.new)
        }
        throw expected("two file names that can be told apart", at: diffLine.start)
    }

    /// Two names of which at least one is in quotes, which makes their ends sure. Nil if none is.
    private func quotedPair(
        _ text: ArraySlice<UInt8>, at line: Line
    ) throws(DiffError) -> (old: [UInt8], new: [UInt8])? {
        let quote = UInt8(ascii: "\"")
        if text.first == quote {
            guard let (old, end) = PathQuoting.unquote(text), end < text.endIndex, text[end] == UInt8(ascii: " ") else {
                throw expected("a quoted name and a second name", at: line.start)
            }
            return Self.stripPrefixes(old, try wholeName(text[(end + 1)...], at: line))
        }
        guard text.last == quote, let start = Self.firstIndex(of: " \"", in: text) else { return nil }
        return Self.stripPrefixes(Array(text[..<start]), try wholeName(text[(start + 1)...], at: line))
    }

    private func wholeName(_ text: ArraySlice<UInt8>, at line: Line) throws(DiffError) -> [UInt8] {
        guard text.first == UInt8(ascii: "\"") else { return Array(text) }
        guard let (name, end) = PathQuoting.unquote(text), end == text.endIndex else {
            throw expected("a well-formed quoted name", at: line.start)
        }
        return name
    }

    /// Two bare names that are the same behind their prefixes. Spaces in the names leave several ways to cut the line;
    /// prefixes of one length put the cut in the middle, which is tried first.
    private func equalPair(_ text: ArraySlice<UInt8>) -> (old: [UInt8], new: [UInt8])? {
        func attempt(_ space: Int) -> (old: [UInt8], new: [UInt8])? {
            let pair = Self.stripPrefixes(Array(text[..<space]), Array(text[(space + 1)...]))
            return pair.old == pair.new && !pair.old.isEmpty ? pair : nil
        }
        let middle = text.startIndex + text.count / 2
        if text.count % 2 == 1, text[middle] == UInt8(ascii: " "), let pair = attempt(middle) { return pair }
        // Prefixes of different lengths: both end at a slash, and as much must follow the first as the second. The lengths
        // are compared before the bytes, so a hostile line of any length costs little.
        guard let oldSlash = text.firstIndex(of: UInt8(ascii: "/")) else { return nil }
        let window = max(oldSlash, middle - 64)..<max(oldSlash, min(text.endIndex, middle + 64))
        for space in window where text[space] == UInt8(ascii: " ") {
            let next = text[(space + 1)...].firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: " ") }
            guard let newSlash = next, text[newSlash] == UInt8(ascii: "/") else { continue }
            if space - oldSlash == text.endIndex - newSlash, let pair = attempt(space) { return pair }
        }
        return nil
    }

    /// The name of a `---` or `+++` line must be the one found, behind whatever prefix.
    private func check(_ line: HeaderName?, against name: [UInt8], diffLine: Line) throws(DiffError) {
        guard let written = line?.name else { return }
        guard written.count >= name.count, written[(written.count - name.count)...] == name[...] else {
            throw error(
                at: diffLine.start, .malformed,
                "the header names two different files: \(shown(name)) and \(shown(written))"
            )
        }
    }

    /// A name in a message, cut so that a hostile one does not fill the screen.
    private func shown(_ name: [UInt8]) -> String {
        Path(bytes: name.prefix(200)).display + (name.count > 200 ? "…" : "")
    }

    // MARK: Parts of lines

    static let devNull = Array("/dev/null".utf8)

    /// The name on a `---` or `+++` line. In a git section (`isGit`) no time stands behind it.
    func headerName(_ text: ArraySlice<UInt8>, at line: Line, isGit: Bool) throws(DiffError) -> HeaderName {
        var name: [UInt8]
        var note: ArraySlice<UInt8>
        if text.first == UInt8(ascii: "\"") {
            guard let (unquoted, end) = PathQuoting.unquote(text) else {
                throw expected("a well-formed quoted name", at: line.start)
            }
            name = unquoted
            note = text[end...]
        } else if let tab = text.firstIndex(of: UInt8(ascii: "\t")) {
            name = Array(text[..<tab])
            note = text[tab...]
        } else {
            let time = (isGit ? nil : HeaderTime.start(in: text)) ?? text.endIndex
            name = Array(text[..<time])
            note = text[time...]
        }
        guard !name.isEmpty else { throw expected("a file name", at: line.start) }
        note = note.drop(while: { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") })
        if name == Self.devNull { return HeaderName(name: nil, note: note, isAbsent: true) }
        return HeaderName(name: name, note: note, isAbsent: HeaderTime.saysAbsent(note))
    }

    /// The name on a rename or copy line: the rest of the line, maybe quoted.
    func bareName(_ text: ArraySlice<UInt8>, at line: Line) throws(DiffError) -> [UInt8] {
        let name = try wholeName(text, at: line)
        guard !name.isEmpty else { throw expected("a file name", at: line.start) }
        return name
    }

    /// Cuts `text` at the first `separator`; its last byte stays with nobody, its first neither. Quoted names are read.
    static func split(_ text: ArraySlice<UInt8>, at separator: StaticString) -> (old: [UInt8], new: [UInt8])? {
        if text.first == UInt8(ascii: "\""), let (old, end) = PathQuoting.unquote(text) {
            let length = separator.utf8CodeUnitCount
            guard text.endIndex - end > length, firstIndex(of: separator, in: text[end...]) == end else { return nil }
            return Path(quoted: Array(text[(end + length)...])).map { (old, $0.bytes) }
        }
        guard let cut = firstIndex(of: separator, in: text), cut > text.startIndex else { return nil }
        let second = Array(text[(cut + separator.utf8CodeUnitCount)...])
        guard !second.isEmpty else { return nil }
        return Path(quoted: second).map { (Array(text[..<cut]), $0.bytes) }
    }

    static func firstIndex(of needle: StaticString, in text: ArraySlice<UInt8>) -> Int? {
        needle.withUTF8Buffer { wanted in
            guard let first = wanted.first, text.count >= wanted.count else { return nil }
            for start in text.startIndex...(text.endIndex - wanted.count) where text[start] == first {
                if text[start..<(start + wanted.count)].elementsEqual(wanted) { return start }
            }
            return nil
        }
    }
}
