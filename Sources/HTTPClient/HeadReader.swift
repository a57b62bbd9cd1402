/// Puts the head of an answer together from its lines, as libcurl hands them over.
struct HeadReader {
    enum Step {
        case more
        case head(HTTPHead)
        /// Not the head of an HTTP answer.
        case malformed
    }

    private var version = ""
    private var status = 0
    private var fields: [(name: String, value: String)] = []
    private(set) var isDone = false

    /// One line with its end. After the head come trailers, which are left out.
    mutating func feed(_ line: UnsafeRawBufferPointer) -> Step {
        if isDone { return .more }
        let text = Self.trimmed(line[...])
        if line.starts(with: "HTTP/".utf8) { return start(text) }
        guard status != 0 else { return .malformed }
        guard !text.isEmpty else {
            // 100 Continue, 103 Early Hints and the like: the answer is still to come.
            if (100..<200).contains(status) {
                status = 0
                return .more
            }
            isDone = true
            return .head(HTTPHead(status: status, headers: fields, httpVersion: version))
        }
        if let first = line.first, first == UInt8(ascii: " ") || first == UInt8(ascii: "\t") {
            // A folded line goes on with the field before (RFC 9112, 5.2).
            guard let last = fields.indices.last else { return .malformed }
            fields[last].value += " " + String(decoding: text, as: UTF8.self)
            return .more
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return .malformed }
        fields.append(
            (
                name: String(decoding: Self.trimmed(line[..<colon]), as: UTF8.self),
                value: String(decoding: Self.trimmed(line[(colon + 1)...]), as: UTF8.self)
            ))
        return .more
    }

    private mutating func start(_ line: Slice<UnsafeRawBufferPointer>) -> Step {
        let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard words.count >= 2, words[1].count == 3,
            words[1].allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
            let status = Int(String(decoding: words[1], as: UTF8.self)), status >= 100
        else { return .malformed }
        version = String(decoding: words[0].dropFirst(5), as: UTF8.self)
        self.status = status
        fields = []
        return .more
    }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A }
        guard let first = bytes.firstIndex(where: { !isSpace($0) }), let last = bytes.lastIndex(where: { !isSpace($0) })
        else { return bytes[bytes.startIndex..<bytes.startIndex] }
        return bytes[first...last]
    }
}
