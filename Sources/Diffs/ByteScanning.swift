import Glibc

extension Array<UInt8> {
    /// Index of the first "\n" at or after `start` and before `end`, or `end`.
    ///
    /// Requires 0 ≤ start ≤ end ≤ count.
    func indexOfNewline(from start: Int, to end: Int) -> Int {
        withUnsafeBufferPointer { buffer in
            // memchr reads only [start, end), which lies inside the buffer; the result is inside the same range.
            guard start < end, end <= buffer.count, let base = buffer.baseAddress,
                let found = memchr(base + start, 0x0A, end &- start)
            else { return end }
            return UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
        }
    }
}
