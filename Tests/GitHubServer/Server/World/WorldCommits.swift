extension World {
    /// Commits files onto a branch, which is made if it is not there: from `start`, or without parents.
    ///
    /// `files` maps a path to its new bytes, nil deletes. With `replacing` the branch begins anew from `start`, as by a
    /// forced push. Pull requests see the new head after `push`.
    @discardableResult
    package func commit(
        _ files: [String: String?], on branch: String, from start: String? = nil, in name: String,
        message: String = "A change", author: String = "octocat", replacing: Bool = false
    ) throws -> String {
        try commit(
            bytes: files.mapValues { $0.map { Array($0.utf8) } }, on: branch, from: start, in: name,
            message: message, author: author, replacing: replacing)
    }

    @discardableResult
    package func commit(
        bytes files: [String: [UInt8]?], on branch: String, from start: String? = nil, in name: String,
        message: String = "A change", author: String = "octocat", replacing: Bool = false
    ) throws -> String {
        let directory = try repository(name).directory
        let command = GitCommand(directory: directory)
        let known = replacing ? nil : git.branch(branch, in: directory)
        let parent = known ?? start.flatMap { git.commit($0, in: directory) }
        if start != nil, parent == nil { throw WorldError("nothing to start \(branch) from in \(name)") }
        var stream = FastImport()
        stream.line("commit refs/heads/\(branch)")
        stream.line("author \(author) <\(author)@example.com> \(clock.now()) +0000")
        stream.line("committer \(author) <\(author)@example.com> \(clock.now()) +0000")
        stream.data(Array(message.utf8))
        if let parent { stream.line("from \(parent)") }
        for (path, bytes) in files.sorted(by: { $0.key < $1.key }) {
            if let bytes {
                stream.line("M 100644 inline \(FastImport.quoted(path))")
                stream.data(bytes)
            } else {
                stream.line("D \(FastImport.quoted(path))")
            }
        }
        stream.line("done")
        let outcome = command.attempt("fast-import", "--quiet", "--force", "--done", input: stream.bytes)
        guard outcome.status == 0, let tip = git.branch(branch, in: directory) else {
            throw WorldError("git took no commit for \(branch) of \(name)")
        }
        return tip
    }
}

/// The stream that `git fast-import` reads.
private struct FastImport {
    var bytes: [UInt8] = []

    mutating func line(_ text: String) { bytes += Array(text.utf8) + [0x0A] }

    mutating func data(_ content: [UInt8]) {
        line("data \(content.count)")
        bytes += content + [0x0A]
    }

    /// In double quotes, with what is no plain letter in octal digits, as git reads it.
    static func quoted(_ path: String) -> String {
        let bytes = path.utf8.map { byte in
            let isPlain = (0x20..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
            if isPlain { return String(Unicode.Scalar(byte)) }
            let digits = String(byte, radix: 8)
            return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
        }
        return "\"\(bytes.joined())\""
    }
}
