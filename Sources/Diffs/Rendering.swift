extension Diff {
    /// The diff as text.
    ///
    /// A parsed diff gives back exactly its bytes, put together from the ranges of its files and hunks and the text
    /// between them. A diff that was put together otherwise is written in git's canonical form, file by file.
    package func rendered() -> [UInt8] {
        var output: [UInt8] = []
        guard isVerbatim else {
            for file in files { file.render(into: &output) }
            return output
        }
        output.reserveCapacity(bytes.count)
        var position = 0
        for file in files {
            for hunk in file.hunks {
                output.append(contentsOf: bytes[position..<hunk.headerRange.lowerBound])
                output.append(contentsOf: bytes[hunk.headerRange])
                output.append(contentsOf: bytes[hunk.headerRange.upperBound..<hunk.bodyRange.lowerBound])
                output.append(contentsOf: hunk.body)
                position = hunk.bodyRange.upperBound
            }
            guard let range = file.range else { continue }
            output.append(contentsOf: bytes[position..<range.upperBound])
            position = range.upperBound
        }
        output.append(contentsOf: bytes[position...])
        return output
    }
}

extension FileDiff {
    /// The file in the form `git diff` writes it: `diff --git` with `a/` and `b/`, extended headers, hunks; paths quoted
    /// as with `core.quotePath`. Parsing it gives the same names, status, modes, ids and hunks.
    ///
    /// The form has no words for two things: an added or deleted file without hunks and without a mode gets 100644, and a
    /// binary file counts as renamed if its names differ.
    package func rendered() -> [UInt8] {
        var output: [UInt8] = []
        render(into: &output)
        return output
    }

    func render(into output: inout [UInt8]) {
        // Two different names that no other line repeats must not leave it open where the first one ends.
        let isAlone = hunks.isEmpty && oldPath != nil && newPath != nil && oldPath != newPath
        let oldName = PathQuoting.quoteIfNeeded(
            (oldPath ?? path).bytes, prefix: "a/", escapeHigh: true, always: isAlone)
        let newName = PathQuoting.quoteIfNeeded(
            (newPath ?? path).bytes, prefix: "b/", escapeHigh: true, always: isAlone)
        output.append(contentsOf: "diff --git ".utf8)
        output.append(contentsOf: oldName)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: newName)
        output.append(UInt8(ascii: "\n"))
        renderModes(into: &output)
        renderNames(into: &output)
        renderIndex(into: &output)
        renderContents(oldName, newName, into: &output)
    }

    private func renderModes(into output: inout [UInt8]) {
        let isMute = hunks.isEmpty && !isBinary
        if oldPath == nil {
            if let mode = newMode ?? (isMute ? 0o100644 : nil) { line("new file mode \(octal(mode))", into: &output) }
        } else if newPath == nil {
            if let mode = oldMode ?? (isMute ? 0o100644 : nil) {
                line("deleted file mode \(octal(mode))", into: &output)
            }
        } else if oldMode != newMode {
            if let oldMode { line("old mode \(octal(oldMode))", into: &output) }
            if let newMode { line("new mode \(octal(newMode))", into: &output) }
        }
    }

    private func renderNames(into output: inout [UInt8]) {
        if let similarity { line("similarity index \(similarity)%", into: &output) }
        if let dissimilarity { line("dissimilarity index \(dissimilarity)%", into: &output) }
        guard let oldPath, let newPath else { return }
        // A binary or submodule status hides whether the file was moved; different names tell.
        let moved = status == .renamed || ((status == .binary || status == .submodule) && oldPath != newPath)
        guard moved || status == .copied else { return }
        let verb = status == .copied ? "copy" : "rename"
        line("\(verb) from \(oldPath.quoted)", into: &output)
        line("\(verb) to \(newPath.quoted)", into: &output)
    }

    private func renderIndex(into output: inout [UInt8]) {
        guard let oldID, let newID else {
            // A mode that does not change has no other place than the index line.
            if let newMode, oldMode == newMode, oldPath != nil, newPath != nil {
                line("old mode \(octal(newMode))", into: &output)
                line("new mode \(octal(newMode))", into: &output)
            }
            return
        }
        let keepsMode = oldPath != nil && newPath != nil && oldMode == newMode
        let mode = keepsMode ? newMode.map { " \(octal($0))" } ?? "" : ""
        line("index \(oldID)..\(newID)\(mode)", into: &output)
    }

    private func renderContents(_ oldName: [UInt8], _ newName: [UInt8], into output: inout [UInt8]) {
        let old = oldPath == nil ? Array("/dev/null".utf8) : oldName
        let new = newPath == nil ? Array("/dev/null".utf8) : newName
        if let binaryPatch {
            output.append(contentsOf: binaryPatch)
            if output.last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
        } else if isBinary {
            output.append(contentsOf: "Binary files ".utf8)
            output.append(contentsOf: old)
            output.append(contentsOf: " and ".utf8)
            output.append(contentsOf: new)
            output.append(contentsOf: " differ\n".utf8)
        } else if !hunks.isEmpty {
            for (sign, name) in [("--- ", old), ("+++ ", new)] {
                output.append(contentsOf: sign.utf8)
                output.append(contentsOf: name)
                // A tab ends a bare name with a space in it, so that nobody takes its end for a time.
                if name.first != UInt8(ascii: "\""), name.contains(UInt8(ascii: " ")) {
                    output.append(UInt8(ascii: "\t"))
                }
                output.append(UInt8(ascii: "\n"))
            }
            for hunk in hunks {
                output.append(contentsOf: hunk.buffer[hunk.headerRange])
                output.append(UInt8(ascii: "\n"))
                output.append(contentsOf: hunk.body)
                if output.last != UInt8(ascii: "\n") { output.append(UInt8(ascii: "\n")) }
            }
        }
    }

    private func line(_ text: String, into output: inout [UInt8]) {
        output.append(contentsOf: text.utf8)
        output.append(UInt8(ascii: "\n"))
    }

    /// Six octal digits, as git writes modes.
    private func octal(_ mode: UInt32) -> String {
        let digits = String(mode, radix: 8)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}
