import Glibc

/// Names of members, found by their bytes as they stand in a text.
package struct JSONNames: Sendable {
    /// All names, the shorter ones first; after them nothing.
    private let bytes: [UInt8]
    /// Where the names of each length begin, and where those of the longest end.
    private let starts: [Int]

    /// - Parameter names: Not empty ones.
    package init(_ names: Set<String>) {
        let longest = names.map(\.utf8.count).max() ?? 0
        var bytes: [UInt8] = []
        var starts: [Int] = []
        for length in 0...longest + 1 {
            starts.append(bytes.count)
            for name in names.sorted() where length > 0 && name.utf8.count == length { bytes += name.utf8 }
        }
        self.bytes = bytes
        self.starts = starts
    }

    /// Lends a view that is looked up in without counting references.
    func withView<Result>(_ body: (View) -> Result) -> Result {
        bytes.withUnsafeBytes { bytes in
            starts.withUnsafeBufferPointer { body(View(bytes: bytes, starts: $0)) }
        }
    }

    struct View {
        fileprivate let bytes: UnsafeRawBufferPointer
        fileprivate let starts: UnsafeBufferPointer<Int>

        func contains(_ name: UnsafeRawBufferPointer) -> Bool {
            let length = name.count
            guard length + 1 < starts.count, let name = name.baseAddress, let base = bytes.baseAddress else {
                return false
            }
            let first = name.load(as: UInt8.self)
            var offset = starts[length]
            let end = starts[length + 1]
            while offset < end {
                if bytes[offset] == first, memcmp(base + offset, name, length) == 0 { return true }
                offset += length
            }
            return false
        }
    }
}
