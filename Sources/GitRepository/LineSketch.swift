/// A small summary of a text: how many of its bytes stand in lines of each hash.
///
/// Git's own measure of how much of one file was copied from another (diffcore's span hashes): a text is cut after each
/// line end and after 64 bytes; a piece's hash is a number below 107,927; equal hashes count as equal text. A last piece
/// without a line end is left out, as git did up to version 2.43, which the supported systems ship.
struct LineSketch {
    /// Ascending.
    private let hashes: [UInt32]
    /// Bytes in pieces of the hash at the same index.
    private let counts: [UInt32]

    static let hashCount = 107_927

    /// Bytes of `old` that also stand in `new`.
    static func copied(from old: LineSketch, to new: LineSketch) -> Int {
        var copied = 0
        old.hashes.withUnsafeBufferPointer { oldHashes in
            new.hashes.withUnsafeBufferPointer { newHashes in
                var (left, right) = (0, 0)
                while left < oldHashes.count, right < newHashes.count {
                    let (one, other) = (oldHashes[left], newHashes[right])
                    if one == other {
                        copied += Int(min(old.counts[left], new.counts[right]))
                        left += 1
                        right += 1
                    } else if one < other {
                        left += 1
                    } else {
                        right += 1
                    }
                }
            }
        }
        return copied
    }

    /// Makes sketches, one after the other, in one set of counters.
    struct Maker {
        private var counters = [UInt32](repeating: 0, count: hashCount)
        /// A bit for each counter that is not zero, so that counters are found in order without sorting.
        private var used = [UInt64](repeating: 0, count: (hashCount + 63) / 64)

        /// - Parameter isText: a carriage return before a line end is then left out.
        mutating func sketch(of bytes: UnsafeRawBufferPointer, isText: Bool) -> LineSketch {
            var distinct = 0
            counters.withUnsafeMutableBufferPointer { counters in
                used.withUnsafeMutableBufferPointer { used in
                    var (low, high): (UInt32, UInt32) = (0, 0)
                    var length: UInt32 = 0
                    var index = 0
                    while index < bytes.count {
                        let byte = bytes[index]
                        index += 1
                        if isText, byte == 13, index < bytes.count, bytes[index] == 10 { continue }
                        let before = low
                        low = (low << 7) ^ (high >> 25)
                        high = (high << 7) ^ (before >> 25)
                        low = low &+ UInt32(byte)
                        length += 1
                        if length < 64, byte != 10 { continue }
                        let hash = Int((low &+ high &* 0x61) % UInt32(hashCount))
                        if counters[hash] == 0 { distinct += 1 }
                        counters[hash] = counters[hash] &+ length
                        used[hash >> 6] |= 1 << UInt64(hash & 63)
                        (low, high, length) = (0, 0, 0)
                    }
                }
            }
            return collect(distinct)
        }

        private mutating func collect(_ distinct: Int) -> LineSketch {
            var hashes: [UInt32] = []
            var counts: [UInt32] = []
            hashes.reserveCapacity(distinct)
            counts.reserveCapacity(distinct)
            for word in used.indices where used[word] != 0 {
                var bits = used[word]
                while bits != 0 {
                    let hash = word << 6 + bits.trailingZeroBitCount
                    hashes.append(UInt32(hash))
                    counts.append(counters[hash])
                    counters[hash] = 0
                    bits &= bits - 1
                }
                used[word] = 0
            }
            return LineSketch(hashes: hashes, counts: counts)
        }
    }
}
