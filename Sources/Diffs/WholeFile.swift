extension FileDiff {
    /// A whole file as if it had just been added: one hunk with every line, or none for an empty file. For reviewing
    /// files without a history.
    ///
    /// - Parameter mode: octal mode as git writes it.
    package static func adding(path: Path, contents: [UInt8], mode: UInt32 = 0o100644) -> FileDiff {
        // What git does: a NUL in the first 8000 bytes makes a file binary.
        let isBinary = contents.prefix(8000).contains(0)
        var hunks: [Hunk] = []
        if !contents.isEmpty, !isBinary { hunks.append(wholeHunk(contents)) }
        return FileDiff(
            oldPath: nil, newPath: path, status: isBinary ? .binary : .added, newMode: mode, isBinary: isBinary,
            hunks: hunks)
    }

    private static func wholeHunk(_ contents: [UInt8]) -> Hunk {
        let endsInNewline = contents.last == 0x0A
        let lineCount = contents.reduce(into: endsInNewline ? 0 : 1) { if $1 == 0x0A { $0 += 1 } }
        let header = "@@ -0,0 +1\(lineCount == 1 ? "" : ",\(lineCount)") @@"
        let note = "\\ No newline at end of file\n"

        var buffer: [UInt8] = []
        buffer.reserveCapacity(header.utf8.count + 1 + contents.count + lineCount + 1 + note.utf8.count)
        buffer.append(contentsOf: header.utf8)
        let headerRange = 0..<buffer.count
        buffer.append(0x0A)
        let bodyStart = buffer.count
        var position = 0
        while position < contents.count {
            let end = contents.indexOfNewline(from: position, to: contents.count)
            buffer.append(UInt8(ascii: "+"))
            buffer.append(contentsOf: contents[position..<end])
            buffer.append(0x0A)
            position = end + 1
        }
        if !endsInNewline { buffer.append(contentsOf: note.utf8) }
        return Hunk(
            oldStart: 0, oldLines: 0, newStart: 1, newLines: lineCount, added: lineCount, removed: 0, buffer: buffer,
            headerRange: headerRange, bodyRange: bodyStart..<buffer.count)
    }
}
