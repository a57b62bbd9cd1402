package import Diffs

extension ParsedSource {
    /// What the hunks of a patch show of one side of a file: their lines one after the other.
    ///
    /// - Returns: Nil for a file without lines on that side.
    package static func sparse(file: FileDiff, side: Side, grammars: Grammars?) -> ParsedSource? {
        guard let path = side == .old ? file.oldPath : file.newPath else { return nil }
        var bytes: [UInt8] = []
        var numbers: [Int] = []
        bytes.reserveCapacity(file.hunks.reduce(0) { $0 &+ $1.bodyRange.count })
        for hunk in file.hunks {
            hunk.forEachLine { line in
                let number = side == .old ? line.oldNumber : line.newNumber
                guard line.kind != (side == .old ? .added : .removed), number > numbers.last ?? 0 else { return }
                bytes.append(contentsOf: hunk.buffer[line.range])
                bytes.append(0x0A)
                numbers.append(number)
            }
        }
        guard !numbers.isEmpty else { return nil }
        return ParsedSource(
            path: path, language: Language(path: path, contents: bytes[...]), bytes: bytes, grammars: grammars,
            lineNumbers: numbers)
    }
}
