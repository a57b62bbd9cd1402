/// Just enough of RFC 1951 and 1952 to write very much in very little.
enum Gzip {
    /// Zero bytes, as matches of 258 bytes at distance 1: 13 bits each.
    static func zeros(megabytes: Int) -> [UInt8] {
        let count = megabytes << 20
        var bits = BitWriter()
        // One last block with fixed codes, one literal zero.
        bits.write(1, 1)
        bits.write(1, 2)
        bits.writeCode(0x30, 8)
        var left = count - 1
        while left >= 258 {
            bits.writeCode(0b1100_0101, 8)  // 285: length 258
            bits.writeCode(0, 5)  // distance 1
            left -= 258
        }
        for _ in 0..<left { bits.writeCode(0x30, 8) }
        bits.writeCode(0, 7)
        let check = checksum(ofZeros: count)
        return [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255] + bits.finish() + littleEndian(check)
            + littleEndian(UInt32(truncatingIfNeeded: count))
    }

    private static func littleEndian(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
    }

    private static func checksum(ofZeros count: Int) -> UInt32 {
        var table: [UInt32] = []
        for index in UInt32(0)..<256 {
            var entry = index
            for _ in 0..<8 {
                let carry: UInt32 = entry & 1 == 1 ? 0xEDB8_8320 : 0
                entry = (entry >> 1) ^ carry
            }
            table.append(entry)
        }
        var value = ~UInt32(0)
        table.withUnsafeBufferPointer { table in
            for _ in 0..<count { value = table[Int(value & 0xFF)] ^ (value >> 8) }
        }
        return ~value
    }
}

private struct BitWriter {
    private var bytes: [UInt8] = []
    private var current: UInt8 = 0
    private var used = 0

    mutating func write(_ value: Int, _ count: Int) {
        for index in 0..<count { add((value >> index) & 1) }
    }

    /// Huffman codes go out highest bit first.
    mutating func writeCode(_ value: Int, _ count: Int) {
        for index in (0..<count).reversed() { add((value >> index) & 1) }
    }

    private mutating func add(_ bit: Int) {
        current |= UInt8(bit) << UInt8(used)
        used += 1
        guard used == 8 else { return }
        bytes.append(current)
        current = 0
        used = 0
    }

    mutating func finish() -> [UInt8] { used == 0 ? bytes : bytes + [current] }
}
