/// Reads lines (NDJSON) from pieces of any size: ended by LF or CR LF, blank ones left out.
package struct LineDecoder: Sendable {
    private let maxLineBytes: Int

    package init(maxLineBytes: Int = 4 << 20) {
        self.maxLineBytes = maxLineBytes
    }

    /// The lines that these bytes complete, without their ends.
    package mutating func feed(_ bytes: [UInt8]) throws(HTTPError) -> [[UInt8]] { [] }

    /// The last line, where it has no end.
    package mutating func finish() throws(HTTPError) -> [UInt8]? { nil }
}
