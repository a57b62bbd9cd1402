package import Diffs

extension FileDiff {
    /// The new text that the hunks make of `old`, or nil when a context or removed line does not match exactly.
    ///
    /// No fuzz and no offsets: a head that is only nearly right would give wrong line numbers.
    package func applied(to old: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(old.count + hunks.reduce(0) { $0 + $1.body.count })
        var position = 0
        var oldLine = 1

        /// Takes one whole line of `old`, with its line end.
        func takeLine() -> Range<Int>? {
            guard position < old.count else { return nil }
            let end = old[position...].firstIndex(of: 0x0A).map { $0 + 1 } ?? old.count
            defer {
                position = end
                oldLine += 1
            }
            return position..<end
        }

        for hunk in hunks {
            // A hunk that removes nothing and has no context names the line it follows.
            let first = hunk.oldLines == 0 ? hunk.oldStart + 1 : hunk.oldStart
            guard first >= oldLine else { return nil }
            while oldLine < first {
                guard let line = takeLine() else { return nil }
                result += old[line]
            }
            var lines = HunkLineIterator(hunk)
            while let line = lines.next() {
                let content = hunk.buffer[line.range]
                switch line.kind {
                case .added:
                    result += content
                    if line.hasNewline { result.append(0x0A) }
                case .context, .removed:
                    guard let range = takeLine() else { return nil }
                    let hasNewline = old[range].last == 0x0A
                    let text = hasNewline ? old[range].dropLast() : old[range]
                    guard hasNewline == line.hasNewline, text == content else { return nil }
                    if line.kind == .context { result += old[range] }
                }
            }
        }
        result += old[position...]
        return result
    }
}
