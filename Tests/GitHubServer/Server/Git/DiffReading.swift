/// Reads what `git diff --raw -z --numstat --patch` writes.
enum DiffReading {
    /// `listing` is the output of `--raw -z`, `counts` of `--numstat -z`, `text` of `--patch`: the same files in the
    /// same order.
    static func diff(listing: [UInt8], counts: [UInt8], text: [UInt8]) -> TreeDiff {
        var files = self.files(of: listing)
        let numbers = self.numbers(of: counts)
        let patches = self.patches(of: text)
        for index in files.indices {
            if index < numbers.count {
                files[index].additions = numbers[index].added ?? 0
                files[index].deletions = numbers[index].removed ?? 0
                files[index].isBinary = numbers[index].added == nil
            }
            if index < patches.count { files[index].patch = patches[index] }
        }
        return TreeDiff(files: files, text: text, lines: text.count { $0 == 0x0A })
    }

    private static func fields(_ bytes: [UInt8]) -> [String] {
        bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// `:100644 100644 <old> <new> M`, then the path, or two for a rename.
    private static func files(of listing: [UInt8]) -> [ChangedFile] {
        var rest = fields(listing)[...]
        var files: [ChangedFile] = []
        while let head = rest.popFirst() {
            let words = head.split(separator: " ")
            guard words.count == 5, let kind = words[4].first, let path = rest.popFirst() else { break }
            let old = String(words[2])
            let new = String(words[3])
            switch kind {
            case "A": files.append(ChangedFile(path: path, status: "added", object: new))
            case "D": files.append(ChangedFile(path: path, status: "removed", object: old))
            case "R":
                guard let target = rest.popFirst() else { return files }
                files.append(ChangedFile(path: target, oldPath: path, status: "renamed", object: new))
            case "T": files.append(ChangedFile(path: path, status: "changed", object: new))
            default:
                let status = old == new ? "changed" : "modified"
                files.append(ChangedFile(path: path, status: status, object: new))
            }
        }
        return files
    }

    /// `added<tab>removed<tab>path`, a dash for binary files; a rename has an empty path and two more fields.
    private static func numbers(of counts: [UInt8]) -> [(added: Int?, removed: Int?)] {
        var numbers: [(added: Int?, removed: Int?)] = []
        var rest = counts.split(separator: 0)[...]
        while let head = rest.popFirst() {
            let words = head.split(separator: 0x09, maxSplits: 2, omittingEmptySubsequences: false)
            guard words.count == 3 else { break }
            numbers.append(
                (Int(String(decoding: words[0], as: UTF8.self)), Int(String(decoding: words[1], as: UTF8.self))))
            if words[2].isEmpty { rest = rest.dropFirst(2) }
        }
        return numbers
    }

    /// A line of a hunk begins with a blank, a sign or a backslash, so these words begin a file wherever they stand.
    private static func patches(of text: [UInt8]) -> [Patch?] {
        let mark = Array("diff --git ".utf8)
        var starts: [Int] = []
        var hunks: [Int?] = []
        var position = 0
        while position < text.count {
            if text[position...].starts(with: mark) {
                starts.append(position)
                hunks.append(nil)
            } else if !hunks.isEmpty, hunks[hunks.count - 1] == nil, text[position...].starts(with: [0x40, 0x40]) {
                hunks[hunks.count - 1] = position
            }
            position = (text[position...].firstIndex(of: 0x0A) ?? text.count) + 1
        }
        return hunks.enumerated().map { index, hunk in
            guard let hunk else { return nil }
            return Patch(text[hunk..<(index + 1 < starts.count ? starts[index + 1] : text.count)])
        }
    }
}
