import CGit2

/// Hunks of two texts by git's own line comparison: Myers, indent heuristic, three lines of context.
///
/// Works on bytes alone, without a repository, so no attribute or configuration has a say.
enum TextDiff {
    /// Appends the hunks, each with its header line, to `output`; appends nothing when the texts are equal.
    /// - Parameter old: nil when the file did not exist.
    /// - Returns: false when the comparison failed; `output` is then unchanged.
    static func append(old: Content?, new: Content?, context: UInt32 = 3, to output: inout [UInt8]) -> Bool {
        var options = git_diff_options()
        guard git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)) == 0 else { return false }
        options.flags = GIT_DIFF_FORCE_TEXT.rawValue | GIT_DIFF_INDENT_HEURISTIC.rawValue
        options.context_lines = context
        options.max_size = -1
        let start = output.count
        let code = withUnsafeMutablePointer(to: &output) { sink in
            // Without paths no attributes are looked up, so these calls too compare nothing but bytes.
            switch (old?.blob, new?.blob) {
            case (let old?, let new?): git_diff_blobs(old, nil, new, nil, &options, nil, nil, hunk, line, sink)
            case (let old?, nil) where new == nil:
                git_diff_blobs(old, nil, nil, nil, &options, nil, nil, hunk, line, sink)
            case (nil, let new?) where old == nil:
                git_diff_blobs(nil, nil, new, nil, &options, nil, nil, hunk, line, sink)
            default:
                Content.withBytes(old) { old in
                    Content.withBytes(new) { new in
                        git_diff_buffers(
                            address(old), old?.count ?? 0, nil, address(new), new?.count ?? 0, nil, &options, nil, nil,
                            hunk, line, sink)
                    }
                }
            }
        }
        withExtendedLifetime((old, new)) {}
        if code != 0 { output.removeSubrange(start...) }
        return code == 0
    }

    /// An address is needed even for an empty text: no address means no file.
    private static func address(_ bytes: UnsafeRawBufferPointer?) -> UnsafeRawPointer? {
        let somewhere: StaticString = ""
        return bytes.map { $0.baseAddress ?? UnsafeRawPointer(somewhere.utf8Start) }
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
