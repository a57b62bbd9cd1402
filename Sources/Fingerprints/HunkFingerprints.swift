package import Diffs

/// Fingerprints of the hunks of one change.
///
/// A fingerprint is the SHA-256 of the path, the removed and added lines with their signs, and the ordinal among equal
/// hunks of the change. "\r\n" counts as "\n", and so does a missing newline at the end of the file; nothing else is
/// smoothed. Context and line numbers do not count, so it survives rebases and shifts.
package struct HunkFingerprints {
    private var encoding = FieldEncoding(purpose: "hunkwise hunk 1")
    private var seen: [String: Int] = [:]

    package init() {}

    /// The fingerprint of the next hunk, 64 lower-case hexadecimal digits. Feed the hunks of a change in order: equal
    /// hunks are told apart by how many came before.
    package mutating func next(_ hunk: Hunk, path: Path) -> String {
        encoding.reset()
        encoding.append(path.bytes[...])
        var lines = HunkLineIterator(hunk)
        while let line = lines.next() {
            if line.kind == .context { continue }
            encoding.append(byte: line.kind.rawValue)
            var range = line.range
            if let last = range.last, hunk.buffer[last] == UInt8(ascii: "\r") { range = range.lowerBound..<last }
            encoding.append(hunk.buffer[range])
        }
        encoding.append(number: 0)
        let first = encoding.digest
        let ordinal = seen[first, default: 0]
        seen[first] = ordinal + 1
        if ordinal == 0 { return first }
        encoding.removeNumber()
        encoding.append(number: ordinal)
        return encoding.digest
    }

    /// The fingerprint of a file that changed without hunks: both paths, what happened, and the blob ids if known.
    package static func ofFileWithoutHunks(_ file: FileDiff) -> String {
        var encoding = FieldEncoding(purpose: "hunkwise file 1")
        for path in [file.oldPath, file.newPath] { encoding.append((path?.bytes ?? [])[...]) }
        for text in [file.status.rawValue, file.oldID ?? "", file.newID ?? ""] {
            encoding.append(Array(text.utf8)[...])
        }
        encoding.append(number: Int(file.newMode ?? 0))
        return encoding.digest
    }

    /// The fingerprints of all hunks of a change, a list for each file.
    package static func all(of files: [FileDiff]) -> [[String]] {
        var fingerprints = HunkFingerprints()
        return files.map { file in
            let path = file.path
            return file.hunks.map { fingerprints.next($0, path: path) }
        }
    }
}
