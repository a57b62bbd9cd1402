import CGit2
import Glibc

/// Hunks of two texts by git's own line comparison: Myers, indent heuristic, three lines of context.
///
/// Works on bytes alone, without a repository, so no attribute or configuration has a say.
enum TextDiff {
    /// Appends the hunks, each with its header line, to `output`; appends nothing when the texts are equal.
    /// - Parameter old: nil when the file did not exist.
    /// - Returns: false when the comparison failed; `output` is then unchanged.
    static func append(old: Content?, new: Content?, context: UInt32 = 3, to output: inout [UInt8]) -> Bool {
        guard let old else {
            new?.withBytes { appendWhole($0, sign: UInt8(ascii: "+"), to: &output) }
            return true
        }
        guard let new else {
            old.withBytes { appendWhole($0, sign: UInt8(ascii: "-"), to: &output) }
            return true
        }
        var options = git_diff_options()
        guard git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)) == 0 else { return false }
        options.flags = GIT_DIFF_FORCE_TEXT.rawValue | GIT_DIFF_INDENT_HEURISTIC.rawValue
        options.context_lines = context
        options.max_size = -1
        let start = output.count
        let code = withUnsafeMutablePointer(to: &output) { sink in
            // Without paths no attributes are looked up: nothing but bytes is compared.
            if let oldBlob = old.blob, let newBlob = new.blob {
                return git_diff_blobs(oldBlob, nil, newBlob, nil, &options, nil, nil, hunk, line, sink)
            }
            return old.withBytes { old in
                new.withBytes { new in
                    git_diff_buffers(
                        address(old), old.count, nil, address(new), new.count, nil, &options, nil, nil, hunk, line, sink
                    )
                }
            }
        }
        withExtendedLifetime((old, new)) {}
        if code != 0 { output.removeSubrange(start...) }
        return code == 0
    }

    /// An address is needed even for an empty text: no address means no file.
    private static func address(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawPointer {
        let somewhere: StaticString = ""
        return bytes.baseAddress ?? UnsafeRawPointer(somewhere.utf8Start)
    }

    /// The one hunk of a file that comes or goes.
    private static func appendWhole(_ bytes: UnsafeRawBufferPointer, sign: UInt8, to output: inout [UInt8]) {
        guard let start = bytes.baseAddress, let last = bytes.last else { return }
        let newline = UInt8(ascii: "\n")
        var body: [UInt8] = []
        body.reserveCapacity(bytes.count + bytes.count / 16 + 64)
        var lines = 0
        var index = 0
        while index < bytes.count {
            let rest = bytes.count - index
            let found = memchr(start + index, Int32(newline), rest)
            let length = found.map { UnsafeRawPointer($0) - (start + index) + 1 } ?? rest
            body.append(sign)
            body.append(contentsOf: UnsafeRawBufferPointer(start: start + index, count: length))
            index += length
            lines += 1
        }
        if last != newline { body.append(contentsOf: "\n\\ No newline at end of file\n".utf8) }
        let range = lines == 1 ? "1" : "1,\(lines)"
        let text = sign == UInt8(ascii: "+") ? "@@ -0,0 +\(range) @@\n" : "@@ -\(range) +0,0 @@\n"
        output.append(contentsOf: text.utf8)
        output.append(contentsOf: body)
    }

    private static let hunk: git_diff_hunk_cb = { _, hunk, sink in
        guard let hunk, let output = sink?.assumingMemoryBound(to: [UInt8].self) else { return -1 }
        withUnsafeBytes(of: hunk.pointee.header) {
            output.pointee.append(contentsOf: $0.prefix(hunk.pointee.header_len))
        }
        // The line shown after the numbers is cut to a length; git then takes away blanks at the cut.
        while let last = output.pointee.last, last == 10 || last == 32 || last == 9 { output.pointee.removeLast() }
        output.pointee.append(10)
        return 0
    }

    private static let line: git_diff_line_cb = { _, _, line, sink in
        guard let line, let output = sink?.assumingMemoryBound(to: [UInt8].self) else { return -1 }
        let origin = UInt8(bitPattern: line.pointee.origin)
        switch origin {
        case UInt8(ascii: " "), UInt8(ascii: "+"), UInt8(ascii: "-"): output.pointee.append(origin)
        // The note about a missing line end; its text begins with the line end that is missing.
        case UInt8(ascii: "="), UInt8(ascii: ">"), UInt8(ascii: "<"): break
        default: return 0
        }
        output.pointee.append(
            contentsOf: UnsafeRawBufferPointer(start: line.pointee.content, count: line.pointee.content_len))
        return 0
    }
}
