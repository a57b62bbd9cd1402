/// Reads lines (NDJSON) from pieces of any size: ended by LF or CR LF, blank ones left out.
package struct LineDecoder: Sendable {
    private let maxLineBytes: Int
    private var line: [UInt8] = []
    private var isOverlong = false

    package init(maxLineBytes: Int = 4 << 20) {
        self.maxLineBytes = maxLineBytes
    }

    /// The lines that these bytes complete, without their ends. A line over the limit ends the reading: what came before
    /// it is still given out, and the next call throws.
    package mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [[UInt8]] {
        if isOverlong { throw overlong }
        var lines: [[UInt8]] = []
        for piece in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            // The room left for a CR before the end.
            guard piece.count <= maxLineBytes + 1 - line.count else { return try stop(lines) }
            line.append(contentsOf: piece)
            guard piece.endIndex < bytes.endIndex else { break }
            guard let whole = takeLine() else { return try stop(lines) }
            if !whole.isEmpty { lines.append(whole) }
        }
        return lines
    }

    /// The last line, where it has no end.
    package mutating func finish() throws(HTTPError) -> [UInt8]? {
        guard !isOverlong, let last = takeLine() else { throw overlong }
        return last.isEmpty ? nil : last
    }

    private mutating func takeLine() -> [UInt8]? {
        var whole: [UInt8] = []
        swap(&whole, &line)
        if whole.last == UInt8(ascii: "\r") { whole.removeLast() }
        return whole.count <= maxLineBytes ? whole : nil
    }

    private mutating func stop(_ lines: [[UInt8]]) throws(HTTPError) -> [[UInt8]] {
        isOverlong = true
        line = []
        if lines.isEmpty { throw overlong }
        return lines
    }

    private var overlong: HTTPError {
        HTTPError(.bodyTooLarge, wasSent: true, "a line of the answer is longer than \(maxLineBytes) bytes")
    }
}
