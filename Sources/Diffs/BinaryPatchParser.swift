extension DiffParser {
    /// Reads the data of a `GIT binary patch`: one or two blocks `literal SIZE` or `delta SIZE`, each with lines of base 85
    /// and a blank line behind. The data is checked for its form and not decoded.
    ///
    /// - Returns: the range from the `GIT binary patch` line to the last blank line; `position` stands after it.
    mutating func readBinaryPatch(_ first: Line) throws(DiffError) -> Range<Int> {
        position = first.next
        try readBinaryBlock()
        if let line = line(at: position), starts(line, "literal ") || starts(line, "delta ") { try readBinaryBlock() }
        return first.start..<position
    }

    private mutating func readBinaryBlock() throws(DiffError) {
        guard let header = line(at: position),
            let size = rest(header, after: "literal ") ?? rest(header, after: "delta "),
            (1...12).contains(size.count), size.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw expected("\"literal\" or \"delta\" and a size", at: position) }
        position = header.next
        while true {
            guard let line = line(at: position) else {
                // The blank line behind the very last block may be lost where a mail was trimmed.
                guard position > header.next || size.allSatisfy({ $0 == UInt8(ascii: "0") }) else {
                    throw expected("binary data", at: position)
                }
                return
            }
            position = line.next
            if line.end == line.start { return }
            guard isBinaryData(line) else { throw expected("a line of binary data", at: line.start) }
        }
    }

    /// A letter for the number of bytes (A is 1, z is 52), then five characters for each four bytes.
    private func isBinaryData(_ line: Line) -> Bool {
        let count =
            switch bytes[line.start] {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(bytes[line.start] - UInt8(ascii: "A")) + 1
            case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(bytes[line.start] - UInt8(ascii: "a")) + 27
            default: 0
            }
        return count > 0 && line.end - line.start == 1 + (count + 3) / 4 * 5
    }
}
